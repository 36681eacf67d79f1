"""Circuits of threshold units on the screen, wired by hand."""
