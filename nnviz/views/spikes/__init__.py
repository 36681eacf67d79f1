"""A spiking neuron."""
