"""The weights of many units as pictures, each with its number and a bar for its use."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import Film
from nnviz.drawing.sample_strip import tiles
from nnviz.runs.maps import Bytes
from nnviz.theme import Theme

_LARGEST = 12.0
"""Height of a picture at most, in lines of text."""

_BAR = 4.0
_BELOW = 3.0
"""Pixels between a picture and its bar, and between the bar and the number."""


class FilterTiles:
    """Pictures in rows, blue above zero and orange below; those without room are left out.

    Attributes
    ----------
    numbers : list of Text
    places : list of QRectF
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._frames, self._bars, self._ring = (add_path(scene, layer) for layer in (1.0, 1.0, 2.0))
        self._film = Film((0, 0, 0))
        self.items: list[QGraphicsPixmapItem] = []
        self.numbers: list[Text] = []
        self.places: list[QRectF] = []

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, count: int, shape: tuple[int, int]) -> None:
        """Fill a rectangle with so many pictures of so many rows and columns."""
        metrics = QFontMetricsF(font)
        below = QSizeF(metrics.horizontalAdvance(f"{count}"), metrics.height() + _BAR + 2 * _BELOW)
        self.places = tiles(rect, count, shape, below, _LARGEST * metrics.height())
        self._table = theme.signed_table
        self._provide(shape)
        for number in self.numbers:
            number.set_style(font, theme.text)
        frames = QPainterPath()
        for place in self.places:
            frames.addRect(place)
        self._frames.setPath(frames)
        self._frames.setPen(line_pen(theme.muted, 1.0))
        self._bars.setPen(line_pen(theme.muted, _BAR))
        self._ring.setPen(line_pen(theme.accent, 4.0))

    def show(self, pictures: Bytes, units: Sequence[int], uses: FloatArray) -> None:
        """Show pictures, shape (places, rows, columns), the units that they are of, and how much each is used."""
        self._film.expose(pictures, self._table)
        for number, unit, place in zip(self.numbers, units, self.places, strict=True):
            if number.text() != str(unit + 1):
                number.set_words(str(unit + 1))
                number.place(place.center().x(), place.bottom() + _BAR + 2 * _BELOW, 0.5)
        self._draw_bars(uses)

    def ring(self, index: int | None) -> None:
        """Put a frame around one picture, or around none."""
        path = QPainterPath()
        if index is not None and index < len(self.places):
            path.addRect(self.places[index].adjusted(-2.0, -2.0, 2.0, 2.0))
        self._ring.setPath(path)

    def index_at(self, point: QPointF) -> int | None:
        """The picture under a point."""
        return next((k for k, place in enumerate(self.places) if place.contains(point)), None)

    def _draw_bars(self, uses: FloatArray) -> None:
        """A bar below each picture, of the most used one as wide as the picture."""
        largest = float(uses.max(initial=0.0))
        shares = np.nan_to_num(uses / largest) if np.isfinite(largest) and largest > 0.0 else np.zeros(len(uses))
        rects = np.array([(r.left(), r.width(), r.bottom()) for r in self.places]).reshape(-1, 3)
        y = np.repeat(rects[:, 2] + _BELOW + _BAR / 2, 2)
        x = np.stack([rects[:, 0], rects[:, 0] + shares * rects[:, 1]], axis=1).ravel()
        self._bars.set_points(x, y, "pairs")

    def _provide(self, shape: tuple[int, int]) -> None:
        """Have a picture and a number for each place."""
        for item in (*self.items, *self.numbers):
            self._scene.removeItem(item)
        self._film = Film((len(self.places), *shape))
        self.items, self.numbers = [], [Text(self._scene) for _ in self.places]
        for place, pixmap in zip(self.places, self._film.pixmaps, strict=True):
            item = QGraphicsPixmapItem(pixmap)
            item.setTransformationMode(Qt.TransformationMode.FastTransformation)
            scale = place.width() / shape[1], place.height() / shape[0]
            item.setTransform(QTransform(scale[0], 0, 0, scale[1], place.left(), place.top()))
            self._scene.addItem(item)
            self.items.append(item)
