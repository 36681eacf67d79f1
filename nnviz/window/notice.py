"""One line at the top of the window that says what happened and offers remedies; it blocks nothing."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from nnviz.engine.tape import Array
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_BY_HAND, _LARGE_INPUTS = 1e6, 30.0
"""From where on a weight set by hand, or inputs, are what is too large."""
_MODERATE = 1e6
"""Up to where weights have not grown: what is no number comes from the data."""
_SCALE = "Standardize the data"
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


def divergence(snapshot: Snapshot, before: Snapshot | None = None) -> str:
    """The message for a run that has diverged, and why; ``before`` is the last moment that was sound."""
    training, step = snapshot.experiment.training, f"Stopped at step {snapshot.step:,}: "
    rate, decay = training.learning_rate, training.learning_rate * training.l2
    for moment in (snapshot, before):
        largest = _largest(moment.position.parameters) if moment else 0.0
        if moment and moment.edited and largest > _BY_HAND:
            return f"{step}a weight of {largest:.3g} was set by hand, which is too large to compute with."
    if training.precision == "single" and _largest(snapshot.position.parameters) < _MODERATE:
        return f"{step}the loss is above all numbers of single precision. {_SCALE}, or use double precision."
    beyond = f"{step}the weights have grown beyond all numbers. "
    if decay > 2.0:
        return (
            f"{beyond}The penalty λ₂ = {training.l2:g} is too large for η = {rate:g}: a step takes away "
            f"η λ₂ = {decay:g} times each weight, and above 2 what is left is larger than before."
        )
    inputs = _largest(snapshot.problem.train.inputs)
    if inputs > _LARGE_INPUTS:
        return f"{beyond}The inputs reach ±{inputs:.3g}, which is much for η = {rate:g}. {_SCALE}, or lower η."
    return f"{beyond}The learning rate η = {rate:g} is too large here: each step overshoots further than the last."


def _largest(values: Array) -> float:
    """The largest absolute value."""
    return float(np.abs(values).max(initial=0.0))


def breakdown(error: BaseException) -> str:
    """The message for an unexpected error."""
    return (
        f"Something went wrong inside nnviz: {type(error).__name__}: {error}. Training is paused; go on, or reset."
    )
