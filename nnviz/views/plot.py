"""A plot whose items Qt paints by itself, and the pictures and paths that go into it."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsPixmapItem, QGraphicsView, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.experiment.maps import Bytes
from nnviz.theme import Table, Theme


class Plot(pg.PlotWidget):
    """Axes and what is drawn between them.

    Frames are set by `show_snapshot` of the view it belongs to; pyqtgraph's own paint event, in Python, is
    left out.
    """

    paintEvent = QGraphicsView.paintEvent  # noqa: N815 - Qt's name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseEnabled(False, False)
        self.setAntialiasing(True)
        for name in ("left", "bottom"):  # they paint in Python, and with every frame unless they are kept
            self.getAxis(name).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def set_theme(self, theme: Theme) -> None:
        """Paint ground, axes and labels in the theme's colours."""
        self.setBackground(theme.background)
        for name in ("left", "bottom", "right", "top"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(pg.mkPen(theme.muted))

    def set_text_font(self, font: QFont) -> None:
        """Label the axes' ticks in this font."""
        for name in ("left", "bottom"):
            self.getAxis(name).setTickFont(font)

    def prepare(self) -> None:
        """Let pyqtgraph bring its items up to date, which its paint event would do."""
        self.scene().prepareForPaint()


def line_pen(color: str | QColor, width: float = 2.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels at any zoom; flat caps, which cost Qt a seventh of round ones."""
    pen = QPen(QColor(color), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(True)
    return pen


class PathItem(QGraphicsPathItem):
    """A path that Qt paints, through points of arrays."""

    def __init__(self, pen: QPen | None = None) -> None:
        super().__init__()
        if pen:
            self.setPen(pen)

    def set_points(self, x: FloatArray, y: FloatArray, connect: str = "finite") -> None:
        """Go through points; ``finite`` breaks the line at NaN, ``pairs`` joins every two points."""
        self.setPath(pg.arrayToQPath(x, y, connect=connect, finiteCheck=False) if len(x) else QPainterPath())


class MapItem(QGraphicsPixmapItem):
    """A map of bytes as a picture over a rectangle of the plane, the first row at the top."""

    def __init__(self) -> None:
        super().__init__()
        self.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setShapeMode(self.ShapeMode.BoundingRectShape)

    def set_map(self, values: Bytes, table: Table, extent: tuple[float, float, float, float]) -> None:
        """Show bytes in the colours of a table, over (x_min, x_max, y_min, y_max)."""
        height, width = values.shape
        x_min, x_max, y_min, y_max = extent
        self.setPixmap(pixmap(values, table))
        self.setTransform(QTransform((x_max - x_min) / width, 0, 0, -(y_max - y_min) / height, x_min, y_max))


def pixmap(values: Bytes, table: Table) -> QPixmap:
    """A map of bytes in the colours of a table."""
    return _pixmap(table[values])


def pixmaps(values: Bytes, table: Table) -> list[QPixmap]:
    """Maps of bytes, shape (maps, height, width), in the colours of a table."""
    return [_pixmap(pixels) for pixels in table[values]]


def _pixmap(pixels: Table) -> QPixmap:
    height, width = pixels.shape
    return QPixmap.fromImage(QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32))


def rectangle(extent: tuple[float, float, float, float]) -> QRectF:
    """The rectangle of (x_min, x_max, y_min, y_max)."""
    x_min, x_max, y_min, y_max = extent
    return QRectF(x_min, y_min, x_max - x_min, y_max - y_min)
