"""Pictures looked at by a program: whether there is something in them, and how much of them has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

_COLOURS = 100
_MOST_OF_ONE = 0.9


def pixels(picture: Path) -> NDArray[np.uint32]:
    """The colours of a picture, shape (height, width)."""
    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def is_drawn(picture: Path) -> bool:
    """Whether it shows a window at work: many colours, and none of them nearly everywhere."""
    shares = np.unique(pixels(picture), return_counts=True)[1] / pixels(picture).size
    return len(shares) >= _COLOURS and bool(shares.max() <= _MOST_OF_ONE)


def different(one: Path, other: Path) -> float:
    """The share of pixels that two pictures of the same size differ in."""
    return float(np.mean(pixels(one) != pixels(other)))
