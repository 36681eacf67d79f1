"""The question on a page: its text, the choices or the drawing, and finally the answer."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.lessons.lesson import Question
from nnviz.presenter.player import LETTERS, QuestionState
from nnviz.presenter.style import QuietButton, paint_card, scaled, tint
from nnviz.presenter.words import RichText
from nnviz.theme import FontFollower, Theme, mix, theme

_FEWEST = 5
"""Least number of guesses that fills a bar, so that the first guess does not fill it."""
_GUESSED = "our guess"
_DRAW = {
    "plane": "Draw your guess in the plane; drawing again begins anew.",
    "curve": "Draw your guess on the loss curve; drawing again begins anew.",
}
_DRAWN = "Your guess is the dashed line."
_SKIP, _ANSWER = "Skip (S)", "Answer (S)"
_STRIPE = 4


@dataclass(frozen=True)
class ChoiceState:
    """The state of one choice.

    Parameters
    ----------
    guesses : int or None
        How many have guessed it; None if nobody has guessed anything.
    share : float
        Length of its bar, 0 … 1.
    guessed : bool
        Whether most have guessed it.
    right : bool or None
        None until the answer is shown, and if no choice is correct.
    """

    guesses: int | None = None
    share: float = 0.0
    guessed: bool = False
    right: bool | None = None
    revealed: bool = False

    @property
    def mark(self) -> str:
        """The verdict on the choice, once the answer is shown."""
        if self.right:
            return f"✓ right, {_GUESSED}" if self.guessed else "✓ right"
        if self.guessed:
            return f"✗ {_GUESSED}" if self.right is False else _GUESSED
        return ""


def choice_state(state: QuestionState, choice: int) -> ChoiceState:
    """The state of one choice of a question."""
    right = choice == state.answer if state.revealed and state.answer is not None else None
    share = state.counts[choice] / max(_FEWEST, *state.counts)
    guesses, guessed = state.counts[choice] if any(state.counts) else None, state.guess == choice
    return ChoiceState(guesses, share, guessed and state.revealed, right, state.revealed)


class AnswerButton(FontFollower, QAbstractButton):
    """A choice: a click counts a guess for it, and − takes one back.

    Signals
    -------
    counted : int
        +1 or −1 guesses.
    """

    counted = Signal(int)

    def __init__(self, index: int, words: str) -> None:
        super().__init__()
        letter = LETTERS[index]
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{letter}: {words}")
        self.setToolTip(f"count a guess: {letter}; or as many as a number typed before it says: 12 {letter}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme, self.state = theme("light"), ChoiceState()
        self.letter, self.words, self.mark = QLabel(letter), RichText(), QLabel()
        self.words.show_line(words)
        self.guesses = QLabel()
        self.fewer = QuietButton("−", f"one guess fewer: Shift+{letter}", f"one guess fewer for {letter}")
        self.fewer.clicked.connect(lambda: self.counted.emit(-1))
        self.clicked.connect(lambda: self.counted.emit(1))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._lay_out()
        self._use_font()
        self.show_state(self.state)

    def show_state(self, state: ChoiceState) -> None:
        """Show the number of guesses and, once revealed, whether the choice is correct."""
        self.state = state
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, state.revealed)
        self.guesses.setText("" if state.guesses is None else str(state.guesses))
        self.mark.setText(state.mark)
        self.mark.setVisible(bool(state.mark))
        self.fewer.setVisible(not state.revealed)
        self.fewer.setEnabled(bool(state.guesses))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.words.set_theme(theme)
        self.fewer.set_theme(theme)
        tint(self.letter, theme.accent)
        for label in (self.mark, self.guesses):
            tint(label, theme.text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the background, the bar of guesses, and the border."""
        theme, state = self._theme, self.state
        strong = theme.accent if state.right else theme.warning if state.guessed else ""
        is_hovered = self.underMouse() and not state.revealed
        line = QColor(strong or (theme.accent if is_hovered else theme.muted))
        style = Qt.PenStyle.DashLine if state.guessed and state.right is False else Qt.PenStyle.SolidLine
        paint_card(self, QColor(theme.background), line, 3.0 if strong else 1.0, style)
        if state.guesses:
            self._paint_bar(state.share)

    def _paint_bar(self, share: float) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(3.0, 3.0, -3.0, -3.0)
        within = QPainterPath()
        within.addRoundedRect(inside, 4.0, 4.0)
        painter.setClipPath(within)
        bar = QRectF(inside.left(), inside.top(), share * inside.width(), inside.height())
        painter.fillRect(bar, mix(self._theme.background, self._theme.accent, 0.22))
        painter.fillRect(QRectF(bar.left(), bar.bottom() - 4.0, bar.width(), 4.0), QColor(self._theme.accent))
        painter.end()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 7, 6, 8)
        row.setSpacing(4)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addStretch(1)
        said.addWidget(self.words)
        said.addWidget(self.mark)
        said.addStretch(1)
        row.addWidget(self.letter, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(said, 1)
        self.guesses.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for widget in (self.guesses, self.fewer):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        for label in (self.letter, self.mark, self.guesses):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _use_font(self) -> None:
        heavy = scaled(self.font(), 1.0, bold=True)
        metrics = self.fontMetrics()
        for widget in (self.letter, self.mark, self.guesses):
            widget.setFont(heavy)
        self.letter.setMinimumWidth(round(1.1 * metrics.height()))
        self.guesses.setMinimumWidth(metrics.horizontalAdvance("000"))


class QuestionBox(FontFollower, QWidget):
    """Shows the state of a question, without the answer until it is revealed.

    Signals
    -------
    counted : (int, int)
        A choice, counted from 0, and +1 or −1 guesses.
    answer_requested
        The answer is to be shown.
    """

    counted = Signal(int, int)
    answer_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme = theme("light")
        self._question: Question | None = None
        self.choices: list[AnswerButton] = []
        self.ask, self.hint, self.reveal = RichText(), RichText(), RichText()
        self.answer_button = QuietButton(_SKIP, "the answer: Page ↓ or S")
        self.answer_button.clicked.connect(self.answer_requested)
        self._lay_out()
        self._use_font()
        self.hide()

    @property
    def end(self) -> QWidget:
        """The part to scroll to, if not everything fits."""
        return self if self.reveal.isHidden() else self.reveal

    def show_question(self, state: QuestionState | None) -> None:
        """Show the state of a question, or none."""
        self.setVisible(state is not None)
        if state is None:
            self._question = None
            return
        if state.question != self._question:
            self._ask(state.question)
        for index, choice in enumerate(self.choices):
            choice.show_state(choice_state(state, index))
            choice.setVisible(not state.revealed or state.matters(index))
        self._show_hint(state)
        self.answer_button.setVisible(not state.revealed)
        self.answer_button.offer(_ANSWER if state.is_guessed else _SKIP, strong=state.is_guessed)
        self.reveal.show_words(state.question.reveal if state.revealed else "")
        self.reveal.setVisible(state.revealed and bool(state.question.reveal))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for words in (self.ask, self.reveal):
            words.set_theme(theme)
        self.hint.set_theme(theme, theme.muted)
        for choice in self.choices:
            choice.set_theme(theme)
        self.answer_button.set_theme(theme)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a stripe at the side while a guess is expected."""
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
            choice.counted.connect(partial(self.counted.emit, index))
            choice.set_theme(self._theme)
            self._column.insertWidget(1 + index, choice)

    def _show_hint(self, state: QuestionState) -> None:
        hint = f"{state.typed} for …" if state.typed else _DRAW.get(state.question.draw, "")
        if state.revealed:
            hint = _DRAWN if state.drawn is not None else ""
        self.hint.show_line(hint)
        self.hint.setVisible(bool(hint))

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_STRIPE + 8, 2, 0, 2)
        self._column.setSpacing(7)
        for widget in (self.ask, self.hint, self.answer_button, self.reveal):
            self._column.addWidget(widget)
        self._column.setAlignment(self.answer_button, Qt.AlignmentFlag.AlignRight)

    def _use_font(self) -> None:
        self.ask.setFont(scaled(self.font(), 1.0, bold=True))
