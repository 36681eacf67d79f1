"""A Hopfield net on the screen."""
