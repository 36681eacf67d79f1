"""What is presented when: a row for each stimulus and one for the response, a column for each presentation."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import cut, width_of
from nnviz.kinds.hebb.rule import presented
from nnviz.kinds.hebb.schema import Hebb
from nnviz.kinds.hebb.state import HebbState
from nnviz.theme import Theme, mix

_GAP = 8.0
_PITCH = 1.45
"""From one row to the next, in lines."""


class HebbStrip:
    """The presentations of a round; those to come are pale, the present one is framed."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.names: list[Text] = []
        self._cells, self._shown, self._to_come = (add_path(scene, layer) for layer in (0.0, 1.0, 1.0))
        self._responses, self._now = add_path(scene, 1.0), add_path(scene, 2.0)
        self._room, self._columns, self._rows = QRectF(), 1, 1

    @staticmethod
    def height(font: QFont, stimuli: int) -> float:
        """Height that it needs."""
        return _PITCH * (stimuli + 1) * QFontMetricsF(font).height()

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        items = (*self.names, self._cells, self._shown, self._to_come, self._responses, self._now)
        for item in items:
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Hebb) -> None:
        """Fill a rectangle with an experiment's protocol."""
        metrics = QFontMetricsF(font)
        names = [cut(name, bold(font), 0.35 * rect.width()) for name in (*experiment.stimuli, experiment.response)]
        self._rows, self._columns = len(names), len(presented(experiment)[0])
        left = width_of(names, bold(font)) + _GAP
        pitch = min(rect.height() / self._rows, _PITCH * metrics.height())
        width = min(rect.width() - left, self._columns * 2.2 * pitch)
        self._room = QRectF(rect.left() + left, rect.top(), max(1.0, width), self._rows * pitch)
        self._name(names, font, theme)
        ground = mix(theme.background, theme.muted, 0.35)
        self._cells.setPen(line_pen(ground, 1.0))
        for item, share in ((self._shown, 1.0), (self._to_come, 0.3)):
            item.setPen(Qt.PenStyle.NoPen)
            item.setBrush(mix(theme.background, theme.muted, share))
        self._responses.setPen(Qt.PenStyle.NoPen)
        self._responses.setBrush(QColor(theme.positive))
        self._now.setPen(line_pen(theme.text, 2.5))
        every = [(row, column) for row in range(self._rows) for column in range(self._columns)]
        self._cells.setPath(self._path(every, 0.0))

    def show(self, experiment: Hebb, state: HebbState) -> None:
        """Show how far the round has come, and the responses so far."""
        inputs, done = presented(experiment)[0], len(state.responses)
        there = [(int(row), int(column)) for column, row in np.argwhere(inputs > 0)]
        self._shown.setPath(self._path([place for place in there if place[1] < done], 0.14))
        self._to_come.setPath(self._path([place for place in there if place[1] >= done], 0.14))
        answered = [(self._rows - 1, column) for column, y in enumerate(state.responses) if y > 0]
        self._responses.setPath(self._path(answered, 0.14))
        path = QPainterPath()
        if done:
            width = self._room.width() / self._columns
            path.addRect(self._room.left() + (done - 1) * width, self._room.top(), width, self._room.height())
        self._now.setPath(path)

    def _path(self, places: list[tuple[int, int]], inset: float) -> QPainterPath:
        """Squares at rows and columns, smaller than their room by a share of its lesser side on each side."""
        width, height = self._room.width() / self._columns, self._room.height() / self._rows
        gap, path = inset * min(width, height), QPainterPath()
        for row, column in places:
            left, top = self._room.left() + column * width, self._room.top() + row * height
            path.addRect(left + gap, top + gap, width - 2 * gap, height - 2 * gap)
        return path

    def _name(self, names: list[str], font: QFont, theme: Theme) -> None:
        for text in self.names:
            self._scene.removeItem(text)
        self.names = [Text(self._scene) for _ in names]
        height = self._room.height() / self._rows
        for row, (text, name) in enumerate(zip(self.names, names, strict=True)):
            text.set_style(bold(font) if row == len(names) - 1 else font, theme.text)
            text.set_words(name)
            text.place(self._room.left() - _GAP, self._room.top() + (row + 0.5) * height, 1.0, 0.5)
