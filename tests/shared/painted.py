"""What a room can read on a widget: every text that is painted, and the words a screen reader says."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QPaintDevice, QPaintEngine, QPainter, QTextItem
from PySide6.QtWidgets import QWidget

_DOTS = 96
"""Dots an inch of the device."""


def painted_texts(widget: QWidget) -> list[str]:
    """Every text that Qt paints of a widget and its parts, as `sized_texts` finds them."""
    return [text for _, text in sized_texts(widget)]


def sized_texts(widget: QWidget) -> list[tuple[float, str]]:
    """The size in pixels, and the text, of all that Qt writes on a widget and its parts, in the order of painting.

    The widget is painted on a device that takes down texts, so that nothing has to say what it paints. The numbers
    at the axes are missing, as they are painted from a pixmap.
    """
    device = _Device(widget)
    painter = QPainter(device)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    return [(size, text.strip()) for size, text in device.engine.texts if text.strip()]


class _Engine(QPaintEngine):
    """Takes down the texts, and paints nothing."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[tuple[float, str]] = []

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def drawTextItem(self, _place: object, item: QTextItem) -> None:
        scale = sqrt(abs(self.painter().combinedTransform().determinant()))  # a figure is painted enlarged
        self.texts.append((scale * _pixels(item.font()), item.text()))

    def updateState(self, *_what: object) -> None:
        pass

    # Qt's names, and types of several kinds
    drawPixmap = drawTiledPixmap = drawImage = drawPath = updateState  # type: ignore[assignment]  # noqa: N815
    drawPolygon = drawRects = drawLines = drawPoints = drawEllipse = updateState  # noqa: N815


def _pixels(font: QFont) -> float:
    return float(font.pixelSize()) if font.pixelSize() > 0 else font.pointSizeF() * _DOTS / 72.0


class _Device(QPaintDevice):
    """As large as a widget, with an engine of its own."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.engine = _Engine()
        metric = QPaintDevice.PaintDeviceMetric
        self._metrics: dict[Any, int] = {
            **dict.fromkeys((metric.PdmWidth, metric.PdmWidthMM), widget.width()),
            **dict.fromkeys((metric.PdmHeight, metric.PdmHeightMM), widget.height()),
            **dict.fromkeys((metric.PdmDpiX, metric.PdmPhysicalDpiX), _DOTS),
            **dict.fromkeys((metric.PdmDpiY, metric.PdmPhysicalDpiY), _DOTS),
            metric.PdmNumColors: 2**24,
            metric.PdmDepth: 32,
            metric.PdmDevicePixelRatio: 1,
            metric.PdmDevicePixelRatioScaled: int(QPaintDevice.devicePixelRatioFScale()),
        }

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(metric, 0)


def said_of(widget: QWidget) -> Iterator[str]:
    """What a screen reader says of the visible parts of a widget."""
    for part in (widget, *widget.findChildren(QWidget)):
        if part.isVisible():
            yield from filter(None, (part.accessibleName(), part.accessibleDescription()))
