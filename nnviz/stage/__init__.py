"""Where views stand, and when they are made."""
