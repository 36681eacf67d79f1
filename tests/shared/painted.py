"""What a room can read on a widget: every text that is painted, and the words a screen reader says."""

import html
import re
from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

_TEXT = re.compile(r'<text[^>]*?font-size="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL)


def painted_texts(widget: QWidget) -> list[str]:
    """Every text that Qt paints of a widget and its parts, as `sized_texts` finds them."""
    return [text for _, text in sized_texts(widget)]


def sized_texts(widget: QWidget) -> list[tuple[float, str]]:
    """The size in pixels, and the text, of all that Qt writes on a widget and its parts, in the order of painting.

    The widget is painted into an SVG, so that nothing has to say what it paints. The numbers at the axes are
    missing, as they are painted from a pixmap.
    """
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QSvgGenerator()
    device.setOutputDevice(content)
    device.setSize(widget.size())
    device.setResolution(96)
    painter = QPainter(device)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    found = _TEXT.findall(bytes(content.data().data()).decode())
    texts = ((float(size), html.unescape(text).strip()) for size, text in found)
    return [(size, text) for size, text in texts if text]


def said_of(widget: QWidget) -> Iterator[str]:
    """What a screen reader says of the visible parts of a widget."""
    for part in (widget, *widget.findChildren(QWidget)):
        if part.isVisible():
            yield from filter(None, (part.accessibleName(), part.accessibleDescription()))
