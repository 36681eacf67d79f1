"""Copying and saving what a view shows, as a picture or as numbers."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPoint, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QRegion,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractGraphicsShapeItem,
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsView,
    QLabel,
    QWidget,
)

from nnviz.drawing.canvas import Canvas, Numbers
from nnviz.drawing.points import SamplePoints
from nnviz.drawing.view import SelfPainted
from nnviz.errors import InputError
from nnviz.storage import write_atomically

_DETAIL = 2
"""Pixels of a picture per pixel of the screen, in each direction."""
_POINTS = 72.0
"""Points per inch; one point is one pixel of the view."""


def image_of(view: QWidget) -> QImage:
    """A picture of a view, at twice the screen's resolution."""
    image = QImage(view.size() * _DETAIL, QImage.Format.Format_RGB32)
    image.fill(_ground(view))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(_DETAIL, _DETAIL)
    draw_view(view, painter, _DETAIL)
    painter.end()
    return image


def framed(view: QWidget, size: QSize, below: int) -> QImage:
    """A picture of a view in the middle of a frame, as large as fits above a strip of so many pixels."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(_ground(view))
    scale = min(size.width() / view.width(), (size.height() - below) / view.height())
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(
        (size.width() - scale * view.width()) / 2, (size.height() - below - scale * view.height()) / 2
    )
    painter.scale(scale, scale)
    draw_view(view, painter, scale)
    painter.end()
    return image


def copy_picture(view: QWidget) -> None:
    """Copy a picture of a view to the clipboard."""
    QGuiApplication.clipboard().setImage(image_of(view))


def save_picture(view: QWidget, path: Path) -> None:
    """Write a view to a file, all of it or nothing: as PNG, SVG or PDF by the file name's ending.

    Raises
    ------
    InputError
        The name has another ending, or the file cannot be written; an existing file is unchanged.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"{path}: pictures are not written as {path.suffix or 'that'}; allowed: {', '.join(_WRITERS)}"
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(view, buffer)
    write_atomically(path, bytes(buffer.data().data()))


def save_numbers(rows: Numbers, path: Path) -> None:
    """Write a table to a CSV file, all of it or nothing.

    Raises
    ------
    InputError
        The file cannot be written; an existing file is unchanged.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [f"{cell:.10g}" if isinstance(cell, float) else cell for cell in row] for row in rows
    )
    write_atomically(path, text.getvalue().encode())


def numbers_of(view: QWidget) -> Numbers:
    """The numbers in a view's plots, as one table."""
    canvases = [canvas for canvas in _canvases(view) if isinstance(canvas, Canvas)]
    tables = [table for canvas in canvases if (table := canvas.numbers())]
    return [row for k, table in enumerate(tables) for row in table[bool(k) :]]


def _write_png(view: QWidget, buffer: QBuffer) -> None:
    QImageWriter(buffer, QByteArray(b"png")).write(image_of(view))


def _write_svg(view: QWidget, buffer: QBuffer) -> None:
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # SVG Tiny 1.2 cannot clip
    generator.setOutputDevice(buffer)
    generator.setSize(view.size())
    generator.setViewBox(view.rect())
    generator.setResolution(view.logicalDpiX())  # otherwise letters do not have the size of their places
    generator.setTitle(view.accessibleName() or view.objectName())
    painter = QPainter(generator)
    painter.fillRect(view.rect(), _ground(view))
    draw_view(view, painter)
    painter.end()


def _write_pdf(view: QWidget, buffer: QBuffer) -> None:
    writer = QPdfWriter(buffer)
    dpi = view.logicalDpiX()
    size = QSizeF(view.size()) * (_POINTS / dpi)
    writer.setResolution(dpi)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.fillRect(view.rect(), _ground(view))
    draw_view(view, painter)
    painter.end()


_WRITERS: dict[str, Callable[[QWidget, QBuffer], None]] = {
    ".png": _write_png,
    ".svg": _write_svg,
    ".pdf": _write_pdf,
}


def _canvases(view: QWidget) -> list[QGraphicsView]:
    own = [view] if isinstance(view, QGraphicsView) else []
    return [canvas for canvas in (*own, *view.findChildren(QGraphicsView)) if canvas.isVisible()]


def _ground(view: QWidget) -> QColor:
    canvases = _canvases(view)
    return canvases[0].backgroundBrush().color() if canvases else view.palette().window().color()


def draw_view(view: QWidget, painter: QPainter, detail: float = 1.0) -> None:
    """Draw a view's scenes and labels, or those of all views in a widget, but not buttons; as lines and text.

    ``detail`` is how many pixels of the painter one of the view is.
    """
    for canvas in _canvases(view):
        seen = canvas.viewport().rect()
        target = QRectF(seen).translated(canvas.viewport().mapTo(view, QPoint()).toPointF())
        with _as_vectors(canvas, detail):
            canvas.scene().render(painter, target, canvas.mapToScene(seen).boundingRect())
    for widget in (view, *view.findChildren(QWidget)):
        if isinstance(widget, QLabel | SelfPainted) and widget.isVisible():
            widget.render(painter, widget.mapTo(view, QPoint()), QRegion(), QWidget.RenderFlag.DrawChildren)


@contextmanager
def _as_vectors(canvas: QGraphicsView, detail: float) -> Iterator[None]:
    """Within this context, draw everything as paths and text, not as the cached pictures.

    Pens with a fixed width in pixels become ``detail`` times as wide.
    """
    drawn: list[Canvas | SamplePoints] = [canvas] if isinstance(canvas, Canvas) else []
    drawn += [item for item in canvas.scene().items() if isinstance(item, SamplePoints)]
    for one in drawn:
        one.use_vectors(True)
    items = canvas.scene().items()
    empty = [item for item in items if isinstance(item, QGraphicsPathItem) and item.path().isEmpty()]
    empty = [item for item in empty if item.isVisible()]
    modes, pens = [item.cacheMode() for item in items], [_cosmetic_pen(item) for item in items]
    for item, pen in zip(items, pens, strict=True):
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        _set_pen(item, pen, detail)
    for path in empty:  # some SVG readers report empty paths as errors
        path.hide()
    pixmaps = [(item, item.pixmap()) for item in items if isinstance(item, QGraphicsPixmapItem)]
    for (
        item,
        pixmap,
    ) in pixmaps:  # one that was painted anew in place is taken for what it was by a PDF of more pages
        item.setPixmap(pixmap.copy())
    try:
        yield
    finally:
        for item, pixmap in pixmaps:
            item.setPixmap(pixmap)
        for path in empty:
            path.show()
        for item, mode, pen in zip(items, modes, pens, strict=True):
            item.setCacheMode(mode)
            _set_pen(item, pen, 1.0)
        for one in drawn:
            one.use_vectors(False)


def _cosmetic_pen(item: QGraphicsItem) -> QPen | None:
    pen = item.pen() if isinstance(item, QAbstractGraphicsShapeItem | QGraphicsLineItem) else None
    return pen if pen and pen.isCosmetic() else None


def _set_pen(item: QGraphicsItem, pen: QPen | None, detail: float) -> None:
    if pen and isinstance(item, QAbstractGraphicsShapeItem | QGraphicsLineItem):
        wider = QPen(pen)
        wider.setWidthF(detail * pen.widthF())
        item.setPen(wider)
