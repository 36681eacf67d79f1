"""The composition kind of run."""
