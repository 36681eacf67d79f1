"""Lines at the top of the window: one says what happened and offers remedies, one what is being loaded."""

from collections.abc import Callable
from math import inf
from time import monotonic

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QToolButton, QWidget

from nnviz.progress import Work
from nnviz.runs.moment import Moment
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
        self._refusal, self._refused_at = "", 0.0
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
        self._refusal, self._refused_at = words, monotonic()
        self.say(words, *offers)

    def forget_refusal(self, asked: float = inf) -> None:
        """Hide the last refusal if it is still shown, once an action has succeeded that was asked for later."""
        if asked > self._refused_at:
            self.take_back(self._refusal)

    def take_back(self, words: str) -> None:
        """Hide these words if they are still shown, once they are no longer true."""
        if words and words == self.words:
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


class LoadingBar(QFrame):
    """What is being loaded, how much of it is done, and a button to cancel; hidden while nothing takes long.

    Signals
    -------
    given_up
    """

    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self.progress = QLabel(), QProgressBar()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.setAccessibleName("how far it is")
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.given_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._label)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        self.hide()

    @property
    def words(self) -> str:
        """What is said; empty while hidden."""
        return "" if self.isHidden() else self._label.text()

    def show_work(self, work: Work | None) -> None:
        """Show how much is done; hide if None."""
        if work:
            self._label.setText("Cancelling …" if work.given_up else f"{work.words} …")
            self.progress.setRange(0, 0 if work.share is None else 100)
            self.progress.setValue(round(100 * (work.share or 0.0)))
            self.cancel.setEnabled(not work.given_up)
        self.setVisible(work is not None)


_HUGE = 1e6
"""A parameter beyond this was set by hand: none that is learned comes so far and goes on."""


def divergence(snapshot: Snapshot, edited: Moment | None) -> str:
    """Why a run has stopped that has diverged; ``edited`` is the last moment that was changed by hand."""
    stopped = f"Stopped at step {snapshot.step:,}: the weights have grown beyond all numbers. "
    if isinstance(edited, Snapshot):
        flat = edited.parameters.flat
        largest = float(flat[np.abs(flat).argmax()])
        if abs(largest) > _HUGE:
            return f"{stopped}One that was set by hand, to {largest:g}, is too large."
    rate = snapshot.experiment.training.learning_rate
    return (
        f"{stopped}The learning rate η = {rate:g} is too large here: each step overshoots further than the last."
    )


def breakdown(error: BaseException) -> str:
    """The message for an unexpected error."""
    return (
        f"Something went wrong inside nnviz: {type(error).__name__}: {error}. Training is paused; go on, or reset."
    )
