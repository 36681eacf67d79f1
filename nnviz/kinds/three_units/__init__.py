"""The kind of run that looks for three threshold units."""
