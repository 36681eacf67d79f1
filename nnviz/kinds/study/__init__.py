"""The study kind of run."""
