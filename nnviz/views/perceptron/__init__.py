"""The perceptron rule."""
