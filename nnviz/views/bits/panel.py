"""One network of a few units, drawn with what each says and how it is connected."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.words import say
from nnviz.theme import Theme, mix

MOST_EDGES = 1_500
"""Connections that are drawn: the strongest."""
_MANY = 300
"""Connections above which all lines are thin."""
_SHADES = 9
_STRENGTH = 0.55
"""Share of its colour in a unit that is sure: its bit is to be read on it."""
_WIDTHS = (1.0, 2.2, 3.6)
_LEAST = 0.04
"""Connections this weak, as a share of the strongest of their layer, are not drawn."""
_CIRCLE, _ACROSS = 0.42, 0.3
"""Largest radius of a unit, in distances between units, and between layers."""
_MOST_WRITTEN = 80
_OUTLINED = 4.0
"""Radius in pixels from which a unit has an outline."""


class NetPanel:
    """Layers from left to right, the inputs first; blue is yes, orange no.

    Units are circles in nine shades, connections lines in the colour of their sign and three widths.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.title = Text(scene, 5.0)
        self._edges = [[add_path(scene, 1.0) for _ in _WIDTHS] for _ in range(2)]
        self._plain = add_path(scene, 1.0)
        self._units = [add_path(scene, 2.0) for _ in range(_SHADES)]
        self.bits: list[Text] = []
        self._places: list[FloatArray] = []
        self._radius = 1.0

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self.title.set_style(bold(font), theme.text)
        for color, items in zip((theme.negative, theme.positive), self._edges, strict=True):
            for width, item in zip(_WIDTHS, items, strict=True):
                item.setPen(line_pen(mix(theme.background, color, 0.75), width))
        self._plain.setPen(line_pen(theme.muted, 1.4))
        for shade, item in enumerate(self._units):
            level = 2.0 * shade / (_SHADES - 1) - 1.0
            item.setBrush(QBrush(mix(theme.background, theme.sign_color(level), _STRENGTH * abs(level))))
            item.setPen(line_pen(theme.text, 1.2))

    def arrange(self, rect: QRectF, sizes: Sequence[int], words: Sequence[str]) -> None:
        """Place layers of these sizes in a rectangle below a title, which is the first wording that fits."""
        line = QFontMetricsF(self._font).height()
        say(self.title, words, rect.width())
        self.title.place(rect.left(), rect.top())
        inner = rect.adjusted(0.0, 1.4 * line, 0.0, 0.0)
        across = inner.width() / len(sizes)
        down = inner.height() / max(sizes)
        self._radius = min(_CIRCLE * down, _ACROSS * across, 1.1 * line)
        self._places = []
        for layer, count in enumerate(sizes):
            x, pitch = inner.left() + (layer + 0.5) * across, inner.height() / count
            pitch = min(pitch, max(2.6 * down, 2.4 * line))
            y = inner.center().y() + pitch * (np.arange(count) - (count - 1) / 2)
            self._places.append(np.column_stack([np.full(count, x), y]))
        for item in self._units:  # of a wide layer nothing but outlines would be seen
            item.setPen(line_pen(self._theme.text, 1.2 if self._radius > _OUTLINED else 0.3))
        self._provide(sum(sizes) if self._radius > 0.52 * line and sum(sizes) <= _MOST_WRITTEN else 0)

    def show(self, levels: Sequence[FloatArray], weights: Sequence[FloatArray]) -> None:
        """Show what the units say and the weights between them."""
        edges = [_edges_of(w, a, b) for w, a, b in zip(weights, self._places, self._places[1:], strict=False)]
        strength = np.concatenate([edge[0] for edge in edges])
        ends = np.concatenate([edge[1] for edge in edges])
        if len(strength) > MOST_EDGES:
            kept = np.argsort(-np.abs(strength))[:MOST_EDGES]
            strength, ends = strength[kept], ends[kept]
        steps = np.minimum(2, (np.abs(strength) * 3.0).astype(np.int64)) * (len(strength) <= _MANY)
        for sign, items in zip((-1.0, 1.0), self._edges, strict=True):
            for step, item in enumerate(items):
                _set_pairs(item, ends[(np.sign(strength) == sign) & (steps == step)])
        self._plain.setPath(QPainterPath())
        self._show_units(levels)

    def show_mask(self, mask: Sequence[FloatArray]) -> None:
        """Show only which connections there are."""
        parts = [_edges_of(w, a, b)[1] for w, a, b in zip(mask, self._places, self._places[1:], strict=False)]
        _set_pairs(self._plain, np.concatenate(parts))
        for item in (item for items in self._edges for item in items):
            item.setPath(QPainterPath())
        self._show_units([np.zeros(len(places)) for places in self._places])
        for text in self.bits:
            text.set_words("")

    def clear(self) -> None:
        """Show nothing."""
        for item in (*self._units, self._plain, *self._edges[0], *self._edges[1]):
            item.setPath(QPainterPath())
        self._places = []
        self._provide(0)
        self.title.set_words("")

    def _show_units(self, levels: Sequence[FloatArray]) -> None:
        places = np.concatenate(self._places)
        flat = np.clip(np.nan_to_num(np.concatenate(levels)), -1.0, 1.0)
        shades = np.rint((flat + 1.0) * (_SHADES - 1) / 2).astype(np.int64)
        for shade, item in enumerate(self._units):
            item.setPath(circles(places[shades == shade], self._radius))
        for text, level, (x, y) in zip(self.bits, flat.tolist(), places.tolist(), strict=False):
            text.write("1" if level > 0.0 else "0", x, y, 0.5, 0.5)

    def _provide(self, count: int) -> None:
        while len(self.bits) < count:
            self.bits.append(Text(self._scene, 3.0))
        for text in self.bits[count:]:
            self._scene.removeItem(text)
        del self.bits[count:]
        for text in self.bits:
            text.set_style(self._font, self._theme.text)


def _edges_of(weights: FloatArray, below: FloatArray, above: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Strengths from −1 to 1 of a layer's connections, shape (edges,), and their ends, shape (edges, 2, 2)."""
    largest = float(np.abs(weights).max()) or 1.0
    unit, source = np.nonzero(np.abs(weights) > _LEAST * largest)
    return weights[unit, source] / largest, np.stack([below[source], above[unit]], axis=1)


def _set_pairs(item: PathItem, ends: FloatArray) -> None:
    points = ends.reshape(-1, 2)
    item.set_points(points[:, 0], points[:, 1], "pairs")
