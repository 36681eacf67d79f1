"""Inputs that are pictures: which ones are, from paper to ink, and how the samples stand in their frame."""

import re
from collections.abc import Sequence
from math import isqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray

_NAME = re.compile(r"(\D*)([0-9]+)(?:(\D+)([0-9]+))?\D*")
_PIXEL = "pixel "
_LEAST_SIDE = 5
"""Fewest rows and columns of pictures whose inputs are not called pixels: fewer are seldom pictures."""
_REACHING = 0.25
"""Share of such inputs that must come up to half of the largest number: pixels share one scale."""
_FAINT = 0.25
"""Ink below which a pixel at the edge is not counted to a picture's box."""
Shape = tuple[int, int]
"""Rows and columns."""


class PictureFormat(Struct, frozen=True):
    """How the numbers of a picture are its pixels, row by row from the top.

    Parameters
    ----------
    paper, ink : float
        What stands for an empty pixel and for a full one.
    """

    rows: int
    columns: int
    paper: float = 0.0
    ink: float = 1.0

    @property
    def shape(self) -> Shape:
        """Rows and columns."""
        return self.rows, self.columns

    def shares(self, pixels: FloatArray) -> FloatArray:
        """How much ink is on each pixel, from 0 to 1, shape (…, rows, columns), of numbers (…, inputs)."""
        shares = np.nan_to_num(np.clip((pixels - self.paper) / (self.ink - self.paper), 0.0, 1.0))
        return shares.reshape(*pixels.shape[:-1], *self.shape)

    def pixels(self, shares: FloatArray) -> FloatArray:
        """The numbers, shape (inputs,), of a picture's ink, shape (rows, columns)."""
        return self.paper + (self.ink - self.paper) * shares.ravel()


def picture_format(names: Sequence[str], samples: FloatArray) -> PictureFormat | None:
    """The format of inputs that are pictures; None if they are none.

    Inputs that are called ``pixel`` and their row and column are pictures of any shape. So are others whose names
    end with row and column, such as ``28x28``, or that are numbered and fill a square, such as ``V1`` to ``V784``,
    if their numbers are pixels: none is negative, and many come near the largest.

    Parameters
    ----------
    names : sequence of str
        One for each input.
    samples : array, shape (samples, inputs)
        As they are in the data.
    """
    places = [_NAME.fullmatch(name) for name in names]
    if not all(places) or len({place[1] for place in places if place}) > 1:
        return None
    numbers = [(int(place[2]), int(place[4] or -1)) for place in places if place]
    shape = _grid(numbers) or _square(numbers)
    if shape is None or not (names[0].startswith(_PIXEL) or _are_pixels(shape, samples)):
        return None
    return PictureFormat(*shape, *_paper_and_ink(samples.reshape(-1, *shape)))


def _grid(numbers: Sequence[tuple[int, int]]) -> Shape | None:
    """The shape of a grid whose rows and columns are numbered from 0 or 1, all of it in order."""
    (top, left), (bottom, right) = numbers[0], numbers[-1]
    if not (0 <= top <= 1 and 0 <= left <= 1):
        return None
    wanted = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return (bottom - top + 1, right - left + 1) if list(numbers) == wanted else None


def _square(numbers: Sequence[tuple[int, int]]) -> Shape | None:
    """The shape of a square whose pixels are numbered in order."""
    side, first = isqrt(len(numbers)), numbers[0][0]
    is_square = side * side == len(numbers) and list(numbers) == [(first + k, -1) for k in range(len(numbers))]
    return (side, side) if is_square else None


def _are_pixels(shape: Shape, samples: FloatArray) -> bool:
    largest = samples.max(axis=0, initial=0.0)
    reaching = (largest >= 0.5 * largest.max()).mean() if largest.any() else 0.0
    return bool(min(shape) >= _LEAST_SIDE and samples.min(initial=0.0) >= 0.0 and reaching >= _REACHING)


def _paper_and_ink(pictures: FloatArray) -> tuple[float, float]:
    """The least and the greatest number; the greatest is paper where the border has mostly such numbers."""
    low, high = float(pictures.min(initial=0.0)), float(pictures.max(initial=0.0))
    if not (np.isfinite([low, high]).all() and high > low):
        return 0.0, 1.0
    border = np.concatenate([pictures[:, 0], pictures[:, -1], pictures[..., 0], pictures[..., -1]], axis=1)
    return (high, low) if np.median(border) > 0.5 * (low + high) else (low, high)


def shifted(pixels: FloatArray, form: PictureFormat, by: int) -> FloatArray:
    """Pictures (samples, inputs) moved sideways by so many pixels, to the right if positive; paper follows."""
    if not by:
        return pixels
    pictures, moved = pixels.reshape(-1, *form.shape), np.full((len(pixels), *form.shape), form.paper)
    kept = max(0, form.columns - abs(by))
    source, place = (
        (slice(0, kept), slice(form.columns - kept, None)) if by > 0 else (slice(-by, None), slice(0, kept))
    )
    moved[..., place] = pictures[..., source]
    return moved.reshape(len(pixels), -1)


class Setting(Struct, frozen=True):
    """How a set's pictures stand in their frame, in pixels.

    Parameters
    ----------
    height, width : float
        The box of ink is as large as this at most; every picture fills one of the two.
    is_filled : bool
        All boxes have the same height: what is wider than ``width`` was squeezed.
    center : (float, float)
        Where the middle of the box stands, or the centre of mass, from the left and from the top.
    by_mass : bool
        It is the centre of mass that stands there.
    pen : float
        How wide the strokes are.
    """

    height: float
    width: float
    is_filled: bool
    center: tuple[float, float]
    by_mass: bool
    pen: float

    @property
    def words(self) -> str:
        """The setting in a few words."""
        size = f"{self.height:.0f} pixels high, at most {self.width:.0f} wide"
        return f"{size}, centred by {'mass' if self.by_mass else 'its box'}"


def setting_of(shares: FloatArray) -> Setting:
    """Measure how pictures stand in their frame.

    A stroke that is w wide and l long has w·l of ink and an edge of 2 l; the differences between neighbouring
    pixels add up to 4/π of the edge, as strokes run in all directions.

    Parameters
    ----------
    shares : array, shape (samples, rows, columns)
        Ink, from 0 to 1; pictures without any do not count.
    """
    inked = shares[(shares >= _FAINT).any(axis=(1, 2))]
    if not len(inked):
        rows, columns = shares.shape[1:]
        return Setting(rows, columns, False, (columns / 2, rows / 2), False, max(1.0, rows / 10))
    (top, bottom), (left, right) = (_ends(np.asarray((inked >= _FAINT).any(axis=axis))) for axis in (2, 1))
    middles = np.stack([left + right, top + bottom], axis=1) / 2
    masses = masses_of(inked)
    by_mass = bool(masses.var(axis=0).sum() < middles.var(axis=0).sum())
    x, y = np.median(masses if by_mass else middles, axis=0).tolist()
    heights = bottom - top
    return Setting(
        float(np.median(heights)),
        float(np.percentile(right - left, 95)),
        bool(np.ptp(np.percentile(heights, (5, 95))) == 0.0),
        (x, y),
        by_mass,
        _pen(inked),
    )


def masses_of(shares: FloatArray) -> FloatArray:
    """Centres of mass of pictures, shape (samples, 2): from the left and from the top, in pixels."""
    rows, columns = shares.shape[1:]
    mass = shares.sum(axis=(1, 2))
    x = shares.sum(axis=1) @ (np.arange(columns) + 0.5) / mass
    y = shares.sum(axis=2) @ (np.arange(rows) + 0.5) / mass
    return np.stack([x, y], axis=1)


def _ends(lines: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Where the first of the lines with ink begins, and where the last one ends, of every picture."""
    first = lines.argmax(axis=1)
    last = lines.shape[1] - lines[:, ::-1].argmax(axis=1)
    return first.astype(np.float64), last.astype(np.float64)


def _pen(shares: FloatArray) -> float:
    framed = np.pad(shares, ((0, 0), (1, 1), (1, 1)))
    edges = sum(np.abs(np.diff(framed, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
    return float(np.median(8.0 / np.pi * shares.sum(axis=(1, 2)) / edges))
