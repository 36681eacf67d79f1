"""The formula with letters and, below it, with numbers."""

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsTextItem, QWidget

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import TwoLineFormula, rich
from nnviz.analysis.example.state import ExampleState
from nnviz.views.backprop.pane import Pane, sized

_PAD = 6.0
_FEW = 3
_SIZES = ((4, 1.8), (4, 1.5), (4, 1.25), (3, 1.25), (4, 1.0), (3, 1.0), (2, 1.0), (1, 1.0))
"""How many terms and how large, the best first; the first that fits is taken."""


class FormulaPane(Pane):
    """What has just been computed: letters in one line, the numbers below them.

    Attributes
    ----------
    texts : list of QGraphicsTextItem
        For each line of a formula one, as rich text.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts: list[QGraphicsTextItem] = []
        self._written: dict[int, tuple[object, ...]] = {}
        self._place: tuple[object, ...] = ()
        self._level = 0

    @property
    def words(self) -> list[str]:
        """All that is written, as plain text."""
        return [text.toPlainText() for text in self.texts if text.isVisible()]

    def _lay_out(self) -> None:
        self._place = ()

    def _paint(self, look: ExampleState) -> None:
        place = look.at, look.chosen, look.jacobian
        if place != self._place:  # with other numbers at the same stop the size may shrink, but not come and go
            self._level = 0
        self._place = place
        last = len(_SIZES) - 1
        while self._write(look) > self.canvas.area.height() and self._level < last:
            self._level += 1

    def _write(self, look: ExampleState) -> float:
        """Write the formulas below each other; the height that they take."""
        most, size = _SIZES[self._level]
        shown = _lines(formulas(look, most))
        self.texts += [_text(self) for _ in range(len(shown) - len(self.texts))]
        for text in self.texts[len(shown) :]:
            text.hide()
        font = sized(self.font(), self.fontInfo().pixelSize(), size)
        y = _PAD / 2
        for text, words in zip(self.texts, shown, strict=False):
            self._write_one(text, words, font)
            text.setPos(_PAD, y)
            text.show()
            y += text.boundingRect().height()
        return y

    def _write_one(self, text: QGraphicsTextItem, words: str, font: QFont) -> None:
        """Write a line unless it stands there: rich text is dear."""
        written = words, font, self._theme.text, self.canvas.area.width()
        if self._written.get(id(text)) == written:
            return
        self._written[id(text)] = written
        text.setFont(font)
        text.setDefaultTextColor(QColor(self._theme.text))
        text.setHtml(words)
        text.setTextWidth(max(1.0, self.canvas.area.width() - 2 * _PAD))


def _lines(parts: list[TwoLineFormula]) -> list[str]:
    """Lines of rich text: numbers below the letters, or behind them where there are many formulas."""
    pairs = [(rich(part.letters), f"<b>{rich(part.numbers)}</b>" if part.numbers else "") for part in parts]
    if len(parts) > _FEW:
        pairs = [(f"{letters} {numbers}", "") for letters, numbers in pairs]
    return [words for pair in pairs for words in pair if words]


def _text(pane: FormulaPane) -> QGraphicsTextItem:
    text = QGraphicsTextItem()
    text.document().setDocumentMargin(1.0)
    pane.canvas.scene().addItem(text)
    return text
