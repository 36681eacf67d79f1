"""The surface kind of run."""
