"""Words that fit into the room there is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnviz.drawing.canvas import Text

_FEWEST_LETTERS = 3
"""Letters that are left of a word at least; fewer say nothing."""

Span = tuple[float, float]
"""From where to where, in pixels."""


def first_fitting(wordings: Sequence[str], font: QFont, span: Span) -> str:
    """The first of several wordings that fits into a span, or nothing."""
    metrics = QFontMetricsF(font)
    return next((words for words in wordings if metrics.horizontalAdvance(words) <= span[1] - span[0]), "")


def cut(words: str, font: QFont, width: float) -> str:
    """Words cut to a width, with an ellipsis; nothing rather than a letter or two."""
    short = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
    return short if short == words or len(short) > _FEWEST_LETTERS else ""


def names_fitting(names: Sequence[str], font: QFont, width: float) -> list[str]:
    """Names cut to a width; none at all if they could not be told apart then."""
    short = [cut(name, font, width) for name in names]
    return short if all(short) and len(set(short)) == len(set(names)) else []


def width_of(names: Sequence[str], font: QFont) -> float:
    """Width of the longest of several names."""
    metrics = QFontMetricsF(font)
    return max(map(metrics.horizontalAdvance, names), default=0.0)


def say(text: Text, wordings: Sequence[str], width: float) -> None:
    """The first of several wordings that fits into a width, or the last one cut."""
    font = text.font()
    text.set_words(first_fitting(wordings, font, (0.0, width)) or cut(wordings[-1], font, width))


def wrapped(phrases: Sequence[str], width: float, font: QFont) -> list[str]:
    """Phrases in lines no wider than so many pixels, broken between phrases if possible."""
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
