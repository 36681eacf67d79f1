"""What every neuron computes for one input, put into the plane by hand or drawn as a picture."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.network import Network, forward, output_gradient
from nnviz.experiment.problem import Problem
from nnviz.runs.feature_maps import node_maps
from nnviz.runs.maps import Bytes, signed_bytes
from nnviz.runs.snapshot import Snapshot

Stroke = tuple[tuple[float, float], ...]
"""Points on the way of a pen."""


class Probed(Struct, frozen=True, eq=False):
    """A point of the plane on its way through the network.

    Parameters
    ----------
    x, y : float
        The point; with one input, y is of no account.
    pre_activations : tuple of arrays, shape (units,)
        Of each layer but the inputs.
    activations : tuple of arrays, shape (units,)
        Of each layer, the inputs first.
    """

    x: float
    y: float
    pre_activations: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]

    @property
    def outputs(self) -> FloatArray:
        """What the network answers, shape (outputs,)."""
        return self.activations[-1]


class Probe(Struct, frozen=True):
    """A point that is put into the plane: an aspect, whose picture is a `Probed`."""

    x: float
    y: float

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Probed]:
        """What turns a snapshot of the problem into a `Probed`."""
        inputs = problem.network_inputs(problem.projection.lift(np.array([[self.x, self.y]]))).T

        def picture(snapshot: Snapshot) -> Probed:
            before, after = _through(snapshot, inputs)
            return Probed(self.x, self.y, before, (inputs[:, 0], *after))

        return picture


def _through(snapshot: Snapshot, inputs: FloatArray) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """Pre-activations and activations of every layer for one column of inputs."""
    layers = forward(snapshot.problem.network, snapshot.parameters, inputs)
    columns = [(p[:, 0].astype(np.float64), o[:, 0].astype(np.float64)) for p, o in layers]
    return tuple(p for p, _ in columns), tuple(o for _, o in columns)


def probed_in(snapshot: Snapshot) -> Probed | None:
    """What a snapshot's network computes for the probe, if there is one."""
    aspects = snapshot.scene.aspects if snapshot.scene else {}
    probed = [picture for picture in aspects.values() if isinstance(picture, Probed)]
    return min(probed, key=lambda each: isinstance(each, DrawnAnswer), default=None)


class Drawing(Struct, frozen=True):
    """A picture for the network, drawn or taken from the samples: an aspect, whose picture is a `DrawnAnswer`.

    Parameters
    ----------
    pixels : tuple of float
        The inputs as they are in the data, before they are standardized.
    strokes : tuple of strokes
        The lines that were drawn, each of points (x, y) from (0, 0), the upper left of the pad, to (1, 1).
    words : str
        What it is: drawn, or which sample.
    wanted : int or None
        The output whose gradient is wanted.
    """

    pixels: tuple[float, ...]
    strokes: tuple[Stroke, ...] = ()
    words: str = ""
    wanted: int | None = None

    def prepare(self, problem: Problem) -> "Callable[[Snapshot], DrawnAnswer | None]":
        """What turns a snapshot of the problem into a `DrawnAnswer`; None where pictures have another size."""
        given = np.array([self.pixels])
        if problem.picture is None or given.shape[1] != len(problem.input_labels):
            return lambda _snapshot: None
        inputs = problem.network_inputs(given).T
        ((x, y),) = problem.projection.project(given).tolist()
        scale = problem.standardization.scale if problem.standardization else 1.0
        convolved = bool(problem.network.convolutions)
        ink = (problem.picture.ink - problem.picture.paper) / scale

        def picture(snapshot: Snapshot) -> DrawnAnswer:
            before, after = _through(snapshot, inputs)
            gradient: FloatArray | None = None
            if self.wanted is not None and self.wanted < len(after[-1]):
                slope = output_gradient(problem.network, snapshot.parameters, inputs[:, 0], self.wanted)
                gradient = np.asarray(ink * slope, np.float64)
            maps = node_maps(problem.network, snapshot.parameters, inputs[:, 0]) if convolved else ()
            return DrawnAnswer(x, y, before, (inputs[:, 0], *after), self, gradient, maps)

        return picture


class DrawnAnswer(Probed, frozen=True, eq=False):
    """A picture on its way through the network.

    Parameters
    ----------
    x, y : float
        Where the picture lies in the plane of the data.
    drawing : Drawing
        What was asked.
    gradient : array, shape (inputs,), or None
        By how much the wanted output would rise, per ink of a full pixel.
    maps : tuple of byte arrays, shape (maps, rows, columns)
        The picture and the maps of each convolution; empty for a network that has none.
    """

    drawing: Drawing
    gradient: FloatArray | None
    maps: tuple[Bytes, ...] = ()

    def shades(self, network: Network) -> tuple[Bytes, ...]:
        """Each layer's activations as bytes of a signed map: full colour at σ's bound, or the largest one.

        Where a layer is maps, these, shape (maps, rows, columns).
        """
        layers = list(zip(self.activations, (None, *network.activations), strict=True))[len(self.maps) :]
        return (*self.maps, *(_shades(o, f) for o, f in layers))


def _shades(activations: FloatArray, function: ActivationFunction | None) -> Bytes:
    bound = max(map(abs, function.span)) if function else np.inf
    if not np.isfinite(bound):
        bound = float(np.abs(np.nan_to_num(activations)).max()) or 1.0
    full = np.array([bound], np.float32)
    return np.asarray(signed_bytes(activations[None, None].astype(np.float32), full)[0, 0])


def drawn_in(snapshot: Snapshot) -> DrawnAnswer | None:
    """The network's answer to the picture on the pad, if there is one."""
    pictures = snapshot.scene.aspects.values() if snapshot.scene else ()
    return next((picture for picture in pictures if isinstance(picture, DrawnAnswer)), None)
