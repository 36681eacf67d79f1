"""Words on a scene, of which there are now more and now fewer."""

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text

_LAYER = 4.0


class Writing:
    """Writes words anew with every sight; items are kept, for a new one costs more than a word.

    Attributes
    ----------
    texts : list of Text
        Those that are shown, and hidden ones behind them.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.texts: list[Text] = []
        self._written: list[tuple[object, ...]] = []
        self._used = 0

    @property
    def words(self) -> list[str]:
        """All that is written."""
        return [text.text() for text in self.texts[: self._used]]

    def begin(self) -> None:
        """Start over."""
        self._used = 0

    def write(
        self, words: str, at: tuple[float, float], font: QFont, color: str | QColor, across: float = 0.5
    ) -> Text:
        """Write words, so far across them at x, the middle of their height at y."""
        if self._used == len(self.texts):
            self.texts.append(Text(self._scene, _LAYER))
            self._written.append(())
        k, text = self._used, self.texts[self._used]
        self._used += 1
        style, written = (font, color), (words, at, across)
        if (style, written) != self._written[k]:
            if self._written[k][:1] != (style,):
                text.set_style(font, color)
            text.set_words(words)
            text.place(*at, across, 0.5)
            text.show()
            self._written[k] = style, written
        return text

    def end(self) -> None:
        """Hide what is not used any more."""
        for k in range(self._used, len(self.texts)):
            if self._written[k]:
                self.texts[k].hide()
                self._written[k] = ()
