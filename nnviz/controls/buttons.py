"""Buttons with icons; icons are painted as paths in the palette's colour, so they need no font."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPainterPathStroker, QPalette, QPixmap, QPolygonF

from nnviz.controls.fields import Button

SIDE = 96
"""Size of an icon in pixels; Qt scales it down."""
_Drawing = Callable[[], QPainterPath]


def icon(name: str, color: QColor, disabled: QColor | None = None) -> QIcon:
    """One of `ICONS` in a colour, and in another one for a disabled button."""
    result = QIcon(_painted(ICONS[name](), color))
    result.addPixmap(_painted(ICONS[name](), disabled or color), QIcon.Mode.Disabled)
    return result


def _painted(path: QPainterPath, color: QColor) -> QPixmap:
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SIDE / 24, SIDE / 24)
    painter.fillPath(path, color)
    painter.end()
    return pixmap


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _bar(x: float, width: float = 3.5, top: float = 4.0) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(x, top, width, 24 - 2 * top))
    return path


def _wedge(x: float, width: float) -> QPainterPath:
    return _polygon((x, 4), (x + width, 12), (x, 20))


def _mirrored(path: QPainterPath) -> QPainterPath:
    mirrored = QPainterPath()
    mirrored.addPolygon(QPolygonF())
    for polygon in path.toFillPolygons():
        mirrored.addPolygon(QPolygonF([QPointF(24 - point.x(), point.y()) for point in polygon.toList()]))
    return mirrored


def _stroked(path: QPainterPath, width: float = 2.6) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    return stroker.createStroke(path)


def _play() -> QPainterPath:
    return _polygon((6, 3), (21, 12), (6, 21))


def _pause() -> QPainterPath:
    return _bar(5.5, 4.5) + _bar(14, 4.5)


def _step() -> QPainterPath:
    return _wedge(4.5, 11) + _bar(16.5)


def _epoch() -> QPainterPath:
    return _wedge(1.5, 9) + _wedge(10, 9) + _bar(19.5, 3)


def _reset() -> QPainterPath:
    arc = QPainterPath()
    box = QRectF(4.5, 5, 15, 15)
    arc.arcMoveTo(box, 60)
    arc.arcTo(box, 60, -300)
    return _stroked(arc) + _polygon((11.5, 0.5), (18.5, 5.2), (11.5, 10))


def _die() -> QPainterPath:
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(4, 4, 16, 16), 3.5, 3.5)
    dots = _stroked(outline, 2.2)
    for x, y in ((8.2, 8.2), (15.8, 8.2), (12, 12), (8.2, 15.8), (15.8, 15.8)):
        dots.addEllipse(QPointF(x, y), 1.6, 1.6)
    return dots


def _plus() -> QPainterPath:
    return _polygon(
        (10.4, 5), (13.6, 5), (13.6, 10.4), (19, 10.4), (19, 13.6), (13.6, 13.6),
        (13.6, 19), (10.4, 19), (10.4, 13.6), (5, 13.6), (5, 10.4), (10.4, 10.4),
    )  # fmt: skip


def _minus() -> QPainterPath:
    return _polygon((5, 10.4), (19, 10.4), (19, 13.6), (5, 13.6))


def _eraser() -> QPainterPath:
    body = _stroked(_polygon((3.5, 14.5), (13.5, 4.5), (20.5, 11.5), (12.5, 19.5), (8.5, 19.5)), 2.0)
    return body + _polygon((8.5, 9.5), (13.5, 4.5), (20.5, 11.5), (15.5, 16.5)) + _bar_along_ground()


def _bar_along_ground() -> QPainterPath:
    return _polygon((8, 18.5), (21, 18.5), (21, 20.5), (8, 20.5))


ICONS: dict[str, _Drawing] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "step_back": lambda: _mirrored(_step()),
    "reset": _reset,
    "new_seed": _die,
    "plus": _plus,
    "minus": _minus,
    "eraser": _eraser,
}
"""The path of every icon, on a square of 24 units."""


class IconButton(Button):
    """A button with a painted icon.

    Parameters
    ----------
    picture : str
        One of `ICONS`.
    scale : float
        Size of the icon, in heights of the font.
    """

    def __init__(self, picture: str, name: str, tip: str, scale: float = 1.2) -> None:
        super().__init__("", name, tip)
        self._picture, self._scale = picture, scale
        self._paint()

    def show_picture(self, picture: str) -> None:
        """Change the icon."""
        if picture != self._picture:
            self._picture = picture
            self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.PaletteChange}:
            self._paint()

    def _paint(self) -> None:
        side = round(self._scale * self.fontMetrics().height())
        self.setIconSize(QSize(side, side))
        palette, role = self.palette(), QPalette.ColorRole.ButtonText
        self.setIcon(icon(self._picture, palette.color(role), palette.color(QPalette.ColorGroup.Disabled, role)))
