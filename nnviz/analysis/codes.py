"""What an autoencoder makes of samples in its narrowest layer, beside their principal components."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import forward
from nnviz.engine.principal import PrincipalPlane, principal_plane
from nnviz.engine.tape import Array, play
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Rows, Samples
from nnviz.runs.snapshot import Snapshot

_MOST = 1_000
"""Samples that are shown and measured at most: the first, in random order."""
_ASKED, _KNOWN = 300, 500
"""Samples whose neighbours are sought with every frame, and training samples that these are sought among."""
NEIGHBOURS = 5
STEPS = 9
"""Pictures on the way from one sample to another, both ends included."""
Which = Literal["codes", "components"]
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Coding:
    """Samples in a plane of two numbers each, and what becomes of them on the way back.

    Parameters
    ----------
    points : array, shape (samples, 2)
    error : float
        Mean squared difference between an input and what it comes back as.
    agreement : float or None
        Share of the samples whose class most of the five nearest training samples have; None without classes.
    walk : array, shape (9, inputs)
        What the points on the straight line between the pair of samples come back as.
    decoded : array, shape (inputs,), or None
        What the wanted point comes back as, if it is one of this plane.
    """

    points: FloatArray
    error: float
    agreement: float | None
    walk: FloatArray
    decoded: FloatArray | None


@dataclass(frozen=True, eq=False)
class CodePicture:
    """Two ways to write a sample as two numbers.

    Parameters
    ----------
    samples : Samples
        Test samples, or training samples where there are none; at most the first 1,000.
    width : int
        Units of the narrowest layer; of more than two, the codes' principal plane is shown.
    pair : (int, int)
        The samples at the ends of the walk.
    codes, components : Coding
        By the network's narrowest layer, and by the inputs' first two principal components.
    """

    samples: Samples
    width: int
    pair: Pair
    codes: Coding
    components: Coding


class Codes(Struct, frozen=True):
    """Asks for the codes of an autoencoder.

    Parameters
    ----------
    pair : (int, int) or None
        Samples between which to walk; None for the first two of different classes.
    point : (which, x, y) or None
        A point that is to be decoded, in one of the two planes.
    """

    pair: Pair | None = None
    point: tuple[Which, float, float] | None = None

    def prepare(self, problem: Problem) -> Callable[[Snapshot], CodePicture | None]:
        """What turns a snapshot of the problem into a `CodePicture`; None for what is no autoencoder."""
        if not is_autoencoder(problem):
            return lambda _snapshot: None
        return _Coder(self, problem)


def is_autoencoder(problem: Problem) -> bool:
    """Whether the inputs are to be given back, through a hidden layer."""
    return len(problem.network.layer_sizes) > 2 and problem.gives_back


def code_layer(problem: Problem) -> int:
    """The narrowest hidden layer, counted from 1; the first of several."""
    hidden = problem.network.layer_sizes[1:-1]
    return 1 + hidden.index(min(hidden))


def agreement(known: FloatArray, labels: Rows, points: FloatArray, actual: Rows) -> float:
    """Share of points whose class is the most frequent one of their five nearest known points.

    Parameters
    ----------
    known, points : array, shape (points, coordinates)
    labels, actual : array of int
        The classes of the known points, and of the points.
    """
    away = (known**2).sum(axis=1) - 2.0 * points @ known.T  # less |point|², which is alike for all of them
    count = min(NEIGHBOURS, len(known))
    nearest = labels[np.argpartition(away, count - 1, axis=1)[:, :count]]
    votes = (nearest[:, :, None] == np.arange(labels.max() + 1)).sum(axis=1)
    return float((votes.argmax(axis=1) == actual).mean())


class _Coder:
    def __init__(self, wanted: Codes, problem: Problem) -> None:
        self._wanted, self._problem, self._layer = wanted, problem, code_layer(problem)
        self._samples = problem.test if len(problem.test) else problem.train
        self._inputs = np.ascontiguousarray(self._samples.inputs[:_MOST].T)
        self._known = np.ascontiguousarray(problem.train.inputs[:_KNOWN].T)
        self._pair = (
            wanted.pair if wanted.pair and max(wanted.pair) < self._inputs.shape[1] else self._first_pair()
        )
        self._plane: PrincipalPlane | None = None
        self._components = self._by_components(problem.train.inputs.T)

    def __call__(self, snapshot: Snapshot) -> CodePicture | None:
        width = self._problem.network.layer_sizes[self._layer]
        known, codes = (self._encoded(snapshot, inputs) for inputs in (self._known, self._inputs))
        plane = self._plane_of(known)
        if plane is None or self._components is None:
            return None
        self._plane = plane
        coded = self._coding("codes", plane, known, codes, lambda layer: self._decoded(snapshot, layer))
        return CodePicture(self._samples, width, self._pair, coded, self._components)

    def _first_pair(self) -> Pair:
        labels = self._samples.labels
        if labels is None:
            return 0, min(1, self._inputs.shape[1] - 1)
        others = np.flatnonzero(labels[: self._inputs.shape[1]] != labels[0])
        return 0, int(others[0]) if len(others) else 0

    def _encoded(self, snapshot: Snapshot, inputs: Array) -> Array:
        layers = forward(self._problem.network, snapshot.parameters, inputs)
        return next(o for l, (_, o) in enumerate(layers, start=1) if l == self._layer).astype(np.float64)

    def _decoded(self, snapshot: Snapshot, codes: Array) -> Array:
        """The layers after the code's, shape (inputs, samples)."""
        network, o = self._problem.network, codes
        for layer, function in zip(
            snapshot.parameters.layers[self._layer :], network.activations[self._layer :], strict=True
        ):
            o = layer[:, :-1].dot(o) + layer[:, -1:]
            play(function.value(o, np.empty_like(o)))
        return o

    def _plane_of(self, codes: Array) -> PrincipalPlane | None:
        """Two units are the plane themselves; of others it is the principal plane."""
        if len(codes) == 2 and np.isfinite(codes).all():
            return PrincipalPlane(np.zeros(2), np.eye(2), (1.0, 0.0))
        return principal_plane(codes, self._plane)

    def _by_components(self, inputs: Array) -> Coding | None:
        plane = principal_plane(inputs)
        return (
            None
            if plane is None
            else self._coding("components", plane, self._known, self._inputs, lambda values: values)
        )

    def _coding(
        self, which: Which, plane: PrincipalPlane, known: Array, values: Array, back: Callable[[Array], Array]
    ) -> Coding:
        """The plane's coordinates of the samples' values in a layer; ``back`` leads from there to the inputs."""
        points = plane.coordinates(values)

        def decoded(at: FloatArray) -> FloatArray:
            return np.asarray(back(plane.center[:, None] + plane.axes @ at.T).T, np.float64)

        exact = back(values) if which == "codes" else decoded(points).T
        ends = points[list(self._pair)]
        share = np.linspace(0.0, 1.0, STEPS)[:, None]
        point = self._wanted.point
        is_here = point is not None and point[0] == which
        return Coding(
            points,
            float(np.mean((exact - self._inputs) ** 2)),
            self._agreement(plane.coordinates(known), points),
            decoded((1.0 - share) * ends[0] + share * ends[1]),
            decoded(np.array([point[1:]]))[0] if point and is_here else None,
        )

    def _agreement(self, known: FloatArray, points: FloatArray) -> float | None:
        labels, actual = self._problem.train.labels, self._samples.labels
        if labels is None or actual is None:
            return None
        return agreement(known, labels[: len(known)], points[:_ASKED], actual[: len(points)][:_ASKED])
