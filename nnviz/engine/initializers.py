"""Where parameters start from. Biases start at zero."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array

Initializer = Callable[[Generator, int, int], Array]
"""(rng, units, inputs) -> weights of shape (units, inputs)."""


def _glorot_uniform(rng: Generator, units: int, inputs: int) -> Array:
    limit = np.sqrt(6.0 / (inputs + units))
    return rng.uniform(-limit, limit, (units, inputs))


def _glorot_normal(rng: Generator, units: int, inputs: int) -> Array:
    return rng.normal(0.0, np.sqrt(2.0 / (inputs + units)), (units, inputs))


def _he_uniform(rng: Generator, units: int, inputs: int) -> Array:
    limit = np.sqrt(6.0 / inputs)
    return rng.uniform(-limit, limit, (units, inputs))


def _he_normal(rng: Generator, units: int, inputs: int) -> Array:
    return rng.normal(0.0, np.sqrt(2.0 / inputs), (units, inputs))


def _zeros(_rng: Generator, units: int, inputs: int) -> Array:
    return np.zeros((units, inputs))


def _same(rng: Generator, units: int, inputs: int) -> Array:
    # units that get the same and pass on the same are one unit: a symmetry that descent cannot break by itself
    return np.full((units, inputs), _glorot_uniform(rng, units, inputs)[0, 0])


INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": _glorot_uniform,
    "glorot_normal": _glorot_normal,
    "he_uniform": _he_uniform,
    "he_normal": _he_normal,
    "zeros": _zeros,
    "same": _same,
}
"""Glorot & Bengio 2010; He et al. 2015; all zeros; one number for all weights of a layer."""


def initialize(parameters: Parameters, initializer: str, rng: Generator) -> None:
    """Draw every layer's weights from the named initializer, the first layer's first; zero the biases."""
    draw = INITIALIZERS[initializer]
    for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
        weights[:] = draw(rng, *weights.shape)
        biases[:] = 0.0
