"""Data to learn from: generated, bundled, read from a table, drawn by hand."""
