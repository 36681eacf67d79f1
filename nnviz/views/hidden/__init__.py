"""The plane as a hidden layer sees it."""
