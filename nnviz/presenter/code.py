"""A QR code as large as the room can use it, with what it leads to beneath."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

_QUIET = 4
"""Modules around a code that stay white, as its standard asks for."""
_WORDS = 0.12
"""Part of the height for the words."""


def code_image(text: str) -> QImage:
    """The QR code of a text, one pixel a module, with its quiet zone."""
    import segno  # noqa: PLC0415 - see nnviz.late

    rows = segno.make_qr(text, error="m").matrix
    side = len(rows) + 2 * _QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x + _QUIET, y + _QUIET, 0)
    return image


def paint_code(painter: QPainter, place: QRect, code: QImage, words: str) -> None:
    """Paint a code in the middle, its modules all of the same size, and the words beneath it."""
    below = round(_WORDS * place.height())
    scale = max(1, min(place.width(), place.height() - below) // code.width())
    side = scale * code.width()
    left, top = (place.width() - side) // 2, max(0, (place.height() - below - side) // 2)
    painter.drawImage(QRect(left, top, side, side), code)
    font = QFont(painter.font())
    font.setPixelSize(max(12, below // 4))
    painter.setFont(font)
    painter.setPen(QColor("black"))
    beneath = QRect(0, top + side, place.width(), place.height() - top - side)
    centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(beneath, centred, words)
