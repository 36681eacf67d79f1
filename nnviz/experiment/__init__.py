"""Experiments: what is asked for, validated, read from files and written to them."""
