"""Shared style of a lesson's widgets: buttons, text sizes, colours, frames."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnviz.theme import Theme, theme

_LINES = 47
"""Most lines of text in a window's height, so that text is larger than 1/50 of it."""


class QuietButton(QAbstractButton):
    """A button that does not take the keyboard focus; a strong one is the next action.

    It paints itself, because a style sheet would keep it from inheriting its parent's font.
    """

    def __init__(self, text: str, tip: str = "", name: str = "", *, strong: bool = False) -> None:
        super().__init__()
        self._theme, self._strong = theme("light"), strong
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def offer(self, text: str, *, strong: bool) -> None:
        """Set the text, and whether this is the next action."""
        self._strong = strong
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """The text's size with some padding; never narrower than high."""
        metrics = self.fontMetrics()
        height = round(1.5 * metrics.height())
        return QSize(max(height, metrics.horizontalAdvance(self.text()) + metrics.height()), height)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ground, text, line = self._colors()
        is_met = self.isEnabled() and (self.underMouse() or self.isDown())
        paint_card(self, QColor(ground), QColor(self._theme.accent if is_met else line), 2.0 if is_met else 1.0)
        painter = QPainter(self)
        painter.setPen(QColor(text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _colors(self) -> tuple[str, str, str]:
        """Colours of background, text and border."""
        theme = self._theme
        if not self.isEnabled():
            return theme.panel, theme.muted, theme.panel
        if self.isChecked() or self._strong:
            return theme.accent, theme.accent_text, theme.accent
        return theme.background, theme.text, theme.muted


def scaled(font: QFont, share: float, *, bold: bool = False) -> QFont:
    """The same font, scaled."""
    larger = QFont(font)
    if font.pixelSize() > 0:
        larger.setPixelSize(round(share * font.pixelSize()))
    else:
        larger.setPointSizeF(share * font.pointSizeF())
    larger.setBold(bold)
    return larger


def tint(widget: QWidget, color: str) -> None:
    """Set the colour of a label's text."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(color))
    widget.setPalette(palette)
    widget.setForegroundRole(QPalette.ColorRole.WindowText)  # on a button it would be ButtonText


def paint_card(
    widget: QWidget, ground: QColor, line: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> None:
    """Paint a background with round corners and a border."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, width, style))
    painter.setBrush(ground)
    inside = QRectF(widget.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.drawRoundedRect(inside, 5.0, 5.0)
    painter.end()


def lecture_font(font: QFont, height: int, zoom: float = 1.0) -> QFont:
    """The font in a size that the last row can read, for a window's height in pixels."""
    large = QFont(font)
    large.setPixelSize(max(13, round(height / _LINES * max(1.0, zoom) + 0.49)))
    return large
