"""An association as neurons: stimuli with growing synapses on the response, and the order of presentations."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import cut, width_of
from nnviz.kinds.hebb import Hebb, HebbState, presented
from nnviz.numerals import number, short
from nnviz.theme import Theme, mix

_GAP = 8.0
_WIDEST = 16.0
_LABEL = 0.36
"""Position of the weight's number along a synapse: near the stimulus, where synapses are farther apart."""
_FULL = 2.0
"""The weight drawn at full width, unless one is larger."""
_PITCH = 1.45
"""Distance between rows, in lines of text."""


class HebbCells:
    """Cells for the stimuli and one for the response, highlighted while active.

    Attributes
    ----------
    names, weights : list of Text
        Of the stimuli and their synapses.
    response, verdict : Text
        The response's name, and whether the cell is active.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.names: list[Text] = []
        self.weights: list[Text] = []
        self.response, self.verdict = Text(scene), as_verdict(Text(scene))
        self._values: list[Text] = []
        self._cells: list[PathItem] = []
        self._synapses: list[PathItem] = []
        self._pulses: list[PathItem] = []
        self._grounds: list[PathItem] = []

    def set_visible(self, visible: bool) -> None:
        for item in (*self._items(), self.response, self.verdict):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Hebb) -> None:
        """Fill a rectangle with an experiment's cells."""
        self._theme, self._font, self._metrics = theme, font, QFontMetricsF(font)
        line, count = self._metrics.height(), len(experiment.stimuli)
        self._make(count)
        names = [cut(name, font, 0.3 * rect.width()) for name in experiment.stimuli]
        largest = max(1.4 * line, 0.1 * min(rect.width(), rect.height()))
        self._radius = min(largest, 0.42 * rect.height() / count)
        left = rect.left() + width_of(names, font) + _GAP + self._radius
        name = cut(experiment.response, bold(font), 0.36 * rect.width())
        half = max(1.25 * self._radius, QFontMetricsF(bold(font)).horizontalAdvance(name) / 2)
        pitch = min(rect.height() / count, 4.0 * self._radius)
        top = rect.center().y() - (count - 1) * pitch / 2
        self._sources = [np.array([left, top + k * pitch]) for k in range(count)]
        self._target = np.array([rect.right() - half, rect.center().y()])
        self._draw(names, name)

    def show(self, experiment: Hebb, state: HebbState) -> None:
        """Highlight active cells, and draw the synapses with widths by weight."""
        largest = max(_FULL, float(np.abs(np.nan_to_num(state.weights, posinf=1e300)).max()))
        active = [*(state.inputs > 0).tolist(), state.output > 0]
        for cell, lit in zip(self._cells, active, strict=True):
            cell.setBrush(mix(self._theme.zero, self._theme.positive, 0.45 if lit else 0.0))
            cell.setPen(line_pen(self._theme.text, 3.0 if lit else 1.5))
        for k, weight in enumerate(state.weights.tolist()):
            self._show_synapse(k, weight, largest, pulse=active[k])
        for text, value, at in zip(self._values, [*state.inputs, state.output], self._centers(), strict=True):
            text.write(number(value) if state.step else "", at[0], at[1], 0.5, 0.5)
        forced = state.step > 0 and presented(experiment)[1][(state.step - 1) % len(presented(experiment)[1])]
        self.verdict.set_words(_verdict(state, forced=forced))
        self.verdict.place(self._target[0], self._target[1] + 1.25 * self._radius + 3.0, 0.5)

    def _centers(self) -> list[FloatArray]:
        return [*self._sources, self._target]

    def _show_synapse(self, k: int, weight: float, largest: float, *, pulse: bool) -> None:
        theme = self._theme
        width = 1.5 + (_WIDEST - 1.5) * min(1.0, abs(weight) / largest)
        color = theme.sign_color(weight) if weight else theme.muted
        style = Qt.PenStyle.DashLine if weight < 0 else Qt.PenStyle.SolidLine
        self._synapses[k].setPen(line_pen(mix(theme.background, QColor(color).name(), 0.8), width, style))
        self._pulses[k].setVisible(pulse)
        text = self.weights[k]
        text.set_words(short(weight))
        x, y = self._sources[k] + _LABEL * (self._target - self._sources[k])
        text.place(float(x), float(y), 0.5, 0.5)
        ground = QPainterPath()
        ground.addRoundedRect(text.sceneBoundingRect().adjusted(-5.0, -1.0, 5.0, 1.0), 4.0, 4.0)
        self._grounds[k].setPath(ground)

    def _items(self) -> tuple[QGraphicsItem, ...]:
        paths = (*self._cells, *self._synapses, *self._pulses, *self._grounds)
        return (*self.names, *self.weights, *self._values, *paths)

    def _make(self, count: int) -> None:
        for item in self._items():
            self._scene.removeItem(item)
        scene = self._scene
        self.names = [Text(scene) for _ in range(count)]
        self.weights = [Text(scene, 3.0) for _ in range(count)]
        self._values = [Text(scene, 2.0) for _ in range(count + 1)]
        self._synapses = [add_path(scene, 0.0) for _ in range(count)]
        self._pulses = [add_path(scene, 0.5) for _ in range(count)]
        self._cells = [add_path(scene, 1.0) for _ in range(count + 1)]
        self._grounds = [add_path(scene, 2.0) for _ in range(count)]

    def _draw(self, names: list[str], response: str) -> None:
        theme, radius = self._theme, self._radius
        for k, (name, at) in enumerate(zip(names, self._sources, strict=True)):
            _round(self._cells[k], at, radius)
            self.names[k].set_style(self._font, theme.text)
            self.names[k].write(name, at[0] - radius - _GAP, at[1], 1.0, 0.5)
            self.weights[k].set_style(self._font, theme.text)
            self._draw_synapse(k, at)
        _round(self._cells[-1], self._target, 1.25 * radius)
        self.response.set_style(bold(self._font), theme.text)
        self.response.write(response, self._target[0], self._target[1] - 1.25 * radius - 3.0, 0.5, 1.0)
        self.verdict.set_style(self._font, theme.text)
        for text in self._values:
            text.set_style(bold(self._font), theme.text)

    def _draw_synapse(self, k: int, at: FloatArray) -> None:
        """Draw a line that ends in a knob on the response's cell, and the arrow heads of a pulse on it."""
        along = (self._target - at) / np.hypot(*(self._target - at))
        ends = np.array([at, self._target])
        self._synapses[k].set_points(ends[:, 0].copy(), ends[:, 1].copy(), "all")
        path = QPainterPath()
        span = float(np.hypot(*(self._target - at)))
        size = 0.55 * self._metrics.height()
        for share in (0.56, 0.63, 0.7):
            tip = at + share * span * along + 0.5 * size * along
            across = np.array([-along[1], along[0]])
            for part, corner in enumerate(
                (tip - size * along + size * across, tip, tip - size * along - size * across)
            ):
                (path.lineTo if part else path.moveTo)(*corner)
        self._pulses[k].setPath(path)
        self._pulses[k].setPen(line_pen(self._theme.text, 2.5))
        self._grounds[k].setPen(Qt.PenStyle.NoPen)
        self._grounds[k].setBrush(QColor(self._theme.background))


def _verdict(state: HebbState, *, forced: bool) -> str:
    if not state.step:
        return "at rest"
    if not state.output:
        return "silent"
    return "y = 1, forced" if forced else "y = 1"


def _round(item: PathItem, at: FloatArray, radius: float) -> None:
    path = QPainterPath()
    path.addEllipse(QPointF(*at), radius, radius)
    item.setPath(path)


class HebbStrip:
    """The presentations of a round; the current one is framed, later ones are pale."""

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
        """Show the current presentation, and the responses so far."""
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
        """Squares at rows and columns, inset by a fraction of the cell's shorter side."""
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
            text.write(name, self._room.left() - _GAP, self._room.top() + (row + 0.5) * height, 1.0, 0.5)
