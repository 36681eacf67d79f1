"""A lesson's figure: an SVG drawing in the theme's colours."""

from html import escape

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontInfo, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from nnviz.drawing.view import View
from nnviz.runs.moment import Moment
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

COLORS = ("text", "muted", "positive", "negative", "accent", "border", "background", "panel")
"""Names in braces that are replaced by the theme's colours."""
_MARGIN = 0.02
"""Margin around the figure, as a fraction of the widget's size."""


def themed(drawing: str, theme: Theme, family: str) -> str:
    """The drawing in a theme's colours and a font family."""
    for name in COLORS:
        drawing = drawing.replace(f"{{{name}}}", getattr(theme, name))
    return drawing.replace("currentColor", theme.text).replace("{font}", escape(family))


class FigureView(QWidget, View[Moment]):
    """A drawing, scaled to fit.

    In the SVG file, ``currentColor`` and the names ``{text} {muted} {positive} {negative} {accent} {border}
    {background} {panel}`` are replaced by the theme's colours, and ``{font}`` by the widget's font.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._drawing = ""
        self._renderer = QSvgRenderer(self)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.setMinimumSize(1, 1)

    def show_figure(self, drawing: str) -> None:
        """Show a drawing, as it was read with its lesson; nothing if it is empty."""
        self._drawing = drawing
        self._render()

    def show_snapshot(self, moment: Moment) -> None:
        """Do nothing: a figure does not depend on the moment."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._render()

    @property
    def place(self) -> QRectF:
        """Rectangle of the figure, in pixels."""
        room = QSizeF(self.width() * (1.0 - 2 * _MARGIN), self.height() * (1.0 - 2 * _MARGIN))
        size = QSizeF(self._renderer.viewBoxF().size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.background))
        if self._drawing:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._renderer.render(painter, self.place)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._render()

    def _render(self) -> None:
        if self._drawing:
            drawing = themed(self._drawing, self._theme, QFontInfo(self.font()).family())
            self._renderer.load(QByteArray(drawing.encode()))
        self.update()
