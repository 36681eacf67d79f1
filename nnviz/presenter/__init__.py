"""Presenting lessons: the page, the question, the player, the audience's window."""
