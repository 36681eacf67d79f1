"""Markdown with formulas as a document that can be laid out and painted. It loads nothing and runs nothing."""

import re
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
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
from nnviz.presenter.formulas import Formula, extent
from nnviz.presenter.inline import FORMULA, INDEX, STRUT, Formulas, Piece
from nnviz.presenter.typeset import divided

_OBJECT = "\ufffc"
_FIRST_SIGN = 0xE000
"""Characters for private use stand for the formulas while Qt reads the Markdown."""

_BEFORE, _BEHIND = "([“‘\"'", ")],.;:!?…”’\"'%"
_EDGE = 3.0
"""Pixels at the end of a line that a formula leaves free, for what slants out of its box."""

_LEADING, _TIGHT, _BETWEEN = 0.16, 0.2, 0.5
"""Room between lines, between entries of a list and between paragraphs, in heights of the font."""


class Document(QTextDocument):
    """Markdown with formulas, laid out in a font and two colours.

    HTML is shown as it is written, links are only their words, pictures only what stands for them.

    Parameters
    ----------
    markdown : str
    font : QFont
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
        """Lay all out in a width; a formula that is wider is drawn smaller."""
        if width == self.textWidth():
            return
        widest, before = self.formulas.widest(self.defaultFont()), self.formulas.room
        self.formulas.room = max(1.0, width - _EDGE)
        self.setTextWidth(width)
        if widest > min(self.formulas.room, before):
            self.markContentsDirty(0, self.characterCount())

    def _place(self, sign: str, formula: Formula, code: str) -> None:
        """Put a formula where its sign is, or its source if it cannot be typeset."""
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
    """Read Markdown into a document; returns the formulas by the signs that stand for them there."""
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
    """Take from a fragment what leads out of the document, and colour code."""
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
    """Widen a selection over the punctuation around it; returns what that is."""
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
    """Centre a formula that has its paragraph for itself."""
    if not cursor.block().text().replace(_OBJECT, "").strip():
        middle = QTextBlockFormat()
        middle.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        cursor.mergeBlockFormat(middle)


def _space(document: QTextDocument) -> None:
    """Set lines and paragraphs apart; Qt's own spaces know only fonts in points."""
    line = QFontMetricsF(document.defaultFont()).height()
    for block in _blocks(document):
        space = QTextBlockFormat()
        space.setTopMargin(0.0)
        space.setBottomMargin(_gap(block, block.next()) * line)
        space.setLineHeight(_LEADING * line, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        QTextCursor(block).mergeBlockFormat(space)


def _gap(block: QTextBlock, after: QTextBlock) -> float:
    """How far a paragraph is to be from the one after it, in lines."""
    if not after.isValid():
        return 0.0
    if all(part.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence) for part in (block, after)):
        return 0.0
    return _TIGHT if block.textList() is not None and after.textList() is not None else _BETWEEN
