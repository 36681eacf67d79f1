"""The output view."""
