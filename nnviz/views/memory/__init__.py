"""A network with a memory."""
