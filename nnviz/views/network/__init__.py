"""The network diagram: every neuron with its map, every weight as a line that can be clicked."""
