"""The hebb kind of run."""
