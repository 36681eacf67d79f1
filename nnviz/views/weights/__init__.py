"""The weights view."""
