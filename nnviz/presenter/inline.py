"""Formulas that stand in the lines of a document."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)

from nnviz.presenter.formulas import Formula, FormulaSize, draw, extent

FORMULA, STRUT = (QTextFormat.ObjectTypes.UserObject.value + k for k in (1, 2))
"""Kinds of objects: a formula, and what holds the line below it open."""

INDEX = QTextFormat.Property.UserProperty.value + 1
"""Property of an object: which of the pieces it is."""


@dataclass
class Piece:
    """A formula with what must not be parted from it at the end of a line: brackets, commas, stops."""

    formula: Formula
    before: str
    behind: str


class Formulas(QPyTextObject):
    """Draws the formulas of a document."""

    def __init__(self, parent: QObject, color: str) -> None:
        super().__init__(parent)
        self.pieces: list[Piece] = []
        self.room = float("inf")
        self._color = QColor(color)

    def intrinsicSize(self, _document: QTextDocument, _position: int, style: QTextFormat) -> QSizeF:
        """The size of a formula above its line, or that of the strut behind it, which reaches as far below."""
        piece, font = self.pieces[style.intProperty(INDEX)], style.toCharFormat().font()
        size = self._extent(piece, font)
        if style.objectType() == STRUT:  # Qt centres it on half the height of an x
            return QSizeF(0.0, 2.0 * size.descent + QFontMetrics(font).xHeight() / 2.0)
        metrics = QFontMetricsF(font)
        text = metrics.horizontalAdvance(piece.before + piece.behind)
        return QSizeF(size.width + text, max(size.ascent, metrics.ascent()))

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, _position: int, style: QTextFormat
    ) -> None:
        """Draw a formula, standing on the bottom of its rectangle."""
        if style.objectType() == STRUT:
            return
        piece, font = self.pieces[style.intProperty(INDEX)], style.toCharFormat().font()
        metrics = QFontMetricsF(font)
        painter.setPen(self._color)
        painter.setFont(font)
        start = QPointF(QRectF(rect).bottomLeft())
        painter.drawText(start, piece.before)
        start += QPointF(metrics.horizontalAdvance(piece.before), 0.0)
        draw(painter, start, piece.formula, font, self.room)
        start += QPointF(self._extent(piece, font).width, 0.0)
        painter.drawText(start, piece.behind)

    def widest(self, font: QFont) -> float:
        """Width of the widest formula."""
        return max((extent(piece.formula, font).width for piece in self.pieces), default=0.0)

    def _extent(self, piece: Piece, font: QFont) -> FormulaSize:
        return extent(piece.formula, font, self.room)
