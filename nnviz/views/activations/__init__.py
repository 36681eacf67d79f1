"""The activations view."""
