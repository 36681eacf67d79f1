"""Markdown with typeset formulas as a Qt document. It loads no files and runs no code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QPointF, QRect, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPaintEngine,
    QPainter,
    QPalette,
    QPixmap,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextOption,
)

from nnviz.errors import InputError
from nnviz.presenter.style import scaled
from nnviz.presenter.typeset import Formula, divided, typeset, valid

_X_HEIGHT = 0.473
"""Height of STIX Two Math's x, as a fraction of the font size."""
_MARGIN = 2
"""Margin around a picture in pixels, for letters that slant out of their box."""
FORMULA, STRUT = (QTextFormat.ObjectTypes.UserObject.value + k for k in (1, 2))
"""Kinds of objects: a formula, and the strut that keeps space below its line."""
INDEX = QTextFormat.Property.UserProperty.value + 1
"""Property of an object: the index of its piece."""
_OBJECT = "\ufffc"
_FIRST_SIGN = 0xE000
"""Private-use characters stand for the formulas while Qt reads the Markdown."""
_BEFORE, _BEHIND = "([“‘\"'", ")],.;:!?…”’\"'%"
_EDGE = 3.0
"""Pixels that a formula leaves free at the end of a line, for letters that slant out of their box."""
_LEADING, _TIGHT, _BETWEEN = 0.16, 0.2, 0.5
"""Space between lines, between entries of a list and between paragraphs, in heights of the font."""
__all__ = ["Formula", "FormulaSize", "draw", "extent", "valid"]


@dataclass(frozen=True)
class FormulaSize:
    """Size of a formula in pixels: width, and height above and below the baseline."""

    width: float
    ascent: float
    descent: float


def extent(formula: Formula, font: QFont, room: float = float("inf")) -> FormulaSize:
    """Size of a formula within text of a font; it is made smaller if it is wider than ``room``.

    Raises
    ------
    InputError
        If it cannot be typeset.
    """
    drawing = typeset(formula)
    size = _size(formula, font, room)
    return FormulaSize(size * drawing.width, size * drawing.ascent, size * drawing.descent)


def draw(painter: QPainter, start: QPointF, formula: Formula, font: QFont, room: float = float("inf")) -> None:
    """Draw a formula in the painter's colour, starting at a point on the baseline; into a PDF as outlines."""
    size, color = _size(formula, font, room), painter.pen().color().name()
    top = start.y() - size * typeset(formula).ascent
    if painter.paintEngine().type() == QPaintEngine.Type.Pdf:
        _draw_outlines(painter, QPointF(start.x(), top), formula, size, color)
        return
    picture = _picture(formula, size, color, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(round(start.x()), round(top)) - QPointF(_MARGIN, _MARGIN), picture)


def _size(formula: Formula, font: QFont, room: float) -> float:
    """The typesetter's size whose letters are as high as the font's."""
    size = QFontMetricsF(font).xHeight() / _X_HEIGHT
    return min(size, room / max(1e-9, typeset(formula).width))


@lru_cache(maxsize=256)
def _picture(formula: Formula, size: float, color: str, ratio: float) -> QPixmap:
    drawing = typeset(formula)
    width, height = size * drawing.width, size * (drawing.ascent + drawing.descent)
    picture = QPixmap(*(int(ratio * (length + 2 * _MARGIN + 1)) for length in (width, height)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _draw_outlines(painter, QPointF(_MARGIN, _MARGIN), formula, size, color)
    painter.end()
    return picture


def _draw_outlines(painter: QPainter, corner: QPointF, formula: Formula, size: float, color: str) -> None:
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - only formulas need this library

    drawing = typeset(formula)
    box = QRectF(corner, QSizeF(size * drawing.width, size * (drawing.ascent + drawing.descent)))
    painter.save()
    QSvgRenderer(QByteArray(drawing.svg.replace('"black"', f'"{color}"').encode())).render(painter, box)
    painter.restore()


@dataclass
class Piece:
    """A formula with the punctuation that must stay on the same line: brackets, commas, stops."""

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
        """The size of a formula above the baseline, or of its strut, which reaches as far below."""
        piece, font = self.pieces[style.intProperty(INDEX)], style.toCharFormat().font()
        size = self._extent(piece, font)
        if style.objectType() == STRUT:  # Qt centres a strut on half the height of an x
            return QSizeF(0.0, 2.0 * size.descent + QFontMetrics(font).xHeight() / 2.0)
        metrics = QFontMetricsF(font)
        text = metrics.horizontalAdvance(piece.before + piece.behind)
        return QSizeF(size.width + text, max(size.ascent, metrics.ascent()))

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, _position: int, style: QTextFormat
    ) -> None:
        if style.objectType() == STRUT:
            return
        piece, font = self.pieces[style.intProperty(INDEX)], style.toCharFormat().font()
        metrics = QFontMetricsF(font)
        painter.setPen(self._color)
        painter.setFont(
            scaled(font, 1.0, bold=font.bold())
        )  # a size that is not set anew gives way to the device's
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


class Document(QTextDocument):
    """Markdown with formulas, laid out in a font and two colours.

    HTML is shown as source text; of links only the words are shown, of pictures only the replacement text.

    Parameters
    ----------
    text, code : str
        Colours of the text, and of code in it.
    """

    def __init__(self, markdown: str, font: QFont, text: str, code: str) -> None:
        super().__init__()
        self.setDocumentMargin(0.0)
        self.setDefaultFont(font)
        anywhere = QTextOption(self.defaultTextOption())
        anywhere.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(anywhere)
        self.setIndentWidth(1.2 * QFontMetricsF(font).height())
        self.formulas = Formulas(self, text)
        for kind in (FORMULA, STRUT):
            self.documentLayout().registerHandler(kind, self.formulas)
        signs = _read(self, markdown)
        for fragment in list(_fragments(self)):
            _plain(self, fragment, code)
        for sign, formula in signs.items():
            self._place(sign, formula, code)
        _space(self)

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Load nothing."""
        return None

    def fit(self, width: float) -> None:
        """Lay out the text in a width; wider formulas are drawn smaller."""
        if width == self.textWidth():
            return
        widest, before = self.formulas.widest(self.defaultFont()), self.formulas.room
        self.formulas.room = max(1.0, width - _EDGE)
        self.setTextWidth(width)
        if widest > min(self.formulas.room, before):
            self.markContentsDirty(0, self.characterCount())

    def paint(self, painter: QPainter, color: str) -> None:
        """Paint it at the painter's origin."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, color)
        self.documentLayout().draw(painter, context)

    def _place(self, sign: str, formula: Formula, code: str) -> None:
        """Replace a sign by its formula, or by the formula's source if it cannot be typeset."""
        cursor = self.find(sign)
        if cursor.isNull():
            return
        style = cursor.charFormat()
        try:
            extent(formula, self.defaultFont())
        except InputError:
            style.setFontFamilies(["monospace"])
            style.setFontFixedPitch(True)
            style.setForeground(QBrush(QColor(code)))
            cursor.insertText(formula.source, style)
            return
        self.formulas.pieces.append(Piece(formula, *_take_neighbours(cursor)))
        style.setProperty(INDEX, len(self.formulas.pieces) - 1)
        style.setObjectType(FORMULA)
        cursor.insertText(_OBJECT, style)
        style.setObjectType(STRUT)
        style.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        cursor.insertText(_OBJECT, style)
        if formula.display:
            _center(cursor)


def _read(document: QTextDocument, markdown: str) -> dict[str, Formula]:
    """Read Markdown into a document; return the formulas by the signs that stand for them."""
    signs: dict[str, Formula] = {}
    parts = []
    for part in divided(re.sub("[\ue000-\uf8ff\ufffc]", "", markdown)):
        if isinstance(part, Formula):
            sign = chr(_FIRST_SIGN + len(signs))
            signs[sign] = part
            parts.append(sign)
        else:
            parts.append(part.replace("\\$", "$"))
    features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
    document.setMarkdown("".join(parts), features)
    return signs


def _fragments(document: QTextDocument) -> Iterator[QTextFragment]:
    for block in _blocks(document):
        # PySide's iterator of a block knows no `for`
        inside = block.begin()
        while not inside.atEnd():
            yield inside.fragment()
            inside += 1


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _plain(document: QTextDocument, fragment: QTextFragment, code: str) -> None:
    """Remove links from a fragment, and colour code."""
    style = fragment.charFormat()
    cursor = QTextCursor(document)
    cursor.setPosition(fragment.position())
    cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
    if style.isImageFormat():
        cursor.insertText(str(style.property(QTextFormat.Property.ImageAltText) or ""), QTextCharFormat())
    elif style.isAnchor():
        cursor.setCharFormat(QTextCharFormat())
    elif style.fontFixedPitch() or style.font().fixedPitch():
        style.setForeground(QBrush(QColor(code)))
        cursor.setCharFormat(style)


def _take_neighbours(cursor: QTextCursor) -> tuple[str, str]:
    """Extend a selection over the punctuation around it; return that punctuation."""
    document, start, end = cursor.document(), cursor.selectionStart(), cursor.selectionEnd()
    first, last = start, end
    while first and document.characterAt(first - 1) in _BEFORE:
        first -= 1
    while document.characterAt(last) in _BEHIND:
        last += 1
    around = [
        "".join(document.characterAt(place) for place in range(*ends)) for ends in ((first, start), (end, last))
    ]
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    return around[0], around[1]


def _center(cursor: QTextCursor) -> None:
    """Centre a formula that is alone in its paragraph."""
    if not cursor.block().text().replace(_OBJECT, "").strip():
        middle = QTextBlockFormat()
        middle.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        cursor.mergeBlockFormat(middle)


def _space(document: QTextDocument) -> None:
    """Set the space between lines and paragraphs; Qt's own spacing works only for fonts in points."""
    line = QFontMetricsF(document.defaultFont()).height()
    for block in _blocks(document):
        space = QTextBlockFormat()
        space.setTopMargin(0.0)
        space.setBottomMargin(_gap(block, block.next()) * line)
        space.setLineHeight(_LEADING * line, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        QTextCursor(block).mergeBlockFormat(space)


def _gap(block: QTextBlock, after: QTextBlock) -> float:
    """Space between a paragraph and the next, in lines."""
    if not after.isValid():
        return 0.0
    if all(part.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence) for part in (block, after)):
        return 0.0
    return _TIGHT if block.textList() is not None and after.textList() is not None else _BETWEEN
