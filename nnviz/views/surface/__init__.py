"""Optimizers on surfaces of one and two parameters."""
