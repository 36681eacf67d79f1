"""Typeset formulas on the screen, in any size and colour."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from nnviz.presenter.typeset import Formula, typeset, valid

__all__ = ["Formula", "FormulaSize", "draw", "extent", "valid"]

_X_HEIGHT = 0.473
"""Height of STIX Two Math's x, in its size."""

_MARGIN = 2
"""Pixels around a picture, for what slants out of its box."""


@dataclass(frozen=True)
class FormulaSize:
    """Pixels that a formula takes: to the right, and above and below the line it stands on."""

    width: float
    ascent: float
    descent: float


def extent(formula: Formula, font: QFont, room: float = float("inf")) -> FormulaSize:
    """How large a formula is among text of a font, made smaller if it has not so much room in width.

    Raises
    ------
    InputError
        If it cannot be typeset.
    """
    drawing = typeset(formula)
    size = _size(formula, font, room)
    return FormulaSize(size * drawing.width, size * drawing.ascent, size * drawing.descent)


def draw(painter: QPainter, start: QPointF, formula: Formula, font: QFont, room: float = float("inf")) -> None:
    """Draw a formula in the painter's colour, from a point on the line that it stands on."""
    size, ratio = _size(formula, font, room), painter.device().devicePixelRatioF()
    picture = _picture(formula, size, painter.pen().color().name(), ratio)
    top = start.y() - size * typeset(formula).ascent
    painter.drawPixmap(QPointF(round(start.x()), round(top)) - QPointF(_MARGIN, _MARGIN), picture)


def _size(formula: Formula, font: QFont, room: float) -> float:
    """The typesetter's size that has letters as high as the font's."""
    size = QFontMetricsF(font).xHeight() / _X_HEIGHT
    return min(size, room / max(1e-9, typeset(formula).width))


@lru_cache(maxsize=256)
def _picture(formula: Formula, size: float, color: str, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - a library that only formulas need

    drawing = typeset(formula)
    width, height = size * drawing.width, size * (drawing.ascent + drawing.descent)
    picture = QPixmap(*(int(ratio * (length + 2 * _MARGIN + 1)) for length in (width, height)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    outlines = QSvgRenderer(QByteArray(drawing.svg.replace('"black"', f'"{color}"').encode()))
    outlines.render(painter, QRectF(_MARGIN, _MARGIN, width, height))
    painter.end()
    return picture
