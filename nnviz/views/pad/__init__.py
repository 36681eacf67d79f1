"""A pad to draw pictures on, which the network answers at once."""
