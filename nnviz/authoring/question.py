"""The fields of a question: how it is answered, what is asked, its choices, its answer."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.authoring.fields import Choices, Field
from nnviz.controls.fields import Choice as KindList
from nnviz.lessons.editing import Key
from nnviz.lessons.lesson import Question
from nnviz.presenter.typeset import Formula, divided, valid

_NO_QUESTION = None
_KINDS = (
    (_NO_QUESTION, "No question"),
    ("", "With choices"),
    ("plane", "Drawn in the plane"),
    ("curve", "Drawn on the loss"),
)
MARKDOWN = "**bold**, *italics*, - lists, $formulas$"
"""What a field says while nothing is written in it."""


class QuestionFields(QWidget):
    """The fields of a question; only those that its kind has.

    Signals
    -------
    edited
        Something was written.
    left
        The keyboard has gone elsewhere, or something was chosen.
    """

    edited = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.choices = KindList(_KINDS), Choices()
        self.kind.setAccessibleName("how the question is answered")
        self.ask, self.reveal = Field("Question"), Field("Its answer, in words", MARKDOWN, lines=2)
        self.kind.changed.connect(self._choose_kind)
        for part in (self.ask, self.choices, self.reveal):
            part.edited.connect(self.edited)
            part.left.connect(self.left)
        self.choices.chosen.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.kind, self.ask, self.choices, self.reveal):
            column.addWidget(widget)
        self.show_question(None)

    @property
    def values(self) -> Mapping[Key, Any]:
        """What is written, by its keys in a page's tables; None for what is to be left out."""
        draw = self.kind.currentData()
        if draw == _NO_QUESTION:
            return {("question",): None}
        return {
            ("question", "ask"): self.ask.text,
            ("question", "choices"): None if draw else list(self.choices.texts) or None,
            ("question", "answer"): None if draw else self.choices.answer or None,
            ("question", "draw"): draw or None,
            ("question", "reveal"): self.reveal.text or None,
        }

    def show_question(self, question: Question | None) -> None:
        """Show a question, or none."""
        self.kind.show_value(question.draw if question else _NO_QUESTION)
        self.ask.show_text(question.ask if question else "")
        self.reveal.show_text(question.reveal if question else "")
        self.choices.show_choices(question.choices if question else (), question.answer if question else 0)
        self._show_kind()

    def show_values(self, values: Mapping[Key, Any]) -> None:
        """Show a question that may not be possible, by its keys."""
        given = {key[1]: value for key, value in values.items() if len(key) > 1 and value is not None}
        given["choices"] = tuple(given.get("choices", ()))
        self.show_question(Question(**{"ask": "", **given}) if len(given) > 1 else None)

    def complain_of_formulas(self) -> None:
        """Say at a choice what is wrong with a formula in it."""
        lines = enumerate(map(of_formulas, self.choices.texts), start=1)
        self.choices.complain(*next(((number, line) for number, line in lines if line), (0, "")))

    def _choose_kind(self, draw: str | None) -> None:
        if draw == "" and len(self.choices.rows) < 2:
            self.choices.show_choices((*self.choices.texts, "", "")[:2], 0)
        self._show_kind()
        if draw != _NO_QUESTION:
            self.ask.field.setFocus()
        self._tell()

    def _show_kind(self) -> None:
        draw = self.kind.currentData()
        for part in (self.ask, self.reveal):
            part.setVisible(draw != _NO_QUESTION)
        self.choices.setVisible(draw == "")

    def _tell(self) -> None:
        self.edited.emit()
        self.left.emit()


def of_formulas(words: str) -> str:
    """What is wrong with the first formula that cannot be typeset; empty if nothing is."""
    sources = (part.source for part in divided(words) if isinstance(part, Formula))
    return next((complaint for source in sources if (complaint := valid(source))), "")
