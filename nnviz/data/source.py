"""What data can be made, and what is asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data.dataset import Dataset, Task
from nnviz.errors import InputError

MAX_SAMPLES = 100_000
MAX_CLASSES = 10
MAX_BITS = 16
MAX_FOLDS = 12
MAX_DIMENSIONS = 64
MAX_WAVES = 500
Points = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Request:
    """How much of which data is wanted; every source takes from it what it needs.

    Parameters
    ----------
    rng : numpy.random.Generator
        All randomness. The numbers drawn do not depend on the noise, so that with the same seed
        more noise moves the same points further.
    samples : int
        How many rows, 2 to 100,000.
    noise : float
        0 (clean) to 1; 0.5 is already hard.
    classes : int
        How many classes, 2 to 10, where a source lets one choose.
    bits : int
        How many inputs a parity has, 2 to 16.
    folds : int
        How many times a sawtooth is folded, 1 to 12.
    points : sequence of rows
        What was drawn by hand: (x1, x2, class index) or knots (x, y).
    dimensions : int
        How many inputs, 1 to 64, where a source lets one choose.
    waves : int
        How many waves are summed, 1 to 500.
    frequency : float
        That of each wave, in radians a unit.
    singular_values : sequence of float
        Those of a linear map.

    Raises
    ------
    InputError
        A number lies outside of what is allowed.
    """

    rng: np.random.Generator
    samples: int = 200
    noise: float = 0.0
    classes: int = 3
    bits: int = 4
    points: Points = ()
    folds: int = 3
    dimensions: int = 2
    waves: int = 30
    frequency: float = 3.0
    singular_values: Sequence[float] = (2.0, 1.0)

    def __post_init__(self) -> None:
        require_count("number of samples", self.samples, 2, MAX_SAMPLES)
        require("noise", self.noise, 0, 1)
        require_count("number of classes", self.classes, 2, MAX_CLASSES)
        require_count("number of bits", self.bits, 2, MAX_BITS)
        require_count("number of folds", self.folds, 1, MAX_FOLDS)
        require_count("number of dimensions", self.dimensions, 1, MAX_DIMENSIONS)
        require_count("number of waves", self.waves, 1, MAX_WAVES)


@dataclass(frozen=True)
class Source:
    """One kind of data a lecturer can choose.

    Parameters
    ----------
    name : str
        As written in files and on the command line.
    title : str
        As shown in the window.
    task : {"classification", "regression"}
        Whether classes or values are to be predicted.
    summary : str
        One line on what it is good for.
    make : callable
        From a `Request` to a `Dataset`.
    features : int
        How many inputs; where one can choose, those of the default number of bits or dimensions.
    options : tuple of str
        Which fields of a `Request` (besides `rng`) change the data, so which controls make sense.
    is_bundled : bool
        Measured data from a file that nnviz ships.
    pictured : int
        How many points the picture has that one chooses it by; 0 for data without a picture.
    """

    name: str
    title: str
    task: Task
    summary: str
    make: Callable[[Request], Dataset]
    features: int = 2
    options: tuple[str, ...] = ("samples", "noise")
    is_bundled: bool = False
    pictured: int = 0


def require_count(what: str, value: object, low: int, high: int) -> None:
    """Refuse what is no whole number from `low` to `high`."""
    if not isinstance(value, int | np.integer):
        raise InputError(f"the {what} is {value}; it must be a whole number")
    require(what, int(value), low, high)


def require(what: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside of `low` to `high`, or one that is no number."""
    if not low <= value <= high:
        raise InputError(f"the {what} is {value:,}; allowed is {low:,} to {high:,}")
