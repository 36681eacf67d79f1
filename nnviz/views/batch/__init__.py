"""The next batch and its gradient, compared with the full gradient."""
