"""A canvas with plots on it: prepared before Qt paints it, read under the pointer, saved as numbers."""

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QWidget

from nnviz.drawing.canvas import Canvas, Numbers
from nnviz.plots.plane import Plane
from nnviz.plots.readout import Readout
from nnviz.theme import Theme


class _Scene(pg.GraphicsScene):  # type: ignore[misc] # pyqtgraph has no types
    """pyqtgraph's scene without its search for what the pointer hovers over, at each move: none of ours asks."""

    def sendHoverEvents(self, event: object, exitOnly: bool = False) -> None:  # noqa: N803 - its names
        """Tell nobody."""


class PlotCanvas(Canvas):
    """A canvas with pyqtgraph's scene, which sends wheel and drag to the plot that they are meant for.

    Planes are kept: one that is let go is hidden until the next is wanted, for the destruction of pyqtgraph's view
    boxes has ended programs.

    Attributes
    ----------
    planes : list of Plane
    tables : list of callable
        Each gives rows of numbers that what is drawn stands for, where the items' points are not all of it.

    Signals
    -------
    zoomed
        One of the planes was zoomed or panned by hand, or shows all again.
    clicked : QPointF
        Where the left button was pressed and let go without a drag.
    """

    sigDeviceRangeChanged = Signal(object, object)  # noqa: N815 - pyqtgraph's name
    sigDeviceTransformChanged = Signal(object)  # noqa: N815
    """What pyqtgraph's items ask of their view; a canvas never changes its own."""

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
        """Pyqtgraph's scene."""
        scene: QGraphicsScene = pg.GraphicsScene(parent=self)
        return scene

    def implements(self, _interface: object = None) -> bool:
        """Whether it is a view box, as pyqtgraph's items ask of all that holds them."""
        return False

    def plane(self, *, is_square: bool = False, is_filled: bool = False) -> Plane:
        """A plane on this canvas; in a square one a unit is as long both ways."""
        plane = self._spare.pop() if self._spare else Plane(self)
        plane.box.is_square, plane.is_filled = is_square, is_filled
        plane.set_visible(True)
        plane.show_grid(self.has_grid)
        if self._theme:
            plane.set_theme(self._theme)
        plane.zoomed.connect(self.zoomed)
        self.planes.append(plane)
        return plane

    def let_go(self, plane: Plane) -> None:
        """Have a plane no more; what is in it goes with it."""
        self.planes.remove(plane)
        plane.empty()
        self._spare.append(plane)

    def plane_at(self, place: QPointF) -> Plane | None:
        """The plane that is shown at a place."""
        return next((p for p in self.planes if p.is_visible and p.frame.contains(place)), None)

    def dress(self, theme: Theme, font: QFont) -> None:
        """Draw planes, and what is read in them, in the theme's colours and this font."""
        super().dress(theme, font)
        self._theme = theme
        self._readout.set_theme(theme, font)
        for plane in self.planes:
            plane.set_theme(theme)

    def repaint_soon(self) -> None:
        """Bring plots up to date, and have what has changed painted with the next frame."""
        self._readout.refresh()
        for plane in self.planes:
            plane.prepare()
        super().repaint_soon()

    def show_all(self) -> None:
        """Show the whole in every plot."""
        for plane in self.planes:
            plane.show_all()

    def show_grid(self, shown: bool) -> None:
        """Draw the lines across the plots, or none."""
        self.has_grid = shown
        for plane in self.planes:
            plane.show_grid(shown)
        self.repaint_soon()

    def numbers(self) -> Numbers:
        """What is drawn: a row for each point of each named line, in coordinates of its plane."""
        rows: Numbers = []
        for plane in self.planes:
            if plane.is_visible:
                rows += _rows(plane)
        rows += [row for table in self.tables for row in table()]
        return [("line", "x", "y"), *rows] if rows else []

    def _tell_click(self, click: Any) -> None:
        if click.button() == Qt.MouseButton.LeftButton and not click.double():
            self.clicked.emit(QPointF(click.scenePos()))

    def draw_itself(self, itself: bool) -> None:
        """Have axes drawn in lines and words, for a file of vectors, or as a picture; without what is read."""
        self._readout.clear()
        for plane in self.planes:
            plane.axes.draw_itself(itself)


def _rows(plane: Plane) -> Numbers:
    rows: Numbers = []
    for name, item in plane.named_items():
        if isinstance(item, QGraphicsPathItem):
            path = item.mapToParent(item.path())
            elements = (path.elementAt(k) for k in range(path.elementCount()))
            rows += [(name, *plane.value_of(element.x, element.y)) for element in elements]
    return rows
