"""Circuits of threshold units, wired by hand."""
