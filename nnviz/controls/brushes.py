"""Brushes to draw points with."""

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QWidget

from nnviz.controls.buttons import IconButton
from nnviz.controls.fields import Button, silent
from nnviz.controls.flow import Flow
from nnviz.data.source import MAX_CLASSES
from nnviz.theme import Theme, theme

Brush = int | Literal["erase"] | None
"""The class that a click draws, "erase", or None if clicks draw nothing."""

_DOT = 48
_TIP = "Click in the plane to add points; the eraser takes them away."
_ERASER = MAX_CLASSES


class Brushes(QWidget):
    """A button for each class, one for another class, and an eraser; there while the ``switch`` is on.

    The switch stands elsewhere, where there is room for it. ``changed`` carries the brush taken up: a class
    index, "erase", or None when drawing is turned off.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._count, self._can_draw = 0, False
        self._theme = theme("light")
        self.switch = Button("&Draw points", tip=_TIP).widened()
        self.switch.setCheckable(True)
        self.classes = [Button(str(k), f"Class {k}", f"Draw points of class {k}.") for k in range(MAX_CLASSES)]
        self.another = IconButton("plus", "Another class", "Draw points of one class more.", 1.0)
        self.eraser = IconButton("eraser", "Eraser", "Take points away.", 1.0)
        self._group = QButtonGroup(self)
        self._arrange()
        self.switch.toggled.connect(self._switch)
        self.another.clicked.connect(self._add_class)
        self._group.idClicked.connect(lambda _id: self.changed.emit(self.brush))

    @property
    def brush(self) -> Brush:
        """The brush that is taken up."""
        if not self.switch.isChecked():
            return None
        taken = self._group.checkedId()
        return "erase" if taken == _ERASER else taken

    @silent
    def show_classes(self, count: int, *, can_draw: bool) -> None:
        """Have a brush for each class; while drawing goes on also for those added and not yet drawn.

        Where nothing can be drawn, the brushes are out of sight and stay as they are.
        """
        self._can_draw = can_draw
        self._count = max(count, self._count) if self.switch.isChecked() else count
        for k, button in enumerate(self.classes):
            button.setVisible(k < self._count)
        self.another.setEnabled(self._count < MAX_CLASSES)
        if self._count <= self._group.checkedId() < _ERASER:
            self.classes[0].setChecked(True)
        self.switch.setVisible(can_draw)
        self.setVisible(can_draw and self.switch.isChecked())
        self._paint()

    def set_theme(self, theme: Theme) -> None:
        """Paint the classes' brushes in a theme's colours."""
        self._theme = theme
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._paint()

    def _paint(self) -> None:
        side = self.fontMetrics().height()
        for k, button in enumerate(self.classes[: self._count]):
            button.setIconSize(QSize(side, side))
            button.setIcon(_dot(self._theme.class_color(k, self._count)))

    def _arrange(self) -> None:
        row = Flow(self, spacing=4)
        for number, button in enumerate((*self.classes, self.eraser)):
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self._group.addButton(button, number)
        self.eraser.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for button in (*self.classes, self.another, self.eraser):
            row.addWidget(button)
        self.classes[0].setChecked(True)
        self.hide()

    def _switch(self, is_on: bool) -> None:
        self.setVisible(is_on and self._can_draw)
        self.changed.emit(self.brush)

    def _add_class(self) -> None:
        self._count += 1
        self.show_classes(self._count, can_draw=True)
        self.classes[self._count - 1].setChecked(True)
        self.changed.emit(self.brush)


def _dot(color: str) -> QIcon:
    pixmap = QPixmap(_DOT, _DOT)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(_DOT / 2, _DOT / 2), 0.4 * _DOT, 0.4 * _DOT)
    painter.end()
    return QIcon(pixmap)
