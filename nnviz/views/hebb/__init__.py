"""Hebb's and Oja's rule on the screen."""
