"""Results over many seeds."""
