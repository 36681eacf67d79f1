from PySide6.QtGui import QTextDocument

from nnviz.drawing.words import plain_tip


def test_a_tooltip_shows_words_as_they_are() -> None:
    for words in ("<b>bold</b>", "<img src='file:///etc/passwd'>", "a < b & c", "length in cm"):
        shown = QTextDocument()
        if (tip := plain_tip(words)) == words:
            assert "<" not in tip
        else:
            shown.setHtml(tip)
            assert shown.toPlainText() == words
