"""The hopfield kind of run."""
