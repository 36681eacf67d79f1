"""Maps as bytes that a palette turns into colours.

Signed maps (units, two classes, values) run from −1 at 0 over zero at `ZERO` to +1 at 254; maps of several
classes hold ``class · levels + confidence``.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ActivationFunction

Bytes = NDArray[np.uint8]
Single = NDArray[np.float32]
ZERO = 127


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
