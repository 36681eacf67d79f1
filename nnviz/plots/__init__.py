"""Plots; only this package imports pyqtgraph."""
