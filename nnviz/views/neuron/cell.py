"""The nerve cell behind the drawing of a unit, its parts named."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme, mix

_COLOR = 2
"""Which of the classes' colours it has."""
_NAMES = ("dendrites", "soma", "axon", "synapses")


class NerveCell:
    """Dendrites where inputs come in, the soma around Σ and σ, the axon that leads to y; synapses are weights."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.limbs, self.body, self.synapses = add_path(scene, -3.0), add_path(scene, -2.0), add_path(scene, 2.0)
        self.names = [Text(scene, 3.0) for _ in _NAMES]
        self._line = 1.0

    def set_style(self, theme: Theme, font: QFont, *, visible: bool) -> None:
        """Draw in the theme's colours, write in this font; or be not there."""
        color = theme.classes[_COLOR]
        tint = mix(theme.background, color, 0.3)
        self._line = QFontMetricsF(font).height()
        self.limbs.setPen(QPen(tint, 0.8 * self._line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self.body.setPen(line_pen(color, 2.0))
        self.body.setBrush(QBrush(tint))
        self.synapses.setPen(line_pen(theme.background, 1.0))
        self.synapses.setBrush(QBrush(QColor(color)))
        for name, words in zip(self.names, _NAMES, strict=True):
            name.set_style(bold(font), color)
            name.set_words(words if visible else "")
        for item in (self.limbs, self.body, self.synapses):
            item.setVisible(visible)

    def arrange(
        self, inputs: Sequence[QPointF], nodes: tuple[QPointF, QPointF], rect: QRectF, radius: float
    ) -> None:
        """Lie behind inputs and the two nodes of a drawing in a rectangle."""
        limbs, synapses, body = QPainterPath(), QPainterPath(), QPainterPath()
        for place in inputs:
            limbs.moveTo(place)
            limbs.lineTo(nodes[0])
            synapses.addEllipse(place, 0.3 * self._line, 0.3 * self._line)
        limbs.moveTo(nodes[1])
        limbs.lineTo(rect.right() - 0.4 * self._line, nodes[1].y())
        around = 2.2 * radius
        body.addEllipse(QRectF(*nodes).adjusted(-around, -around, around, around))
        for item, path in ((self.limbs, limbs), (self.body, body), (self.synapses, synapses)):
            item.setPath(path)
        self._place_names(inputs, nodes, rect, radius)

    def _place_names(
        self, inputs: Sequence[QPointF], nodes: tuple[QPointF, QPointF], rect: QRectF, radius: float
    ) -> None:
        top, soma = rect.top() - 1.3 * self._line, (nodes[0].x() + nodes[1].x()) / 2
        dendrites, body, axon, synapses = self.names
        dendrites.place((inputs[0].x() + nodes[0].x() - 2 * radius) / 2, top, 0.5)
        body.place(soma, top, 0.5)
        axon.place(rect.right(), top, 1.0)
        synapses.place(rect.left(), inputs[-1].y() + 0.7 * self._line)
