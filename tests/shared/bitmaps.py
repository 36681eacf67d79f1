"""Pictures of pixels for lessons' figures."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter


def bitmap(kind: str, width: int = 40, height: int = 20, color: str = "#c04010") -> bytes:
    """The content of a PNG or a JPEG in one colour; with an empty name of a colour it is transparent."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(color) if color else QColor(0, 0, 0, 0))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind.encode())).write(image)
    return bytes(buffer.data().data())
