"""The plane in the coordinates of a hidden layer."""
