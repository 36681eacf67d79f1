"""Figures over many seeds."""
