"""The loss view."""
