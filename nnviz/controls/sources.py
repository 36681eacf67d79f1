"""The choice of data: pictures of the most common sets, a list of all, and the user's tables."""

from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from nnviz.controls.fields import Button, Choice, describe, paint_frame, silent
from nnviz.data.catalogue import CATALOGUE, Request, Source
from nnviz.data.dataset import FloatArray
from nnviz.experiment.experiment import Data
from nnviz.theme import Theme, mix

_ROWS = 2
_SIDE = 96
_RADIUS = 3.8
_OPEN_TIP = "Learn from a table of your own: a row is a sample, one column is to be predicted."


@cache
def picture(name: str, theme: Theme) -> QImage:
    """A data set as points in the colours of a theme."""
    points, values = _sketch(name)
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.background))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for (x, y), value in zip(points.tolist(), values.tolist(), strict=True):
        painter.setBrush(_color(name, value, theme))
        painter.drawEllipse(QPointF(x * _SIDE, y * _SIDE), _RADIUS, _RADIUS)
    painter.end()
    return image


@cache
def _sketch(name: str) -> tuple[FloatArray, FloatArray]:
    """Points in the unit square, y downwards, and the class or value of each."""
    source = CATALOGUE[name]
    request = Request(np.random.default_rng(1), samples=source.pictured, noise=0.1, classes=4)
    dataset = source.make(request)
    low, high = dataset.inputs.min(axis=0), dataset.inputs.max(axis=0)
    unit = 0.08 + 0.84 * (dataset.inputs - low) / (high - low)
    unit[:, 1] = 1.0 - unit[:, 1]
    return unit, np.asarray(dataset.targets, dtype=np.float64).ravel()


def _color(name: str, value: float, theme: Theme) -> QColor:
    source = CATALOGUE[name]
    if source.task == "regression":
        return mix(theme.zero, theme.sign_color(value), min(1.0, 0.1 + abs(value)))
    return QColor(theme.class_color(int(value), 10 if "classes" in source.options else 2))


class _Picture(QAbstractButton):
    """A button with a picture of a data set."""

    def __init__(self, name: str) -> None:
        super().__init__()
        source = CATALOGUE[name]
        self.setCheckable(True)
        self.setAccessibleName(source.title)
        self.setToolTip(f"{source.title}. {source.summary}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMaximumSize(72, 72)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._name = name
        self._theme: Theme | None = None
        self._pixmap = QPixmap()

    @property
    def pixmap(self) -> QPixmap:
        """The picture in the theme's colours, painted when first needed."""
        if self._pixmap.isNull() and self._theme:
            self._pixmap = QPixmap.fromImage(picture(self._name, self._theme))
        return self._pixmap

    def set_theme(self, theme: Theme) -> None:
        if theme != self._theme:
            self._theme, self._pixmap = theme, QPixmap()
            self.update()

    def sizeHint(self) -> QSize:
        """Large enough to distinguish the points."""
        return QSize(50, 50)

    def minimumSizeHint(self) -> QSize:
        return QSize(36, 36)

    def heightForWidth(self, width: int) -> int:
        return width

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the points in a frame: thick when chosen, dashed with the keyboard focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self.pixmap)
        painter.end()
        role = QPalette.ColorRole.Highlight if self.isChecked() else QPalette.ColorRole.Mid
        paint_frame(self, self.palette().color(role), 3 if self.isChecked() else 1)
        if self.hasFocus():
            paint_frame(self, self.palette().color(QPalette.ColorRole.WindowText), 3, Qt.PenStyle.DotLine)


class Pictures(QWidget):
    """The most common data sets as pictures; ``changed`` carries the name."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Common data sets")
        self.buttons = {name: _Picture(name) for name, source in CATALOGUE.items() if source.pictured}
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        columns = -(-len(self.buttons) // _ROWS)
        for place, (name, button) in enumerate(self.buttons.items()):
            self._group.addButton(button)
            grid.addWidget(button, *divmod(place, columns))
            button.clicked.connect(lambda _checked=False, name=name: self.changed.emit(name))

    @silent
    def show_value(self, name: str) -> None:
        """Mark a data set; none if it is not among the pictures."""
        self._group.setExclusive(False)
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(True)

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons.values():
            button.set_theme(theme)


class SourceChoice(QWidget):
    """The choice of data: emits ``changed`` with the name of a data set, and ``open_requested`` for a table."""

    changed = Signal(object)
    open_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures, self.names = Pictures(), Choice()
        for title in ("Classification", "Regression", "Real data"):
            belonging = (source for source in CATALOGUE.values() if _group(source) == title)
            self.names.add_group(title, [(source.name, source.title) for source in belonging])
        self.names.setMaxVisibleItems(30)
        self.open = Button("&Open table (CSV)…", tip=_OPEN_TIP).widened()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.pictures, self.names, self.open):
            column.addWidget(widget)
        self.pictures.changed.connect(self.changed)
        self.names.changed.connect(self._choose)
        self.open.clicked.connect(self.open_requested)

    def show_data(self, data: Data) -> None:
        """Show the chosen data set or table."""
        name = "" if data.file else data.name
        source = CATALOGUE.get(name)
        self.pictures.show_value(name)
        self.names.show_extra(Path(data.file).name, "")
        self.names.show_value(name)
        describe(self.names, "Data set", source.summary if source else data.file)

    def _choose(self, name: str) -> None:
        if name:  # the entry of the current table has no name
            self.changed.emit(name)


def _group(source: Source) -> str:
    if source.is_bundled:
        return "Real data"
    return "Classification" if source.task == "classification" else "Regression"
