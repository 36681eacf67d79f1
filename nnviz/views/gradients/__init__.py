"""The gradients view."""
