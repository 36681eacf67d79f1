"""Signed numbers as coloured cells or as horizontal bars: blue above zero, orange below."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, as_verdict
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.words import cut, width_of
from nnviz.engine.tape import Array
from nnviz.numerals import nice_above, short
from nnviz.runs.maps import Bytes
from nnviz.theme import Theme, mix

_BAR_GAP = 8.0
_BAR_PITCH = 1.3
"""Distance between bars, in lines of text."""


class Cells:
    """A matrix of signed values as coloured cells, optionally with a text in each.

    Only cells that have changed are updated. ``is_verdict``: they say how a run turns out.
    """

    def __init__(self, scene: QGraphicsScene, *, is_verdict: bool = False) -> None:
        self._scene, self._is_verdict = scene, is_verdict
        self.picture = as_verdict(MapItem(), is_verdict)
        self.picture.setTransformationMode(Qt.TransformationMode.FastTransformation)
        scene.addItem(self.picture)
        self._lines = add_path(scene, 1.0)
        self.words: list[Text] = []
        self.rect = QRectF()
        self._shape = (0, 0)
        self._values: Bytes | None = None
        self._shown: list[tuple[int, str]] = []

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._table, self._font = theme.signed_table, font
        self._inks = _inks(theme)
        self._lines.setPen(line_pen(mix(theme.background, theme.muted, 0.55), 1.0))

    def arrange(self, rect: QRectF, shape: tuple[int, int], *, written: bool) -> None:
        """Fill a rectangle with rows and columns of cells; ``written`` gives each cell a text."""
        self.rect, self._shape = rect, shape
        self._values, self._shown = None, []
        for item in (self.picture, self._lines):
            item.setVisible(not rect.isEmpty())
        self._draw_lines(*(shape if written else (1, 1)))
        wanted = shape[0] * shape[1] if written else 0
        for word in self.words[wanted:]:
            self._scene.removeItem(word)
        del self.words[wanted:]
        self.words += [as_verdict(Text(self._scene), self._is_verdict) for _ in range(wanted - len(self.words))]
        for word in self.words:
            word.setFont(self._font)
            word.set_words("")

    def show_values(self, values: Bytes, words: Sequence[str] = ()) -> None:
        """Colour the cells and set their texts, row by row."""
        if self._values is None or not np.array_equal(values, self._values):
            self._values = values
            rect = self.rect
            self.picture.set_map(values, self._table, (rect.left(), rect.right(), rect.bottom(), rect.top()))
        shown = list(zip(values.ravel().tolist(), words, strict=True)) if self.words else []
        if shown != self._shown:
            self._write(shown)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the cell under a point."""
        rows, columns = self._shape
        if not self.rect.contains(point) or self.rect.isEmpty():
            return None
        row = (point.y() - self.rect.top()) / self.rect.height() * rows
        column = (point.x() - self.rect.left()) / self.rect.width() * columns
        return min(int(row), rows - 1), min(int(column), columns - 1)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell, in pixels."""
        rows, columns = self._shape
        width, height = self.rect.width() / columns, self.rect.height() / rows
        return QRectF(self.rect.left() + column * width, self.rect.top() + row * height, width, height)

    def remove(self) -> None:
        """Remove all items from the scene."""
        for item in (self.picture, self._lines, *self.words):
            self._scene.removeItem(item)

    def _write(self, shown: list[tuple[int, str]]) -> None:
        before = self._shown or [(-1, "")] * len(shown)
        self._shown = shown
        for k, ((value, said), (old_value, old)) in enumerate(zip(shown, before, strict=True)):
            word = self.words[k]
            if value != old_value:
                word.setBrush(self._inks[value])
            if said != old:
                word.setText(said)
            if len(said) != len(old):
                word.place(*self._middle(k), 0.5, 0.5)

    def _middle(self, index: int) -> tuple[float, float]:
        rows, columns = self._shape
        row, column = divmod(index, columns)
        x = self.rect.left() + (column + 0.5) * self.rect.width() / columns
        return x, self.rect.top() + (row + 0.5) * self.rect.height() / rows

    def _draw_lines(self, rows: int, columns: int) -> None:
        rect = self.rect
        xs = np.linspace(rect.left(), rect.right(), columns + 1)
        ys = np.linspace(rect.top(), rect.bottom(), rows + 1)
        ends = [(x, rect.top(), x, rect.bottom()) for x in xs] + [(rect.left(), y, rect.right(), y) for y in ys]
        points = np.array(ends).reshape(-1, 2)
        self._lines.set_points(points[:, 0].copy(), points[:, 1].copy(), "pairs")


@cache
def _inks(theme: Theme) -> list[QBrush]:
    """For every byte of a signed map, the text colour with the best contrast."""
    colors = [QColor(theme.text), QColor(theme.background)]
    brushes = [QBrush(color) for color in colors]
    grounds = [_luminance(QColor.fromRgb(int(rgb))) for rgb in theme.signed_table]
    text, ground = (_luminance(color) for color in colors)
    return [brushes[_contrast(ground, behind) > _contrast(text, behind)] for behind in grounds]


def _luminance(color: QColor) -> float:
    """Relative luminance, as in WCAG 2."""
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: float, second: float) -> float:
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def full_colour(parameters: Array) -> float:
    """The value drawn in full colour: a power of two above all parameters, so that it seldom changes."""
    largest = float(np.abs(parameters, where=np.isfinite(parameters), out=np.zeros(len(parameters))).max())
    return float(2.0 ** np.ceil(np.log2(largest))) if largest > 0.0 else 1.0


class Bars:
    """Bars with names at the left and numbers at the right; only as many as fit.

    Attributes
    ----------
    rest : Text
        Says how many bars are not shown.
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
        for item in (*self.names, *self.numbers, *self._bars, self.rest, self._zero, self._mark):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Fill a rectangle with as many named bars as fit."""
        metrics = QFontMetricsF(font)
        self._theme, self._pitch = theme, _BAR_PITCH * metrics.height()
        rows = int(rect.height() / self._pitch + 1e-6)
        count = len(names) if len(names) <= rows else max(0, rows - 1)
        self._make(count)
        short_names = [cut(name, font, 0.3 * rect.width()) for name in names[:count]]
        left = rect.left() + width_of(short_names, font) + _BAR_GAP
        right = rect.right() - metrics.horizontalAdvance("−0.000") - _BAR_GAP
        self._room = QRectF(left, rect.top(), max(1.0, right - left), max(1.0, count * self._pitch))
        for k, (name, number) in enumerate(zip(self.names, self.numbers, strict=True)):
            for text in (name, number):
                text.set_style(font, theme.text)
            name.write(short_names[k], left - _BAR_GAP, self._middle(k), 1.0, 0.5)
        self.rest.set_style(font, theme.muted)
        self.rest.set_words(f"and {len(names) - count} more" if count < len(names) else "")
        self.rest.place(rect.left(), self._room.bottom())
        self._zero.setPen(line_pen(theme.muted, 1.0))
        self._mark.setPen(line_pen(theme.text, 2.0))

    def show(self, values: Sequence[float], mark: float | None = None) -> None:
        """Show these numbers, and a mark at a value if one is given."""
        shown = np.nan_to_num(np.array([*values[: len(self._bars)], mark or 0.0]), posinf=1e300, neginf=-1e300)
        low, high = (nice_above(-shown.min()) if shown.min() < 0 else 0.0), nice_above(shown.max())
        scale = self._room.width() / (low + high)
        zero = self._room.left() + low * scale
        for k, (bar, number) in enumerate(zip(self._bars, self.numbers, strict=True)):
            end = zero + shown[k] * scale
            height = 0.62 * self._pitch
            bar.setRect(min(zero, end), self._middle(k) - height / 2, abs(end - zero), height)
            bar.setBrush(self._theme.signed_brushes[254 if shown[k] > 0 else 0])
            number.write(short(values[k]), self._room.right() + _BAR_GAP, self._middle(k), 0.0, 0.5)
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
