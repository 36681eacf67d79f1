"""One sample through the tapes that a network learns by, with every number on the way kept.

With them the chain rule along one path: the factors that carry the loss back to one parameter.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import CROSS_ENTROPY, needs_slope
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass, training_step
from nnviz.engine.tape import Array, Operation, Tape, play

MOST_CHECKED = 500
"""Parameters of the largest network whose gradient is checked: some milliseconds, some megabytes."""
_H = 1e-5
"""Step of a central difference: its error, h²/6 ℓ‴ + ε ℓ/h, is then about 1e-11."""
_NEGLIGIBLE = 1e-6
_UNSCALED = Hyperparameters("momentum", learning_rate=0.0, batch_size=1)
"""With these the gradient comes as it is; SGD has it multiplied by η."""


@dataclass(frozen=True, eq=False)
class Traced:
    """What one sample makes of a network; arrays are read-only, one for each layer, the first hidden one first.

    Parameters
    ----------
    parameters : Parameters
        W and b as they were.
    inputs : array, shape (m⁰,)
    target : array, shape (mᴸ,)
    pre_activations, activations : tuple of arrays, shape (mˡ,)
        pˡ and oˡ.
    slopes : tuple of arrays, shape (mˡ,), or None
        σ′(pˡ); None for an output whose delta takes none.
    loss : float
        The sample's, without penalties.
    activation_gradients : tuple of arrays, shape (mˡ,), or None
        ∂loss/∂oˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹, and o − t at the output; None for cross-entropy, whose δᴸ comes at once.
    deltas : tuple of arrays, shape (mˡ,)
        δˡ = ∂loss/∂pˡ.
    gradient : Parameters
        ∂loss/∂W and ∂loss/∂b.
    updated : Parameters
        W − η ∂loss/∂W and b − η ∂loss/∂b, with penalties: what a step of SGD on this sample alone makes.
    """

    network: Network
    parameters: Parameters
    inputs: Array
    target: Array
    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]
    slopes: tuple[Array | None, ...]
    loss: float
    activation_gradients: tuple[Array | None, ...]
    deltas: tuple[Array, ...]
    gradient: Parameters
    updated: Parameters

    def below(self, layer: int) -> Array:
        """What a layer, counted from 0, gets: oˡ⁻¹, the inputs for the first, shape (mˡ⁻¹,)."""
        return self.activations[layer - 1] if layer else self.inputs

    def hidden_slope(self, layer: int) -> Array:
        """σ′(p) of a hidden layer, counted from 0, shape (mˡ,); it is always there."""
        slope = self.slopes[layer]
        if slope is None:
            raise ValueError("the output's delta takes no slope")
        return slope


@dataclass(frozen=True, eq=False)
class Checked:
    """Every partial beside its central difference, in the order of the flat parameters.

    Parameters
    ----------
    partials : array, shape (parameters,)
        ∂loss/∂θ as it came backwards.
    differences : array, shape (parameters,)
        (loss(θ + h) − loss(θ − h)) / 2h, h = 10⁻⁵.
    """

    partials: Array
    differences: Array

    @property
    def relative(self) -> Array:
        """|partial − difference| / larger of both; what is below 10⁻⁶ is compared with that."""
        sizes = np.maximum(np.abs(self.partials), np.abs(self.differences))
        return np.asarray(np.abs(self.partials - self.differences) / np.maximum(sizes, _NEGLIGIBLE))


class Trace:
    """Takes single samples through one network, always in double precision.

    Parameters
    ----------
    hyperparameters : Hyperparameters, optional
        η and the penalties of the update.
    mask : array of 0 and 1, shape (parameters,), optional
        Connections that are there; an update leaves the others zero.
    """

    def __init__(
        self, network: Network, hyperparameters: Hyperparameters | None = None, mask: Array | None = None
    ) -> None:
        h = replace(hyperparameters or Hyperparameters(), optimizer="sgd", batch_size=1)
        sizes = network.layer_sizes
        self.network = network
        self._inputs, self._target = np.ones((sizes[0] + 1, 1)), np.empty((sizes[-1], 1))
        self._buffers = Buffers(network, 1, np.dtype(np.float64))
        self._model, self._stepping = _model(network, _UNSCALED, None), _model(network, h, mask)
        self._sums, self._gradients = ([np.empty((m, 1)) for m in sizes[1:]] for _ in range(2))
        self._tape = self._compile()

    def __call__(self, parameters: Parameters, inputs: Array, target: Array) -> Traced:
        """The sample ``inputs``, shape (m⁰,), with its ``target``, shape (mᴸ,)."""
        self._inputs[:-1, 0], self._target[:, 0] = inputs, target
        for model in (self._model, self._stepping):
            model.parameters.flat[:] = parameters.flat
        with np.errstate(all="ignore"):
            play(self._tape)
            return self._traced()

    def check(self, parameters: Parameters, inputs: Array, target: Array) -> Checked | None:
        """The gradient beside central differences of the loss; None for more than 500 parameters."""
        if parameters.flat.size > MOST_CHECKED:
            return None
        traced = self(parameters, inputs, target)
        with np.errstate(all="ignore"):
            differences = self._differences.of(traced.parameters.flat, self._inputs, self._target)
        return Checked(traced.gradient.flat, differences)

    @cached_property
    def _differences(self) -> "_Differences":
        return _Differences(self.network)

    def _compile(self) -> Tape:
        network, buffers, last = self.network, self._buffers, len(self._sums) - 1
        forward = forward_pass(self._model, buffers, self._inputs)
        backward = backward_pass(self._model, buffers, self._inputs, self._target)
        sums = [(buffers.units(buffers.activations, l), kept) for l, kept in enumerate(self._sums)]
        gradients = [(buffers.units(buffers.deltas, l), self._gradients[l]) for l in range(last, -1, -1)]
        step = training_step(self._stepping, Buffers(network, 1, np.dtype(np.float64)), self._inputs, self._target)
        return [*_watched(forward, sums), *_watched(backward, gradients), *step]

    def _traced(self) -> Traced:
        network, buffers = self.network, self._buffers
        layers = range(len(self._sums))
        sums = self._sums[-1]
        return Traced(
            network,
            _kept(self._model.parameters),
            _frozen(self._inputs[:-1]),
            _frozen(self._target),
            tuple(_frozen(p) for p in self._sums),
            tuple(_frozen(buffers.units(buffers.activations, l)) for l in layers),
            tuple(self._slope(l) for l in layers),
            network.loss(network.output, sums, self._target),
            tuple(None if self._at_once(l) else _frozen(self._gradients[l]) for l in layers),
            tuple(_frozen(buffers.units(buffers.deltas, l)) for l in layers),
            _kept(self._model.gradient),
            _kept(self._stepping.parameters),
        )

    def _slope(self, l: int) -> Array | None:
        network = self.network
        if l == len(self._sums) - 1 and not needs_slope(network.loss, network.output):
            return None
        return _frozen(self._buffers.units(self._buffers.slopes, l))

    def _at_once(self, l: int) -> bool:
        """Whether δ of a layer comes without ∂loss/∂o before it."""
        return l == len(self._sums) - 1 and self.network.loss is CROSS_ENTROPY


class _Differences:
    """Central differences of the loss: two replicas of the network for each of its parameters, in one pass."""

    def __init__(self, network: Network) -> None:
        sizes, count = network.layer_sizes, Parameters(network.shapes).flat.size
        self._network = network
        self._moved = np.empty((2 * count, count))
        self._inputs = np.empty((sizes[0] + 1, 2 * count, 1))
        self._logits = np.empty((sizes[-1], 2 * count, 1))
        buffers = Buffers(network, 1, np.dtype(np.float64), (2 * count,))
        parameters = Parameters(network.shapes, self._moved)
        nothing = np.empty(0)
        model = Model(network, parameters, parameters, nothing, nothing, None, _UNSCALED)
        output = buffers.units(buffers.activations, len(sizes) - 2)
        tape = forward_pass(model, buffers, self._inputs)
        first = next(k for k, operation in enumerate(tape) if _writes(operation, output))
        self._tape: Tape = [*tape[: first + 1], (np.copyto, (self._logits, output))]

    def of(self, flat: Array, inputs: Array, target: Array) -> Array:
        """(loss(θ + h) − loss(θ − h)) / 2h for each parameter."""
        count = flat.size
        each = np.arange(count)
        self._moved[:] = flat
        self._moved[each, each] += _H
        self._moved[count + each, each] -= _H
        self._inputs[:] = inputs[:, None]
        play(self._tape)
        network = self._network
        losses = network.loss.per_sample(network.output, self._logits[..., 0], target)
        between = self._moved[each, each] - self._moved[count + each, each]
        return _frozen((losses[:count] - losses[count:]) / between)


def _model(network: Network, hyperparameters: Hyperparameters, mask: Array | None) -> Model:
    parameters, gradient = (Parameters(network.shapes) for _ in range(2))
    memory = np.zeros((2, parameters.flat.size))
    weights = parameters.where_weights().astype(np.float64)
    return Model(network, parameters, gradient, memory, weights, mask, hyperparameters)


def _watched(tape: Tape, arrays: Iterable[tuple[Array, Array]]) -> Tape:
    """The tape, and after the first operation that writes each of the arrays, in this order, a copy of it."""
    waiting, watched = deque(arrays), Tape()
    for operation in tape:
        watched.append(operation)
        if waiting and _writes(operation, waiting[0][0]):
            written, kept = waiting.popleft()
            watched.append((np.copyto, (kept, written)))
    return watched


def _writes(operation: Operation, array: Array) -> bool:
    result = operation[1][-1]
    return isinstance(result, np.ndarray) and np.may_share_memory(result, array)


def _kept(parameters: Parameters) -> Parameters:
    return Parameters(parameters.shapes, _frozen(parameters.flat))


def _frozen(array: Array) -> Array:
    kept = array.flatten()
    kept.flags.writeable = False
    return kept


@dataclass(frozen=True)
class Chain:
    """One of the paths from the loss to a parameter.

    Parameters
    ----------
    layer : int
        The parameter's, counted from 0.
    units : tuple of int
        The unit of every layer that the path goes through, the parameter's own first, an output's last.
    source : int or None
        Where the parameter's connection comes from; None for a bias.
    factors : tuple of float
        δᴸ, then for every layer below w and σ′, and oˡ⁻¹ last, which is 1 for a bias.
    paths : int
        How many there are.
    """

    layer: int
    units: tuple[int, ...]
    source: int | None
    factors: tuple[float, ...]
    paths: int

    @property
    def value(self) -> float:
        """The product: what this path gives to the partial, which is the sum over all."""
        return math.prod(self.factors)


def strongest_chain(traced: Traced, layer: int, unit: int, source: int | None = None) -> Chain:
    """The path with the largest product, of all from the loss to a parameter (counted from 0)."""
    ways = [_ways_up(traced, l) for l in range(layer, len(traced.deltas) - 1)]
    reach = np.abs(traced.deltas[-1])
    choices: list[Array] = []
    for way in reversed(ways):
        products = reach[:, None] * np.abs(way)
        choices.insert(0, products.argmax(axis=0))
        reach = products.max(axis=0)
    units = [unit]
    for choice in choices:
        units.append(int(choice[units[-1]]))
    paths = math.prod(traced.network.layer_sizes[layer + 2 :])
    return Chain(layer, tuple(units), source, _factors(traced, layer, units, source), paths)


def _ways_up(traced: Traced, l: int) -> Array:
    """wˡ⁺¹ σ′(pˡ): what a delta above is multiplied by on its way to each unit of layer l."""
    return np.asarray(traced.parameters.weights[l + 1] * traced.hidden_slope(l))


def _factors(traced: Traced, layer: int, units: Sequence[int], source: int | None) -> tuple[float, ...]:
    factors = [float(traced.deltas[-1][units[-1]])]
    for l in range(len(traced.deltas) - 2, layer - 1, -1):
        unit, above = units[l - layer], units[l - layer + 1]
        factors += [float(traced.parameters.weights[l + 1][above, unit]), float(traced.hidden_slope(l)[unit])]
    return (*factors, 1.0 if source is None else float(traced.below(layer)[source]))
