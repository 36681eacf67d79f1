"""Makes the views and arranges them in a window."""
