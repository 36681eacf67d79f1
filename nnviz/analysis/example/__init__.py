"""One example worked through: the formulas, numbers and graph of backpropagation."""
