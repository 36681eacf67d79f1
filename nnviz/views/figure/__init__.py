"""The figure view."""
