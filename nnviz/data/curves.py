"""Curves to approximate, and what is drawn by hand.

One input in [-6, 6], of the sawtooth in [-1, 1], and one target in about [-1, 1].
"""

from collections.abc import Callable

import numpy as np

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.plane import INPUT_NAMES
from nnviz.data.source import MAX_CLASSES, MAX_SAMPLES, Points, Request, Source
from nnviz.errors import InputError

CurveFunction = Callable[[FloatArray], FloatArray]
REACH = 6.0
SPREAD = 0.5
"""Noise 1 is a standard deviation of half a unit, a quarter of the curves' height."""
MAX_COORDINATE = 1e9
"""Far beyond any screen, and far from where sums of squares overflow."""


def along(request: Request, function: CurveFunction, low: float, high: float) -> Dataset:
    """Samples at even chances between `low` and `high`; noise lifts and lowers them, not the curve."""
    x = request.rng.uniform(low, high, (request.samples, 1))
    noise = SPREAD * request.noise * request.rng.standard_normal(x.shape)
    return Dataset(x, function(x) + noise, ("x",))


def _source(name: str, title: str, summary: str, function: CurveFunction) -> Source:
    def make(request: Request) -> Dataset:
        return along(request, function, -REACH, REACH)

    return Source(name, title, "regression", summary, make, features=1)


def sawtooth(x: FloatArray, folds: int) -> FloatArray:
    """[−1, 1] folded so often upon itself: 2^folds straight pieces up and down between −½ and ½."""
    u = np.mod((x + 1.0) * 2.0 ** (folds - 1), 2.0)
    return np.asarray(np.minimum(u, 2.0 - u) - 0.5)


def _folded(request: Request) -> Dataset:
    return along(request, lambda x: sawtooth(x, request.folds), -1.0, 1.0)


CURVES = (
    _source("sine", "Sine", "Nearly two periods of a sine.", np.sin),
    _source("step", "Step", "A jump, which a steep sigmoid imitates.", lambda x: np.where(x < 0, -1.0, 1.0)),
    _source("bump", "Bump", "One smooth hill: two opposite steps.", lambda x: np.exp(-np.square(x) / 2)),
    _source("abs", "Absolute value", "A kink: two ReLUs are enough.", lambda x: np.abs(x) * 2 / REACH - 1),
    Source(
        "sawtooth",
        "Sawtooth",
        "regression",
        "2ⁿ straight pieces, up and down: [−1, 1] folded n times.",
        _folded,
        features=1,
        options=("samples", "noise", "folds"),
    ),
    _source("sinc", "Sinc", "A peak with fading ripples.", lambda x: np.sinc(x / 2)),
)
"""All of them, in the order to show them."""


def drawn_points(request: Request) -> Dataset:
    """The points as drawn: rows (x1, x2, class index), the classes counted from 0."""
    rows = _checked(request.points, ("x1", "x2", "class"))
    classes = _class_indices(rows[:, 2])
    names = tuple(str(k) for k in range(int(classes.max()) + 1))
    return Dataset(rows[:, :2].copy(), classes, INPUT_NAMES, names)


def drawn_curve(request: Request) -> Dataset:
    """Samples on straight lines between knots (x, y)."""
    # Nobody draws finer, and between knots any closer the slope could overflow.
    knots = _checked(request.points, ("x", "y")).round(9)
    knots = knots[np.argsort(knots[:, 0], kind="stable")]
    low, high = knots[[0, -1], 0]
    if low == high:
        raise InputError("the drawn curve has no width; at least 2 knots at different x are needed")
    return along(request, lambda x: np.interp(x, knots[:, 0], knots[:, 1]), low, high)


def _class_indices(column: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    allowed = (column == np.floor(column)) & (column >= 0) & (column < MAX_CLASSES)
    if not allowed.all():
        row = int(np.argmin(allowed))
        raise InputError(
            f"drawn point {row + 1} has class {column[row]:g}; allowed are whole numbers 0 to {MAX_CLASSES - 1}"
        )
    if len(np.unique(column)) < 2:
        raise InputError(f"all drawn points have class {column[0]:g}; at least 2 classes are needed")
    return column.astype(np.int64)


def _checked(points: Points, columns: tuple[str, ...]) -> FloatArray:
    """The rows as an array (n, columns) of finite numbers, 2 to 100,000 of them."""
    if not 2 <= len(points) <= MAX_SAMPLES:
        raise InputError(f"{len(points):,} points are drawn; allowed are 2 to {MAX_SAMPLES:,}")
    for number, row in enumerate(points, start=1):
        if not _is_usable(row, len(columns)):
            raise InputError(f"drawn point {number} is {row!r}; it must be numbers ({', '.join(columns)})")
    return np.array(points, dtype=np.float64)


def _is_usable(row: object, length: int) -> bool:
    try:
        values = np.array(row, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return values.shape == (length,) and bool((np.abs(values) <= MAX_COORDINATE).all())


POINTS = Source(
    "drawn",
    "Points drawn by hand",
    "classification",
    "Your own points, each with its class.",
    drawn_points,
    options=("points",),
)
CURVE = Source(
    "curve",
    "Curve drawn by hand",
    "regression",
    "Your own curve, straight between its knots.",
    drawn_curve,
    features=1,
    options=("samples", "noise", "points"),
)
