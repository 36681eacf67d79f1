"""A node of a circuit or a graph enlarged as a neuron of a network is: under the pointer, or by the arrows."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPixmap
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Canvas, bold
from nnviz.drawing.magnifier import Magnifier, height_of
from nnviz.drawing.node_keys import STEPS, NodeKeys
from nnviz.drawing.pointer import Pointer
from nnviz.theme import Theme
from nnviz.views.circuit.drawing import WiredDrawing, WiredNode

_LINES = 3.0
"""Lines of words below a picture, as far as its size depends on them."""
Look = tuple[QPixmap, str]
"""A picture of a node, and words."""
Drawn = tuple[QSizeF, Theme, QFont]
"""How large a picture is to be, and how it is drawn."""


class NodeMagnifier(NodeKeys):
    """Enlarges the node under the pointer; with the focus by Tab, the arrows lead from node to node.

    Parameters
    ----------
    drawings : sequence of WiredDrawing
        Where nodes are; the arrows lead through the first.
    look_at : callable (node, drawn) -> (picture, words) or None
        What is to be seen of a node; None where nothing is known.

    Signals
    -------
    reached : str
        The node that an arrow has led to.
    """

    reached = Signal(str)

    def __init__(
        self,
        view: QWidget,
        canvas: Canvas,
        drawings: Sequence[WiredDrawing[Any]],
        look_at: Callable[[Any, Drawn], Look | None],
    ) -> None:
        super().__init__(view)
        self._canvas, self._drawings, self._look_at = canvas, drawings, look_at
        self._name, self._is_held = "", False
        self._where: WiredDrawing[Any] = drawings[0]
        self.magnifier = Magnifier(canvas.scene())
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self.leave)
        pointer = Pointer(canvas)
        pointer.pressed.connect(lambda _point: self._hold(True))
        pointer.released.connect(lambda _point: self._hold(False))

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, bold(font)
        self.magnifier.set_theme(theme, self._font)

    def show(self) -> None:
        """Show the node as it is now, or none if it is gone."""
        was_visible = self.magnifier.visible
        self.magnifier.hide()
        node: WiredNode | None = self._where.nodes.get(self._name)
        if node and not self._is_held:
            high = height_of(self._canvas.area, _LINES * QFontMetricsF(self._font).height())
            if look := self._look_at(node, (QSizeF(high, high), self._theme, self._font)):
                away = node.radius + 4.0
                beside = QRectF(node.center, node.center).adjusted(-away, -away, away, away)
                self.magnifier.show(*look, beside, self._canvas.area)
        if was_visible or self.magnifier.visible:
            self._canvas.repaint_soon()

    def leave(self) -> None:
        """Enlarge nothing."""
        self._enlarge(self._drawings[0], "")

    def go(self, event: QKeyEvent) -> None:
        """Go on to the next node in the direction of an arrow."""
        if step := STEPS.get(Qt.Key(event.key())):
            first = self._drawings[0]
            name = first.node_beside(self._name if self._where is first else "", step)
            self._enlarge(first, name)
            self.reached.emit(name)

    def _hover(self, point: QPointF) -> None:
        found = [(drawing, node.name) for drawing in self._drawings if (node := drawing.node_at(point))]
        self._enlarge(*(found[0] if found else (self._drawings[0], "")))

    def _hold(self, is_held: bool) -> None:
        """Show nothing in the way of a drag."""
        self._is_held = is_held
        self.magnifier.hide()

    def _enlarge(self, drawing: WiredDrawing[Any], name: str) -> None:
        if (drawing, name) != (self._where, self._name) or (name and not self.magnifier.visible):
            self._where, self._name = drawing, name
            self.show()
