"""Where the classes part in the plane that the output layer sees: straight lines."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.tape import Array

Segment = tuple[FloatArray, FloatArray]


def straight_boundaries(weights: Array, biases: Array, reach: float) -> FloatArray:
    """Ends of the lines along which the predicted class changes, shape (lines, 2, 2).

    Parameters
    ----------
    weights : array, shape (outputs, 2)
    biases : array, shape (outputs,)
        Of logits w · h + b. One output parts two classes where it is zero; of several, two part where theirs are
        equal and no other is larger.
    reach : float
        How far from the origin the lines go.
    """
    if len(weights) == 1:
        segments = list(_zero_line(weights[0], float(biases[0]), reach))
    else:
        pairs = combinations(range(len(weights)), 2)
        segments = [segment for pair in pairs for segment in _between(weights, biases, pair, reach)]
    return np.array(segments, np.float64).reshape(-1, 2, 2)


def _zero_line(weight: Array, bias: float, reach: float) -> Iterator[Segment]:
    """The line w · h + b = 0 as far as it is near enough, if it is a line at all."""
    length = float(np.hypot(*weight))
    if not length > 0.0 or not np.isfinite([length, bias]).all() or abs(bias) > reach * length:
        return
    foot, along = -bias * weight / length**2, np.array([-weight[1], weight[0]]) / length
    half = float(np.sqrt(reach**2 - (bias / length) ** 2))
    yield foot - half * along, foot + half * along


def _between(weights: Array, biases: Array, pair: tuple[int, int], reach: float) -> Iterator[Segment]:
    """The stretch where two classes are level and ahead of all others."""
    i, j = pair
    others = [k for k in range(len(weights)) if k not in pair]
    for start, end in _zero_line(weights[i] - weights[j], float(biases[i] - biases[j]), reach):
        # how far others are ahead grows evenly from one end to the other
        ahead = [(weights[others] - weights[i]) @ point + biases[others] - biases[i] for point in (start, end)]
        low, high = _behind(*ahead)
        if low < high:
            yield start + low * (end - start), start + high * (end - start)


def _behind(at_start: Array, at_end: Array) -> tuple[float, float]:
    """From which to which share of the way no number, going evenly from its start to its end, is above zero."""
    rises = at_end > at_start
    with np.errstate(all="ignore"):
        crossing = at_start / (at_start - at_end)
    level = at_start == at_end
    if (level & (at_start > 0.0)).any():
        return 1.0, 0.0
    low = crossing[~rises & ~level].max(initial=0.0)
    high = crossing[rises & ~level].min(initial=1.0)
    return float(low), float(high)
