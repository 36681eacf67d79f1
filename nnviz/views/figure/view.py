"""A lesson's figure: an SVG drawing in the theme's colours."""

from html import escape

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QFontInfo, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from nnviz.drawing.view import View
from nnviz.runs.moment import Moment
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named
from nnviz.views.figure.trial import Trial

COLORS = ("text", "muted", "positive", "negative", "accent", "border", "background", "panel")
"""Names in braces that are replaced by the theme's colours."""
_MARGIN = 0.02
"""Margin around the figure, as a fraction of the widget's size."""
_PATIENCE = 0.05
"""Seconds that the window waits for a figure's trial, which few outlast: so it is there at once."""
_LONG = 200
"""Milliseconds after which it is said that a figure is being drawn."""


def themed(drawing: str, theme: Theme, family: str) -> str:
    """The drawing in a theme's colours and a font family."""
    for name in COLORS:
        drawing = drawing.replace(f"{{{name}}}", getattr(theme, name))
    return drawing.replace("currentColor", theme.text).replace("{font}", escape(family))


class FigureView(QWidget, View[Moment]):
    """A drawing, scaled to fit; if it takes long to be drawn, a picture of it that a thread has drawn.

    In the SVG file, ``currentColor`` and the names ``{text} {muted} {positive} {negative} {accent} {border}
    {background} {panel}`` are replaced by the theme's colours, and ``{font}`` by the widget's font.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._drawing, self._light = "", False
        self._trial: Trial | None = None
        self._is_late = QTimer(self, singleShot=True, interval=_LONG)
        self._is_late.timeout.connect(self.update)
        self._renderer = QSvgRenderer(self)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.setMinimumSize(1, 1)

    def show_figure(self, drawing: str) -> None:
        """Show a drawing, as it was read with its lesson; nothing if it is empty."""
        self._light = self._light and drawing == self._drawing
        self._drawing = drawing
        self._render()

    def show_snapshot(self, moment: Moment) -> None:
        """Do nothing: a figure does not depend on the moment."""

    def is_done_with(self, _moment: Moment) -> bool:
        return self._trial is None or self._trial.is_drawn_within(0.0)

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
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._light:
            self._renderer.render(painter, self.place)
        elif self._trial and not self._trial.image.isNull():
            painter.drawImage(self.place, self._trial.image)
        elif self._trial and not self._is_late.isActive():
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "The figure is being drawn …")
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._render()

    def _render(self) -> None:
        """Draw the figure in the theme's colours and in this font: if that is known to be quick."""
        self._trial = None
        if self._drawing:
            drawing = themed(self._drawing, self._theme, QFontInfo(self.font()).family())
            self._renderer.load(QByteArray(drawing.encode()))
            if not self._light:
                self._is_late.start()
                self._trial = Trial(drawing)
                self._trial.done.connect(self.update)
                self._light = self._trial.is_drawn_within(_PATIENCE) and self._trial.is_light
        self.update()
