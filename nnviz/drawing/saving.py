"""What a view shows, as a picture or as numbers: on the clipboard or in a file."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QRectF, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.drawing.canvas import Canvas, Numbers
from nnviz.drawing.legend import Legend
from nnviz.errors import InputError
from nnviz.storage import write_atomically

_DETAIL = 2
"""Pixels of a picture for each of the screen's, sideways and upwards."""

_POINTS = 72.0
"""Points of a page in an inch; one is a pixel of the view."""


def image_of(view: QWidget) -> QImage:
    """A picture of a view, twice as fine as on the screen."""
    image = QImage(view.size() * _DETAIL, QImage.Format.Format_RGB32)
    image.fill(_ground(view))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(_DETAIL, _DETAIL)
    _draw(view, painter)
    painter.end()
    return image


def copy_picture(view: QWidget) -> None:
    """Put a picture of a view on the clipboard."""
    QGuiApplication.clipboard().setImage(image_of(view))


def save_picture(view: QWidget, path: Path) -> None:
    """Write a view to a file, all of it or nothing: PNG, or lines and words in SVG or PDF, as the name says.

    Raises
    ------
    InputError
        The name ends otherwise, or the file cannot be written; what was there is as it was.
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
        The file cannot be written; what was there is as it was.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [f"{cell:.10g}" if isinstance(cell, float) else cell for cell in row] for row in rows
    )
    write_atomically(path, text.getvalue().encode())


def numbers_of(view: QWidget) -> Numbers:
    """What is drawn in a view's plots, as one table."""
    tables = [table for canvas in _canvases(view) if (table := canvas.numbers())]
    return [row for k, table in enumerate(tables) for row in table[bool(k) :]]


def _write_png(view: QWidget, buffer: QBuffer) -> None:
    image_of(view).save(buffer, b"PNG")


def _write_svg(view: QWidget, buffer: QBuffer) -> None:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(view.size())
    generator.setViewBox(view.rect())
    generator.setResolution(view.logicalDpiX())  # or letters are of another size than their places
    generator.setTitle(view.accessibleName() or view.objectName())
    painter = QPainter(generator)
    painter.fillRect(view.rect(), _ground(view))
    _draw(view, painter)
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
    _draw(view, painter)
    painter.end()


_WRITERS: dict[str, Callable[[QWidget, QBuffer], None]] = {
    ".png": _write_png,
    ".svg": _write_svg,
    ".pdf": _write_pdf,
}


def _canvases(view: QWidget) -> list[Canvas]:
    return [canvas for canvas in view.findChildren(Canvas) if canvas.isVisible()]


def _ground(view: QWidget) -> QColor:
    canvases = _canvases(view)
    return canvases[0].backgroundBrush().color() if canvases else view.palette().window().color()


def _draw(view: QWidget, painter: QPainter) -> None:
    """Draw a view's scenes and words, but not what one presses."""
    for canvas in _canvases(view):
        seen = canvas.viewport().rect()
        target = QRectF(seen).translated(canvas.viewport().mapTo(view, QPoint()).toPointF())
        with canvas.as_vectors():
            canvas.scene().render(painter, target, canvas.mapToScene(seen).boundingRect())
    for widget in view.findChildren(QWidget):
        if isinstance(widget, QLabel | Legend) and widget.isVisible() and not isinstance(widget.parent(), Legend):
            widget.render(painter, widget.mapTo(view, QPoint()), QRect(), QWidget.RenderFlag.DrawChildren)
