"""Fields to write in: each grows with its text, and says in one line below what is wrong with it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QToolButton, QVBoxLayout, QWidget

from nnviz.controls.text import TextField
from nnviz.presenter.player import LETTERS
from nnviz.presenter.style import tint
from nnviz.theme import Theme, theme


class Complaint(QLabel):
    """One line on what is wrong with a field; hidden while nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def say(self, line: str) -> None:
        """Say what is wrong, or with an empty line nothing."""
        self.setText(line)
        self.setVisible(bool(line))


class Field(QWidget):
    """A field below its name.

    Signals
    -------
    edited
        Something was written.
    left
        The keyboard has gone elsewhere.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, hint: str = "", *, lines: int = 1) -> None:
        super().__init__()
        self.label, self.field, self.complaint = QLabel(name), TextField(name, lines=lines), Complaint()
        self.field.setPlaceholderText(hint)
        self.field.textChanged.connect(self.edited)
        self.field.editingFinished.connect(self.left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.label, self.field, self.complaint):
            column.addWidget(widget)

    @property
    def text(self) -> str:
        """What is written."""
        return self.field.text

    def show_text(self, text: str) -> None:
        """Show a text."""
        self.field.show_text(text)

    def set_theme(self, theme: Theme) -> None:
        tint(self.label, theme.muted)
        tint(self.complaint, theme.warning)


class Choice(QWidget):
    """A choice: its letter, which is pressed if it is right, its words, and a button to remove it."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.right = QRadioButton(LETTERS[index])
        self.right.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.right.setToolTip(f"{LETTERS[index]} is right")
        self.right.setAccessibleName(f"{LETTERS[index]} is right")
        self.field, self.complaint = TextField(f"choice {LETTERS[index]}"), Complaint()
        self.remove = QToolButton(autoRaise=True)
        self.remove.setText("−")
        self.remove.setToolTip("Remove this choice")
        self.remove.setAccessibleName(f"remove choice {LETTERS[index]}")
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for widget, stretch in ((self.right, 0), (self.field, 1), (self.remove, 0)):
            row.addWidget(widget, stretch, Qt.AlignmentFlag.AlignVCenter)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.complaint)


class Choices(QWidget):
    """The choices of a question and which of them is right.

    Signals
    -------
    edited
        Something was written.
    chosen
        A choice was added or removed, or another is right.
    left
        The keyboard has gone elsewhere.
    """

    edited = Signal()
    chosen = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme = theme("light")
        self.rows: list[Choice] = []
        self._right = QButtonGroup(self)
        self.none, self.add = QRadioButton("none is right"), QToolButton()
        self.none.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.setText("+ choice")
        self.complaint = Complaint()
        self._right.addButton(self.none, 0)
        self.none.setChecked(True)
        self._right.buttonClicked.connect(lambda _button: self.chosen.emit())
        self.add.clicked.connect(self._add)
        self._column, below = QVBoxLayout(self), QHBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        below.addWidget(self.none)
        below.addStretch(1)
        below.addWidget(self.add)
        self._column.addLayout(below)
        self._column.addWidget(self.complaint)

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of every choice."""
        return tuple(row.field.text for row in self.rows)

    @property
    def answer(self) -> int:
        """The right one, counted from 1; 0 if none is."""
        return self._right.checkedId()

    def show_choices(self, texts: tuple[str, ...], answer: int) -> None:
        """Show choices, and which is right."""
        while len(self.rows) > len(texts):
            self._drop()
        while len(self.rows) < len(texts):
            self._append()
        for row, text in zip(self.rows, texts, strict=True):
            row.field.show_text(text)
        self._right.button(answer if answer <= len(texts) else 0).setChecked(True)

    def complain(self, item: int, line: str) -> None:
        """Say what is wrong with a choice, counted from 1, or with all of them (0)."""
        for number, row in enumerate(self.rows, start=1):
            row.complaint.say(line if number == item else "")
        self.complaint.say(line if not 1 <= item <= len(self.rows) else "")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for complaint in (self.complaint, *(row.complaint for row in self.rows)):
            tint(complaint, theme.warning)

    def _add(self) -> None:
        self._append()
        self.rows[-1].field.setFocus()
        self.chosen.emit()

    def _append(self) -> None:
        row = Choice(len(self.rows))
        row.field.textChanged.connect(self.edited)
        row.field.editingFinished.connect(self.left)
        row.remove.clicked.connect(partial(self._remove, row))
        tint(row.complaint, self._theme.warning)
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)
        self._right.addButton(row.right, len(self.rows))
        self.add.setEnabled(len(self.rows) < len(LETTERS))

    def _remove(self, row: Choice, _checked: bool = False) -> None:
        place, texts, answer = self.rows.index(row), self.texts, self.answer
        kept = 0 if answer == place + 1 else answer - (answer > place)
        self.show_choices((*texts[:place], *texts[place + 1 :]), kept)
        self.chosen.emit()

    def _drop(self) -> None:
        row = self.rows.pop()
        self._right.removeButton(row.right)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add.setEnabled(True)
