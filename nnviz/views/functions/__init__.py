"""Activation functions and where a network is on them."""
