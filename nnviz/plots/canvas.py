"""A canvas for plots, with a readout at the pointer: two thin lines and a few words."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsPathItem, QGraphicsScene, QWidget

from nnviz.drawing.canvas import Canvas, Numbers
from nnviz.drawing.paths import line_pen
from nnviz.drawing.view import CanvasView, M
from nnviz.drawing.words import Tag
from nnviz.plots.plane import Plane
from nnviz.theme import Theme, mix

_LAYER = 90.0
_AWAY = 10.0
"""Distance between the pointer and the words, in pixels."""


class Readout:
    """Lines through the pointer and words beside it; ``plane_at`` finds the plane under the pointer."""

    def __init__(self, canvas: Canvas, plane_at: Callable[[QPointF], Plane | None]) -> None:
        self._canvas, self._plane_at = canvas, plane_at
        self.tag = Tag(canvas.scene(), _LAYER)
        self._lines = QGraphicsLineItem(), QGraphicsLineItem()
        for line in self._lines:
            line.setZValue(_LAYER - 1.0)
            canvas.scene().addItem(line)
        self._place: QPointF | None = None
        self._hide()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self.tag.set_style(theme, font, framed=True)
        for line in self._lines:
            line.setPen(line_pen(mix(theme.background, theme.text, 0.55), 1.0))

    def point_at(self, place: QPointF) -> None:
        """Show what is at a place on the canvas."""
        self._place = place
        self._canvas.repaint_soon()  # which refreshes

    def clear(self) -> None:
        """Hide the readout."""
        self._place = None
        self._hide()
        self._canvas.repaint_soon()

    def refresh(self) -> None:
        """Update the words, as another moment may be shown."""
        plane = self._plane_at(self._place) if self._place and not self._canvas.keeps_secret else None
        words = plane.reading(*plane.point_at(self._place)) if plane and plane.reading and self._place else ()
        if plane and words and self._place:
            self._say("\n".join(words), self._place, plane)
        elif self.tag.is_visible:
            self._hide()

    def _say(self, words: str, place: QPointF, plane: Plane) -> None:
        frame, area = plane.frame, self._canvas.area
        across, up = self._lines
        across.setLine(frame.left(), place.y(), frame.right(), place.y())
        up.setLine(place.x(), frame.top(), place.x(), frame.bottom())
        self.tag.words.set_words(words)
        size = self.tag.words.boundingRect()
        right, down = place.x() + _AWAY + size.width() / 2, place.y() - _AWAY - size.height() / 2
        if right + size.width() / 2 > area.right():
            right = place.x() - _AWAY - size.width() / 2
        if down - size.height() / 2 < area.top():
            down = place.y() + 2.0 * _AWAY + size.height() / 2
        self.tag.say(words, right, down)
        for line in self._lines:
            line.setVisible(True)

    def _hide(self) -> None:
        self.tag.set_visible(False)
        for line in self._lines:
            line.setVisible(False)


class _Scene(pg.GraphicsScene):  # type: ignore[misc] # pyqtgraph has no types
    """pyqtgraph's scene without its search for hovered items at each mouse move, which nnviz does not use."""

    def sendHoverEvents(self, event: object, exitOnly: bool = False) -> None:  # noqa: N803 - its names
        """Do nothing."""


class PlotCanvas(Canvas):
    """A canvas with pyqtgraph's scene, which sends wheel and drag events to the plot under the pointer.

    A released plane is hidden and used again, as destroying pyqtgraph's view boxes can crash the program.

    Attributes
    ----------
    tables : list of callable
        Each returns rows of numbers for a plot whose items do not hold all of its numbers.

    Signals
    -------
    zoomed
        A plane was zoomed or panned by hand, or shows all again.
    clicked : QPointF
        Where the left button was clicked.
    """

    sigDeviceRangeChanged = Signal(object, object)  # noqa: N815 - pyqtgraph's name
    sigDeviceTransformChanged = Signal(object)  # noqa: N815
    """Signals that pyqtgraph's items need from their view; a canvas never emits them."""

    zoomed = Signal()
    clicked = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paint_when_told()
        self.viewport().setMouseTracking(True)
        self.planes: list[Plane] = []
        self._spare: list[Plane] = []
        self.has_grid = True
        self._theme: Theme | None = None
        self.tables: list[Callable[[], Numbers]] = []
        self._readout = Readout(self, self.plane_at)
        self.hovered.connect(self._readout.point_at)
        self.left.connect(self._readout.clear)
        self.scene().sigMouseClicked.connect(self._tell_click)  # type: ignore[attr-defined]

    def make_scene(self) -> QGraphicsScene:
        scene: QGraphicsScene = _Scene(parent=self)
        return scene

    def implements(self, _interface: object = None) -> bool:
        """Answer pyqtgraph's items, which ask every parent whether it is a view box."""
        return False

    def plane(self, *, is_square: bool = False, is_filled: bool = False) -> Plane:
        """A plane on this canvas; if square, a unit has the same length in both directions."""
        plane = self._spare.pop() if self._spare else Plane(self)
        plane.box.is_square, plane.is_filled = is_square, is_filled
        plane.set_visible(True)
        plane.show_grid(self.has_grid)
        if self._theme:
            plane.set_theme(self._theme)
        plane.zoomed.connect(self.zoomed)
        self.planes.append(plane)
        return plane

    def release(self, plane: Plane) -> None:
        """Remove a plane and its items."""
        self.planes.remove(plane)
        plane.empty()
        self._spare.append(plane)

    def plane_at(self, place: QPointF) -> Plane | None:
        """The visible plane at a place."""
        return next((p for p in self.planes if p.is_visible and p.frame.contains(place)), None)

    def set_style(self, theme: Theme, font: QFont) -> None:
        super().set_style(theme, font)
        self._theme = theme
        self._readout.set_theme(theme, font)
        for plane in self.planes:
            plane.set_theme(theme)

    def repaint_soon(self, part: QRectF | None = None) -> None:
        """Update the plots; repaint all with the next frame, or only a part and the axes that have changed."""
        before = self._readout.tag.rect
        self._readout.refresh()
        others = [before, self._readout.tag.rect, *(p.axes.outer for p in self.planes if p.prepare())]
        super().repaint_soon(part and reduce(QRectF.united, others, part))

    def show_all(self) -> None:
        for plane in self.planes:
            plane.show_all()

    def show_grid(self, shown: bool) -> None:
        """Show or hide the lines across the plots."""
        self.has_grid = shown
        for plane in self.planes:
            plane.show_grid(shown)
        self.repaint_soon()

    def numbers(self) -> Numbers:
        """A row for each point of each named line, in coordinates of its plane."""
        rows: Numbers = []
        for plane in self.planes:
            if plane.is_visible:
                rows += _rows(plane)
        rows += [row for table in self.tables for row in table()]
        return [("line", "x", "y"), *rows] if rows else []

    def _tell_click(self, click: Any) -> None:
        if click.button() == Qt.MouseButton.LeftButton and not click.double():
            self.clicked.emit(QPointF(click.scenePos()))

    def use_vectors(self, vectors: bool) -> None:
        """Draw the axes as paths and text, for a vector file, or as a pixmap; without the readout."""
        self._readout.clear()
        for plane in self.planes:
            plane.axes.use_vectors(vectors)


def _rows(plane: Plane) -> Numbers:
    rows: Numbers = []
    for name, item in plane.named_items():
        if isinstance(item, QGraphicsPathItem):
            path = item.mapToParent(item.path())
            elements = (path.elementAt(k) for k in range(path.elementCount()))
            rows += [(name, *plane.value_of(element.x, element.y)) for element in elements]
    return rows


class PlotView(CanvasView[M]):
    """A view that repaints when a plot is zoomed or panned by hand, as some items are in pixels."""

    canvas: PlotCanvas

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.zoomed.connect(self._follow_zoom)

    def _follow_zoom(self) -> None:
        """Place items in pixels again; a view that knows which overrides this."""
        self._show()

    def make_canvas(self) -> PlotCanvas:
        return PlotCanvas(self)
