"""The race kind of run."""
