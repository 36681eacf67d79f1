"""One training step as a tape: forward, output delta, backward, gradients, update."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from nnviz.engine.activations import ActivationFunction
from nnviz.engine.convolution import windows_of
from nnviz.engine.network import Network, Parameters, Shapes
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters, decay, penalties
from nnviz.engine.outputs import needs_slope, output_delta
from nnviz.engine.tape import Array, Operation, Tape, constant

_WIDE, _MANY = 32, 4
"""Units from which on a layer is wide; equal layers from which on one product of all is quicker than one each."""


class Buffers:
    """Where a step keeps its numbers, for one size of batch.

    The activations of all layers stand below each other in one array, a row of ones under each layer; so do
    the slopes σ′. A block of layers with the same activation function is then one stretch of rows. A row is a
    batch, shape (B,), or with ``replicas`` one for each of them, shape (R, B). What a layer's σ leaves in
    ``scratch`` stays there for its σ′. A convolution keeps what it computes on the way in its ``windows``.
    """

    def __init__(
        self, network: Network, batch_size: int, dtype: np.dtype[np.floating], replicas: tuple[int, ...] = ()
    ) -> None:
        rows = sum(network.layer_sizes[1:]) + len(network.layer_sizes) - 1
        shape = (rows, *replicas, batch_size)
        self.activations = np.ones(shape, dtype)
        self.slopes = np.empty(shape, dtype)
        self.deltas = np.empty(shape, dtype)
        self.scratch = np.zeros(shape, dtype)  # σ′ of a stretch reads the rows between layers too
        self.rows = _layer_rows(network.layer_sizes[1:])
        if replicas and network.convolutions:
            raise ValueError("convolutions are not computed as replicas")
        self.windows = windows_of(network.convolutions, network.activations, batch_size, dtype)

    def units(self, array: Array, l: int) -> Array:
        """The rows of layer ``l``, counted from 0 for the first hidden layer."""
        return array[self.rows[l]]

    def with_row(self, array: Array, l: int) -> Array:
        """The rows of layer ``l`` and the one below them; of the activations, the ones that multiply biases."""
        rows = self.rows[l]
        return array[rows.start : rows.stop + 1]

    def alike(self, array: Array, first: int, count: int) -> Array:
        """The rows of so many layers of one width, and the one below each, shape (layers, units + 1, B)."""
        rows = slice(self.rows[first].start, self.rows[first + count - 1].stop + 1)
        return array[rows].reshape(count, -1, array.shape[-1])


def _layer_rows(sizes: tuple[int, ...]) -> list[slice]:
    rows, start = [], 0
    for size in sizes:
        rows.append(slice(start, start + size))
        start += size + 1
    return rows


def learning(shapes: Shapes, mask: Array | None, frozen: Collection[int]) -> Array | None:
    """1 for every parameter that learns, 0 for those that keep their values; None if all of them learn.

    Parameters
    ----------
    mask : array of 0 and 1, shape (parameters,), optional
        Connections that are there.
    frozen : collection of int
        Layers, counted from 1, that keep their weights and biases.
    """
    if not frozen:
        return mask
    count = Parameters(shapes).flat.size
    learns = Parameters(shapes, np.ones(count) if mask is None else mask.copy())
    for layer in frozen:
        learns.layers[layer - 1][:] = 0.0
    return learns.flat


@dataclass(frozen=True, eq=False)
class Model:
    """What every step of a run works on: the network, its parameters, their gradient, the optimizer's memory."""

    network: Network
    parameters: Parameters
    gradient: Parameters
    memory: Array
    weights: Array
    mask: Array | None
    hyperparameters: Hyperparameters

    def gain(self, samples: int) -> float:
        """By what the summed delta is multiplied: 1/B for the mean, times η where the optimizer wants it so."""
        h = self.hyperparameters
        return (h.learning_rate if OPTIMIZERS[h.optimizer].folds_rate else 1.0) / samples


def training_step(
    model: Model, buffers: Buffers, inputs: Array, targets: Array, rows: Array | None = None
) -> Tape:
    """The operations of one step.

    Parameters
    ----------
    inputs : array, shape (m⁰ + 1, B) or (m⁰ + 1, R, B)
        The batch, with a last row of ones; for R replicas of the network a batch for each.
    targets : array, shape (mᴸ, B) or (mᴸ, R, B)
    rows : array, shape (B, m⁰ + 1), optional
        The inputs turned over, as an operand that is replaced with them in the tapes of other batches.
    """
    return [
        *forward_pass(model, buffers, inputs),
        *backward_pass(model, buffers, inputs, targets, rows),
        *update(model, inputs.shape[-1]),
    ]


def forward_pass(model: Model, buffers: Buffers, inputs: Array) -> Tape:
    """oˡ = σˡ(Wˡ oˡ⁻¹ + bˡ), layer by layer."""
    tape: Tape = []
    below = inputs
    functions = model.network.unit_functions
    for l, (layer, function) in enumerate(zip(model.parameters.layers, functions, strict=True)):
        activation = buffers.units(buffers.activations, l)
        if l in buffers.windows:
            tape += buffers.windows[l].forward(layer, below, activation)
        else:
            tape.append(_product(layer, _matrix(below), _matrix(activation)))
        tape += function.value(activation, buffers.units(buffers.scratch, l))
        below = buffers.with_row(buffers.activations, l)
    return tape


def backward_pass(
    model: Model, buffers: Buffers, inputs: Array, targets: Array, rows: Array | None = None
) -> Tape:
    """δᴸ from the loss, δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ∘ σ′(pˡ), and the gradients δˡ (oˡ⁻¹)ᵀ with the biases' beside them."""
    last = len(model.network.activations) - 1
    delta = buffers.units(buffers.deltas, last)
    tape = _slopes(model.network, buffers)
    tape += output_delta(
        model.network.loss,
        model.network.output,
        buffers.units(buffers.activations, last),
        targets,
        buffers.units(buffers.slopes, last),
        delta,
    )
    tape.append((np.multiply, (delta, constant(model.gain(inputs.shape[-1]), delta), delta)))
    for l in range(last, max(len(buffers.windows), 1) - 1, -1):
        tape += _delta_below(model, buffers, l)
    for l in range(len(buffers.windows) - 1, -1, -1):
        tape += _convolution_backward(model, buffers, l)
    return tape + _gradients(model, buffers, _matrix(inputs).mT if rows is None else rows)


def _convolution_backward(model: Model, buffers: Buffers, l: int) -> Tape:
    """The gradient of a convolution, and δ of the convolution below it, if there is one."""
    below = buffers.units(buffers.deltas, l - 1) if l else None
    delta = buffers.units(buffers.deltas, l)
    tape = buffers.windows[l].backward(model.parameters.layers[l], delta, model.gradient.layers[l], below)
    return tape if below is None else [*tape, _times_slope(buffers, l - 1)]


def _gradients(model: Model, buffers: Buffers, rows: Array) -> Tape:
    """δˡ (oˡ⁻¹)ᵀ of the first layer, whose inputs are the batch's, and of the others, many equal ones at once."""
    shapes, first = model.network.shapes, len(buffers.windows)
    tape: Tape = []
    if not first:
        first, tape = 1, _gradient(_matrix(buffers.units(buffers.deltas, 0)), rows, model.gradient.layers[0])
    for _, equal in groupby(range(first, len(shapes)), shapes.__getitem__):
        layers = list(equal)
        if len(layers) >= _MANY and shapes[layers[0]][0] < _WIDE and buffers.deltas.ndim == 2:
            tape.append(_gradients_of_equals(model, buffers, layers[0], len(layers)))
            continue
        for l in layers:
            below = _matrix(buffers.with_row(buffers.activations, l - 1)).mT
            tape += _gradient(_matrix(buffers.units(buffers.deltas, l)), below, model.gradient.layers[l])
    return tape


def _gradients_of_equals(model: Model, buffers: Buffers, first: int, count: int) -> Operation:
    deltas = buffers.alike(buffers.deltas, first, count)[:, :-1]
    below = buffers.alike(buffers.activations, first - 1, count).mT
    return np.matmul, (deltas, below, model.gradient.alike(first, count))


def _gradient(delta: Array, below: Array, gradient: Array) -> Tape:
    """δ oᵀ. BLAS is slow where oᵀ lies turned over in memory; for wide layers it is quicker to copy it first."""
    if below.flags.c_contiguous or min(gradient.shape[-2:]) < _WIDE:
        return [_product(delta, below, gradient)]
    copy = np.empty(below.shape, below.dtype)
    return [(np.copyto, (copy, below)), _product(delta, copy, gradient)]


def _delta_below(model: Model, buffers: Buffers, l: int) -> Tape:
    # with the column of biases and a row more, which nobody reads, the product needs no copy: twice as fast
    return [
        _product(
            model.parameters.layers[l].mT,
            _matrix(buffers.units(buffers.deltas, l)),
            _matrix(buffers.with_row(buffers.deltas, l - 1)),
        ),
        _times_slope(buffers, l - 1),
    ]


def _times_slope(buffers: Buffers, l: int) -> Operation:
    delta = buffers.units(buffers.deltas, l)
    return np.multiply, (delta, buffers.units(buffers.slopes, l), delta)


def _matrix(rows: Array) -> Array:
    """Rows of a batch, (units, B), as they are; of replicas, (units, R, B), as a stack of R such matrices."""
    return rows if rows.ndim == 2 else rows.swapaxes(0, 1)


def _product(left: Array, right: Array, out: Array) -> Operation:
    """One product, by dot, which is a third as dear as matmul; or, by matmul, one for each replica."""
    return (left.dot, (right, out)) if left.ndim == 2 else (np.matmul, (left, right, out))


def _slopes(network: Network, buffers: Buffers) -> Tape:
    """σ′ of all layers, one tape for each stretch of layers with the same function."""
    tape: Tape = []
    functions = network.unit_functions
    needed = functions if needs_slope(network.loss, network.output) else functions[:-1]
    for function, first, last in _stretches(needed):
        rows = slice(buffers.rows[first].start, buffers.rows[last].stop)
        tape += function.slope(buffers.activations[rows], buffers.slopes[rows], buffers.scratch[rows])
    return tape


def _stretches(functions: tuple[ActivationFunction, ...]) -> list[tuple[ActivationFunction, int, int]]:
    stretches: list[tuple[ActivationFunction, int, int]] = []
    for l, function in enumerate(functions):
        first = stretches.pop()[1] if stretches and stretches[-1][0] is function else l
        stretches.append((function, first, l))
    return stretches


def update(model: Model, samples: int) -> Tape:
    """Penalties, decay and the optimizer's rule, on all parameters at once; what is frozen does not move."""
    h = model.hyperparameters
    optimizer = OPTIMIZERS[h.optimizer]
    theta, gradient, memory = model.parameters.flat, model.gradient.flat, model.memory
    gain = model.gain(samples) * samples
    weights = model.weights
    tape = penalties(theta, gradient, memory[-1], weights, gain, h)
    learns = learning(model.network.shapes, model.mask, h.frozen)
    if learns is not None:
        learns = learns.astype(gradient.dtype)
        weights = weights * learns
        tape.append((np.multiply, (gradient, learns, gradient)))
    return [*tape, *decay(theta, weights, h), *optimizer.update(theta, gradient, memory, h)]
