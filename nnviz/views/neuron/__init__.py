"""One neuron: surface, diagram, sliders."""
