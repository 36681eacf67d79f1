"""The memory kind of run: networks that read sequences."""
