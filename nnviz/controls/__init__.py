"""The panels of settings, one file each.

A panel is a widget with ``show_experiment(experiment)``; it emits a new value only when the user changes one,
never when it is shown one.
"""
