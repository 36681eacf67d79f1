"""A feed-forward network: its shape, its parameters, and what it computes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnviz.engine.activations import ActivationFunction
from nnviz.engine.convolution import Convolution, Windows, unit_function, windows_of
from nnviz.engine.outputs import Loss
from nnviz.engine.tape import Array, play

Shapes = Sequence[tuple[int, int]]
"""Rows and columns of each layer's augmented matrix: units, inputs and one for the bias."""


@dataclass(frozen=True)
class Network:
    """What a network is, without its parameters.

    Parameters
    ----------
    layer_sizes : tuple of int
        Units of each layer, the inputs first: (m⁰, …, mᴸ). Of a convolution, the numbers that it gives on.
    activations : tuple of ActivationFunction
        σ¹ … σᴸ, the output's last.
    convolutions : tuple of Convolution
        The first layers, as far as they are convolutions; the others connect all with all.
    """

    layer_sizes: tuple[int, ...]
    activations: tuple[ActivationFunction, ...]
    loss: Loss
    convolutions: tuple[Convolution, ...] = ()

    @property
    def output(self) -> ActivationFunction:
        """The activation of the output layer."""
        return self.activations[-1]

    @cached_property
    def shapes(self) -> Shapes:
        """Shapes of its parameters, layer by layer."""
        dense = shapes_between(self.layer_sizes)[len(self.convolutions) :]
        return (*(convolution.shape for convolution in self.convolutions), *dense)

    @cached_property
    def unit_functions(self) -> tuple[ActivationFunction, ...]:
        """σ¹ … σᴸ as they act on the units of each layer."""
        count = len(self.convolutions)
        return (*map(unit_function, self.convolutions, self.activations), *self.activations[count:])

    @cached_property
    def products(self) -> int:
        """Multiplications for one sample, about."""
        convolved = sum(convolution.products for convolution in self.convolutions)
        return convolved + sum(n * m for n, m in pairwise(self.layer_sizes[len(self.convolutions) :]))

    @cached_property
    def node_sizes(self) -> tuple[int, ...]:
        """Nodes of each layer where it is drawn: its units, or its maps; the picture below maps is one."""
        if not self.convolutions:
            return self.layer_sizes
        pictures = (self.convolutions[0].below[0], *(convolution.channels for convolution in self.convolutions))
        return (*pictures, *self.layer_sizes[len(pictures) :])


def shapes_between(layer_sizes: Sequence[int]) -> Shapes:
    """Shapes of the parameters between layers of so many units that connect all with all."""
    return tuple((units, inputs + 1) for inputs, units in pairwise(layer_sizes))


class Parameters:
    """Weights and biases, as views of one flat vector.

    Layer l is an augmented matrix of shape (mˡ, mˡ⁻¹ + 1) whose last column is the bias, so that an update of
    all parameters is one operation and a layer is one product. A convolution has a row for each channel.

    Parameters
    ----------
    shapes : sequence of (rows, columns)
        Of each layer.
    flat : array, shape (parameters,) or (replicas, parameters), optional
        The vector to view; zeros if not given. With replicas, every matrix is a stack of as many.
    dtype : dtype
        Precision of a new vector.
    """

    def __init__(self, shapes: Shapes, flat: Array | None = None, dtype: DTypeLike = np.float64) -> None:
        self.shapes = tuple(shapes)
        count = sum(map(prod, self.shapes))
        self.flat = np.zeros(count, dtype) if flat is None else flat
        if self.flat.shape[-1:] != (count,):
            raise ValueError(f"{count} parameters expected, {self.flat.shape} given")

    @property
    def layers(self) -> tuple[Array, ...]:
        """Augmented matrices, shape (mˡ, mˡ⁻¹ + 1), the bias last."""
        ends = [0, *accumulate(map(prod, self.shapes))]
        parts = zip(pairwise(ends), self.shapes, strict=True)
        return tuple(self.flat[..., a:b].reshape(*self.flat.shape[:-1], *shape) for (a, b), shape in parts)

    @property
    def weights(self) -> tuple[Array, ...]:
        """W¹ … Wᴸ, shape (mˡ, mˡ⁻¹)."""
        return tuple(layer[..., :-1] for layer in self.layers)

    @property
    def biases(self) -> tuple[Array, ...]:
        """b¹ … bᴸ, shape (mˡ,)."""
        return tuple(layer[..., -1] for layer in self.layers)

    def alike(self, first: int, count: int) -> Array:
        """So many layers of one shape, from one on that is counted from 0, shape (layers, m, m + 1)."""
        start = sum(map(prod, self.shapes[:first]))
        like = self.layers[first]
        return self.flat[start : start + count * like.size].reshape(count, *like.shape)

    def where_weights(self) -> NDArray[np.bool_]:
        """Which of the flat parameters are weights rather than biases."""
        flags = Parameters(self.shapes, np.ones(self.flat.shape[-1]))
        for biases in flags.biases:
            biases[:] = 0.0
        return np.asarray(flags.flat != 0.0)


def forward(network: Network, parameters: Parameters, inputs: Array) -> Iterator[tuple[Array, Array]]:
    """Pre-activation p and activation o of every layer in turn: p = W o + b, o = σ(p).

    Of a convolution they are those that go on: the largest p of each pool, and σ of it; or twice the mean of σ.

    Parameters
    ----------
    inputs : array, shape (m⁰, samples)

    Yields
    ------
    (p, o) : arrays, shape (mˡ, samples), for l = 1 … L
    """
    activation = inputs
    windows = windows_of(network.convolutions, network.activations, inputs.shape[1], parameters.flat.dtype)
    for l, (layer, function) in enumerate(zip(parameters.layers, network.unit_functions, strict=True)):
        if l in windows:
            pre_activation = _convolved(windows[l], layer, activation)
        else:
            pre_activation = layer[:, :-1].dot(activation)
            pre_activation += layer[:, -1:]
        activation = pre_activation.copy()
        play(function.value(activation, np.empty_like(activation)))
        yield pre_activation, activation


def _convolved(windows: Windows, layer: Array, below: Array) -> Array:
    out = np.empty((windows.convolution.units, below.shape[1]), layer.dtype)
    play(windows.forward(layer, np.vstack([below, np.ones((1, below.shape[1]))]), out))
    return out


def logits(network: Network, parameters: Parameters, inputs: Array) -> Array:
    """Pre-activations of the output layer, shape (outputs, samples), for inputs (m⁰, samples)."""
    for last, _ in forward(network, parameters, inputs):
        pre_activation = last
    return pre_activation


def output_gradient(network: Network, parameters: Parameters, inputs: Array, unit: int) -> Array:
    """∂o/∂x of one output unit, in double precision, by the chain rule from the output down to the inputs.

    Parameters
    ----------
    inputs : array, shape (m⁰,)
        Where it is taken.
    unit : int
        The output, counted from 0.

    Returns
    -------
    array, shape (m⁰,)
    """
    dtype = np.dtype(np.float64)
    windows = windows_of(network.convolutions, network.activations, 1, dtype)
    layers, sums = [layer.astype(dtype) for layer in parameters.layers], list[Array]()
    below: Array = inputs[:, None].astype(dtype)
    for l, (layer, function) in enumerate(zip(layers, network.unit_functions, strict=True)):
        p = _convolved(windows[l], layer, below) if l in windows else layer[:, :-1].dot(below) + layer[:, -1:]
        sums.append(p[:, 0])
        below = function(p)
    delta = _slope_of(network.output, sums[-1], unit)
    for l in range(len(layers) - 1, -1, -1):
        delta = _pulled_down(windows.get(l), layers[l], delta)
        if l:
            delta *= network.unit_functions[l - 1].derivative(sums[l - 1])
    return delta


def _slope_of(output: ActivationFunction, sums: Array, unit: int) -> Array:
    """∂o/∂p of one output unit, shape (mᴸ,)."""
    delta = np.zeros(len(sums))
    if output.scalar is None:  # softmax, whose units depend on each other: oₖ ([k=j] − oⱼ)
        o = output(sums[:, None])[:, 0]
        delta[unit] = o[unit]
        return np.asarray(delta - o[unit] * o)
    delta[unit] = output.derivative(sums)[unit]
    return delta


def _pulled_down(windows: Windows | None, layer: Array, delta: Array) -> Array:
    """Wᵀ δ: what comes of ∂/∂p of a layer's units for what is below, shape (mˡ⁻¹,)."""
    if windows is None:
        return np.asarray(layer[:, :-1].T.dot(delta))
    below = np.empty((windows.convolution.inputs, 1))
    play(windows.backward(layer, delta[:, None], None, below))
    return below[:, 0]
