"""The views, one folder each; none imports another.

A view is a widget with ``show_snapshot(snapshot)`` and ``set_theme(theme)``; what it paints depends on these two
alone. It changes nothing itself, but emits what the user picked. Views update items that Qt paints without Python,
as painting in Python would hold the interpreter lock and slow the training.
"""
