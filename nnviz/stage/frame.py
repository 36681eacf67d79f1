"""The frame around a view, which shows that a lesson speaks of the view, and that it has the keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from nnviz.drawing.view import View

_LINE = 3
"""Width in pixels of the line around a view."""


class ViewFrame(QFrame):
    """A frame around a view: a coloured line while it is lit, a dashed one while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_LINE, _LINE, _LINE, _LINE)
        self.lit = self.focused = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there are widgets
        application.focusChanged.connect(self._follow_focus)

    def set_view(self, view: QWidget) -> None:
        """Show this view in the frame."""
        self._column.addWidget(view)
        view.show()

    def light(self, *, lit: bool) -> None:
        """Draw the coloured line, or leave it out."""
        self.lit = lit
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not (self.lit or self.focused):
            return
        painter = QPainter(self)
        if self.lit:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2 * _LINE))
            painter.drawRect(self.rect())
        if self.focused:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), _LINE, Qt.PenStyle.DashLine))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _follow_focus(self) -> None:
        widget: object = QApplication.focusWidget()
        focused = isinstance(widget, View) and self.isAncestorOf(widget.as_widget)
        if focused != self.focused:
            self.focused = focused
            self.update()
