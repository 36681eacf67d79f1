"""One neuron, large: surface, sum, sliders."""
