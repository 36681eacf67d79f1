"""A few samples beside each other: pictures with a line of words each, or only lines of words."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.imagery import picture_shape, pictures
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.sample_picture import SamplePicture, inputs_in_words
from nnviz.experiment.problem import Problem, Samples
from nnviz.theme import Theme

_GAP = 8.0
_LARGEST = 7.0
"""Height of a picture at most, in lines of text."""
_SMALLEST = 16.0
"""Pixels that the longer side of a picture has at least."""


class SampleStrip:
    """Fills a rectangle with samples, the first at the upper left; those without room are left out.

    Attributes
    ----------
    words : list of Text
        One for each sample that is shown.
    pictures : list of SamplePicture
        The same, for data that are pictures.
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
        if shape := picture_shape(problem):
            self._show_pictures(problem, samples, indices, captions, shape)
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
        text.set_words(words)
        text.place(x, y, across)

    def _provide(self, words: int, drawn: int) -> None:
        """Have so many texts and pictures."""
        for item in (*self.words[words:], *self.pictures[drawn:]):
            self._scene.removeItem(item)
        del self.words[words:], self.pictures[drawn:]
        self.words += [Text(self._scene) for _ in range(words - len(self.words))]
        self.pictures += [SamplePicture(self._scene) for _ in range(drawn - len(self.pictures))]


def tiles(rect: QRectF, count: int, shape: tuple[int, int], words: QSizeF, largest: float) -> list[QRectF]:
    """Places for pictures of a shape, as large as possible, with room for words below each.

    Fewer than ``count``, if so many would be too small.
    """
    for fewer in range(count, 0, -1):
        cell, across = _fit(rect, fewer, shape, words, largest)
        if across:
            return _placed(rect, fewer, across, QSizeF(cell * shape[1], cell * shape[0]), words)
    return []


def _fit(rect: QRectF, count: int, shape: tuple[int, int], words: QSizeF, largest: float) -> tuple[float, int]:
    """Side of a cell, and pictures beside each other; none if they are too small."""
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
