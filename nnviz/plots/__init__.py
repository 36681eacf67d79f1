"""Plots on pyqtgraph: the one room that imports it."""
