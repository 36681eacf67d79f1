"""All data that a lecturer can choose by name; here truth tables, and the measured data that nnviz ships."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnviz.data import curves, digit_features, plane, waves
from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request, Source
from nnviz.paths import resource

TruthFunction = Callable[[FloatArray], NDArray[np.bool_]]
"""From the number of ones in each row to whether the row is true."""
__all__ = ["CATALOGUE", "SOURCES", "Request", "Source"]
DIGIT_SIDE = 8
DIGIT_DEPTH = 16


def parity(request: Request) -> Dataset:
    """All 2^bits rows; class 1 where the number of ones is odd."""
    return _tabulate(request, request.bits, lambda ones: ones % 2 == 1)


def _tabulate(request: Request, bits: int, rule: TruthFunction) -> Dataset:
    rows = combinations(bits)
    inputs = rows + 0.5 * request.noise * request.rng.uniform(-1, 1, rows.shape)
    names = tuple(f"x{i + 1}" for i in range(bits))
    return Dataset(inputs, rule(rows.sum(axis=1)).astype(np.int64), names, ("0", "1"), whole=True)


def combinations(bits: int) -> FloatArray:
    """All rows of `bits` zeros and ones, shape (2^bits, bits), the first column counting slowest."""
    numbers = np.arange(2**bits)[:, np.newaxis]
    return ((numbers >> np.arange(bits)[::-1]) & 1).astype(np.float64)


def _table(name: str, title: str, summary: str, rule: TruthFunction) -> Source:
    """The truth table of a rule on two inputs: four rows that are all there is."""

    def make(request: Request) -> Dataset:
        return _tabulate(request, 2, rule)

    return Source(name, title, "classification", summary, make, options=("noise",))


TABLES = (
    _table("and", "AND", "True if both inputs are: 4 rows.", lambda ones: ones == 2),
    _table("or", "OR", "True if any input is: 4 rows.", lambda ones: ones >= 1),
    _table(
        "xor_table",
        "XOR truth table",
        "True if exactly one input is: 4 rows that no single neuron can learn.",
        lambda ones: ones == 1,
    ),
    Source(
        "parity",
        "Parity",
        "classification",
        "Is the number of ones odd? 2 to 16 bits, all rows.",
        parity,
        features=4,
        options=("noise", "bits"),
    ),
)
"""All of them, in the order to show them."""


def iris() -> Dataset:
    """150 irises, four lengths in cm, three species."""
    from nnviz.data.table import read_table  # noqa: PLC0415 - see nnviz.late

    return read_table(resource("data", "iris.csv"))


@cache  # a study asks for it again and again
def digits() -> Dataset:
    """1,797 handwritten digits of 8×8 pixels, 0 (paper) to 1 (ink), row by row from the top."""
    rows = np.loadtxt(resource("data", "digits.csv.gz"), np.int64, delimiter=",", encoding="ascii")
    side = range(1, DIGIT_SIDE + 1)
    names = tuple(f"pixel {row},{column}" for row in side for column in side)
    return _read_only(Dataset(rows[:, :-1] / DIGIT_DEPTH, rows[:, -1].copy(), names, tuple("0123456789")))


def _read_only(dataset: Dataset) -> Dataset:
    """The same, which nobody can change for others."""
    dataset.inputs.flags.writeable = dataset.targets.flags.writeable = False
    return dataset


@cache
def digit_sums() -> Dataset:
    """The digits by the sums of their rows and columns."""
    data = digits()
    sums = digit_features.sums(data.inputs)
    return _read_only(replace(data, inputs=sums, input_names=digit_features.SUM_NAMES))


@cache
def digit_shapes() -> Dataset:
    """The digits by 32 numbers that a person thought of."""
    data = digits()
    shapes = digit_features.shapes(data.inputs)
    return _read_only(replace(data, inputs=shapes, input_names=digit_features.SHAPE_NAMES))


def _bundled(read: Callable[[], Dataset], title: str, summary: str, features: int) -> Source:
    def make(_request: Request) -> Dataset:
        return read()

    return Source(read.__name__, title, "classification", summary, make, features, options=(), is_bundled=True)


_BUNDLED = (
    _bundled(iris, "Iris", "150 flowers, 4 lengths in cm, 3 species (Fisher 1936).", 4),
    _bundled(
        digits,
        "Handwritten digits",
        "1,797 images of 8×8 pixels, 10 classes (Alpaydin and Kaynak 1998).",
        DIGIT_SIDE**2,
    ),
    _bundled(digit_sums, "Digits, 16 sums", "The digits by the ink in each row and each column.", 16),
    _bundled(digit_shapes, "Digits, 32 features", "The digits by features made by hand: shape and strokes.", 32),
)

BUNDLED: dict[str, Source] = {source.name: source for source in _BUNDLED}
"""Every shipped data set by name, in the order to show them."""
_GENERATED = (*plane.CLASSES, curves.POINTS, *TABLES, *plane.VALUES, *curves.CURVES, *waves.TARGETS, curves.CURVE)
SOURCES: dict[str, Source] = {source.name: source for source in _GENERATED}
"""Every generated kind of data by name; the same request with a generator seeded alike makes the same bits."""
CATALOGUE: dict[str, Source] = SOURCES | BUNDLED
"""Every data set by name; ``CATALOGUE[name].make(Request(rng, …))`` makes or loads it."""
