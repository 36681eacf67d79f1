"""The base of all panes: each shows the same state of an example."""

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.canvas import Text
from nnviz.drawing.view import CanvasView
from nnviz.runs.network_parts import ParameterIndex

_LAYER = 4.0
SIZES = (1.6, 1.3, 1.0)
"""Scales of the font that a pane may use, the largest that fits first."""


class TextWriter:
    """Writes all texts again for every state, using the items again, as making one is slow.

    Attributes
    ----------
    texts : list of Text
        The shown items, followed by hidden ones.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.texts: list[Text] = []
        self._written: list[tuple[object, ...]] = []
        self._used = 0

    @property
    def words(self) -> list[str]:
        """All texts shown."""
        return [text.text() for text in self.texts[: self._used]]

    def begin(self) -> None:
        """Start writing from the first item."""
        self._used = 0

    def write(
        self, words: str, at: tuple[float, float], font: QFont, color: str | QColor, across: float = 0.5
    ) -> Text:
        """Write a text; its fraction ``across`` is at x, its vertical centre at y."""
        if self._used == len(self.texts):
            self.texts.append(Text(self._scene, _LAYER))
            self._written.append(())
        k, text = self._used, self.texts[self._used]
        self._used += 1
        style, written = (font, color), (words, at, across)
        if (style, written) != self._written[k]:
            if self._written[k][:1] != (style,):
                text.set_style(font, color)
            text.write(words, *at, across, 0.5)
            text.show()
            self._written[k] = style, written
        return text

    def end(self) -> None:
        """Hide the items not used."""
        for k in range(self._used, len(self.texts)):
            if self._written[k]:
                self.texts[k].hide()
                self._written[k] = ()


def sized(font: QFont, pixels: int, size: float) -> QFont:
    """The font at ``size`` times ``pixels`` pixels."""
    larger = QFont(font)
    larger.setPixelSize(round(size * pixels))
    return larger


class Pane(CanvasView[ExampleState]):
    """One presentation of an example.

    Signals
    -------
    picked : (layer, unit, source or None) or None
        A parameter was clicked, or none.
    opened : (layer, unit, source or None), QPointF
        The user wants to type a parameter, at a point of the pane.
    """

    picked = Signal(object)
    opened = Signal(object, QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.pressed.connect(self._pick)

    def place_at(self, _point: QPointF) -> ParameterIndex | None:
        """The parameter at a point."""
        return None

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(20 * line, 8 * line)

    def _lay_out(self) -> None:
        """Do nothing: the layout depends on the state, so `_paint` does it."""

    def _pick(self, point: QPointF) -> None:
        self.picked.emit(self.place_at(point))
