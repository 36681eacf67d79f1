"""The loss as one weight slides."""
