"""From where to where the axes of a hidden space go, and what is written at them."""

import numpy as np

from nnviz.analysis.hidden_space import HiddenPicture
from nnviz.experiment.problem import Problem
from nnviz.numerals import nice_above, tick
from nnviz.plots.samples import axis_words
from nnviz.plots.scales import Scale, range_scale

Ends = tuple[float, float]

_MARGIN = 0.06
"""Room beyond the farthest points, in lengths of the axis."""


def hidden_ends(picture: HiddenPicture, problem: Problem) -> tuple[Ends, Ends]:
    """From where to where a layer's coordinates go: round numbers, which seldom change while it learns.

    A unit's values go as far as its activation function; where that has no bounds, as far as the points.
    Both principal components are drawn to one scale.
    """
    points = np.concatenate([picture.samples.hidden, picture.grid.hidden.reshape(-1, 2)])
    if picture.units is None:
        reach = nice_above(float(np.abs(points).max()))
        return _wider(-reach, reach), _wider(-reach, reach)
    low, high = problem.network.activations[picture.layer - 1].span
    across, up = (_ends(low, high, values.min(), values.max()) for values in points.T)
    return across, up


def scale_of(ends: Ends, *, marked: bool = True) -> Scale:
    """An axis with its round ends and zero marked; or with lines where it ends, so that it takes as much room."""
    low, high = ends
    if not marked:
        return Scale(low, high, ((low, ""), (high, "")))
    inner = (high - low) * _MARGIN / (1.0 + 2.0 * _MARGIN)
    marks = sorted({_rounded(low + inner), 0.0, _rounded(high - inner)})
    words = ((value, tick(value, 3)) for value in marks if low <= value <= high)
    return Scale(low, high, tuple(words))


def plane_scale(ends: Ends) -> Scale:
    """An axis of the plane with the outermost of its round numbers and zero: the grid has lines of its own."""
    scale = range_scale(*ends)
    kept = [mark for mark in scale.ticks if mark[0] == 0.0 or mark in {scale.ticks[0], scale.ticks[-1]}]
    return Scale(scale.low, scale.high, tuple(kept))


def names_of(picture: HiddenPicture, problem: Problem, *, plane: bool) -> tuple[str, str]:
    """What the axes are: the plane's, two units, or components with their shares of the variance."""
    if plane:
        right, up = axis_words(problem)
        return right, "" if problem.flat else up
    if picture.units is None:
        first, second = (f"component {k}: {100 * share:.0f} %" for k, share in enumerate(picture.shares, 1))
        return first, second
    across, up = (f"unit {unit + 1}" for unit in picture.units)
    return across, up


def _ends(low: float, high: float, least: float, most: float) -> Ends:
    low = low if np.isfinite(low) else -nice_above(-least) if least < 0.0 else 0.0
    return _wider(low, high if np.isfinite(high) else nice_above(most) if most > low else low + 1.0)


def _wider(low: float, high: float) -> Ends:
    margin = _MARGIN * (high - low)
    return low - margin, high + margin


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
