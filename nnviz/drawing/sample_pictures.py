"""Samples as pictures or as text: one beside the pointer, or several in a rectangle."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.analysis.filters import INK, pictures, raw_inputs
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem, PixmapSet
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.numerals import short
from nnviz.runs.maps import Bytes
from nnviz.theme import Table, Theme, mix

_MOST_INPUTS = 4
_ENLARGED = 6.0
"""Height of the picture beside the pointer, in lines of text."""
_MARGIN = 6.0
_AWAY = 14.0
"""Distance from the pointer in pixels."""
_GAP = 8.0
_LARGEST = 7.0
"""Greatest height of a picture, in lines of text."""
_SMALLEST = 16.0
"""Least length of a picture's longer side, in pixels."""


@cache
def ink_table(theme: Theme) -> Table:
    """Colours of a picture's bytes, from the theme's background to its text colour."""
    shares = np.minimum(np.arange(256) / INK, 1.0)
    return np.array([mix(theme.background, theme.text, float(share)).rgb() for share in shares], np.uint32)


class PictureGrid:
    """Pictures in rows; those that do not fit are left out.

    Attributes
    ----------
    items : list of QGraphicsPixmapItem
    places : list of QRectF
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene, self._frames = scene, add_path(scene, 1.0)
        self._film = PixmapSet((0, 0, 0))
        self.items: list[QGraphicsPixmapItem] = []
        self.places: list[QRectF] = []

    def place(self, places: list[QRectF], shape: tuple[int, int], table: Table, frame: str) -> None:
        """Make a picture of a shape (rows, columns) for each place, in the colours of a table, with a frame."""
        self.places, self._table = places, table
        for item in self.items:
            self._scene.removeItem(item)
        self._film, self.items = PixmapSet((len(places), *shape)), []
        frames = QPainterPath()
        for place, pixmap in zip(places, self._film.pixmaps, strict=True):
            frames.addRect(place)
            item = QGraphicsPixmapItem(pixmap)
            item.setTransformationMode(Qt.TransformationMode.FastTransformation)
            scale = place.width() / shape[1], place.height() / shape[0]
            item.setTransform(QTransform(scale[0], 0, 0, scale[1], place.left(), place.top()))
            self._scene.addItem(item)
            self.items.append(item)
        self._frames.setPath(frames)
        self._frames.setPen(line_pen(frame, 1.0))

    def show_pictures(self, pictures: Bytes) -> None:
        """Show pictures, shape (places, rows, columns)."""
        self._film.show_maps(pictures, self._table)

    def index_at(self, point: QPointF) -> int | None:
        """The picture under a point."""
        return next((k for k, place in enumerate(self.places) if place.contains(point)), None)


class SamplePicture(MapItem):
    """The picture of a sample, with square pixels."""

    def __init__(self, scene: QGraphicsScene, layer: float = 0.0) -> None:
        super().__init__()
        self.setTransformationMode(Qt.TransformationMode.FastTransformation)
        self.setZValue(layer)
        scene.addItem(self)

    def show_picture(self, picture: Bytes, theme: Theme, rect: QRectF, *, signed: bool = False) -> None:
        """Fill a rectangle with a picture, shape (rows, columns): of ink, or of ``signed`` numbers."""
        table = theme.signed_table if signed else ink_table(theme)
        self.set_map(picture, table, (rect.left(), rect.right(), rect.bottom(), rect.top()))
        self.setVisible(True)


class SampleCard:
    """A card beside the pointer with a sample's picture and description."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._plate = QGraphicsRectItem()
        self._plate.setZValue(40.0)
        scene.addItem(self._plate)
        self.picture, self.words = SamplePicture(scene, 41.0), Text(scene, 41.0)
        self.hide()

    @property
    def is_visible(self) -> bool:
        return self.words.isVisible()

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Use a theme's colours, and this font."""
        self._theme, self._line = theme, QFontMetricsF(font).height()
        self.words.set_style(font, theme.text)
        self._plate.setPen(line_pen(theme.muted, 1.0))
        self._plate.setBrush(QBrush(QColor(theme.background)))

    def show(self, problem: Problem, samples: Samples, index: int, point: QPointF, area: QRectF) -> None:
        """Show a sample beside a point, within an area."""
        shape = problem.picture.shape if problem.picture else None
        self.words.set_words(describe_sample(problem, samples, index))
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


def describe_sample(problem: Problem, samples: Samples, index: int) -> str:
    """A sample's class or value, and its inputs unless they form a picture."""
    name = name_of(problem, samples, index)
    return name if problem.picture else f"{inputs_in_words(problem, samples, index)}: {name}"


def name_of(problem: Problem, samples: Samples, index: int) -> str:
    """A sample's class, or its value."""
    if samples.labels is not None:
        return problem.labels[int(samples.labels[index])]
    return short(float(samples.targets[index, 0]))


def inputs_in_words(problem: Problem, samples: Samples, index: int) -> str:
    """The first inputs of a sample, before standardization."""
    values = raw_inputs(problem, samples.inputs[index]).tolist()
    named = zip(problem.input_labels[:_MOST_INPUTS], values, strict=False)
    more = ", …" if len(values) > _MOST_INPUTS else ""
    return ", ".join(f"{label} = {short(value)}" for label, value in named) + more


def _beside(point: QPointF, size: QRectF, area: QRectF) -> QRectF:
    """A rectangle at the lower right of a point, or on another side if it would leave the area."""
    left, top = point.x() + _AWAY, point.y() + _AWAY
    if left + size.width() > area.right():
        left = point.x() - _AWAY - size.width()
    if top + size.height() > area.bottom():
        top = point.y() - _AWAY - size.height()
    return QRectF(max(area.left(), left), max(area.top(), top), size.width(), size.height())


class SampleStrip:
    """Fills a rectangle with samples, starting at the upper left; those that do not fit are left out.

    Attributes
    ----------
    words : list of Text
        The captions of the samples shown.
    pictures : list of SamplePicture
        Their pictures, for data that are pictures.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene, self._shown = scene, object()
        self._frames = add_path(scene, 1.0)
        self.words: list[Text] = []
        self.pictures: list[SamplePicture] = []

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill this rectangle."""
        self._rect, self._font, self._theme = rect, font, theme
        self._frames.setPen(line_pen(theme.border, 1.0))
        self._shown = object()

    def clear(self) -> None:
        """Show nothing."""
        self._provide(0, 0)
        self._frames.setPath(QPainterPath())
        self._shown = object()

    def show(self, problem: Problem, samples: Samples, indices: Sequence[int], captions: Sequence[str]) -> None:
        """Show these samples, with a caption each."""
        shown = (id(samples), tuple(indices), tuple(captions))
        if shown == self._shown:
            return
        self._shown = shown
        if problem.picture:
            self._show_pictures(problem, samples, indices, captions, problem.picture.shape)
        else:
            self._show_words(problem, samples, indices, captions)

    def _show_pictures(
        self,
        problem: Problem,
        samples: Samples,
        indices: Sequence[int],
        captions: Sequence[str],
        shape: tuple[int, int],
    ) -> None:
        metrics = QFontMetricsF(self._font)
        widest = max((metrics.horizontalAdvance(caption) for caption in captions), default=0.0)
        below, largest = QSizeF(widest, metrics.height()), _LARGEST * metrics.height()
        places = tiles(self._rect, len(indices), shape, below, largest)
        self._provide(len(places), len(places))
        frames = QPainterPath()
        drawn = pictures(problem, samples.inputs[list(indices[: len(places)])])
        for place, picture, item, text, caption in zip(
            places, drawn, self.pictures, self.words, captions, strict=False
        ):
            item.show_picture(picture, self._theme, place)
            frames.addRect(place)
            self._write(text, caption, place.center().x(), place.bottom(), 0.5)
        self._frames.setPath(frames)

    def _show_words(
        self, problem: Problem, samples: Samples, indices: Sequence[int], captions: Sequence[str]
    ) -> None:
        metrics, rect = QFontMetricsF(self._font), self._rect
        room = int(rect.height() / metrics.height())
        self._frames.setPath(QPainterPath())
        self._provide(min(room, len(indices)), 0)
        for row, (text, index, caption) in enumerate(zip(self.words, indices, captions, strict=False)):
            words = f"{caption}   {inputs_in_words(problem, samples, index)}"
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
            self._write(text, words, rect.left(), rect.top() + row * metrics.height(), 0.0)

    def _write(self, text: Text, words: str, x: float, y: float, across: float) -> None:
        text.set_style(self._font, self._theme.text)
        text.write(words, x, y, across)

    def _provide(self, words: int, drawn: int) -> None:
        """Make or remove texts and pictures to have this many."""
        for item in (*self.words[words:], *self.pictures[drawn:]):
            self._scene.removeItem(item)
        del self.words[words:], self.pictures[drawn:]
        self.words += [Text(self._scene) for _ in range(words - len(self.words))]
        self.pictures += [SamplePicture(self._scene) for _ in range(drawn - len(self.pictures))]


def tiles(rect: QRectF, count: int, shape: tuple[int, int], words: QSizeF, largest: float) -> list[QRectF]:
    """Rectangles for pictures of a shape, as large as possible, with space for words below each.

    There are fewer than ``count`` if that many would be too small.
    """
    for fewer in range(count, 0, -1):
        cell, across = _fit(rect, fewer, shape, words, largest)
        if across:
            return _placed(rect, fewer, across, QSizeF(cell * shape[1], cell * shape[0]), words)
    return []


def _fit(rect: QRectF, count: int, shape: tuple[int, int], words: QSizeF, largest: float) -> tuple[float, int]:
    """Side of a pixel, and pictures in a row; none if they would be too small."""
    rows, columns = shape
    best, across = _SMALLEST / max(rows, columns), 0
    for beside in range(1, count + 1):
        lines = -(-count // beside)
        width, height = rect.width() / beside - _GAP, rect.height() / lines - _GAP - words.height()
        cell = min(width / columns, height / rows, largest / rows)
        if cell > best and width >= words.width():
            best, across = cell, beside
    return (float(int(best)) if best >= 2.0 else best), across


def _placed(rect: QRectF, count: int, across: int, size: QSizeF, words: QSizeF) -> list[QRectF]:
    pitch = QSizeF(max(size.width(), words.width()) + _GAP, size.height() + words.height() + _GAP)
    inset = (pitch.width() - _GAP - size.width()) / 2
    corners = (divmod(k, across) for k in range(count))
    return [
        QRectF(
            round(rect.left() + column * pitch.width() + inset),
            round(rect.top() + row * pitch.height()),
            size.width(),
            size.height(),
        )
        for row, column in corners
    ]
