"""The loss as a function of one weight."""
