"""Experiments and their runs: what is tried, the carrying out of it, and the moments that are kept.

An `Experiment` is all that is needed to repeat a run. A `Run` carries it out. A `Snapshot` is the run at one
step, enough to show it and to go on from it. A `Timeline` keeps snapshots.
"""
