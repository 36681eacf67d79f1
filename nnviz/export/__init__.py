"""What leaves the program for others: code, weights, data."""
