"""The circuit kind of run."""
