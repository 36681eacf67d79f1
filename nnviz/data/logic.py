"""Truth tables: inputs 0 and 1, one row for each combination, in counting order."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request, Source

TruthFunction = Callable[[FloatArray], NDArray[np.bool_]]
"""From the number of ones in each row to whether the row is true."""


def parity(request: Request) -> Dataset:
    """All 2^bits rows; class 1 where the number of ones is odd. A part can be held out."""
    return _tabulate(request, request.bits, lambda ones: ones % 2 == 1, whole=False)


def _tabulate(request: Request, bits: int, rule: TruthFunction, *, whole: bool) -> Dataset:
    rows = combinations(bits)
    inputs = rows + 0.5 * request.noise * request.rng.uniform(-1, 1, rows.shape)
    names = tuple(f"x{i + 1}" for i in range(bits))
    return Dataset(inputs, rule(rows.sum(axis=1)).astype(np.int64), names, ("0", "1"), whole=whole)


def combinations(bits: int) -> FloatArray:
    """All rows of `bits` zeros and ones, shape (2^bits, bits), the first column counting slowest."""
    numbers = np.arange(2**bits)[:, np.newaxis]
    return ((numbers >> np.arange(bits)[::-1]) & 1).astype(np.float64)


def _table(name: str, title: str, summary: str, rule: TruthFunction) -> Source:
    """The truth table of a rule on two inputs: four rows that are all there is."""

    def make(request: Request) -> Dataset:
        return _tabulate(request, 2, rule, whole=True)

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
