"""Features of handwritten digits that a person thought of, in place of their pixels."""

import numpy as np

from nnviz.data.dataset import FloatArray

_SIDE = 8
SUM_NAMES = tuple(f"{line} {k}" for line in ("row", "column") for k in range(1, _SIDE + 1))
"""What `sums` gives."""
_SHAPE = (
    *("ink", "left-right symmetry", "up-down symmetry", "symmetry about the centre"),
    *("edges across", "edges down", "strokes crossed across", "strokes crossed down"),
    *("centre across", "centre down", "spread across", "spread down", "slant"),
    *("ink at the border", "ink in the middle", "upper half"),
)
_DIRECTIONS = ("|", "/", "-", "\\")
SHAPE_NAMES = (
    *_SHAPE,
    *(f"{place} {way}" for place in ("up left", "up right", "low left", "low right") for way in _DIRECTIONS),
)
"""What `shapes` gives."""


def sums(pixels: FloatArray) -> FloatArray:
    """The mean ink of every row and of every column, shape (pictures, 16), of pixels (pictures, 64)."""
    pictures = pixels.reshape(-1, _SIDE, _SIDE)
    return np.concatenate([pictures.mean(axis=2), pictures.mean(axis=1)], axis=1)


def shapes(pixels: FloatArray) -> FloatArray:
    """Sixteen numbers on the shape, and the strokes of each direction in each quarter: (pictures, 32)."""
    pictures = pixels.reshape(-1, _SIDE, _SIDE)
    return np.concatenate([_shape(pictures), _directions(pictures)], axis=1)


def _shape(pictures: FloatArray) -> FloatArray:
    ink = pictures.sum(axis=(1, 2))
    across, down = np.abs(np.diff(pictures, axis=2)), np.abs(np.diff(pictures, axis=1))
    crossed = [(np.diff(pictures > 0.5, axis=axis)).sum(axis=(1, 2)) / 16.0 for axis in (2, 1)]
    edge = np.ones((_SIDE, _SIDE), bool)
    edge[1:-1, 1:-1] = False
    return np.column_stack(
        [
            ink / 32.0,
            *(1.0 - np.abs(pictures - other).mean(axis=(1, 2)) for other in _mirrored(pictures)),
            *(steps.sum(axis=(1, 2)) / 32.0 for steps in (across, down)),
            *crossed,
            *_moments(pictures, ink),
            pictures[:, edge].sum(axis=1) / ink,
            pictures[:, 3:5, 3:5].mean(axis=(1, 2)),
            pictures[:, :4].sum(axis=(1, 2)) / ink,
        ]
    )


def _mirrored(pictures: FloatArray) -> tuple[FloatArray, ...]:
    return pictures[:, :, ::-1], pictures[:, ::-1], pictures[:, ::-1, ::-1]


def _moments(pictures: FloatArray, ink: FloatArray) -> tuple[FloatArray, ...]:
    """Where the ink's centre is, how far it spreads both ways, and how it slants."""
    places = np.linspace(-1.0, 1.0, _SIDE)
    share = pictures / ink[:, None, None]
    across, down = share.sum(axis=1) @ places, share.sum(axis=2) @ places
    from_centre = (places - across[:, None], places - down[:, None])
    spread_across = (share.sum(axis=1) * from_centre[0] ** 2).sum(axis=1)
    spread_down = (share.sum(axis=2) * from_centre[1] ** 2).sum(axis=1)
    slant = np.einsum("nij,ni,nj->n", share, from_centre[1], from_centre[0])
    return across, down, np.sqrt(spread_across), np.sqrt(spread_down), 4.0 * slant


def _directions(pictures: FloatArray) -> FloatArray:
    """How steep the ink is in every quarter, by the direction of the stroke there: four times four numbers."""
    down, across = np.gradient(pictures, axis=(1, 2))
    steepness, angle = np.hypot(across, down), np.arctan2(down, across)  # a stroke is at a right angle to it
    found = []
    for rows in (slice(0, 4), slice(4, 8)):
        for columns in (slice(0, 4), slice(4, 8)):
            steep, turned = steepness[:, rows, columns], angle[:, rows, columns]
            for k in range(len(_DIRECTIONS)):
                likeness = np.maximum(0.0, np.cos(2.0 * (turned - k * np.pi / 4.0)))
                found.append((steep * likeness).sum(axis=(1, 2)) / 4.0)
    return np.column_stack(found)
