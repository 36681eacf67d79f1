"""What is to be seen of a widget, as numbers and words, for tests of views."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainterPath
from PySide6.QtWidgets import QGraphicsScene, QGraphicsSimpleTextItem, QWidget

from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens

_BLOCK = 4
_LARGEST_DIFFERENCE = 24.0


def points(path: QPainterPath) -> NDArray[np.float64]:
    """The points that a path goes through, shape (points, 2)."""
    elements = [path.elementAt(k) for k in range(path.elementCount())]
    return np.array([(e.x, e.y) for e in elements]).reshape(-1, 2)


def texts(scene: QGraphicsScene) -> list[QGraphicsSimpleTextItem]:
    """All that is written and can be seen."""
    items = [item for item in scene.items() if isinstance(item, QGraphicsSimpleTextItem)]
    return [item for item in items if item.isVisible() and item.text()]


def overlapping(boxes: Iterable[QRectF]) -> list[tuple[QRectF, QRectF]]:
    """The pairs of boxes that have something in common."""
    return [(one, other) for one, other in combinations(boxes, 2) if one.intersects(other)]


def pixels(image: QImage) -> NDArray[np.uint32]:
    """Colours as numbers, shape (height, width)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].copy()


def use_font(widget: QWidget, height: int) -> None:
    """Have a widget write in letters of so many pixels."""
    font = QFont(widget.font())
    font.setPixelSize(height)
    widget.setFont(font)


def feed(view: Any, run: NetworkRun) -> None:
    """Show a view its run's moment, with all that it wants to see of it."""
    view.show_snapshot(run.picture(Lens(aspects=frozenset(view.aspects))))


def check_words(view: Any, pixels: int) -> None:
    """What is written in a view is all within it, in letters of so many pixels."""
    room = QRectF(view.rect()).adjusted(-1, -1, 1, 1)
    for text in texts(view.canvas.scene()):
        assert room.contains(text.sceneBoundingRect()), text.text()
        assert text.font().pixelSize() == pixels


def differing(seen: QImage, expected: QImage) -> float:
    """Share of the blocks whose mean colour differs: machines draw letters' edges differently, lines the same."""
    difference = _colors(seen) - _colors(expected)
    height, width = (size // _BLOCK * _BLOCK for size in difference.shape[:2])
    blocks = difference[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK, 3)
    return float((np.abs(blocks.mean(axis=(1, 3))).max(axis=2) > _LARGEST_DIFFERENCE).mean())


def _colors(image: QImage) -> NDArray[np.float64]:
    """The colours of an image, shape (height, width, 3)."""
    rows = pixels(image).view(np.uint8).reshape(image.height(), image.width(), 4)
    return rows[:, :, :3].astype(np.float64)
