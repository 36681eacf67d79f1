"""What each loss does while one weight or bias slides and all else is held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.network import Network, Parameters, forward, logits
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import LOSSES, predicted_class
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import Array, play
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot

PLACES = 129
"""Values of the weight that a curve goes through."""
ZERO_ONE = "zero_one"
_MOST_ACTIVATIONS = 250_000
"""Activations that a frame works out at most; of more samples the first are taken."""
_COLUMNS_AT_ONCE = 4096
_ROOM = 1.1
_MOST_DOUBLINGS = 40


@dataclass(frozen=True, eq=False)
class SliceCurve:
    """One loss against the weight.

    Parameters
    ----------
    name : str
        ``zero_one``, ``squared_error`` or ``cross_entropy``.
    values : array, shape (129,)
    value, slope : float
        At the present weight. The slope is the engine's own ∂loss/∂w, without penalties; of the number
        misclassified it is zero wherever there is one.
    """

    name: str
    values: Array
    value: float
    slope: float


@dataclass(frozen=True, eq=False)
class Slice:
    """The losses along one weight.

    Parameters
    ----------
    at : array, shape (129,)
        Values of the weight.
    weight : float
        Its present value.
    curves : tuple of SliceCurve
        Those that make sense with the data and the output.
    entropy : float
        Mean entropy of the targets, in nats: cross-entropy less this is the Kullback–Leibler divergence from
        the targets to the outputs. Of classes, where every target is certain, it is zero.
    samples : int
        How many training samples they are over.
    minimised : str
        Which of the curves the run follows downhill.
    """

    at: Array
    weight: float
    curves: tuple[SliceCurve, ...]
    entropy: float
    samples: int
    minimised: str


@dataclass(frozen=True)
class LossSlice:
    """Along which weight to look, and how far.

    Parameters
    ----------
    layer, unit : int
        Counted from 0.
    source : int or None
        The unit below, counted from 0; None for the bias.
    span : float
        The weight goes from −span to span, or twice, four times … as far if it is itself larger.
    """

    layer: int = 0
    unit: int = 0
    source: int | None = 0
    span: float = 4.0

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Slice | None]:
        """What turns a `Snapshot` into a `Slice`; None if the network has no such weight."""
        return _Slices(self, problem) if self.is_in(problem.network) else lambda _snapshot: None

    def is_in(self, network: Network) -> bool:
        """Whether a network has such a weight, in a layer that is no convolution."""
        if not len(network.convolutions) <= self.layer < len(network.shapes):
            return False
        units, columns = network.shapes[self.layer]
        return self.unit < units and (self.source is None or self.source + 1 < columns)


def reach(weight: float, span: float) -> float:
    """How far the weight goes to both sides of zero: the span, doubled until the weight is well inside."""
    for _ in range(_MOST_DOUBLINGS):
        if not _ROOM * abs(weight) > span:
            break
        span *= 2.0
    return span


class _Slices:
    def __init__(self, wanted: LossSlice, problem: Problem) -> None:
        self._wanted, self._network, train = wanted, problem.network, problem.train
        above = sum(problem.network.layer_sizes[wanted.layer + 2 :]) + 1
        self._count = count = max(1, min(len(train), _MOST_ACTIVATIONS // (PLACES * above)))
        self._inputs = np.ascontiguousarray(train.inputs[:count].T, dtype=np.float64)
        self._targets = np.ascontiguousarray(train.targets[:count].T, dtype=np.float64)
        self._classes = None if train.classes is None else train.classes[:count]
        names = LOSSES if train.classes is not None else ("squared_error",)
        losses = [LOSSES[name] for name in names if problem.network.output.name in LOSSES[name].outputs]
        networks = [replace(problem.network, loss=loss) for loss in losses]
        self._slopes = {network.loss: _Slope(network, self._inputs, self._targets) for network in networks}
        self._entropy = _entropy(problem.network, self._targets) if train.classes is not None else 0.0

    def __call__(self, snapshot: Snapshot) -> Slice:
        wanted, parameters = self._wanted, Parameters(self._network.shapes, snapshot.position.parameters)
        weight = snapshot.parameter(wanted.layer, wanted.unit, wanted.source)
        limit = reach(weight, wanted.span)
        at = np.linspace(-limit, limit, PLACES)
        means = self._means(parameters, np.append(at, weight) - weight)
        slopes = {loss.name: self._slope_of(slope, snapshot) for loss, slope in self._slopes.items()}
        curves = tuple(
            SliceCurve(name, values[:-1], float(values[-1]), slopes.get(name, 0.0))
            for name, values in means.items()
        )
        return Slice(at, weight, curves, self._entropy, self._count, snapshot.problem.network.loss.name)

    def _means(self, parameters: Parameters, moves: Array) -> dict[str, Array]:
        """Every loss, by name, for every move of the weight; a few moves at a time, which a cache holds."""
        passed = list(forward(self._network, parameters, self._inputs))
        pieces = np.array_split(moves, -(-len(moves) * self._count // _COLUMNS_AT_ONCE))
        parts = [self._of_outputs(self._logits(parameters, passed, piece)) for piece in pieces]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _of_outputs(self, outputs: Array) -> dict[str, Array]:
        """Every loss from the output's pre-activations, shape (outputs, moves · samples)."""
        moves = outputs.shape[1] // self._count
        found: dict[str, Array] = {}
        if self._classes is not None:
            found[ZERO_ONE] = predicted_class(outputs).reshape(moves, -1) != self._classes
        targets = np.tile(self._targets, moves)
        for loss in self._slopes:
            found[loss.name] = loss.per_sample(self._network.output, outputs, targets).reshape(moves, -1)
        return {name: losses.mean(axis=1) for name, losses in found.items()}

    def _logits(self, parameters: Parameters, passed: Sequence[tuple[Array, Array]], moves: Array) -> Array:
        """The output's pre-activations, shape (outputs, moves · samples), for each move of the weight.

        Only the unit of the weight is worked out anew for every move, and what it sends to the layer above.
        ``passed`` are pre-activations and activations of every layer as they are.
        """
        layer, unit, source = self._wanted.layer, self._wanted.unit, self._wanted.source
        below = passed[layer - 1][1] if layer else self._inputs
        sent = np.ones(self._count) if source is None else below[source]
        moved = passed[layer][0][unit] + moves[:, None] * sent
        if layer == len(passed) - 1:
            return _with_row(passed[layer][0], unit, moved)
        change = self._network.activations[layer](moved) - passed[layer][1][unit]
        weights, held = parameters.weights[layer + 1][:, unit], passed[layer + 1][0]
        pre_activation = held[:, None] + weights[:, None, None] * change
        return self._above(parameters, pre_activation.reshape(len(held), -1))

    def _above(self, parameters: Parameters, pre_activation: Array) -> Array:
        """The output's pre-activations, from those of the layer above the weight's."""
        layer, network = self._wanted.layer + 1, self._network
        if layer == len(network.activations) - 1:
            return pre_activation
        sizes = network.layer_sizes[layer + 1 :]
        upper = Network(sizes, network.activations[layer + 1 :], network.loss)
        rest = Parameters(upper.shapes, parameters.flat[-Parameters(upper.shapes).flat.size :])
        return logits(upper, rest, network.activations[layer](pre_activation))

    def _slope_of(self, slope: "_Slope", snapshot: Snapshot) -> float:
        gradient = slope(snapshot.position.parameters)
        source = -1 if self._wanted.source is None else self._wanted.source
        return float(gradient.layers[self._wanted.layer][self._wanted.unit, source])


class _Slope:
    """The gradient of one loss, by the engine's own tapes; in double precision."""

    def __init__(self, network: Network, inputs: Array, targets: Array) -> None:
        count = inputs.shape[1]
        self._parameters, self._gradient = (Parameters(network.shapes) for _ in range(2))
        plain = Hyperparameters(learning_rate=1.0)  # a step of SGD is then the gradient itself
        nothing = np.empty((1, 0)), np.empty(0), None
        model = Model(network, self._parameters, self._gradient, *nothing, plain)
        buffers = Buffers(network, count, np.dtype(np.float64))
        with_ones = np.concatenate([inputs, np.ones((1, count))])
        self._tape = [*forward_pass(model, buffers, with_ones), *backward_pass(model, buffers, with_ones, targets)]

    def __call__(self, parameters: Array) -> Parameters:
        self._parameters.flat[:] = parameters
        play(self._tape)
        return self._gradient


def _with_row(rows: Array, unit: int, moved: Array) -> Array:
    """Rows (units, samples), for every move, with one of them moved, shape (moves, samples)."""
    repeated = np.tile(rows, len(moved))
    repeated[unit] = moved.ravel()
    return repeated


def _entropy(network: Network, targets: Array) -> float:
    """Mean of −Σ t ln t over the samples; a single output, or each of several, is a class of its own or not."""
    shares = 0.5 * (targets + 1.0) if network.output.name in {"tanh", "identity"} else targets
    if network.output.name != "softmax":
        shares = np.stack([shares, 1.0 - shares])
    logs = np.log(np.where(shares > 0.0, shares, 1.0))
    return float(abs((shares * logs).sum()) / targets.shape[1])
