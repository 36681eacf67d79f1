"""Truth tables: inputs 0 and 1, one row for each combination, in counting order."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request

TruthFunction = Callable[[FloatArray], NDArray[np.bool_]]

RULES: dict[str, TruthFunction] = {
    "and": lambda ones: ones == 2,
    "or": lambda ones: ones >= 1,
    "xor_table": lambda ones: ones == 1,
}
"""From the number of ones in each row to whether the row is true."""


def truth_table(name: str) -> Callable[[Request], Dataset]:
    """The maker of one of the `RULES` on two inputs: four rows that are all there is."""
    return lambda request: _tabulate(request, 2, RULES[name], whole=True)


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
