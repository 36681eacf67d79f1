"""Building blocks for drawing views: canvas, text, markers, arrows, cells, pictures."""
