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


def rectangle(extent: tuple[float, float, float, float]) -> QRectF:
    """The rectangle of (x_min, x_max, y_min, y_max)."""
    x_min, x_max, y_min, y_max = extent
    return QRectF(x_min, y_min, x_max - x_min, y_max - y_min)
