"""A guess drawn over a view's plot, and shown again over the result, in the plot's coordinates."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane
from nnviz.presenter.style import scaled
from nnviz.stage.drawer import Gallery
from nnviz.theme import Theme, theme

_SPACING = 4.0
"""Distance between two points of a stroke, in pixels."""
_LABEL = "your guess"
_WIDTH = 3.5


class DrawingArea(Protocol):
    """The area of a view that can be drawn on; pixels are the view's, points have shape (points, 2)."""

    @property
    def area(self) -> QRectF:
        """The rectangle, in pixels."""
        ...

    def points(self, pixels: FloatArray) -> FloatArray:
        """Points at these pixels."""
        ...

    def pixels(self, points: FloatArray) -> FloatArray:
        """Pixels of these points."""
        ...


class PlaneArea:
    """The frame of the visible plane in a view; which plane is visible may change with the data."""

    def __init__(self, view: QWidget) -> None:
        self._view, self._front = view, _canvas_in(view)

    @property
    def area(self) -> QRectF:
        return self._plane.frame.translated(*self._corner().tolist())

    def points(self, pixels: FloatArray) -> FloatArray:
        x, y = self._plane.points(pixels - self._corner()).T
        return np.column_stack([x, np.power(10.0, y) if self._plane.y.logarithmic else y])

    def pixels(self, points: FloatArray) -> FloatArray:
        """Pixels of these points; values below a logarithmic scale lie on its edge."""
        x, y = points.T
        if self._plane.y.logarithmic:
            y = np.log10(np.maximum(y, 10.0**self._plane.y.low))
        return np.asarray(self._plane.pixels(np.column_stack([x, y])) + self._corner())

    @property
    def _plane(self) -> Plane:
        if not self._front.isVisibleTo(self._view):
            self._front = _canvas_in(self._view)
        return self._front.planes[0]

    def _corner(self) -> FloatArray:
        """Position of the canvas in the view."""
        corner = self._front.viewport().mapTo(self._view, self._front.mapFromScene(QPointF(0.0, 0.0)))
        return np.array([corner.x(), corner.y()], dtype=np.float64)


def drawing_area_of(view: QWidget) -> DrawingArea:
    """The area to draw on in a view: its first visible plane."""
    return PlaneArea(view)


def _canvas_in(view: QWidget) -> PlotCanvas:
    canvases = [canvas for canvas in view.findChildren(PlotCanvas) if canvas.planes]
    if not canvases:
        raise TypeError(f"{type(view).__name__} has no axes to draw between")
    return next((canvas for canvas in canvases if canvas.isVisibleTo(view)), canvases[0])


def view_to_draw_on(views: Gallery, draw: str) -> QWidget:
    """The view that a question's ``draw`` means: the loss for ``curve``, the output for ``plane``."""
    return (views.loss if draw == "curve" else views.output).as_widget


class GuessLayer(QObject):
    """Lets the audience's guess be drawn on a view, and shows it in the coordinates of the view's plot.

    Signals
    -------
    stroke_drawn : array, shape (points, 2)
        A line has been drawn; the next one replaces it.
    """

    stroke_drawn = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._sheet: _GuessOverlay | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether drawing is on."""
        return self._sheet is not None and self._sheet.draws

    def begin(self, view: QWidget) -> None:
        """Let the pointer draw on a view that has a plot."""
        self._lay(view).let_draw(draws=True)

    @property
    def points(self) -> FloatArray:
        """The points drawn, shape (points, 2), possibly none."""
        return self._sheet.points if self._sheet else np.empty((0, 2))

    def show(self, points: FloatArray, view: QWidget | None = None) -> None:
        """Show a guess, shape (points, 2), over a view: the one it was drawn on, or another."""
        if view is None and self._sheet is None:
            raise ValueError("no view to lay the guess on")
        sheet = self._lay(view) if view else self._sheet
        if sheet:
            sheet.let_draw(draws=False)
            sheet.show_points(points)

    def clear(self) -> None:
        """Remove the guess."""
        if self._sheet:
            self._sheet.hide()
            self._sheet.setParent(None)
            self._sheet.deleteLater()
            self._sheet = None

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._sheet:
            self._sheet.set_theme(theme)

    def _lay(self, view: QWidget) -> "_GuessOverlay":
        self.clear()
        self._sheet = _GuessOverlay(view, self._theme)
        self._sheet.stroke_drawn.connect(self.stroke_drawn)
        return self._sheet


class _GuessOverlay(QWidget):
    """A transparent widget over a view, painted whenever the view is, so that it follows the axes."""

    stroke_drawn = Signal(object)

    def __init__(self, view: QWidget, theme: Theme) -> None:
        super().__init__(view)
        self._ground: DrawingArea = drawing_area_of(view)
        self._theme = theme
        self._stroke: list[QPointF] = []
        self._seen: object = None
        self.points: FloatArray = np.empty((0, 2))
        self.draws = False
        view.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(view.rect())
        self.raise_()
        self.show()

    def let_draw(self, *, draws: bool) -> None:
        """Let the pointer draw; otherwise clicks reach the view below."""
        self.draws = draws
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not draws)
        self.setCursor(Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_points(self, points: FloatArray) -> None:
        """Show a guess."""
        self.points = points
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a new line that replaces the one before."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._stroke = []
            self._extend(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if len(self._stroke) > 1:
            self.stroke_drawn.emit(self.points)
        self._stroke = []

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the guess at its current place."""
        painter = QPainter(self)
        area = self._ground.area
        if self.draws:
            painter.setPen(QPen(QColor(self._theme.accent), 2.0))
            painter.drawRect(area)
        if len(self.points):
            self._paint_guess(painter, area)
        painter.end()

    def _paint_guess(self, painter: QPainter, area: QRectF) -> None:
        pixels = self._ground.pixels(self.points)
        line = QPolygonF([QPointF(x, y) for x, y in np.clip(pixels, -1e5, 1e5)])
        seen = (area, line.boundingRect())
        if seen != self._seen:  # this repaint may be clipped to less than what has moved
            self._seen = seen
            self.update()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        for color, width, style in (
            (self._theme.background, _WIDTH + 3.0, Qt.PenStyle.SolidLine),
            (self._theme.accent, _WIDTH, Qt.PenStyle.SolidLine if self.draws else Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(QColor(color), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(line)
        if not self.draws:
            self._paint_label(painter, area, line)

    def _paint_label(self, painter: QPainter, area: QRectF, line: QPolygonF) -> None:
        """Write the label after the right end of the line, or above it if there is no space."""
        font = scaled(self.font(), 1.0, bold=True)
        metrics = QFontMetricsF(font)
        end = max((line.first(), line.last()), key=QPointF.x)
        box = QRectF(0.0, 0.0, metrics.horizontalAdvance(_LABEL) + 8.0, metrics.height())
        has_room = end.x() + box.width() + 8.0 < area.right()
        left = end.x() + 6.0 if has_room else end.x() - box.width()
        top = end.y() - box.height() / 2 if has_room else end.y() - box.height() - 6.0
        left = min(max(left, area.left() + 2.0), area.right() - box.width() - 2.0)
        top = min(max(top, area.top() + 2.0), area.bottom() - box.height() - 2.0)
        box.moveTo(left, top)
        painter.fillRect(box, QColor(self._theme.background))
        painter.setFont(font)
        painter.setPen(QColor(self._theme.accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _LABEL)

    def _extend(self, place: QPointF) -> None:
        near = self._stroke and (place - self._stroke[-1]).manhattanLength() < _SPACING
        if near or not self._ground.area.contains(place):
            return
        self._stroke.append(place)
        self.points = self._ground.points(np.array([(p.x(), p.y()) for p in self._stroke]))
        self.update()
