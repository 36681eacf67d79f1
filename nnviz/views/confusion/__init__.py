"""The confusion view."""
