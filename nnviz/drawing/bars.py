"""Signed numbers as bars, one below the other: to the right and blue, or to the left and orange."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import cut, width_of
from nnviz.numerals import nice_above, short
from nnviz.theme import Theme

_GAP = 8.0
_PITCH = 1.3
"""From one bar to the next, in lines."""


class Bars:
    """Bars with names at their left and numbers at their right, of many only the first.

    Attributes
    ----------
    names, numbers : list of Text
    rest : Text
        How many are not shown.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.names: list[Text] = []
        self.numbers: list[Text] = []
        self.rest = Text(scene)
        self._bars: list[QGraphicsRectItem] = []
        self._zero, self._mark = add_path(scene, 1.0), add_path(scene, 3.0)
        self._room, self._pitch = QRectF(), 1.0

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        for item in (*self.names, *self.numbers, *self._bars, self.rest, self._zero, self._mark):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Fill a rectangle with as many named bars as it has room for."""
        metrics = QFontMetricsF(font)
        self._theme, self._pitch = theme, _PITCH * metrics.height()
        rows = int(rect.height() / self._pitch + 1e-6)
        count = len(names) if len(names) <= rows else max(0, rows - 1)
        self._make(count)
        short_names = [cut(name, font, 0.3 * rect.width()) for name in names[:count]]
        left = rect.left() + width_of(short_names, font) + _GAP
        right = rect.right() - metrics.horizontalAdvance("−0.000") - _GAP
        self._room = QRectF(left, rect.top(), max(1.0, right - left), max(1.0, count * self._pitch))
        for k, (name, number) in enumerate(zip(self.names, self.numbers, strict=True)):
            for text in (name, number):
                text.set_style(font, theme.text)
            name.set_words(short_names[k])
            name.place(left - _GAP, self._middle(k), 1.0, 0.5)
        self.rest.set_style(font, theme.muted)
        self.rest.set_words(f"and {len(names) - count} more" if count < len(names) else "")
        self.rest.place(rect.left(), self._room.bottom())
        self._zero.setPen(line_pen(theme.muted, 1.0))
        self._mark.setPen(line_pen(theme.text, 2.0))

    def show(self, values: Sequence[float], mark: float | None = None) -> None:
        """Show these numbers, and a mark at one if it is given."""
        shown = np.nan_to_num(np.array([*values[: len(self._bars)], mark or 0.0]), posinf=1e300, neginf=-1e300)
        low, high = (nice_above(-shown.min()) if shown.min() < 0 else 0.0), nice_above(shown.max())
        scale = self._room.width() / (low + high)
        zero = self._room.left() + low * scale
        for k, (bar, number) in enumerate(zip(self._bars, self.numbers, strict=True)):
            end = zero + shown[k] * scale
            height = 0.62 * self._pitch
            bar.setRect(min(zero, end), self._middle(k) - height / 2, abs(end - zero), height)
            bar.setBrush(self._theme.signed_brushes[254 if shown[k] > 0 else 0])
            number.set_words(short(values[k]))
            number.place(self._room.right() + _GAP, self._middle(k), 0.0, 0.5)
        self._upright(self._zero, zero)
        self._upright(self._mark, None if mark is None else zero + mark * scale)

    def _upright(self, item: PathItem, x: float | None) -> None:
        if x is None:
            item.set_points(np.empty(0), np.empty(0))
        else:
            item.set_points(np.full(2, x), np.array([self._room.top(), self._room.bottom()]))

    def _middle(self, row: int) -> float:
        return self._room.top() + (row + 0.5) * self._pitch

    def _make(self, count: int) -> None:
        for item in (*self.names, *self.numbers, *self._bars):
            self._scene.removeItem(item)
        self.names, self.numbers = ([Text(self._scene) for _ in range(count)] for _ in range(2))
        self._bars = [QGraphicsRectItem() for _ in range(count)]
        for bar in self._bars:
            bar.setPen(line_pen(self._theme.text, 1.0))
            self._scene.addItem(bar)
