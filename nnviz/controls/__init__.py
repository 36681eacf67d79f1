"""What is set: one file a panel.

A panel is a widget with ``show_experiment(experiment)``; it emits only what was changed by hand, as a new
value, and never in answer to being shown one.
"""
