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
"""Least number of hands that fills a bar, so that the first hand does not fill it."""
_GUESSED = "our guess"
_DRAW = {
    "plane": "Draw your guess in the plane; drawing again begins anew.",
    "curve": "Draw your guess on the loss curve; drawing again begins anew.",
}
_DRAWN = "Your guess is the dashed line."
_STRIPE = 4


@dataclass(frozen=True)
class ChoiceState:
    """The state of one choice.

    Parameters
    ----------
    share : float
        Length of its bar, 0 … 1.
    right : bool or None
        None until the answer is shown, and if no choice is correct.
    """

    hands: int = 0
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
    hands = state.counts[choice]
    right = choice == state.answer if state.revealed and state.answer is not None else None
    share = hands / max(_FEWEST, *state.counts)
    return ChoiceState(hands, share, state.guess == choice, right, state.revealed)


class AnswerButton(FontFollower, QAbstractButton):
    """A choice: a click guesses it, + and − count hands for it.

    Signals
    -------
    counted : int
        +1 or −1 raised hands.
    """

    counted = Signal(int)

    def __init__(self, index: int, words: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{LETTERS[index]}: {words}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme, self.state = theme("light"), ChoiceState()
        self.letter, self.words, self.mark = QLabel(LETTERS[index]), RichText(), QLabel()
        self.words.show_line(words)
        self.fewer = QuietButton("−", "one hand fewer", f"one hand fewer for {LETTERS[index]}")
        self.hands = QLabel()
        self.more = QuietButton("+", "one hand more", f"one hand more for {LETTERS[index]}")
        self.fewer.clicked.connect(lambda: self.counted.emit(-1))
        self.more.clicked.connect(lambda: self.counted.emit(1))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._lay_out()
        self._use_font()
        self.show_state(self.state)

    def show_state(self, state: ChoiceState) -> None:
        """Show the number of hands and, once revealed, whether the choice is correct."""
        self.state = state
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, state.revealed)
        self.hands.setText(str(state.hands) if state.hands or not state.revealed else "")
        self.mark.setText(state.mark)
        self.mark.setVisible(bool(state.mark))
        for button in (self.fewer, self.more):
            button.setVisible(not state.revealed)
        self.fewer.setEnabled(state.hands > 0)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.words.set_theme(theme)
        for button in (self.fewer, self.more):
            button.set_theme(theme)
        tint(self.letter, theme.accent)
        for label in (self.mark, self.hands):
            tint(label, theme.text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the background, the bar of hands, and the border."""
        theme, state = self._theme, self.state
        strong = theme.accent if state.right else theme.warning if state.guessed else ""
        is_hovered = self.underMouse() and not state.revealed
        line = QColor(strong or (theme.accent if is_hovered else theme.muted))
        style = Qt.PenStyle.DashLine if state.guessed and state.right is False else Qt.PenStyle.SolidLine
        paint_card(self, QColor(theme.background), line, 3.0 if strong else 1.0, style)
        if state.hands:
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
        self.hands.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.fewer, self.hands, self.more):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        for label in (self.letter, self.mark, self.hands):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _use_font(self) -> None:
        heavy = scaled(self.font(), 1.0, bold=True)
        metrics = self.fontMetrics()
        for widget in (self.letter, self.mark, self.hands):
            widget.setFont(heavy)
        self.letter.setMinimumWidth(round(1.1 * metrics.height()))
        self.hands.setMinimumWidth(metrics.horizontalAdvance("000"))


class QuestionBox(FontFollower, QWidget):
    """Shows the state of a question, without the answer until it is revealed.

    Signals
    -------
    guessed : int
        A choice, counted from 0.
    counted : (int, int)
        A choice, and +1 or −1 raised hands.
    drawn
        The drawing is finished.
    skipped
        The question is skipped without a guess.
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
        self._show_drawing(state)
        self._buttons.setVisible(not state.revealed)
        self.done_button.setVisible(bool(state.question.draw))
        self.reveal.show_words(state.question.reveal if state.revealed else "")
        self.reveal.setVisible(state.revealed and bool(state.question.reveal))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for words in (self.ask, self.reveal):
            words.set_theme(theme)
        self.hint.set_theme(theme, theme.muted)
        for choice in self.choices:
            choice.set_theme(theme)
        for button in (self.done_button, self.skip_button):
            button.set_theme(theme)
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
