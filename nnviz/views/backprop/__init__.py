"""One example through the network: forward, loss, backward, update, in matrices, formulas and a graph."""
