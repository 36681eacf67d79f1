"""The lower edge of the window: the timeline as a bar, or as a thin line that grows into the bar."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtGui import QCursor, QEnterEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from nnviz.controls.timeline import TimelineBar

_THIN = 8
"""Height of the thin line in pixels: the pointer finds it, as the edge of the screen stops it there."""


class PositionLine(QWidget):
    """The timeline as a thin line, filled up to the moment that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 1.0
        self.setAccessibleName("position on the timeline")
        self.setFixedHeight(_THIN)

    @property
    def share(self) -> float:
        """The fraction of the line that is filled."""
        return self._share

    def show_share(self, share: float) -> None:
        """Fill a fraction of the line."""
        if round(share * self.width()) != round(self._share * self.width()):
            self.update()
        self._share = share

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        weak = palette.color(QPalette.ColorRole.WindowText)
        weak.setAlphaF(0.25)
        painter.fillRect(self.rect(), weak)
        filled = QRect(0, 0, round(self._share * self.width()), self.height())
        painter.fillRect(filled, palette.color(QPalette.ColorRole.Highlight))
        painter.end()


class TimelineEdge(QWidget):
    """The lower edge of the window: the timeline's bar, or a thin line that grows into the bar when it is needed.

    The grown bar lies over what is above the line, so that nothing there moves.
    """

    def __init__(self, bar: TimelineBar) -> None:
        super().__init__()
        self.bar, self.line = bar, PositionLine()
        bar.setAutoFillBackground(True)
        self._is_folded = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.line, bar):
            self._column.addWidget(part)
        self.line.hide()
        bar.moved.connect(self.line.show_share)
        bar.left.connect(self._shrink_soon)

    def fold(self, folded: bool) -> None:
        """Show the thin line, or the bar."""
        self._is_folded = folded
        self.line.setVisible(folded)
        if folded:
            self.bar.setParent(self.parentWidget())
            self.bar.hide()
        else:
            self._column.addWidget(self.bar)
            self.bar.show()

    def take_keyboard(self) -> None:
        """Give the keyboard to the slider; the bar stays as long as the slider has it."""
        if self._is_folded and self.isVisible():
            self._grow()
        self.bar.track.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self._is_folded:
            self._grow()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._shrink_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_folded and self.bar.isVisible():
            self._grow()

    def _grow(self) -> None:
        height = self.bar.sizeHint().height()
        self.bar.setGeometry(self.x(), self.geometry().bottom() + 1 - height, self.width(), height)
        self.bar.show()
        self.bar.raise_()

    def _shrink_soon(self) -> None:
        """Shrink, unless the pointer has gone from the line to the bar, which is told after that it has left."""
        QTimer.singleShot(0, self, self._shrink)

    def _shrink(self) -> None:
        if self._is_folded and not self._is_used:
            self.bar.hide()

    @property
    def _is_used(self) -> bool:
        """Whether the pointer or the keyboard is at the bar; Qt does not tell of every leaving."""
        bar, focused = self.bar, QApplication.focusWidget()
        is_pointed = bar.rect().contains(bar.mapFromGlobal(QCursor.pos()))
        has_keyboard = focused is not None and bar.isAncestorOf(focused)
        return is_pointed or has_keyboard or bar.track.isSliderDown() or bar.lines.view().isVisible()
