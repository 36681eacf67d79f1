"""The perceptron rule on the screen."""
