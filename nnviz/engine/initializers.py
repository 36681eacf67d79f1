"""Where parameters start from. Biases start at zero."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array


@dataclass(frozen=True)
class Initializer:
    """A way to draw first weights.

    Parameters
    ----------
    words : str
        How the weights are spread, or what that is good for.
    draw : callable (rng, units, inputs) -> array, shape (units, inputs)
    """

    name: str
    title: str
    words: str
    draw: Callable[[Generator, int, int], Array]


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


_GLOROT = "variance 2 / (inputs + outputs), for tanh and sigmoid"
_HE = "variance 2 / inputs, for ReLU"
_ALL = (
    Initializer("glorot_uniform", "Glorot, uniform", _GLOROT, _glorot_uniform),
    Initializer("glorot_normal", "Glorot, normal", _GLOROT, _glorot_normal),
    Initializer("he_uniform", "He, uniform", _HE, _he_uniform),
    Initializer("he_normal", "He, normal", _HE, _he_normal),
    Initializer("zeros", "all zero", "neurons that can never differ", _zeros),
    Initializer("same", "all the same", "neurons of a layer that can never differ", _same),
)

INITIALIZERS = {initializer.name: initializer for initializer in _ALL}
"""Every initializer by name: Glorot & Bengio 2010, He et al. 2015, all zeros, one number for a layer's weights."""


def initialize(parameters: Parameters, initializer: str, rng: Generator) -> None:
    """Draw every layer's weights from the named initializer, the first layer's first; zero the biases."""
    draw = INITIALIZERS[initializer].draw
    for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
        weights[:] = draw(rng, *weights.shape)
        biases[:] = 0.0
