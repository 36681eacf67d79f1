"""The perceptron kind of run."""
