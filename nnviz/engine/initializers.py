"""Where the parameters of a network start from: ways to draw first weights and first biases."""

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


def _uniform(rng: Generator, units: int, inputs: int) -> Array:
    return rng.uniform(-0.5, 0.5, (units, inputs))


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
    Initializer("uniform", "uniform", "within ±½, however many inputs: as TensorFlow Playground does", _uniform),
    Initializer("zeros", "all zero", "neurons that can never differ", _zeros),
    Initializer("same", "all the same", "neurons of a layer that can never differ", _same),
)

INITIALIZERS = {initializer.name: initializer for initializer in _ALL}
"""Every initializer by name: Glorot & Bengio 2010, He et al. 2015, within ±½, all zeros, one for a layer."""


@dataclass(frozen=True)
class BiasStart:
    """A way to draw first biases, once the weights are drawn.

    Parameters
    ----------
    words : str
        What the biases are.
    draw : callable (rng, weights, inputs) -> array, shape (units,)
        For weights (units, inputs), and samples (samples, inputs) as they enter the first layer; None for others.
    """

    name: str
    words: str
    draw: Callable[[Generator, Array, Array | None], Array]


def _no_biases(_rng: Generator, weights: Array, _inputs: Array | None) -> Array:
    return np.zeros(len(weights))


def _tenths(_rng: Generator, weights: Array, _inputs: Array | None) -> Array:
    return np.full(len(weights), 0.1)


def _uniform_biases(rng: Generator, weights: Array, _inputs: Array | None) -> Array:
    limit = 1.0 / np.sqrt(weights.shape[1])
    return rng.uniform(-limit, limit, len(weights))


def _biases_through_data(rng: Generator, weights: Array, inputs: Array | None) -> Array:
    # w·x + b = 0 at a sample x drawn for each unit: its edge lies where there is something to tell apart
    if inputs is None:
        return np.zeros(len(weights))
    chosen = inputs[rng.integers(len(inputs), size=len(weights))]
    return np.asarray(-(weights * chosen).sum(axis=1))


_BIAS_STARTS = (
    BiasStart("zero", "all zero", _no_biases),
    BiasStart("tenth", "all 0.1, as in TensorFlow Playground", _tenths),
    BiasStart("uniform", "uniform between ±1/√inputs", _uniform_biases),
    BiasStart(
        "through_data", "each first-layer unit's edge through a sample drawn at random", _biases_through_data
    ),
)

BIAS_STARTS = {start.name: start for start in _BIAS_STARTS}
"""Every way to draw first biases, by name."""


def initialize(
    parameters: Parameters,
    initializer: str,
    rng: Generator,
    scale: float = 1.0,
    biases: str = "zero",
    inputs: Array | None = None,
) -> None:
    """Draw every layer's weights from the named initializer, the first layer's first, then its biases.

    Parameters
    ----------
    scale : float
        A factor on the weights.
    biases : str
        The name of a `BiasStart`; the weights are the same with each.
    inputs : array, shape (samples, m⁰), optional
        What the network learns, for biases that depend on it.
    """
    draw, draw_biases = INITIALIZERS[initializer].draw, BIAS_STARTS[biases].draw
    for weights in parameters.weights:
        weights[:] = scale * draw(rng, *weights.shape)
    for layer, (weights, at) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        seen = inputs if inputs is not None and weights.shape[1:] == inputs.shape[1:] else None  # not by windows
        at[:] = draw_biases(rng, weights, None if layer else seen)
