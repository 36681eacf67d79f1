"""The question on a page: what is asked, the choices or the drawing, and in the end what is said to it."""

from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.lessons.lesson import Question
from nnviz.presenter.choices import AnswerButton, standing
from nnviz.presenter.question import QuestionState
from nnviz.presenter.style import QuietButton, scaled
from nnviz.presenter.words import RichText
from nnviz.theme import Theme, theme

_DRAW = {
    "plane": "Draw your guess in the plane; drawing again begins anew.",
    "curve": "Draw your guess on the loss curve; drawing again begins anew.",
}
_DRAWN = "Your guess is the dashed line."
_STRIPE = 4


class QuestionBox(QWidget):
    """Shows a question as it stands; nothing of the answer before it is revealed.

    Signals
    -------
    guessed : int
        A choice, counted from 0.
    counted : (int, int)
        A choice, and one hand more or one less.
    drawn
        The drawing is done.
    skipped
        There is to be no guess.
    """

    guessed = Signal(int)
    counted = Signal(int, int)
    drawn = Signal()
    skipped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme = theme("light")
        self._question: Question | None = None
        self.choices: list[AnswerButton] = []
        self.ask, self.hint, self.reveal = RichText(), RichText(), RichText()
        self.done_button = QuietButton("Done", "take the drawing for the guess", strong=True)
        self.skip_button = QuietButton("Skip (S)", "go on without a guess: S", "Skip")
        self.done_button.clicked.connect(self.drawn)
        self.skip_button.clicked.connect(self.skipped)
        self._lay_out()
        self._use_font()
        self.hide()

    @property
    def end(self) -> QWidget:
        """What is to be seen of it first, if there is not room for all."""
        return self if self.reveal.isHidden() else self.reveal

    def show_question(self, state: QuestionState | None) -> None:
        """Show a question as it stands, or none."""
        self.setVisible(state is not None)
        if state is None:
            self._question = None
            return
        if state.question != self._question:
            self._ask(state.question)
        for index, choice in enumerate(self.choices):
            choice.show_standing(standing(state, index))
            choice.setVisible(not state.revealed or state.matters(index))
        self._show_drawing(state)
        self._buttons.setVisible(not state.revealed)
        self.done_button.setVisible(bool(state.question.draw))
        self.reveal.show_words(state.question.reveal if state.revealed else "")
        self.reveal.setVisible(state.revealed and bool(state.question.reveal))

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        for words in (self.ask, self.reveal):
            words.set_theme(theme)
        self.hint.set_theme(theme, theme.muted)
        for choice in self.choices:
            choice.set_theme(theme)
        for button in (self.done_button, self.skip_button):
            button.set_theme(theme)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Use another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._use_font()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a stripe that says: your turn."""
        painter = QPainter(self)
        painter.fillRect(0, 0, _STRIPE, self.height(), QColor(self._theme.accent))
        painter.end()

    def _ask(self, question: Question) -> None:
        self._question = question
        self.ask.show_line(question.ask)
        for choice in self.choices:
            self._column.removeWidget(choice)
            choice.hide()
            choice.deleteLater()
        self.choices = [AnswerButton(index, words) for index, words in enumerate(question.choices)]
        for index, choice in enumerate(self.choices):
            choice.clicked.connect(partial(self._guess, index))
            choice.counted.connect(partial(self.counted.emit, index))
            choice.set_theme(self._theme)
            self._column.insertWidget(1 + index, choice)

    def _guess(self, index: int, _checked: bool = False) -> None:
        self.guessed.emit(index)

    def _show_drawing(self, state: QuestionState) -> None:
        hint = _DRAW.get(state.question.draw, "")
        if state.revealed:
            hint = _DRAWN if state.drawn is not None else ""
        self.hint.show_line(hint)
        self.hint.setVisible(bool(hint))

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_STRIPE + 8, 2, 0, 2)
        self._column.setSpacing(7)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.done_button)
        row.addStretch(1)
        row.addWidget(self.skip_button)
        for widget in (self.ask, self.hint, self._buttons, self.reveal):
            self._column.addWidget(widget)

    def _use_font(self) -> None:
        self.ask.setFont(scaled(self.font(), 1.0, bold=True))
