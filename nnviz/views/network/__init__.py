"""The network diagram: every neuron with its own map, every weight a line, everything in reach of a click."""
