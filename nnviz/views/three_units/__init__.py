"""The view of three threshold units: search and descent side by side."""
