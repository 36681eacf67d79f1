"""What is seen: one folder a view, and none imports another.

A view is a widget with ``show_snapshot(snapshot)`` and ``set_theme(theme)``. What it paints is a function of
these two alone. It changes nothing, and emits what was picked on it. Views set items that Qt paints by itself:
painting in Python would hold the interpreter and starve training.
"""
