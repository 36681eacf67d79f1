"""The form beside a page of a lesson: everything that is written on it, in plain fields."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QMargins, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnviz.authoring.fields import Complaint, Field
from nnviz.authoring.question import MARKDOWN, QuestionFields, of_formulas
from nnviz.controls.layout import scrolled
from nnviz.lessons.editing import Key
from nnviz.lessons.lesson import Lesson
from nnviz.presenter.style import scaled, tint
from nnviz.theme import FontFollower, Theme, theme

_PAUSE = 400
"""Milliseconds without a key after which what is written is saved and shown."""
_ERROR = re.compile(r"(page \d+, )?([a-z.]+)(?:, item (\d+))?: (.*)", re.DOTALL)
"""An error of a lesson: whether of a page, its key, of which item, and what is wrong."""
_LISTS = (("source",), ("references",))
"""Values of a lesson that are lists, written one a line."""
_EMPTY = "'' is not allowed; allowed: "
"""What an error of a file begins with where nothing is written."""
_QUOTED = "text in quotation marks, "


class Written(Struct, frozen=True):
    """Something that was written: values by their keys in the tables of a page, or of the lesson."""

    values: Mapping[Key, Any]
    of_page: bool

    @property
    def name(self) -> str:
        """What was written, such as ``words`` or ``question``."""
        return next(iter(self.values))[0]


class LessonForm(FontFollower, QWidget):
    """Everything that is written on a page, and what the lesson is called.

    Signals
    -------
    edited
        Something has been written, and then nothing for a moment.
    moved : int
        Move the page by so many.
    copied, removed, added
        Copy or remove the page; add one with the state on screen.
    owned
        Make a copy of this lesson that can be written.
    folder_opened, guide_opened, closed
    """

    edited = Signal()
    moved = Signal(int)
    copied = Signal()
    removed = Signal()
    added = Signal()
    owned = Signal()
    folder_opened = Signal()
    guide_opened = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.edited)
        self.question = QuestionFields()
        self.page_fields: dict[Key, Field] = {
            ("title",): Field("Title of the page"),
            ("words",): Field("Words", MARKDOWN, lines=4),
            ("look",): Field("Look at", "shown with the answer"),
            ("next",): Field("Try next", "shown with the answer"),
            ("notes",): Field("Notes, which only you see", MARKDOWN, lines=2),
        }
        self.lesson_fields: dict[Key, Field] = {
            ("title",): Field("Title of the lesson"),
            ("summary",): Field("Summary, as the library shows it"),
            ("source",): Field("Sources, one a line", lines=2),
            ("references",): Field("References, one a line", lines=2),
        }
        self.heading, self.complaint, self.path = QLabel(), Complaint(), QLabel()
        self.buttons = {
            "close": _button("×", "Close this form: F2", self.closed.emit),
            "earlier": _button("↑", "Move the page up", lambda: self.moved.emit(-1)),
            "later": _button("↓", "Move the page down", lambda: self.moved.emit(1)),
            "copy": _button("Copy", "Copy the page", self.copied.emit),
            "remove": _button("Remove", "Remove the page; Ctrl+Z brings it back", self.removed.emit),
            "add": _button("+ State", "Add the state on screen as a page", self.added.emit),
            "own": _button("Copy it to my lessons", "Make a copy that can be written", self.owned.emit),
            "folder": _button("Open folder", "Show the file in its folder", self.folder_opened.emit),
            "guide": _button("Guide", "How lessons are written", self.guide_opened.emit),
        }
        self.reason = QLabel()
        self._saved: dict[bool, dict[Key, Any]] = {True: {}, False: {}}
        self.setAutoFillBackground(True)
        self._connect()
        self._lay_out()
        self._use_font()
        self.set_theme(theme("light"))

    @property
    def page_values(self) -> Mapping[Key, Any]:
        """What is written on the page, by its keys; None for what is to be left out."""
        plain = {key: field.text or None for key, field in self.page_fields.items()}
        return {**plain, ("title",): self.page_fields["title",].text, **self.question.values}

    @property
    def lesson_values(self) -> Mapping[Key, Any]:
        """What is written of the lesson, by its keys."""
        texts = {key: field.text for key, field in self.lesson_fields.items()}
        lists = {key: [line.strip() for line in texts[key].splitlines() if line.strip()] for key in _LISTS}
        return {
            ("title",): texts["title",],
            ("summary",): texts["summary",] or None,
            **{key: lines or None for key, lines in lists.items()},
        }

    def show_page(self, lesson: Lesson, index: int, path: str, reason: str = "") -> None:
        """Show what is written on a page, counted from 0; a reason says why it cannot be written."""
        page, count = lesson.pages[index], len(lesson.pages)
        self.heading.setText(f"Page {index + 1} of {count}")
        for (name,), field in self.page_fields.items():
            field.show_text(getattr(page, name))
        self.question.show_question(page.question)
        for (name,), field in self.lesson_fields.items():
            value = getattr(lesson, name)
            field.show_text(value if isinstance(value, str) else "".join(f"{line}\n" for line in value))
        self.path.setText(_breakable(path))
        self.path.setToolTip(path)
        self._allow(reason, index, count)
        self._saved = {True: dict(self.page_values), False: dict(self.lesson_values)}
        self.complain_of(())
        self._pause.stop()

    def put_back(self, written: Written) -> None:
        """Write in the fields what was written before and could not be saved."""
        fields = self.page_fields if written.of_page else self.lesson_fields
        if written.name == "question":
            self.question.show_values({**self.question.values, **written.values})
            return
        for key, value in written.values.items():
            fields[key].show_text(
                value if isinstance(value, str) else "".join(f"{line}\n" for line in value or ())
            )

    def finish(self) -> None:
        """Have what is written taken at once."""
        if self._pause.isActive():
            self._pause.stop()
            self.edited.emit()

    def changes(self) -> list[Written]:
        """What has been written since it was shown or saved: each field by itself, but a question as a whole."""
        found: list[Written] = []
        for of_page, values in ((True, self.page_values), (False, self.lesson_values)):
            others = {key: value for key, value in values.items() if self._saved[of_page].get(key, ...) != value}
            names = dict.fromkeys(key[0] for key in others)
            found += [Written({k: v for k, v in others.items() if k[0] == name}, of_page) for name in names]
        return found

    def have_saved(self, written: Written) -> None:
        """Know that something has been saved."""
        self._saved[written.of_page] |= written.values

    def complain_of(self, errors: Sequence[str]) -> None:
        """Say at each field what is wrong with it: with a formula, or an error that begins with its key."""
        for field, line in self._checked():
            field.complaint.say(line)
        self.question.complain_of_formulas()
        self.complaint.say("")
        for error in errors:
            self._complain(error)

    def focus(self, key: Key) -> None:
        """Give the keyboard to a field of the page."""
        self.page_fields[key].field.setFocus()

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
        self.setPalette(palette)
        for field in self._fields():
            field.set_theme(theme)
        self.question.choices.set_theme(theme)
        tint(self.path, theme.muted)
        for label in (self.complaint, self.reason):
            tint(label, theme.warning)

    def _fields(self) -> Iterator[Field]:
        yield from self.page_fields.values()
        yield from (self.question.ask, self.question.reveal)
        yield from self.lesson_fields.values()

    def _checked(self) -> Iterator[tuple[Field, str]]:
        """Every field, with what is wrong with its formulas."""
        typeset = {*self.page_fields.values(), self.question.ask, self.question.reveal}
        for field in self._fields():
            yield field, of_formulas(field.text) if field in typeset else ""

    def _complain(self, error: str) -> None:
        error = error.replace(_EMPTY, "it is empty; allowed: ").replace(_QUOTED, "")
        found = _ERROR.fullmatch(error)
        key = tuple(found[2].split(".")) if found else ()
        if found and key[:2] in {("question", "choices"), ("question", "answer")}:
            self.question.choices.complain(int(found[3] or 0), found[4])
            return
        questions = {("question", "ask"): self.question.ask, ("question", "reveal"): self.question.reveal}
        fields = self.page_fields | questions if found and found[1] else self.lesson_fields
        field = fields.get(key)
        (field.complaint if field else self.complaint).say(found[4] if found and field else error)

    def _allow(self, reason: str, index: int, count: int) -> None:
        """Let the page be written, or say why it cannot be."""
        for field in self._fields():
            field.field.setReadOnly(bool(reason))
        for part in (self.question.kind, self.question.choices):
            part.setEnabled(not reason)
        self.reason.setText(reason)
        for widget in (self.reason, self.buttons["own"]):
            widget.setVisible(bool(reason))
        for name in ("earlier", "later", "copy", "remove", "add"):
            self.buttons[name].setEnabled(not reason)
        self.buttons["earlier"].setEnabled(not reason and index > 0)
        self.buttons["later"].setEnabled(not reason and index + 1 < count)
        self.buttons["remove"].setEnabled(not reason and count > 1)

    def _connect(self) -> None:
        plain = (*self.page_fields.values(), *self.lesson_fields.values())
        parts: list[Field | QuestionFields] = [*plain, self.question]
        for part in parts:
            part.edited.connect(self._pause.start)
            part.left.connect(self.finish)

    def _lay_out(self) -> None:
        head, tools, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.heading, 1)
        for row, names in (
            (head, ("close",)),
            (tools, ("earlier", "later", "copy", "remove", "add")),
            (foot, ("folder", "guide")),
        ):
            for name in names:
                row.addWidget(self.buttons[name])
        tools.addStretch(1)
        foot.insertWidget(0, self.path, 1)
        self.reason.setWordWrap(True)
        self.path.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 4, 8)
        column.addLayout(head)
        column.addLayout(tools)
        column.addWidget(self.reason)
        column.addWidget(self.buttons["own"])
        column.addWidget(scrolled(self._parts(), 8, QMargins(0, 0, 8, 0)), 1)
        column.addWidget(self.complaint)
        column.addLayout(foot)

    def _parts(self) -> Iterator[QWidget]:
        """All that is written in, from top to bottom."""
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        title, words, *others = self.page_fields.values()
        yield from (title, words, self.question, *others, line, *self.lesson_fields.values())

    def _use_font(self) -> None:
        self.heading.setFont(scaled(self.font(), 1.1, bold=True))


def _button(text: str, tip: str, do: Any) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(lambda _checked: do())
    return button


def _breakable(path: str) -> str:
    """A path that can be broken at its slashes."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
