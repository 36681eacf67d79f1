"""A perceptron as a drawing: inputs, weights, threshold, output, with the numbers of the last sample."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.filters import pictures
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.cells import Bars
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.sample_pictures import SamplePicture
from nnviz.drawing.words import cut, width_of
from nnviz.kinds.perceptron import PerceptronState
from nnviz.numerals import indexed, number
from nnviz.runs.maps import signed_bytes
from nnviz.theme import Theme, mix

_DRAWN = 2
"""Most inputs that are drawn; with more, the weights are shown as bars."""
_GAP = 6.0
_WIDEST = 8.0
_FULL = 2.0
"""The weight drawn at full width, unless one is larger."""


class PerceptronPictures:
    """A sample that is a picture, and beside it the weights: one for each pixel, in the colours of their signs.

    Attributes
    ----------
    items : tuple of SamplePicture
        Sample and weights.
    captions : list of Text
        Below them.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.items = self._sample, self._weights = SamplePicture(scene), SamplePicture(scene)
        self._frames = add_path(scene, 1.0)
        self.captions = [Text(scene), Text(scene)]
        self._places = QRectF(), QRectF()

    def set_visible(self, visible: bool) -> None:
        for item in (self._sample, self._weights, self._frames, *self.captions):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, shape: tuple[int, int]) -> None:
        """Fill a rectangle with two pictures of a shape (rows, columns)."""
        self._theme, self._shape = theme, shape
        high = rect.height() - 1.2 * QFontMetricsF(font).height()
        scale = min(high / shape[0], (rect.width() - 4 * _GAP) / 2 / shape[1])
        width, height = scale * shape[1], scale * shape[0]
        first = QRectF(rect.left(), rect.top(), width, height)
        self._places = first, first.translated(width + 4 * _GAP, 0.0)
        frames = QPainterPath()
        for place, caption, words in zip(self._places, self.captions, ("x", "w"), strict=True):
            frames.addRect(place)
            caption.set_style(font, theme.text)
            caption.write(words, place.center().x(), place.bottom() + 2.0, 0.5)
        self._frames.setPath(frames)
        self._frames.setPen(line_pen(theme.muted, 1.0))

    def show(self, state: PerceptronState) -> None:
        """Show the last sample, and the weights with full colour at the largest."""
        shown = state.inputs[[state.sample]] if state.sample >= 0 else np.zeros((1, state.inputs.shape[1]))
        self._sample.show_picture(
            pictures(state.problem, shown.astype(np.float64))[0], self._theme, self._places[0]
        )
        amplitude = np.array([max(float(np.abs(state.weights).max()), 1e-9)], np.float32)
        weights = signed_bytes(state.weights.reshape(1, *self._shape).astype(np.float32), amplitude)[0]
        self._weights.show_picture(weights, self._theme, self._places[1], signed=True)


class PerceptronUnit:
    """The unit, with its last sample and its output.

    Attributes
    ----------
    weights : list of Text
        The weights' values.
    bars : Bars
        The weights of more than two inputs.
    pictures : PerceptronPictures
        Sample and weights, where samples are pictures.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._edges = [add_path(scene, 0.0) for _ in range(_DRAWN)]
        self._out = add_path(scene, 0.0)
        self._circles = [add_path(scene, 1.0) for _ in range(_DRAWN + 2)]
        self._step = add_path(scene, 2.0)
        self._names = [Text(scene) for _ in range(_DRAWN)]
        self._inputs = [Text(scene) for _ in range(_DRAWN)]
        self.weights = [Text(scene, 3.0) for _ in range(_DRAWN)]
        self._weight_grounds = [add_path(scene, 2.0) for _ in range(_DRAWN)]
        self.threshold, self.output, self.wanted = Text(scene), Text(scene), Text(scene)
        self.bars, self.pictures = Bars(scene), PerceptronPictures(scene)
        self.pictures.set_visible(False)

    @staticmethod
    def height(font: QFont, inputs: int) -> float:
        """Height that it needs."""
        line = QFontMetricsF(font).height()
        return line * (6.4 if inputs <= _DRAWN else 1.3 * min(inputs, 8) + 5.2)

    def arrange(
        self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str], shape: tuple[int, int] | None = None
    ) -> None:
        """Fill a rectangle with a unit that has inputs of these names, or pictures of a shape (rows, columns)."""
        self._theme, self._font, self._metrics = theme, font, QFontMetricsF(font)
        self._count = len(names)
        self._radius = max(1.05 * self._metrics.height(), self._metrics.horizontalAdvance("−2.7") / 2 + 4.0)
        drawn = self._count <= _DRAWN
        for item in (*self._edges, *self._names, *self._inputs, *self.weights, *self._weight_grounds):
            item.setVisible(False)
        self._pictured = shape is not None
        self.bars.set_visible(not drawn and not shape)
        self.pictures.set_visible(bool(shape))
        self._place(rect, names[:_DRAWN] if drawn else ())
        above = rect.adjusted(0.0, 0.0, 0.0, -5.2 * self._metrics.height())
        if shape:
            beside = rect.adjusted(0.0, 0.0, self._body[0] - 1.5 * self._radius - rect.right(), 0.0)
            rooms = sorted((above, beside), key=lambda room: min(room.width() / 2, room.height()))
            self.pictures.arrange(rooms[-1], font, theme, shape)
        elif not drawn:
            self.bars.arrange(above, font, theme, names)

    def show(self, state: PerceptronState) -> None:
        """Show the weights and the last sample."""
        seen = state.sample >= 0
        self.threshold.set_words(f"θ = {number(-state.bias)}")
        self.output.set_words(f"{state.output}" if seen else "y")
        self.wanted.set_words(f"t = {state.targets[state.sample]:.0f}" if seen else "")
        self._show_output(state, seen)
        if self._pictured:
            self.pictures.show(state)
        if self._count > _DRAWN:
            self.bars.show(state.weights.tolist() if not self._pictured else [])
            return
        largest = max(_FULL, float(np.abs(state.weights).max()))
        for k, weight in enumerate(state.weights.tolist()):
            value = number(float(f"{state.inputs[state.sample, k]:.2g}")) if seen else "?"
            self._inputs[k].write(value, self._sources[k][0], self._sources[k][1], 0.5, 0.5)
            self._show_weight(k, weight, largest)

    def _show_weight(self, k: int, weight: float, largest: float) -> None:
        style = Qt.PenStyle.SolidLine if weight >= 0 else Qt.PenStyle.DashLine
        width = 1.0 + (_WIDEST - 1.0) * min(1.0, abs(weight) / largest)
        color = self._theme.sign_color(weight) if weight else self._theme.muted
        pen = line_pen(color, width, style)
        if weight < 0:
            pen.setDashPattern([9.0 / width, 5.0 / width])
        self._edges[k].setPen(pen)
        text = self.weights[k]
        text.set_words(f"{indexed('w', k + 1)} = {number(weight)}" if self._roomy else number(weight))
        x, y = self._sources[k] + 0.45 * (self._body - self._sources[k])
        text.place(float(x), float(y), 0.5, 0.5)
        ground = QPainterPath()
        ground.addRoundedRect(text.sceneBoundingRect().adjusted(-4.0, 0.0, 4.0, 0.0), 4.0, 4.0)
        self._weight_grounds[k].setPath(ground)

    def _show_output(self, state: PerceptronState, seen: bool) -> None:
        theme = self._theme
        color = mix(theme.zero, theme.class_color(state.output, 2), 0.35) if seen else QColor(theme.background)
        self._circles[-1].setBrush(color)
        self._circles[-1].setPen(line_pen(theme.warning if state.mistaken else theme.text, 3.0 if seen else 1.5))
        self.output.place(self._end[0], self._end[1], 0.5, 0.5)
        self.wanted.set_style(bold(self._font), theme.warning if state.mistaken else theme.text)
        self.wanted.place(self._end[0], self._end[1] - self._radius - 3.0, 0.5, 1.0)
        self.threshold.place(self._body[0], self._body[1] + self._radius + 2.0, 0.5)

    def _place(self, rect: QRectF, names: Sequence[str]) -> None:
        line, radius, metrics = self._metrics.height(), self._radius, self._metrics
        names = [cut(name, self._font, 0.22 * rect.width()) for name in names]
        left = rect.left() + width_of(names, self._font) + _GAP + radius
        right = rect.right() - max(radius, metrics.horizontalAdvance("t = 0") / 2 + 2.0)
        body = right - (2.15 * radius + 2.5 * _GAP)
        low = rect.bottom() - radius - 1.3 * line
        middle = rect.top() + radius + 2.0
        if names:
            spread = min(2.3 * line, (rect.height() - 2 * radius - 4.0) / 2)
            middle = rect.top() + spread + radius + 2.0 if len(names) > 1 else rect.center().y()
        else:
            middle = low
        offsets = (-spread, spread) if len(names) > 1 else (0.0,)
        self._sources = [np.array([left, middle + offset]) for offset in offsets[: len(names)]]
        room = body - left - 2.3 * radius
        self._roomy = room > 1.3 * metrics.horizontalAdvance("w₁ = −0.555")
        self._body, self._end = np.array([body, middle]), np.array([right, middle])
        self._draw(names)

    def _draw(self, names: Sequence[str]) -> None:
        theme, radius = self._theme, self._radius
        for circle, at in zip(self._circles, [*self._sources, *[None] * (_DRAWN - len(names))], strict=False):
            _round(circle, at, radius)
        _round(self._circles[-2], self._body, 1.15 * radius)
        _round(self._circles[-1], self._end, radius)
        for circle in self._circles:
            circle.setPen(line_pen(theme.text, 1.5))
            circle.setBrush(QColor(theme.background))
        for k, name in enumerate(names):
            x, y = self._sources[k]
            for text in (self._names[k], self._inputs[k], self.weights[k]):
                text.set_style(self._font, theme.text)
                text.setVisible(True)
            self._names[k].write(name, x - radius - _GAP, y, 1.0, 0.5)
            self._edges[k].setVisible(True)
            _straight(self._edges[k], self._sources[k], self._body)
            self._weight_grounds[k].setVisible(True)
            self._weight_grounds[k].setPen(Qt.PenStyle.NoPen)
            self._weight_grounds[k].setBrush(QColor(theme.background))
        self._out.setPen(line_pen(theme.text, 2.0))
        _straight(self._out, self._body, self._end)
        self._step.setPen(line_pen(theme.text, 2.5))
        corners = self._body + radius * np.array([(-0.6, 0.4), (0.0, 0.4), (0.0, -0.4), (0.6, -0.4)])
        self._step.set_points(corners[:, 0].copy(), corners[:, 1].copy(), "all")
        for text in (self.threshold, self.output):
            text.set_style(self._font, theme.text)


def _round(item: PathItem, at: FloatArray | None, radius: float) -> None:
    path = QPainterPath()
    if at is not None:
        path.addEllipse(QPointF(*at), radius, radius)
    item.setPath(path)


def _straight(item: PathItem, start: FloatArray, end: FloatArray) -> None:
    ends = np.array([start, end])
    item.set_points(ends[:, 0].copy(), ends[:, 1].copy(), "all")
