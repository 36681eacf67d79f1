"""All data that a lecturer can choose by name, generated, drawn or shipped, in the order to show it."""

from collections.abc import Callable

import numpy as np

from nnviz.data import curves, logic, plane
from nnviz.data.dataset import Dataset
from nnviz.data.source import Request, Source
from nnviz.data.table import read_table
from nnviz.paths import resource

__all__ = ["CATALOGUE", "SOURCES", "Request", "Source"]
DIGIT_SIDE = 8
DIGIT_DEPTH = 16
_GENERATED = (*plane.CLASSES, curves.POINTS, *logic.TABLES, *plane.VALUES, *curves.CURVES, curves.CURVE)


def iris() -> Dataset:
    """150 irises, four lengths in cm, three species."""
    return read_table(resource("data", "iris.csv"))


def digits() -> Dataset:
    """1,797 handwritten digits of 8×8 pixels, 0 (paper) to 1 (ink), row by row from the top."""
    rows = np.loadtxt(resource("data", "digits.csv.gz"), np.int64, delimiter=",", encoding="ascii")
    side = range(1, DIGIT_SIDE + 1)
    names = tuple(f"pixel {row},{column}" for row in side for column in side)
    return Dataset(rows[:, :-1] / DIGIT_DEPTH, rows[:, -1].copy(), names, tuple("0123456789"))


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
)

BUNDLED: dict[str, Source] = {source.name: source for source in _BUNDLED}
"""Every shipped data set by name, in the order to show them."""
SOURCES: dict[str, Source] = {source.name: source for source in _GENERATED}
"""Every generated kind of data by name; the same request with a generator seeded alike makes the same bits."""
CATALOGUE: dict[str, Source] = SOURCES | BUNDLED
"""Every data set by name; ``CATALOGUE[name].make(Request(rng, …))`` makes or loads it."""
