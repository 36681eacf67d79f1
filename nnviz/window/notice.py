"""One line at the top of the window that says what happened and offers remedies; it blocks nothing."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from nnviz.numerals import tick
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

Offer = tuple[str, Callable[[], None]]


class Notice(QFrame):
    """A message with buttons, hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(autoRaise=True)
        close.setText("×")
        close.setToolTip("Close this message")
        close.setAccessibleName("close the message")
        close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 6, 6)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(close)
        self._offers: list[QPushButton] = []
        self._refusal = ""
        self.hide()

    @property
    def words(self) -> str:
        """The message; empty while hidden."""
        return "" if self.isHidden() else self._label.text()

    def say(self, words: str, *offers: Offer) -> None:
        """Show a message, with a button for each remedy."""
        self._label.setText(words)
        for button in self._offers:
            self._row.removeWidget(button)
            button.deleteLater()
        self._offers = [self._button(*offer) for offer in offers]
        for place, button in enumerate(self._offers, start=1):
            self._row.insertWidget(place, button)
        self.show()

    def refuse(self, words: str, *offers: Offer) -> None:
        """Show why something could not be done or could not continue."""
        self._refusal = words
        self.say(words, *offers)

    def forget_refusal(self) -> None:
        """Hide the last refusal if it is still shown, once another action has succeeded."""
        if self._refusal and self._refusal == self.words:
            self.hide()

    def press(self, title: str) -> None:
        """Press the button with this title."""
        next(button for button in self._offers if button.text() == title).click()

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's warning colour."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.warning))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.background))
        self.setPalette(palette)

    def _button(self, title: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(title)
        button.clicked.connect(self.hide)
        button.clicked.connect(lambda _checked: action())
        return button


def divergence(snapshot: Snapshot) -> str:
    """The message for a run that has diverged."""
    rate = snapshot.experiment.training.learning_rate
    return (
        f"Stopped at step {snapshot.step:,}: the weights have grown beyond all numbers. "
        f"The learning rate η = {tick(rate)} is too large here: each step overshoots further than the last."
    )


def breakdown(error: BaseException) -> str:
    """The message for an unexpected error."""
    return (
        f"Something went wrong inside nnviz: {type(error).__name__}: {error}. Training is paused; go on, or reset."
    )
