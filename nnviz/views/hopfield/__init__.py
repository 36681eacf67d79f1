"""A Hopfield network."""
