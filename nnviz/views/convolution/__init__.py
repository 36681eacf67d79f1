"""The convolutions of a network at work on one picture."""
