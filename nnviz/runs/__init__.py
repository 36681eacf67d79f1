"""Runs: what is carried out.

A `Run` carries an experiment out. A `Snapshot` is the run at one step, enough to show it and to go on from it.
A `Timeline` keeps snapshots.
"""
