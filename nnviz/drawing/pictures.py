"""Arrays of bytes as pictures in a theme's colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem

from nnviz.runs.maps import Bytes
from nnviz.theme import Table


class PixmapSet:
    """Pixmaps of one size whose pixels are written in place.

    Each pixmap shows a part of one array, so one operation updates all of them. Qt does not notice: the items that
    show them must be repainted.

    Parameters
    ----------
    shape : (int, int, int)
        Pictures, their height and width.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._pixels: NDArray[np.uint32] = np.zeros(shape, np.uint32)
        self.pixmaps = [_pixmap(pixels) for pixels in self._pixels]

    @property
    def shape(self) -> tuple[int, ...]:
        """Pictures, their height and width."""
        return self._pixels.shape

    def show_maps(self, values: Bytes, table: Table) -> None:
        """Show arrays of bytes, shape (pictures, height, width), in the colours of a table."""
        table.take(values, out=self._pixels, mode="clip")  # the other modes write to a copy first


class MapItem(QGraphicsPixmapItem):
    """An array of bytes as a picture over a rectangle of the plane, the first row at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._film = PixmapSet((0, 0, 0))
        self._place: object = None
        self.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.setShapeMode(self.ShapeMode.BoundingRectShape)

    def set_map(self, values: Bytes, table: Table, extent: tuple[float, float, float, float]) -> None:
        """Show bytes in the colours of a table, over (left, right, bottom, top)."""
        if self._film.shape[1:] != values.shape:
            self._film = PixmapSet((1, *values.shape))
            self.setPixmap(self._film.pixmaps[0])
        self._film.show_maps(values[None], table)
        if (place := (*values.shape, *extent)) != self._place:
            self._place = place
            height, width, left, right, bottom, top = place
            self.setTransform(QTransform((right - left) / width, 0, 0, -(top - bottom) / height, left, top))


def pixmap(values: Bytes, table: Table) -> QPixmap:
    """An array of bytes as a pixmap, in the colours of a table."""
    return _pixmap(table[values])


def _pixmap(pixels: Table) -> QPixmap:
    """A pixmap that shares its pixels with an array; Qt copies them only if the formats differ."""
    height, width = pixels.shape
    return QPixmap.fromImage(QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32))
