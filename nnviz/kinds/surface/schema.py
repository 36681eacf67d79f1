"""Points that roll down a surface, one for each optimizer: what is asked for, and the surface as a map."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, Self

import contourpy
import numpy as np
from msgspec import Meta, Struct, structs

from nnviz.data.dataset import Extent, FloatArray
from nnviz.data.messages import shown
from nnviz.engine.landscape import LANDSCAPES, Landscape, landscape, neuron_loss, sharpness
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, OptimizerName
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.problem import prepare_fitted
from nnviz.numerals import tick
from nnviz.runs.maps import Bytes

NEURON = "neuron"
"""The surface that is a neuron's loss, not a formula."""
SURFACES = (*LANDSCAPES, NEURON)
_GENTLE = 0.4
"""What η times the largest curvature is, on a surface just chosen."""
Point = Annotated[tuple[float, ...], Meta(max_length=2)]
_COLUMNS, _COLUMNS_OF_DATA = 180, 80
"""Points sideways that a surface is taken at; fewer where each of them is a pass over data."""
_LINES, _FEWEST, _MOST = 14, 7, 42
"""Contour lines within the surface's own extent, and how many of a part of it there are at least and at most."""
_STRONG = 4
"""Every so many-th line is a strong one."""


class Racer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An optimizer that rolls down; ``start`` is its own, if it begins elsewhere than the others."""

    optimizer: OptimizerName = "sgd"
    learning_rate: Annotated[float, Meta(gt=0.0, le=1000.0)] = 0.1
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.9
    title: Annotated[str, Meta(max_length=40)] = ""
    start: Point = ()

    @property
    def name(self) -> str:
        """What it is called."""
        usual = "GD" if self.optimizer == "sgd" else OPTIMIZERS[self.optimizer].title
        return self.title or usual

    def like(self, other: "Racer") -> bool:
        """Whether only learning rate and momentum differ."""
        rates = {"learning_rate": self.learning_rate, "momentum": self.momentum}
        return structs.replace(other, **rates) == self

    def at_ease(self, rate: float) -> "Racer":
        """The same with an η that suits a surface where gradient descent takes ``rate``."""
        return structs.replace(self, learning_rate=OPTIMIZERS[self.optimizer].stride or rate)


_ALL = tuple(Racer(optimizer=name).at_ease(0.1) for name in ("sgd", "momentum", "nesterov", "rmsprop", "adam"))


class Surface(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A race down a surface.

    ``surface`` is one given by a formula, or ``neuron``: the loss of one neuron on ``data``. ``curvature`` is λ
    of the parabola, λmax/λmin of bowl and ravine, and of no account elsewhere; 0 for the usual one. ``start`` is
    where all begin, empty for the surface's own. ``noise`` is the standard deviation of what is added to each
    partial of the gradient, the same for all racers.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"racers"})

    surface: Annotated[str, Meta(max_length=40)] = "bowl"
    curvature: Annotated[float, Meta(ge=0.0, le=1000.0)] = 0.0
    start: Point = ()
    racers: Annotated[tuple[Racer, ...], Meta(min_length=1, max_length=5)] = _ALL
    noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    data: Data = Data(name="gaussians", samples=200, noise=0.5)
    seed: Seed = 0

    @property
    def landscape(self) -> Landscape:
        """The surface itself."""
        return landscape_of(self.surface, self.curvature, self.data if self.surface == NEURON else None)

    @property
    def common_start(self) -> tuple[float, ...]:
        """Where those begin that have no start of their own."""
        return self.start or self.landscape.start

    @property
    def starts(self) -> tuple[tuple[float, ...], ...]:
        """Where each racer begins."""
        return tuple(racer.start or self.common_start for racer in self.racers)

    @property
    def names(self) -> tuple[str, ...]:
        """What the racers are called; those that would have the same name are told apart by η."""
        names = [racer.name for racer in self.racers]
        return tuple(
            f"{name}, η = {tick(racer.learning_rate)}" if names.count(name) > 1 else name
            for name, racer in zip(names, self.racers, strict=True)
        )

    def continues(self, before: Kind) -> bool:
        """True if only learning rates and momentum differ, so that a run of ``before`` need not start anew."""
        if not isinstance(before, Surface) or not super().continues(before):
            return False
        same = len(self.racers) == len(before.racers)
        return same and all(now.like(then) for now, then in zip(self.racers, before.racers, strict=True))

    def on(self, surface: str) -> Self:
        """The same racers on another surface, from its start, with learning rates that suit it."""
        bare = structs.replace(self, surface=surface, curvature=0.0, start=())
        rate = gentle_rate(bare.landscape)
        racers = (structs.replace(racer.at_ease(rate), start=()) for racer in self.racers)
        return structs.replace(bare, racers=tuple(racers))

    def begun_from(self, racer: int | None, point: tuple[float, ...]) -> Self:
        """The same with another start: one racer's own, or with None that of all others."""
        if racer is None:
            return structs.replace(self, start=point)
        return self.with_racer(racer, start=point)

    def with_racer(self, racer: int, **settings: object) -> Self:
        """The same with settings of one racer, counted from 0, changed."""
        changed = structs.replace(self.racers[racer], **settings)
        return structs.replace(self, racers=(*self.racers[:racer], changed, *self.racers[racer + 1 :]))

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        return structs.replace(self, data=self.data.with_path(convert))

    def complaints(self) -> Iterator[str]:
        if self.surface not in SURFACES:
            yield f"surface: {shown(repr(self.surface))} is not known; allowed: {', '.join(SURFACES)}"
            return
        yield from self._complaints_of_numbers()
        if self.surface != NEURON:
            yield from complaints_of_length(self, landscape(self.surface).parameters)

    def _complaints_of_numbers(self) -> Iterator[str]:
        rates = [number for racer in self.racers for number in (racer.learning_rate, racer.momentum)]
        for key, numbers in (
            ("curvature", [self.curvature]),
            ("noise", [self.noise]),
            ("start", self.start),
            ("racers", [*rates, *(x for racer in self.racers for x in racer.start)]),
        ):
            if not all(map(math.isfinite, numbers)):
                yield f"{key}: holds a number that is not finite; allowed: finite numbers"


def complaints_of_length(experiment: Surface, parameters: tuple[str, ...]) -> Iterator[str]:
    """Every start that has not as many numbers as the surface has parameters, a line each."""
    starts = {"start": experiment.start}
    starts |= {f"racers, item {k}, start": racer.start for k, racer in enumerate(experiment.racers, start=1)}
    for key, start in starts.items():
        if start and len(start) != len(parameters):
            yield (
                f"{key}: {len(start)} numbers; allowed: {len(parameters)} for the surface {experiment.surface!r}, "
                "or none"
            )


@lru_cache(maxsize=16)
def landscape_of(surface: str, curvature: float, data: Data | None) -> Landscape:
    """The surface of a name; a neuron's is made of data."""
    return landscape(surface, curvature) if data is None else _of_a_neuron(data)


def _of_a_neuron(data: Data) -> Landscape:
    """The loss of one neuron on the training samples, with the output and the loss that suit them."""
    _, problem = prepare_fitted(Experiment(data=data, network=NetworkDesign(hidden=())), None)
    sizes = problem.network.layer_sizes
    if sizes not in {(1, 1), (2, 1)}:
        key, name = ("data.file", data.file) if data.file else ("data.name", data.name)
        raise InputError(
            f"{key}: {name!r} takes {sizes[0]} inputs and {sizes[1]} outputs; "
            "allowed for the surface of one neuron: one or two inputs, one output"
        )
    return neuron_loss(problem.network, problem.train.inputs, problem.train.targets)


def gentle_rate(surface: Landscape) -> float:
    """A learning rate well below what a surface allows, at its start, minima and origin; in one digit."""
    places = [surface.start, *surface.minima, (0.0,) * surface.dimension]
    steepest = max(float(sharpness(surface.hessian(np.array(place)))) for place in places)
    return float(f"{_GENTLE / max(steepest, 0.4):.0e}")


@dataclass(frozen=True, eq=False)
class SurfaceMap:
    """A map of a surface.

    Parameters
    ----------
    shades : array of bytes, shape (rows, columns)
        From 0, the lowest, to 254; the first row at the top.
    lines, strong_lines : array, shape (points, 2)
        Contours, with NaN between them.
    """

    shades: Bytes
    lines: FloatArray
    strong_lines: FloatArray


@lru_cache(maxsize=8)
def ground(landscape: Landscape, extent: Extent) -> SurfaceMap:
    """The map of a surface over (x_min, x_max, y_min, y_max).

    Heights are stretched by a power, so that half of the surface's own extent lies below the middle shade; the
    contours are evenly spaced in it, closer by halves where less of the surface is seen.
    """
    xs, ys = _grid(landscape, extent)
    values = np.asarray(landscape.value(np.stack(np.meshgrid(xs, ys), axis=-1)), np.float64)
    heights = _stretched(landscape, values)
    generator = contourpy.contour_generator(xs, ys, heights, line_type=contourpy.LineType.Separate)
    low, high, step = float(heights.min()), float(heights.max()), _step(float(np.ptp(heights)))
    levels = range(int(np.floor(low / step)) + 1, int(np.ceil(high / step)))
    lines = {k: [np.asarray(line, np.float64) for line in generator.lines(k * step)] for k in levels}
    shades = (254.0 * np.clip(heights[::-1], 0.0, 1.0)).astype(np.uint8)
    strong = [line for k in levels if k % _STRONG == 0 for line in lines[k]]
    thin = [line for k in levels if k % _STRONG for line in lines[k]]
    return SurfaceMap(np.ascontiguousarray(shades), _joined(thin), _joined(strong))


def _grid(landscape: Landscape, extent: Extent) -> tuple[FloatArray, FloatArray]:
    x_min, x_max, y_min, y_max = extent
    columns = _COLUMNS if landscape.minima else _COLUMNS_OF_DATA
    rows = max(8, round(columns * (y_max - y_min) / (x_max - x_min)))
    return np.linspace(x_min, x_max, columns), np.linspace(y_min, y_max, min(rows, 2 * columns))


def _step(span: float) -> float:
    """The distance of contours, in stretched heights of which so many are seen."""
    lines = max(span * _LINES, 1e-9)
    return (
        float(2.0 ** (min(0, np.floor(np.log2(lines / _FEWEST))) + max(0, np.ceil(np.log2(lines / _MOST)))))
        / _LINES
    )


def _stretched(landscape: Landscape, values: FloatArray) -> FloatArray:
    """Heights above the lowest place, 1 at the highest of the surface's own extent, raised to a power."""
    x_min, x_max, y_min, y_max = landscape.extent
    own = np.stack(np.meshgrid(np.linspace(x_min, x_max, 25), np.linspace(y_min, y_max, 25)), axis=-1)
    heights = landscape.value(own)
    low, high = min(float(values.min()), float(heights.min())), float(heights.max())
    middle = float(np.median((heights - low) / (high - low)))
    return np.asarray(((values - low) / (high - low)) ** (np.log(0.5) / np.log(middle)))


def _joined(lines: list[FloatArray]) -> FloatArray:
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.empty((0, 2)), *(part for line in lines for part in (line, gap))])
