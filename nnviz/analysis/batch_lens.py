"""The batch that a run takes next: its samples, and its gradient beside that of all training samples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass, learning
from nnviz.engine.tape import Array, play
from nnviz.experiment.problem import Problem
from nnviz.runs.beginning import mask
from nnviz.runs.snapshot import Snapshot

_TURNS = 8
"""Steps of the power method: the direction only says on which side of the full gradient a batch is drawn."""
_MOST_PRODUCTS = 20_000_000
_MOST_SAMPLES = 10_000
"""Parameters times samples, and samples, that cost a frame no more than a few milliseconds."""
_MOST_BATCHES, _FEWEST_BATCHES = 64, 8
"""Batches whose gradients are worked out one by one, of a small network and of a large one."""
_MOST_NUMBERS = 128_000
"""Numbers in these gradients: more do not stay in the processor's cache, and take ten times as long each."""


@dataclass(frozen=True, eq=False)
class NextBatch:
    """The batch that the run takes next.

    Parameters
    ----------
    samples : array of int
        Its training samples, in its order.
    batch, batches : int
        Which batch of the epoch it is, from 0, and how many there are.
    """

    samples: NDArray[np.intp]
    batch: int
    batches: int


@dataclass(frozen=True, eq=False)
class BatchPicture(NextBatch):
    """The next batch, and gradients at the present parameters: of the loss alone, without penalties.

    Gradients are drawn in a plane. The first axis is the full gradient's direction. A gradient has its true
    length and its true angle to the full gradient there; on which side it is drawn says the sign of its part
    along the principal direction of what batches have across the full gradient. So no length and no angle to
    the full gradient is foreshortened, which a projection to any two directions would do.

    Parameters
    ----------
    full, gradient, mean : array, shape (parameters,)
        Of all training samples; of the batch; and of the batches of this epoch up to and with this one, a short
        last one counted by its samples: after the last batch it is the full one.
    arrows : array, shape (3, 2)
        Full, batch and mean in the plane.
    tips : array, shape (batches shown, 2)
        The gradients of the epoch's batches in the plane, 64 or of a large network fewer, from batch ``first`` on.
    trail : array, shape (means, 2)
        The mean in the plane as it went from batch ``first`` to this one.
    """

    full: Array
    gradient: Array
    mean: Array
    arrows: Array
    tips: Array
    trail: Array
    first: int

    @property
    def norms(self) -> tuple[float, float, float]:
        """Lengths of the full gradient, the batch's and the mean."""
        return length(self.full), length(self.gradient), length(self.mean)

    @property
    def angle(self) -> float:
        """Between the batch's gradient and the full one, in degrees; NaN if one of them is zero."""
        return angle_between(self.gradient, self.full)

    @property
    def mean_angle(self) -> float:
        """Between the mean and the full gradient, in degrees; NaN if one of them is zero."""
        return angle_between(self.mean, self.full)


class GradientPlane:
    """Draws gradients in the plane that `BatchPicture` describes."""

    def __init__(self, full: Array, gradients: Array) -> None:
        norm = length(full)
        self._along = full / norm if norm > 0.0 else np.zeros_like(full)
        self._side = _principal(gradients - np.outer(gradients @ self._along, self._along))

    def __call__(self, gradients: Array) -> Array:
        """Where gradients, shape (gradients, parameters), are drawn, shape (gradients, 2)."""
        along = gradients @ self._along
        across = gradients - np.outer(along, self._along)
        aside = np.sqrt((across * across).sum(axis=1))
        return np.stack([along, np.where(across @ self._side < 0.0, -aside, aside)], axis=1)


def angle_between(one: Array, other: Array) -> float:
    """The angle of two vectors in degrees, right for small ones too (W. Kahan 2006); NaN if one is zero."""
    a, b = length(one), length(other)
    if not 0.0 < a * b < np.inf:
        return float("nan")
    return float(np.degrees(2.0 * np.arctan2(length(one / a - other / b), length(one / a + other / b))))


def length(vector: Array) -> float:
    """The Euclidean norm, of very long vectors too."""
    largest = float(np.abs(vector).max())
    if not 0.0 < largest < np.inf:
        return largest
    scaled = vector / largest
    return largest * float(np.sqrt(scaled.dot(scaled)))


def _principal(rows: Array) -> Array:
    """The direction in which rows spread most, its largest part positive; by the power method."""
    direction = rows[int((rows * rows).sum(axis=1).argmax())]
    for _ in range(_TURNS):
        direction = rows.T @ (rows @ direction)
        norm = length(direction)
        if not norm > 0.0:
            return np.zeros_like(direction)
        direction = direction / norm
    return np.asarray(direction * np.sign(direction[np.abs(direction).argmax()]))


def can_be_measured(problem: Problem) -> bool:
    """Whether the gradient of all training samples can be had with every frame."""
    count = len(problem.train)
    if problem.network.convolutions:  # whose gradient is not one product of deltas and activations
        return False
    return count <= _MOST_SAMPLES and count * Parameters(problem.network.shapes).flat.size <= _MOST_PRODUCTS


def epoch_order(shuffling: Mapping[str, Any], count: int, *, shuffle: bool) -> NDArray[np.intp]:
    """The order of an epoch's samples, from the state that the run's generator had when the epoch began.

    The run's own generator stays as it is.
    """
    if not shuffle:
        return np.arange(count)
    rng = np.random.default_rng(0)
    rng.bit_generator.state = dict(shuffling)
    return rng.permutation(count)


@dataclass(frozen=True)
class BatchLens:
    """The batch that the run takes next, and its gradient beside the full one."""

    def prepare(self, problem: Problem) -> Callable[[Snapshot], NextBatch]:
        """What turns a `Snapshot` into a `BatchPicture`; without gradients if they take too long for a frame."""
        return _Batches(problem) if can_be_measured(problem) else _next_batch


def _next_batch(snapshot: Snapshot) -> NextBatch:
    count, position = len(snapshot.problem.train), snapshot.position
    order = epoch_order(position.shuffling, count, shuffle=snapshot.experiment.training.shuffle)
    return NextBatch(*_place(snapshot, order))


def _place(snapshot: Snapshot, order: NDArray[np.intp]) -> tuple[NDArray[np.intp], int, int]:
    """Samples of the next batch, its index, and how many there are."""
    size, count = snapshot.experiment.training.batch_size, len(order)
    batches = snapshot.problem.steps_an_epoch(min(size, count))
    batch = min(snapshot.position.batch, batches - 1)
    return order[batch * size : (batch + 1) * size], batch, batches


class _Batches:
    """All training samples in the epoch's order, and one tape for them; always in double precision."""

    def __init__(self, problem: Problem) -> None:
        train, self._network = problem.train, problem.network
        count = len(train)
        self._samples = np.concatenate(
            [train.inputs, np.ones((count, 1)), train.targets], axis=1, dtype=np.float64
        )
        self._columns = np.empty(self._samples.T.shape)
        self._parameters, self._gradient = (Parameters(problem.network.shapes) for _ in range(2))
        self._buffers = Buffers(problem.network, count, np.dtype(np.float64))
        split = problem.network.layer_sizes[0] + 1
        self._inputs, targets = self._columns[:split], self._columns[split:]
        plain = Hyperparameters(learning_rate=1.0)  # a step of SGD is then the gradient itself
        nothing = np.empty((1, 0)), np.empty(0), None
        model = Model(problem.network, self._parameters, self._gradient, *nothing, plain)
        self._tape = [
            *forward_pass(model, self._buffers, self._inputs),
            *backward_pass(model, self._buffers, self._inputs, targets),
        ]
        self._epoch: object = None
        few = _MOST_NUMBERS // self._parameters.flat.size
        self._shown = min(max(few, _FEWEST_BATCHES), _MOST_BATCHES)

    def __call__(self, snapshot: Snapshot) -> BatchPicture:
        self._follow(snapshot)
        count = len(self._samples)
        size = min(snapshot.experiment.training.batch_size, count)
        samples, batch, batches = _place(snapshot, self._order)
        self._parameters.flat[:] = snapshot.position.parameters
        play(self._tape)
        learns = self._learns(snapshot)
        full = self._gradient.flat * learns
        first = min(max(0, batch - self._shown + 1), max(0, batches - self._shown))
        last = min(batches, first + self._shown)
        gradients = self._of_batches(first * size, last, size) * learns
        before = self._summed(slice(0, first * size)) * learns
        means = _means(gradients, before, first, size, count)[: batch - first + 1]
        plane = GradientPlane(full, gradients)
        gradient, mean = gradients[batch - first], means[-1]
        return BatchPicture(
            samples=samples,
            batch=batch,
            batches=batches,
            full=full,
            gradient=gradient,
            mean=mean,
            arrows=plane(np.stack([full, gradient, mean])),
            tips=plane(gradients),
            trail=plane(means),
            first=first,
        )

    def _follow(self, snapshot: Snapshot) -> None:
        """Have the samples in the order of the snapshot's epoch."""
        shuffle, state = snapshot.experiment.training.shuffle, snapshot.position.shuffling
        if self._epoch != (shuffle, state):
            self._epoch = (shuffle, state)
            self._order = epoch_order(state, len(self._samples), shuffle=shuffle)
            self._columns[:] = self._samples[self._order].T

    def _learns(self, snapshot: Snapshot) -> Array | float:
        """1 for every parameter that learns, 0 for those cut or frozen."""
        network, experiment = self._network, snapshot.experiment
        there = learning(network.shapes, mask(experiment, network), experiment.network.frozen)
        return 1.0 if there is None else there

    def _of_batches(self, start: int, last: int, size: int) -> Array:
        """The gradient of each batch from a sample on to before batch ``last``, shape (batches, parameters).

        A batch's gradient is δ oᵀ over its columns of the engine's deltas and activations, over their number.
        """
        stop = min(last * size, len(self._samples))
        whole = (stop - start) // size
        found = np.empty((whole + bool((stop - start) % size), self._parameters.flat.size))
        parts = Parameters(self._network.shapes, found[:whole])
        middle = start + whole * size
        for l, layer in enumerate(parts.layers):
            delta, below = (_stacked(a[:, start:middle], size) for a in self._rows(l))
            np.matmul(delta, below.mT, layer)
        found *= len(self._samples) / size
        if whole < len(found):
            found[-1] = self._summed(slice(middle, stop)) / (stop - middle)
        return found

    def _summed(self, part: slice) -> Array:
        """The sum of the gradients of samples, shape (parameters,)."""
        found = Parameters(self._network.shapes)
        for l, layer in enumerate(found.layers):
            delta, below = self._rows(l)
            np.dot(delta[:, part], below[:, part].T, layer)
        found.flat *= len(self._samples)
        return found.flat

    def _rows(self, l: int) -> tuple[Array, Array]:
        """Deltas of a layer, over the number of samples, and the activations below with their ones."""
        buffers = self._buffers
        below = buffers.with_row(buffers.activations, l - 1) if l else self._inputs
        return buffers.units(buffers.deltas, l), below


def _stacked(rows: Array, size: int) -> Array:
    """Columns (units, batches · size) as a stack of matrices (batches, units, size)."""
    return rows.reshape(len(rows), -1, size).swapaxes(0, 1)


def _means(gradients: Array, before: Array, first: int, size: int, count: int) -> Array:
    """The mean over all samples up to and with each batch; ``before`` is the sum over those before ``first``."""
    samples = np.minimum(np.arange(first, first + len(gradients) + 1) * size, count)
    sums = np.cumsum(gradients * np.diff(samples)[:, None], axis=0) + before
    return np.asarray(sums / samples[1:, None])
