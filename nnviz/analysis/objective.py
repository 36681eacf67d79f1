"""What a run minimises, as a function of all parameters, and how it bends where a network stands.

It is the training loss with its penalties. The bend is the Hessian's least and greatest eigenvalue.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import IDENTITY
from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass, learning
from nnviz.engine.tape import Array, Tape, play
from nnviz.runs.beginning import mask
from nnviz.runs.snapshot import Snapshot

_BLOCK = 4096
"""Samples that are worked on at once."""
_NUMBERS, _MOST = 2**16, 64
"""Numbers that are worked on at once, and networks: a millisecond's work, after which others have their turn."""
_UNSCALED = Hyperparameters("momentum")
"""With these the gradient comes as it is; SGD has it multiplied by η."""
Multiply = Callable[[Array], Array]
Columns = NDArray[np.intp]
T = TypeVar("T")
Working = Iterator[T | None]
"""Yields None after each piece of work, and the result in the end."""
MOST_EXACT = 500
"""Parameters up to which the whole Hessian is made."""
MOST_PARAMETERS = 200_000
"""Parameters up to which eigenvalues are looked for."""
_H = 1e-5
"""Step of a central difference of gradients: its error, h²/6 · ∇‴ + ε ∇/h, is then about 1e-10."""
_MOST_PRODUCTS = 80
_LOOK_EVERY, _LOOKS = 5, 3
_TOLERANCE = 1e-3
"""Share of the largest eigenvalue that the error of the two outer ones may be."""
_STATIONARY = 1e-3
"""Distance to where a parabola with the largest curvature would be level, below which it counts as level."""
_LEVEL, _FLAT = 1e-3, 1e-6
"""What of the largest curvature counts as none, and what largest curvature."""


@dataclass(frozen=True, eq=False)
class _Block:
    """Some of the samples: the tape for them, where it leaves the logits, and their share of all samples."""

    tape: Tape
    logits: Array
    targets: Array
    share: float


class Objective:
    """Mean training loss + λ₁ Σ|w| + λ₂/2 Σ w², by the tapes that a network learns by, in double precision.

    Parameters
    ----------
    snapshot : Snapshot
        Whose samples, loss, penalties, cut connections and frozen layers count.

    Attributes
    ----------
    penalised : bool
        Whether there is a penalty in it.
    learns : array of 0 and 1, shape (parameters,)
        Which parameters the run changes.
    at_once : int
        How many points are best given together.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._problem, training = snapshot.problem, snapshot.experiment.training
        self._network, sizes = snapshot.problem.network, snapshot.problem.network.layer_sizes
        self._l1, self._l2 = training.penalties
        self.penalised = bool(self._l1 or self._l2)
        blank = Parameters(self._network.shapes)
        self._weights = blank.where_weights()
        learns = learning(
            self._network.shapes, mask(snapshot.experiment, self._network), snapshot.experiment.network.frozen
        )
        self.learns: Array = np.ones(blank.flat.size) if learns is None else learns
        rows = sum(sizes) * min(len(self._problem.train), _BLOCK)
        self.at_once = 1 if self._network.convolutions else max(1, min(_MOST, _NUMBERS // rows))

    def values(self, points: Array) -> Array:
        """The objective, shape (R,), at points of shape (R, parameters); R at most ``at_once``."""
        flat, count = self._stack.flat, len(points)
        flat[:count] = points
        with np.errstate(all="ignore"):
            total = sum(self._loss_of(block) for block in self._blocks)[:count]  # type: ignore[index]
            if self.penalised:
                weights = points[:, self._weights]
                total += self._l1 * np.abs(weights).sum(axis=1) + 0.5 * self._l2 * np.vecdot(weights, weights)
        return np.asarray(total)

    def gradient(self, point: Array) -> Array:
        """∇ of the objective at a point, shape (parameters,); 0 for what the run does not change.

        Where a weight is zero, that of its L1 penalty is taken as 0.
        """
        return (self.smooth_gradient(point) + self._l1 * self._weights * np.sign(point)) * self.learns

    def smooth_gradient(self, point: Array) -> Array:
        """The same without the L1 penalty, whose kinks have no curvature."""
        self._single.flat[:] = point
        total = self._l2 * self._weights * point
        with np.errstate(all="ignore"):
            for tape, share in self._backward:
                play(tape)
                total += share * self._slope.flat
        return total * self.learns

    def _loss_of(self, block: _Block) -> Array:
        play(block.tape)
        losses = self._network.loss.per_sample(self._network.output, block.logits, block.targets)
        return np.asarray(block.share * losses.mean(axis=-1))

    @cached_property
    def _stack(self) -> Parameters:
        return Parameters(self._network.shapes, np.zeros((self.at_once, self.learns.size)))

    @cached_property
    def _single(self) -> Parameters:
        return Parameters(self._network.shapes)

    @cached_property
    def _slope(self) -> Parameters:
        return Parameters(self._network.shapes)

    @cached_property
    def _blocks(self) -> list[_Block]:
        """Forward passes up to the logits, of as many networks as are given together."""
        last = len(self._network.activations) - 1
        linear = replace(self._network, activations=(*self._network.activations[:-1], IDENTITY))
        if linear.convolutions:  # one network alone
            model = _model(linear, *[Parameters(linear.shapes, self._stack.flat[0])] * 2)
        else:
            model = _model(linear, self._stack, self._stack)
        blocks = []
        for inputs, targets, share in self._samples():
            shape = () if linear.convolutions else (self.at_once,)
            buffers = Buffers(linear, inputs.shape[1], inputs.dtype, shape)
            count = inputs.shape[1]
            repeated = np.broadcast_to(inputs[:, None], (len(inputs), self.at_once, count)) if shape else inputs
            logits = buffers.units(buffers.activations, last).reshape(-1, self.at_once, count)
            blocks.append(_Block(forward_pass(model, buffers, repeated), logits, targets[:, None, :], share))
        return blocks

    @cached_property
    def _backward(self) -> list[tuple[Tape, float]]:
        """Forward and backward passes of one network, each with its share of the samples."""
        model = _model(self._network, self._single, self._slope)
        passes = []
        for inputs, targets, share in self._samples():
            buffers = Buffers(self._network, inputs.shape[1], inputs.dtype)
            tape = [*forward_pass(model, buffers, inputs), *backward_pass(model, buffers, inputs, targets)]
            passes.append((tape, share))
        return passes

    def _samples(self) -> Iterator[tuple[Array, Array, float]]:
        """Inputs with a row of ones, targets, and the share of all samples, block by block."""
        train, count = self._problem.train, len(self._problem.train)
        for start, stop in pairwise([*range(0, count, _BLOCK), count]):
            inputs = train.inputs[start:stop].T.astype(np.float64)
            ones = np.ones((1, stop - start))
            targets = np.ascontiguousarray(train.targets[start:stop].T, np.float64)
            yield np.concatenate([inputs, ones]), targets, (stop - start) / count


def _model(network: Network, parameters: Parameters, gradient: Parameters) -> Model:
    return Model(network, parameters, gradient, np.empty((1, 0)), np.empty(0), None, _UNSCALED)


@dataclass(frozen=True, eq=False)
class Curvature:
    """The loss around one point, to second order.

    Parameters
    ----------
    gradient : float
        |∇ℓ|.
    least, greatest : float
        λmin and λmax of the Hessian; NaN where the network is too large.
    parameters : int
        How many parameters there are to go along: those that the run changes.
    products : int
        Products with the Hessian that Lanczos' method took; 0 where all eigenvalues were computed.
    vectors : array, shape (2, parameters), or None
        Directions of greatest and of least curvature, of norm 1.
    """

    gradient: float
    least: float
    greatest: float
    parameters: int
    products: int = 0
    vectors: Array | None = field(default=None, repr=False)

    @property
    def exact(self) -> bool:
        """Whether all eigenvalues were computed."""
        return not self.products and bool(np.isfinite(self.least))

    @property
    def verdict(self) -> str:
        """What sort of place it is: slope, saddle, minimum, valley, flat, top, or unknown."""
        largest = max(abs(self.least), abs(self.greatest))
        if not np.isfinite(largest + self.gradient):
            return "unknown"
        if largest < _FLAT:
            return "flat" if self.gradient < _FLAT else "slope"
        if self.gradient > _STATIONARY * largest:
            return "slope"
        if self.least < -_LEVEL * largest:
            return "saddle" if self.greatest > _LEVEL * largest else "top"
        return "minimum" if self.least > _LEVEL * largest else "valley"


def curvature(objective: Objective, point: Array) -> Working[Curvature]:
    """Measure it at a point, shape (parameters,): exactly for small networks, else by Lanczos' method.

    The Hessian is the central difference of the gradients that the network learns by. At a kink, of ReLU, it is
    that between the two sides; L1 penalties have none.
    """
    slope = float(np.linalg.norm(objective.gradient(point)))
    along = np.flatnonzero(objective.learns)
    if len(along) > MOST_PARAMETERS or not len(along) or not np.isfinite(slope):
        yield Curvature(slope, np.nan, np.nan, len(along))
    elif len(along) <= MOST_EXACT:
        yield from _exactly(objective, point, along, slope)
    else:
        yield from _by_products(objective, point, along, slope)


def hessian(objective: Objective, point: Array) -> Working[Array]:
    """All second derivatives by the parameters that the run changes, symmetric, shape (n, n)."""
    along = np.flatnonzero(objective.learns)
    whole = np.empty((len(along), len(along)))
    for row, k in enumerate(along):
        direction = np.zeros(point.size)
        direction[k] = 1.0
        whole[row] = product(objective, point, direction)[along]
        yield None
    yield 0.5 * (whole + whole.T)


def product(objective: Objective, point: Array, direction: Array) -> Array:
    """The Hessian times a direction, shape (parameters,): a central difference of gradients."""
    ahead, behind = (objective.smooth_gradient(point + h * direction) for h in (_H, -_H))
    return np.asarray((ahead - behind) / (2.0 * _H))


def lanczos(multiply: Multiply, size: int) -> Working[tuple[Array, Array]]:
    """A symmetric matrix's least and greatest eigenvalue, shape (2,), and their vectors, shape (2, size).

    Lanczos' method with full reorthogonalisation (Golub & Van Loan, section 10.3). It ends when the residuals of
    both are below a thousandth of the larger, and still are some products later, for at first the method may find
    an eigenvalue next to the outer one; or after so many products.
    """
    most = min(_MOST_PRODUCTS, size)
    basis, diagonal, beside = np.zeros((most, size)), np.zeros(most), np.zeros(most)
    vector: Array = np.random.default_rng(0).standard_normal(size)
    vector /= np.linalg.norm(vector)
    looks = 0
    for k in range(most):
        basis[k] = vector
        ahead = multiply(vector)
        diagonal[k] = ahead.dot(vector)
        for _ in range(2):  # once is not enough where eigenvalues lie close together
            ahead -= (basis[: k + 1] @ ahead) @ basis[: k + 1]
        beside[k] = size_of = float(np.linalg.norm(ahead))
        last = k + 1 == most or size_of < 1e-9
        if last or k % _LOOK_EVERY == _LOOK_EVERY - 1:
            values, weights, error = _ends(diagonal[: k + 1], beside[: k + 1])
            looks = looks + 1 if error < _TOLERANCE * np.abs(values).max() else 0
            if last or looks == _LOOKS:
                yield values, weights @ basis[: k + 1]
                return
        vector = ahead / size_of
        yield None


def _ends(diagonal: Array, beside: Array) -> tuple[Array, Array, float]:
    """The outer eigenvalues of a tridiagonal matrix, their vectors, and the larger of their residuals."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1))
    ends = vectors[:, [0, -1]].T
    return values[[0, -1]], ends, float(beside[-1] * np.abs(ends[:, -1]).max())


def pointed(vectors: Array) -> Array:
    """Vectors, shape (vectors, size), turned so that the first large number of each is above zero.

    An eigenvector may point either way, and which way it does differs between processors.
    """
    sizes = np.abs(vectors)
    first = (sizes >= 0.5 * sizes.max(axis=1, keepdims=True)).argmax(axis=1)
    signs = np.sign(vectors[range(len(vectors)), first])
    return np.asarray(np.where(signs < 0.0, -1.0, 1.0)[:, None] * vectors)


def _exactly(objective: Objective, point: Array, along: Columns, slope: float) -> Working[Curvature]:
    for whole in hessian(objective, point):
        if whole is None:
            yield None
        elif not np.isfinite(whole).all():
            yield Curvature(slope, np.nan, np.nan, len(along))
        else:
            values, vectors = np.linalg.eigh(whole)
            ends = _spread(pointed(vectors[:, [-1, 0]].T), along, point.size)
            yield Curvature(slope, float(values[0]), float(values[-1]), len(along), 0, ends)


def _by_products(objective: Objective, point: Array, along: Columns, slope: float) -> Working[Curvature]:
    count = 0

    def multiply(vector: Array) -> Array:
        nonlocal count
        count += 1
        return product(objective, point, _spread(vector, along, point.size))[along]

    for ends in lanczos(multiply, len(along)):
        if ends is None:
            yield None
        else:
            (least, greatest), vectors = ends
            both = _spread(pointed(vectors[::-1]), along, point.size)
            yield Curvature(slope, float(least), float(greatest), len(along), count, both)


def _spread(vectors: Array, along: Columns, size: int) -> Array:
    """Vectors over the parameters that change as vectors over all."""
    whole: Array = np.zeros((*vectors.shape[:-1], size))
    whole[..., along] = vectors
    return whole
