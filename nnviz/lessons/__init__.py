"""Lessons: pages of words, questions and experiments, as files that a lecturer writes."""
