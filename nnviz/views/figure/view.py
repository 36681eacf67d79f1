"""A lesson's figure: an SVG drawing in the theme's colours, or a picture of pixels on white."""

from functools import partial
from html import escape

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from nnviz.drawing.room import Room
from nnviz.drawing.view import SelfPainted, View
from nnviz.lessons.bitmaps import Bitmap
from nnviz.lessons.lesson import Figure
from nnviz.runs.moment import Moment
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named
from nnviz.views.figure.trial import Trial
from nnviz.views.figure.ways import Way, lessons_in, place_in

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


class FigureView(SelfPainted, View[Moment]):
    """A figure, scaled to fit: a drawing, what a thread has drawn of one that takes long, or a picture of pixels.

    Parts of a drawing whose ids are ``lesson-`` and the id of a lesson that nnviz ships lead to it by a click.
    In the SVG file, ``currentColor`` and the names ``{text} {muted} {positive} {negative} {accent} {border}
    {background} {panel}`` are replaced by the theme's colours, and ``{font}`` by the widget's font.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._figure: Figure = ""
        self._light = False
        self._trial: Trial | None = None
        self._room: Room | None = None
        self.ways: list[Way] = []
        self._is_late = QTimer(self, singleShot=True, interval=_LONG)
        self._is_late.timeout.connect(self.update)
        self._renderer = QSvgRenderer(self)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.setMinimumSize(1, 1)

    def show_figure(self, figure: Figure) -> None:
        """Show a figure, as it was read with its lesson; nothing if it is empty."""
        if figure == self._figure and isinstance(figure, Bitmap):
            return
        self._light = self._light and figure == self._figure
        self._figure = figure
        self._render()
        self._make_ways()

    def connect_to(self, room: Room) -> None:
        self._room = room

    def show_snapshot(self, moment: Moment) -> None:
        """Do nothing: a figure does not depend on the moment."""

    def is_done_with(self, _moment: Moment) -> bool:
        return self._trial is None or self._trial.is_drawn_within(0.0)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if isinstance(self._figure, str):
            self._render()
        for way in self.ways:
            way.set_theme(theme)
        self.update()

    @property
    def place(self) -> QRectF:
        """Rectangle of the figure, in pixels."""
        room = QSizeF(self.width() * (1.0 - 2 * _MARGIN), self.height() * (1.0 - 2 * _MARGIN))
        size = self._size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    @property
    def _size(self) -> QSizeF:
        if isinstance(self._figure, str):
            return QSizeF(self._renderer.viewBoxF().size())
        image = self._trial.image if self._trial else QImage()
        return QSizeF(image.size()) if not image.isNull() else QSizeF(self._figure.width, self._figure.height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.background))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._light:
            self._renderer.render(painter, self.place)
        elif self._trial and not self._trial.image.isNull():
            if isinstance(self._figure, Bitmap):
                painter.fillRect(self.place, Qt.GlobalColor.white)  # what is transparent in it was meant for paper
            painter.drawImage(self.place, self._trial.image)
        elif self._trial and not self._is_late.isActive():
            painter.setPen(QColor(self._theme.muted))
            is_damaged = self._trial.is_drawn_within(0.0)
            words = "The picture is damaged." if is_damaged else "The figure is being drawn …"
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_ways()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and isinstance(self._figure, str):
            self._render()

    def _render(self) -> None:
        """Draw the figure in the theme's colours and in this font: if that is known to be quick."""
        self._trial = None
        if isinstance(self._figure, Bitmap):
            self._try(self._figure)
        elif self._figure:
            drawing = themed(self._figure, self._theme, QFontInfo(self.font()).family())
            self._renderer.load(QByteArray(drawing.encode()))
            if not self._light:
                self._light = self._try(drawing).is_light
        self.update()

    def _make_ways(self) -> None:
        """Have a button over every part that leads to a lesson."""
        for way in self.ways:
            way.hide()
            way.deleteLater()
        named = lessons_in(self._figure) if isinstance(self._figure, str) else {}
        room = self._room
        self.ways = [Way(part, name, self) for part, name in named.items() if room and room.has_lesson(name)]
        for way in self.ways:
            way.set_theme(self._theme)
            way.clicked.connect(partial(self._open, way.name))
            way.show()
        self._place_ways()

    def _place_ways(self) -> None:
        for way in self.ways:
            way.setGeometry(place_in(self._renderer, way.part, self.place).toAlignedRect())

    def _open(self, name: str) -> None:
        if self._room:
            self._room.open_lesson(name)

    def _try(self, figure: Figure) -> Trial:
        """Have a figure drawn, and wait for it as long as nobody would notice."""
        self._is_late.start()
        self._trial = Trial(figure)
        self._trial.done.connect(self.update)
        self._trial.is_drawn_within(_PATIENCE)
        return self._trial
