"""Text on a canvas: shortened to fit, on a plate, as hints at the bottom, in several lines."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.canvas import Text
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme

_FEWEST_LETTERS = 3
"""Least length of a shortened text."""
Span = tuple[float, float]
"""Left and right end, in pixels."""
_PLATE_MARGIN = 2.0
Wordings = tuple[str, ...]
"""Several wordings of the same statement, the longest first."""
_PITCH = 1.2
"""Distance between lines, in heights of the text."""


def plain_tip(words: str) -> str:
    """A tooltip that shows the words as they are: Qt takes some for HTML, and a column may be called so."""
    return f"<qt>{words.replace('&', '&amp;').replace('<', '&lt;')}</qt>" if "<" in words else words


def first_fitting(wordings: Sequence[str], font: QFont, span: Span) -> str:
    """The first of several wordings that fits into a span, or nothing."""
    metrics = QFontMetricsF(font)
    return next((words for words in wordings if metrics.horizontalAdvance(words) <= span[1] - span[0]), "")


def cut(words: str, font: QFont, width: float) -> str:
    """A text shortened to a width with an ellipsis; empty if only a letter or two would remain."""
    short = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
    return short if short == words or len(short) > _FEWEST_LETTERS else ""


def names_fitting(names: Sequence[str], font: QFont, width: float) -> list[str]:
    """Names shortened to a width; an empty list if they could then be confused."""
    short = [cut(name, font, width) for name in names]
    return short if all(short) and len(set(short)) == len(set(names)) else []


def width_of(names: Sequence[str], font: QFont) -> float:
    """Width of the longest of several names."""
    metrics = QFontMetricsF(font)
    return max(map(metrics.horizontalAdvance, names), default=0.0)


def say(text: Text, wordings: Sequence[str], width: float) -> None:
    """Set the text to the first wording that fits into a width, or to the last one shortened."""
    font = text.font()
    text.set_words(first_fitting(wordings, font, (0.0, width)) or cut(wordings[-1], font, width))


def wrapped(phrases: Sequence[str], width: float, font: QFont) -> list[str]:
    """Phrases in lines no wider than a width in pixels, broken between phrases if possible."""
    lines: list[str] = []
    for phrase in phrases:
        pieces = [phrase] if _fits(phrase, width, font) else _broken(phrase, width, font)
        joined = f"{lines[-1]} · {pieces[0]}" if lines else ""
        if lines and _fits(joined, width, font):
            lines[-1] = joined
        else:
            lines.append(pieces[0])
        lines += pieces[1:]
    return lines


def _broken(phrase: str, width: float, font: QFont) -> list[str]:
    """A phrase in several lines, broken between words."""
    first, *words = phrase.split()
    lines = [first]
    for word in words:
        joined = f"{lines[-1]} {word}"
        if _fits(joined, width, font):
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _fits(words: str, width: float, font: QFont) -> bool:
    return QFontMetricsF(font).horizontalAdvance(words) <= width


class Tag:
    """A text on a plate in the background's colour."""

    def __init__(self, scene: QGraphicsScene, layer: float) -> None:
        self.words, self._plate = Text(scene, layer + 0.5), QGraphicsRectItem()
        self._plate.setZValue(layer)
        scene.addItem(self._plate)

    @property
    def items(self) -> tuple[QGraphicsItem, QGraphicsItem]:
        """The plate and the text, to be added to a parent that clips them."""
        return self._plate, self.words

    @property
    def text(self) -> str:
        """The text."""
        return self.words.text()

    @property
    def is_visible(self) -> bool:
        return self.words.isVisible()

    @property
    def rect(self) -> QRectF:
        """What it covers, with its border; empty while hidden."""
        return self._plate.sceneBoundingRect() if self.is_visible else QRectF()

    def set_style(self, theme: Theme, font: QFont, *, framed: bool = False) -> None:
        """Use the theme and this font; ``framed`` draws a border."""
        self.words.set_style(font, theme.text)
        self._plate.setPen(line_pen(theme.border if framed else theme.background, 1.0))
        self._plate.setBrush(QBrush(QColor(theme.background)))

    def say(self, words: str, x: float, y: float) -> None:
        """Show a text centred on a point."""
        self.words.set_words(words)
        self.words.place(x, y, 0.5, 0.5)
        self._plate.setRect(self.words.sceneBoundingRect().adjusted(-_PLATE_MARGIN, 0.0, _PLATE_MARGIN, 0.0))
        self.set_visible(True)

    def set_visible(self, visible: bool) -> None:
        self.words.setVisible(visible)
        self._plate.setVisible(visible)


class Hint(Text):
    """Phrases at the bottom of a view."""

    def __init__(self, scene: QGraphicsScene, phrases: Sequence[str]) -> None:
        super().__init__(scene)
        self._phrases = tuple(phrases)
        self._instead: tuple[str, str] | None = None

    def say(self, words: str, color: str) -> None:
        """Show another text instead, from the next `arrange` on."""
        self._instead = words, color

    def take_back(self) -> None:
        """Show the hint's own phrases again, from the next `arrange` on."""
        self._instead = None

    def arrange(self, area: QRectF, font: QFont, color: str | QColor) -> float:
        """Place it at the bottom of an area; return its height."""
        words, shade = ((self._instead[0],), self._instead[1]) if self._instead else (self._phrases, color)
        self.set_style(font, shade)
        self.set_words("\n".join(wrapped(words, area.width(), font)))
        self.place(area.left(), area.bottom(), 0.0, 1.0)
        return self.boundingRect().height()


class TextLines:
    """A few lines, one below the other."""

    def __init__(self, scene: QGraphicsScene, lines: int) -> None:
        self.lines = [Text(scene) for _ in range(lines)]
        self._width = 1.0

    def height(self, font: QFont) -> float:
        """Height of all lines."""
        return _PITCH * len(self.lines) * QFontMetricsF(font).height()

    def arrange(self, left: float, top: float, width: float, font: QFont, theme: Theme) -> None:
        """Place the lines, no wider than ``width``."""
        self._width = width
        for k, text in enumerate(self.lines):
            text.set_style(font, theme.text)
            text.place(left, top + k * _PITCH * QFontMetricsF(font).height())

    def show(self, said: Sequence[Wordings]) -> None:
        """Show the long wordings if all of them fit, otherwise the short ones."""
        metrics = QFontMetricsF(self.lines[0].font())
        fits = all(metrics.horizontalAdvance(wordings[0]) <= self._width for wordings in said)
        for k, text in enumerate(self.lines):
            wordings = said[k] if k < len(said) else ("",)
            say(text, wordings if fits else wordings[1:] or wordings, self._width)
