"""Hebb's and Oja's rule."""
