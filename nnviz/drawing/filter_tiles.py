"""Small pictures in rows, each with a bar and a number below it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.sample_pictures import PictureGrid, tiles
from nnviz.runs.maps import Bytes
from nnviz.theme import Theme

_LARGEST = 12.0
"""Greatest height of a picture, in lines of text."""
_BAR = 4.0
_BELOW = 3.0
"""Pixels between a picture and its bar, and between the bar and the number."""


class FilterTiles(PictureGrid):
    """Pictures in rows, blue above zero and orange below, each with its number and a bar.

    Attributes
    ----------
    numbers : list of Text
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(scene)
        self._bars, self._ring = add_path(scene, 1.0), add_path(scene, 2.0)
        self.numbers: list[Text] = []

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, count: int, shape: tuple[int, int]) -> None:
        """Fill a rectangle with ``count`` pictures of a shape (rows, columns)."""
        metrics = QFontMetricsF(font)
        below = QSizeF(metrics.horizontalAdvance(f"{count}"), metrics.height() + _BAR + 2 * _BELOW)
        places = tiles(rect, count, shape, below, _LARGEST * metrics.height())
        self.place(places, shape, theme.signed_table, theme.muted)
        for number in self.numbers:
            self._scene.removeItem(number)
        self.numbers = [Text(self._scene) for _ in places]
        for number in self.numbers:
            number.set_style(font, theme.text)
        self._bars.setPen(line_pen(theme.muted, _BAR))
        self._ring.setPen(line_pen(theme.accent, 4.0))

    def show(self, pictures: Bytes, units: Sequence[int], uses: FloatArray) -> None:
        """Show pictures, shape (places, rows, columns), their units, and how much each unit is used."""
        self.show_pictures(pictures)
        for number, unit, place in zip(self.numbers, units, self.places, strict=True):
            if number.text() != str(unit + 1):
                number.write(str(unit + 1), place.center().x(), place.bottom() + _BAR + 2 * _BELOW, 0.5)
        self._draw_bars(uses)

    def ring(self, index: int | None) -> None:
        """Put a frame around one picture, or around none."""
        path = QPainterPath()
        if index is not None and index < len(self.places):
            path.addRect(self.places[index].adjusted(-2.0, -2.0, 2.0, 2.0))
        self._ring.setPath(path)

    def _draw_bars(self, uses: FloatArray) -> None:
        """Draw a bar below each picture; that of the most used unit is as wide as the picture."""
        largest = float(uses.max(initial=0.0))
        shares = np.nan_to_num(uses / largest) if np.isfinite(largest) and largest > 0.0 else np.zeros(len(uses))
        rects = np.array([(r.left(), r.width(), r.bottom()) for r in self.places]).reshape(-1, 3)
        y = np.repeat(rects[:, 2] + _BELOW + _BAR / 2, 2)
        x = np.stack([rects[:, 0], rects[:, 0] + shares * rects[:, 1]], axis=1).ravel()
        self._bars.set_points(x, y, "pairs")
