"""A single sample: its picture, or its inputs in words."""

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene

from nnviz.analysis.imagery import INK, picture_shape, pictures, raw_inputs
from nnviz.drawing.canvas import Text
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.experiment.problem import Problem, Samples
from nnviz.numerals import short
from nnviz.runs.maps import Bytes
from nnviz.theme import Table, Theme, mix

_MOST_INPUTS = 4
_ENLARGED = 6.0
"""Height of the picture beside the pointer, in lines of text."""

_MARGIN = 6.0
_AWAY = 14.0
"""Pixels from the pointer, which must not cover what it points at."""


@cache
def ink_table(theme: Theme) -> Table:
    """Colours of a picture's bytes: the ground is paper, the text's colour is ink."""
    shares = np.minimum(np.arange(256) / INK, 1.0)
    return np.array([mix(theme.background, theme.text, float(share)).rgb() for share in shares], np.uint32)


class SamplePicture(MapItem):
    """The picture of a sample, every pixel a square."""

    def __init__(self, scene: QGraphicsScene, layer: float = 0.0) -> None:
        super().__init__()
        self.setTransformationMode(Qt.TransformationMode.FastTransformation)
        self.setZValue(layer)
        scene.addItem(self)

    def show_picture(self, picture: Bytes, theme: Theme, rect: QRectF) -> None:
        """Fill a rectangle with a picture, shape (rows, columns)."""
        self.set_map(picture, ink_table(theme), (rect.left(), rect.right(), rect.bottom(), rect.top()))
        self.setVisible(True)


class SampleCard:
    """What lies beside the pointer: a sample's picture enlarged, and what it is in words."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._plate = QGraphicsRectItem()
        self._plate.setZValue(40.0)
        scene.addItem(self._plate)
        self.picture, self.words = SamplePicture(scene, 41.0), Text(scene, 41.0)
        self.hide()

    @property
    def is_visible(self) -> bool:
        """Whether it is shown."""
        return self.words.isVisible()

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Use a theme's colours, and this font."""
        self._theme, self._line = theme, QFontMetricsF(font).height()
        self.words.set_style(font, theme.text)
        self._plate.setPen(line_pen(theme.muted, 1.0))
        self._plate.setBrush(QBrush(QColor(theme.background)))

    def show(self, problem: Problem, samples: Samples, index: int, point: QPointF, area: QRectF) -> None:
        """Show a sample beside a point, within an area."""
        shape = picture_shape(problem)
        self.words.set_words(what(problem, samples, index))
        words = self.words.boundingRect()
        cell = _ENLARGED * self._line / shape[0] if shape else 0.0
        height, width = (cell * shape[0], cell * shape[1]) if shape else (0.0, 0.0)
        size = QRectF(0.0, 0.0, max(width, words.width()), height + words.height())
        plate = _beside(point, size.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN), area)
        self._plate.setRect(plate)
        self.words.place(plate.center().x(), plate.bottom() - _MARGIN, 0.5, 1.0)
        self.picture.setVisible(False)
        if shape:
            place = QRectF(plate.center().x() - width / 2, plate.top() + _MARGIN, width, height)
            self.picture.show_picture(pictures(problem, samples.inputs[index : index + 1])[0], self._theme, place)
        for item in (self._plate, self.words):
            item.setVisible(True)

    def hide(self) -> None:
        """Show nothing."""
        for item in (self._plate, self.picture, self.words):
            item.setVisible(False)


def what(problem: Problem, samples: Samples, index: int) -> str:
    """A sample's class or value, and its inputs unless they are a picture."""
    name = name_of(problem, samples, index)
    return name if picture_shape(problem) else f"{inputs_in_words(problem, samples, index)}: {name}"


def name_of(problem: Problem, samples: Samples, index: int) -> str:
    """A sample's class, or its value."""
    if samples.classes is not None:
        return problem.classes[int(samples.classes[index])]
    return short(float(samples.targets[index, 0]))


def inputs_in_words(problem: Problem, samples: Samples, index: int) -> str:
    """The first inputs of a sample, as they were before they were standardized."""
    values = raw_inputs(problem, samples.inputs[index]).tolist()
    named = zip(problem.input_labels[:_MOST_INPUTS], values, strict=False)
    more = ", …" if len(values) > _MOST_INPUTS else ""
    return ", ".join(f"{label} = {short(value)}" for label, value in named) + more


def _beside(point: QPointF, size: QRectF, area: QRectF) -> QRectF:
    """A rectangle to the lower right of a point, or on its other sides where that would leave the area."""
    left, top = point.x() + _AWAY, point.y() + _AWAY
    if left + size.width() > area.right():
        left = point.x() - _AWAY - size.width()
    if top + size.height() > area.bottom():
        top = point.y() - _AWAY - size.height()
    return QRectF(max(area.left(), left), max(area.top(), top), size.width(), size.height())
