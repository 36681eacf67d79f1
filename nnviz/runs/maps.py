"""Maps as bytes that a palette turns into colours.

Signed maps (units, two classes, values) run from −1 at 0 over zero at `ZERO` to +1 at 254; maps of several
classes hold ``class · levels + confidence``.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.convolution import windows_of
from nnviz.engine.network import Network, Parameters
from nnviz.engine.tape import Tape, play
from nnviz.experiment.problem import Problem
from nnviz.progress import go_on

Bytes = NDArray[np.uint8]
Single = NDArray[np.float32]
ZERO = 127
SIDES = (128, 96, 64, 48, 32, 24, 16)
"""Sides of grids, in points; that of a small network first."""
_AFFORDABLE = 40e6
"""Multiplications a frame: about 3 ms of one core."""
_POINTS_AT_ONCE = 8192
_GATHERED = 2_000_000
"""Numbers that the windows of a convolution gather at once: 8 MB."""


def levels(classes: int) -> int:
    """How many shades of confidence a class has in a map of several classes."""
    return 256 // classes


def first(maps: Bytes) -> Bytes:
    """The first map of several."""
    return np.asarray(maps[0])


def amplitudes(activations: Single, function: ActivationFunction | None) -> Single:
    """What stands for full colour in each unit's map: σ's largest value, or the map's where σ has none."""
    bound = max(map(abs, function.span)) if function else np.inf
    if np.isfinite(bound):
        return np.full(len(activations), bound, np.float32)
    largest = np.abs(activations).max(axis=tuple(range(1, activations.ndim)))
    return np.where(largest > 0, largest, 1.0).astype(np.float32)


def signed_bytes(maps: Single, amplitudes: Single, *, tame: bool = False) -> Bytes:
    """Signed maps, shape (units, height, width), each with its own amplitude.

    ``tame`` promises numbers within the amplitudes, which saves half of the work.
    """
    scaled = np.multiply(maps, (ZERO / amplitudes)[:, None, None], dtype=np.float32)
    scaled += np.float32(ZERO + 0.5)
    if not tame:
        np.nan_to_num(scaled, copy=False, nan=ZERO)
        np.clip(scaled, 0.0, 254.0, out=scaled)
    return scaled.astype(np.uint8)


def class_bytes(output: Single, name: str) -> Bytes:
    """Class and confidence: how far the largest output is ahead of an even spread."""
    count = len(output)
    shades = levels(count)
    best, even = output.max(axis=0), 1.0 / count
    confidence = (best - even) / (1.0 - even) if name == "softmax" else best
    shade = np.nan_to_num(np.clip(confidence, 0.0, 1.0)) * (shades - 1)
    return np.asarray(output.argmax(axis=0) * shades + shade.astype(np.int64), dtype=np.uint8)


def margins(output: Single) -> Iterator[Single]:
    """For every class that is somewhere ahead, by how much, the second best being the measure."""
    order = np.partition(output, (-2, -1), axis=0)
    second, best = np.asarray(order[-2]), np.asarray(order[-1])
    for values in output:
        leads = values >= best
        if leads.any() and not leads.all():
            yield np.where(leads, values - second, values - best)


def zero_lines(xs: FloatArray, ys: FloatArray, values: Single) -> Iterator[FloatArray]:
    """Lines along which ``values`` are zero: arrays of points, a last row of NaN in each.

    All arguments have the shape of the grid.
    """
    import contourpy  # noqa: PLC0415 - not before there is something to see

    # the function that makes generators spends longer on looking at its arguments than the generator on lines
    generator = contourpy.SerialContourGenerator(
        xs,
        ys,
        values.astype(np.float64),
        None,  # type: ignore[arg-type]
        corner_mask=True,
        line_type=contourpy.LineType.Separate,
        fill_type=contourpy.FillType.OuterOffset,
        quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
    )
    for line in generator.lines(0.0):
        yield np.vstack([np.asarray(line, dtype=np.float64), [[np.nan, np.nan]]])


def drawn_curves(activations: Single, amplitudes: Single, side: int = 64) -> Bytes:
    """Small pictures of curves, shape (units, side, side): coloured by sign on a ground of zero."""
    columns = activations[:, :: activations.shape[1] // side][:, :side] / amplitudes[:, None]
    height = np.nan_to_num(np.clip(columns, -1.0, 1.0))
    row = (1.0 - height) * (side - 1) / 2
    distance = np.abs(np.arange(side, dtype=np.float32)[None, :, None] - row[:, None, :])
    ink = np.where(height >= 0, 254, 0)[:, None, :]
    return np.where(distance <= 2.0, ink, ZERO).astype(np.uint8)


def affordable_side(network: Network) -> int:
    """Side of the grid that a network's maps are computed on: 128 points, fewer for a large network."""
    inputs, first, *_ = network.layer_sizes
    products = network.products - (0 if network.convolutions else first * (inputs - 3))  # see `basis_of`
    return next((side for side in SIDES if side * side * products <= _AFFORDABLE), SIDES[-1])


def basis_of(problem: Problem, x: FloatArray, y: FloatArray) -> tuple[Single, Single]:
    """Rows over the grid, and the matrix that makes the network's inputs (with a last row of ones) of them.

    Without engineered features the inputs are an affine map of the plane's two coordinates, however many
    they are, so that the first layer costs three products a unit; a convolution takes the inputs themselves.
    """
    points = np.column_stack([x.ravel(), y.ravel()])
    if problem.features or problem.network.convolutions:
        inputs = problem.network_inputs(problem.projection.lift(points)).T
        rows = np.vstack([inputs, np.ones(len(points))])
        return rows.astype(np.float32), np.eye(len(inputs), len(rows), dtype=np.float32)
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    right, up, origin = problem.network_inputs(problem.projection.lift(corners))
    rows = np.vstack([points.T, np.ones(len(points))])
    embedding = np.column_stack([right - origin, up - origin, origin])
    return rows.astype(np.float32), embedding.astype(np.float32)


def points_at_once(network: Network) -> int:
    """How many points of a grid are worked on together."""
    gathered = [convolution.products // (convolution.channels + 8) for convolution in network.convolutions]
    return min(_POINTS_AT_ONCE, max(1, _GATHERED // max(gathered, default=1)))


class Kept(NamedTuple):
    """Which units of a layer are kept, and which rows and columns of the grid: every ``stride``-th."""

    units: range
    stride: int


class Sheet:
    """A network laid over the rows of a grid, some rows at a time."""

    def __init__(self, network: Network, basis: Single, embedding: Single, rows_at_once: int) -> None:
        self._network, self._basis, self._embedding = network, basis, embedding
        points = basis.shape[1]
        self._side = points if rows_at_once == 1 else int(np.sqrt(points))
        self._points = min(points, rows_at_once * self._side)
        sizes = network.layer_sizes[1:]
        # all layers below each other, the ones that multiply biases between them
        self._rows = np.ones((sum(sizes) + len(sizes), self._points), np.float32)
        self._starts = [0, *accumulate(m + 1 for m in sizes)]
        self._layers = [self._rows[start:end] for start, end in pairwise(self._starts)]
        self._scratch = [np.empty((m, self._points), np.float32) for m in sizes]
        widths = (len(basis), *(m + 1 for m in sizes))
        dense = list(zip(sizes, widths, strict=False))[len(network.convolutions) :]
        shapes = (*(convolution.shape for convolution in network.convolutions), *dense)
        self._matrices = [np.empty(shape, np.float32) for shape in shapes]
        self._tapes = [(part, self._tape(part)) for part in _parts(points, self._points)]

    def activations(self, parameters: Parameters, kept: list[Kept]) -> list[Single]:
        """Activations of every layer over the grid, as much of them as is kept, shape (units, rows, columns)."""
        self._take(parameters)
        rows = self._basis.shape[1] // self._side
        found = [np.empty((len(k.units), rows // k.stride, self._side // k.stride), np.float32) for k in kept]
        for part, tape in self._tapes:
            go_on()
            play(tape)
            grid = self._rows[:, : part.stop - part.start].reshape(len(self._rows), -1, self._side)
            for start, (units, stride), whole in zip(self._starts, kept, found, strict=False):
                chosen = grid[start + units.start : start + units.stop, ::stride, ::stride]
                first = part.start // self._side // stride
                whole[:, first : first + chosen.shape[1]] = chosen
        return found

    def _take(self, parameters: Parameters) -> None:
        """Take the layers in single precision, the first one so that it takes the basis for its inputs."""
        first, *others = parameters.layers
        if self._network.convolutions:
            for matrix, layer in zip(self._matrices, parameters.layers, strict=True):
                np.copyto(matrix, layer, casting="same_kind")
            return
        effective = first[:, :-1] @ self._embedding
        effective[:, -1] += first[:, -1]
        for matrix, layer in zip(self._matrices, (effective, *others), strict=True):
            np.copyto(matrix, layer, casting="same_kind")

    def _tape(self, part: slice) -> Tape:
        tape: Tape = []
        below = np.ascontiguousarray(self._basis[:, part])  # a view with gaps would be copied for every product
        count = part.stop - part.start
        functions = self._network.unit_functions
        windows = windows_of(self._network.convolutions, self._network.activations, count, below.dtype)
        for l, (matrix, layer, scratch, function) in enumerate(
            zip(self._matrices, self._layers, self._scratch, functions, strict=True)
        ):
            units, spare = layer[:-1, :count], scratch[:, :count]
            if l in windows:
                product, spare = np.empty(units.shape, np.float32), np.empty(units.shape, np.float32)
                tape += [*windows[l].forward(matrix, below, product), (np.copyto, (units, product))]
            elif units.flags.c_contiguous:
                tape.append((matrix.dot, (below, units)))
            else:  # the last, shorter part of a grid: products want arrays without gaps to write to
                product, spare = np.empty(units.shape, np.float32), np.empty(units.shape, np.float32)
                tape += [(matrix.dot, (below, product)), (np.copyto, (units, product))]
            tape += function.value(units, spare)
            below = layer[:, :count]
        return tape


def _parts(count: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
