"""What a network computes for the views: over the plane every unit's map, the decision regions and their boundary.

A `SceneMaker` is made once for a problem and a lens; it turns parameters into a `Scene` many times. Maps are
computed in single precision, a few thousand points at a time, by a tape.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import Extent, FloatArray
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.network import Parameters
from nnviz.experiment.problem import Problem
from nnviz.runs.decision import decision_boundary, decision_region
from nnviz.runs.feature_maps import enlarged, node_maps
from nnviz.runs.layer_statistics import DeltaSizes, Response, responses
from nnviz.runs.maps import (
    SIDES,
    Bytes,
    Kept,
    Sheet,
    Single,
    affordable_side,
    amplitudes,
    basis_of,
    drawn_curves,
    first,
    points_at_once,
    signed_bytes,
)

_CURVE_POINTS = 256
_TAME = 1e3
_FINE, _COARSE, _MANY = 64, 32, 24


class Aspect(Protocol):
    """A frozen, hashable value that says what is looked at, and how closely."""

    def prepare(self, problem: Problem) -> Callable[[Any], Any]:
        """What turns a `Snapshot` of the problem into the picture that the view paints.

        Called once for a problem, and what it returns once a frame, both in the training thread. A picture is
        frozen; what cannot be shown of this network is None.
        """


class Lens(Struct, frozen=True):
    """What the visible views need computed, and in which resolution.

    Parameters
    ----------
    shown : int
        Units of a layer that are drawn; of wider layers so many.
    firsts : tuple of int
        For each layer, the inputs first, the first unit that is drawn where not all are; 0 for layers left out.
    focus : (int, int) or None
        Layer (0: inputs) and unit that is looked at enlarged.
    responses : bool
        Whether the distributions of pre-activations and activations are wanted.
    gradients : bool
        Whether the sizes of the gradients are wanted.
    aspects : frozenset of Aspect
        What else is wanted.
    extent : (x_min, x_max, y_min, y_max) or None
        The part of the plane whose regions or curves are wanted; None for all of it.
    """

    shown: int = 12
    firsts: tuple[int, ...] = ()
    focus: tuple[int, int] | None = None
    responses: bool = False
    gradients: bool = False
    aspects: frozenset[Aspect] = frozenset()
    extent: Extent | None = None

    def units(self, layer_sizes: Sequence[int]) -> tuple[range, ...]:
        """The units of each layer that are drawn, the inputs first."""
        shown = [min(size, self.shown) for size in layer_sizes]
        latest = [size - count for size, count in zip(layer_sizes, shown, strict=True)]
        firsts = [*map(min, self.firsts, latest), *[0] * len(latest)]
        return tuple(range(first, first + count) for first, count in zip(firsts, shown, strict=False))


class Focus(Struct, frozen=True, eq=False):
    """The unit that is looked at enlarged.

    Parameters
    ----------
    place : (int, int)
        Layer (0: inputs) and unit.
    map : byte array, shape (side, side), or None
        Over the scene's ``extent``; None for data with one input.
    curve : array, shape (points,), or None
        For data with one input: the activation along x, over the scene's ``extent``.
    """

    place: tuple[int, int]
    map: Bytes | None = None
    curve: Single | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """What a network computes over the plane, at one step.

    Parameters
    ----------
    extent : (x_min, x_max, y_min, y_max)
        What the maps are over.
    seen : (x_min, x_max, y_min, y_max)
        What region, boundary and curves are over.
    maps : tuple of byte arrays, shape (shown units, height, width)
        For every layer, the inputs first; the first row is the top.
    units : tuple of range
        The units of every layer that the maps are of.
    region : byte array, shape (side, side), or None
        The decision regions, or the surface of a regression. None for data with one input.
    boundary : array, shape (points, 2)
        Boundary lines between classes, one after another with a row of NaN between.
    curves : tuple of arrays, shape (units, points)
        For data with one input: activations of the last hidden layer and of the output along x.
    focus : Focus or None
        The unit that the lens looks at, if there is one.
    responses : tuple of Response
        For each layer but the inputs, if the lens asks for them.
    gradients : tuple of float
        For each layer but the inputs, the root mean square of ∂loss/∂p, if the lens asks for them.
    aspects : mapping of Aspect to its picture
        For each that the lens asks for.
    is_partial : bool
        All but region, curves and focus, or all of it, may be of the scene before; another follows at once.
    """

    extent: Extent
    seen: Extent
    maps: tuple[Bytes, ...]
    units: tuple[range, ...]
    region: Bytes | None
    boundary: FloatArray
    curves: tuple[Single, ...] = ()
    focus: Focus | None = None
    responses: tuple[Response, ...] = field(default=())
    gradients: tuple[float, ...] = ()
    aspects: Mapping[Aspect, Any] = field(default_factory=dict)
    is_partial: bool = False

    def map_of(self, layer: int, unit: int) -> Bytes | None:
        """The map of a unit; layer 0 holds the inputs. None if it is not drawn."""
        if unit not in self.units[layer]:
            return None
        return np.asarray(self.maps[layer][unit - self.units[layer].start])


class SceneMaker:
    """Makes scenes of one problem as one lens sees it.

    Of a partial scene all but region, curves and the unit looked at is the last one's: what is
    small, or stands beside them, may follow less often. Of a network so large that even a coarse grid is dear, all
    of it is.
    """

    def __init__(self, problem: Problem, lens: Lens, extent: Extent | None = None) -> None:
        self.problem, self.lens = problem, lens
        self._extent = extent or problem.extent
        self._last: Scene | None = None
        self._pictures: Mapping[Aspect, Any] | None = None
        with np.errstate(all="ignore"):  # data beyond what single precision holds
            self._lay_out(problem)
        self._near = SceneMaker(problem, Lens(shown=0), lens.extent) if lens.extent else None

    def _lay_out(self, problem: Problem) -> None:
        self._units = self.lens.units(problem.network.node_sizes)
        self._side = _CURVE_POINTS if problem.flat else affordable_side(problem.network)
        self._dear = not problem.flat and self._side < SIDES[0]
        self._rows = 1 if problem.flat else self._side
        self._mesh = np.meshgrid(*self._grid())
        basis, embedding = basis_of(problem, *self._mesh)
        self._stride = 1 if problem.flat else max(1, self._side // self._detail())
        rows_at_once = max(1, points_at_once(problem.network) // self._side // self._stride * self._stride)
        rows_at_once = min(self._rows, rows_at_once)
        self._sheet = Sheet(problem.network, basis, embedding, rows_at_once)
        self._inputs = (embedding @ basis).reshape(-1, self._rows, self._side)
        self._input_map = self._map(self._inputs[_slice(self._units[0])], None)
        samples = problem.test if len(problem.test) else problem.train
        self._picture = samples.inputs[0]  # what convolutions are shown of
        self._deltas = DeltaSizes(problem) if self.lens.gradients else None
        self._aspects = {aspect: aspect.prepare(problem) for aspect in self.lens.aspects}

    def aspects(self, snapshot: Any, *, is_partial: bool = False) -> Mapping[Aspect, Any]:
        """A picture of each aspect of a `Snapshot` of the problem."""
        if self._pictures is None or not is_partial:
            with np.errstate(all="ignore"):
                self._pictures = {aspect: picture(snapshot) for aspect, picture in self._aspects.items()}
        return self._pictures

    def scene(self, parameters: Parameters, *, is_partial: bool = False) -> Scene:
        """The scene that ``parameters`` make."""
        scene = self._whole(parameters, is_partial=is_partial)
        if self._near is None:
            return scene
        near = self._near.scene(parameters, is_partial=is_partial)
        return replace(scene, seen=near.seen, region=near.region, boundary=near.boundary, curves=near.curves)

    def _whole(self, parameters: Parameters, *, is_partial: bool) -> Scene:
        last = self._last if is_partial else None
        if last and self._dear:
            return replace(last, is_partial=True)
        with np.errstate(all="ignore"):
            self._last = self._scene(parameters, last)
        return self._last

    def _scene(self, parameters: Parameters, last: Scene | None) -> Scene:
        """The scene; with ``last`` a partial one: all else is taken from that."""
        kept = self._kept(is_partial=last is not None)
        activations = self._sheet.activations(parameters, kept)
        tame = _are_tame(parameters)
        output = activations[-1]
        return Scene(
            extent=self._extent,
            seen=self._extent,
            maps=last.maps if last else self._maps(parameters, activations, kept, tame=tame),
            units=self._units,
            region=None if self.problem.flat else decision_region(self.problem, output, tame=tame),
            boundary=last.boundary if last else decision_boundary(self.problem, output, self._mesh),
            curves=tuple(a[:, 0] for a in activations[-2:]) if self.problem.flat else (),
            focus=self._focus(parameters, activations, kept),
            responses=last.responses if last else self._responses(parameters),
            gradients=last.gradients if last else self._gradients(parameters),
            is_partial=last is not None,
        )

    def _responses(self, parameters: Parameters) -> tuple[Response, ...]:
        return responses(self.problem, parameters) if self.lens.responses else ()

    def _gradients(self, parameters: Parameters) -> tuple[float, ...]:
        return self._deltas.sizes(parameters) if self._deltas else ()

    def _grid(self) -> tuple[FloatArray, FloatArray]:
        x_min, x_max, y_min, y_max = self._extent
        xs = _centers(x_min, x_max, self._side)
        ys = np.zeros(1) if self.problem.flat else _centers(y_min, y_max, self._side)[::-1]
        return xs, ys

    def _detail(self) -> int:
        """Side of a unit's map, in points: where many are drawn, each is small."""
        shown = sum(map(len, self._units))
        return _COARSE if shown > _MANY else _FINE

    def _kept(self, *, is_partial: bool) -> list[Kept]:
        """What of each layer the scene needs: units that are drawn, coarsely; the one looked at, every output."""
        sizes = self.problem.network.layer_sizes[1:]
        kept = [Kept(range(0) if is_partial else units, self._stride) for units in self._units[1:]]
        convolved = len(self.problem.network.convolutions)
        kept[:convolved] = [Kept(range(0), 1)] * convolved
        layer, unit = self.lens.focus or (0, 0)
        if convolved < layer <= len(sizes) and unit < sizes[layer - 1]:
            kept[layer - 1] = Kept(_with_unit(kept[layer - 1].units, unit), 1)
        if self.problem.flat and len(sizes) > 1:
            kept[-2] = Kept(range(sizes[-2]), 1)
        kept[-1] = Kept(range(sizes[-1]), 1)
        return kept

    def _maps(
        self, parameters: Parameters, activations: list[Single], kept: list[Kept], *, tame: bool
    ) -> tuple[Bytes, ...]:
        network = self.problem.network
        layers = list(zip(activations, kept, self._units[1:], network.activations, strict=True))
        dense = layers[len(network.convolutions) :]
        above = [self._map(a[_slice(units, k.units.start)], f, tame=tame) for a, k, units, f in dense]
        return (*self._below(parameters), *above)

    def _below(self, parameters: Parameters) -> tuple[Bytes, ...]:
        """Maps of the inputs over the plane; or the first test picture, and what each convolution makes of it."""
        if not self.problem.network.convolutions:
            return (self._input_map,)
        found = node_maps(self.problem.network, parameters, self._picture)
        side = len(range(0, self._side, self._stride))
        return tuple(enlarged(maps[_slice(units)], side) for maps, units in zip(found, self._units, strict=False))

    def _map(self, activations: Single, function: ActivationFunction | None, *, tame: bool = False) -> Bytes:
        if self.problem.flat:
            return drawn_curves(activations[:, 0], amplitudes(activations, function))
        stride = self._stride if activations.shape[1] == self._rows else 1
        grid = activations[:, ::stride, ::stride]
        return signed_bytes(grid, amplitudes(grid, function), tame=tame)

    def _focus(self, parameters: Parameters, activations: list[Single], kept: list[Kept]) -> Focus | None:
        layer, unit = self.lens.focus or (len(self._units), 0)
        network = self.problem.network
        if layer >= len(self._units) or unit >= network.node_sizes[layer]:
            return None
        if network.convolutions and layer <= len(network.convolutions):
            maps = node_maps(network, parameters, self._picture)[layer][unit : unit + 1]
            return Focus((layer, unit), first(enlarged(maps, _FINE)))
        values: Single = (self._inputs, *activations)[layer]
        lowest = kept[layer - 1].units.start if layer else 0
        one = values[unit - lowest : unit - lowest + 1]
        if self.problem.flat:
            return Focus((layer, unit), curve=np.asarray(one[0, 0]))
        function = self.problem.network.activations[layer - 1] if layer else None
        return Focus((layer, unit), first(signed_bytes(one, amplitudes(one, function))))


def _slice(units: range, first: int = 0) -> slice:
    """Where the units are in an array whose first row is unit ``first``."""
    return slice(units.start - first, units.stop - first)


def _with_unit(units: range, unit: int) -> range:
    """The smallest range that holds these units and one more."""
    if not units:
        return range(unit, unit + 1)
    return range(min(units.start, unit), max(units.stop, unit + 1))


def _are_tame(parameters: Parameters) -> bool:
    """Whether no activation can overflow in single precision, or be no number."""
    return bool(np.abs(parameters.flat).max() < _TAME)


def _centers(low: float, high: float, count: int) -> FloatArray:
    return np.asarray(low + (np.arange(count) + 0.5) * ((high - low) / count), dtype=np.float64)
