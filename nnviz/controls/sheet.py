"""A sheet with the first rows of a table: how it was understood, to be taken so or otherwise."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from nnviz.controls.columns import ColumnsTable
from nnviz.controls.fields import Choice, describe
from nnviz.controls.layout import Flow
from nnviz.data.asking import settled, with_categories, with_role, with_setting
from nnviz.data.decoding import ENCODINGS
from nnviz.data.messages import shown
from nnviz.data.settings import TableSettings
from nnviz.data.table import Table
from nnviz.data.target import MAX_CLASSES
from nnviz.progress import Work
from nnviz.theme import Theme

_SHARE = 0.9
"""The part of its parent that the sheet covers at most."""
_SIZE = QSize(1100, 720)
_MOST_NAMES = 8
_MOST_MARKS = 3


class _Setting(Struct, frozen=True):
    """How a table can be read, with what can be chosen."""

    key: str
    title: str
    tip: str
    options: dict[Any, str]


_SETTINGS = (
    _Setting(
        "separator",
        "&Separator",
        "What stands between the columns.",
        {",": "comma ,", ";": "semicolon ;", "\t": "tab", "|": "bar |", " ": "blanks"},
    ),
    _Setting(
        "decimal", "&Decimal mark", "What separates whole from decimal places.", {".": "point", ",": "comma"}
    ),
    _Setting("sheet", "S&heet", "Which sheet of the file is the table.", {}),
    _Setting("encoding", "&Encoding", "How the file writes letters.", {name: name for name in ENCODINGS}),
    _Setting("header", "&Header", "Whether the first row names the columns.", {True: "yes", False: "no"}),
    _Setting(
        "task",
        "&Predict",
        "Whether the target is a class or a value.",
        {"classification": "classes", "regression": "values"},
    ),
)
_OF_TEXT = {"separator", "decimal", "encoding"}
"""Settings that a spreadsheet does not need."""
_MARKS_TIP = "What says that a value is missing, beside an empty field; separated by commas."


class TableSheet(QDialog):
    """The sheet of a table; Enter takes the table as it is shown.

    Parameters
    ----------
    file : str
        Name of the table's file, for the title.
    asked : TableSettings
        What is asked of it to begin with.

    Signals
    -------
    changed
        Something else is asked of the table: it is to be read again.
    """

    changed = Signal()

    def __init__(self, file: str, asked: TableSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{file} — table")
        self.asked = asked
        self._table: Table | None = None
        self._is_waiting = self._is_taken = False
        self.summary, self.prediction, self.refusal = _line(), _line(), _line()
        self.fields = {setting.key: Choice() for setting in _SETTINGS}
        self.marks = QLineEdit(", ".join(asked.missing))
        self.columns = ColumnsTable()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._connect()
        if parent:
            self.setFont(parent.font())
            self.resize(_SIZE.boundedTo(parent.size() * _SHARE))
        self.ok.setDefault(True)
        self.ok.setFocus()

    @property
    def ok(self) -> QPushButton:
        """The button that takes the table."""
        return self.buttons.button(QDialogButtonBox.StandardButton.Ok)

    @property
    def settings(self) -> TableSettings:
        """How to read the table as it is shown."""
        return settled(self.asked, self._table) if self._table else self.asked

    def show_table(self, table: Table) -> None:
        """Show how the table is understood now."""
        self._table, self._is_waiting = table, False
        self.summary.setText(table.summary)
        self.prediction.setText(prediction(table))
        self.columns.show_table(table)
        self._show_fields(table.found)
        for key, titled in self._titled.items():
            titled.setVisible(not (table.sheets and key in _OF_TEXT) and (key != "sheet" or bool(table.sheets)))
        marks = ", ".join(map(shown, table.marks[:_MOST_MARKS]))
        self.marks.setPlaceholderText(f"{marks} (found)" if marks else "none found")
        self._show_refusal(str(table.refusal or ""))
        if self._is_taken:
            self.accept()

    def refuse(self, words: str) -> None:
        """Say why there is no table if it is read so."""
        self._table, self._is_waiting, self._is_taken = None, False, False
        self.summary.clear()
        self.prediction.clear()
        self.columns.show_table(None)
        self._show_fields(TableSettings())
        self.marks.setPlaceholderText("")
        self._show_refusal(words)

    def show_work(self, work: Work) -> None:
        """Say that the table is still being read as was asked for last."""
        self.summary.setText(f"{work.words} …")

    def accept(self) -> None:
        """Take the table as it is shown, once that is as was asked for last; one that is refused is not."""
        self._is_taken = self._is_waiting
        if not self._is_waiting and self.ok.isEnabled():
            super().accept()

    def set_theme(self, theme: Theme) -> None:
        palette = self.refusal.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.warning))
        self.refusal.setPalette(palette)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.summary)
        column.addWidget(self.prediction)
        around = QWidget()
        flow = Flow(around, fill=True)
        self._titled = {s.key: _titled(s.title, self.fields[s.key], s.tip) for s in _SETTINGS}
        for titled in self._titled.values():
            flow.addWidget(titled)
        self._titled["sheet"].hide()
        flow.addWidget(_titled("&Missing", self.marks, _MARKS_TIP))
        column.addWidget(around)
        column.addWidget(self.columns, 1)
        column.addWidget(self.refusal)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        for key, field in self.fields.items():
            field.changed.connect(lambda value, key=key: self._ask(with_setting(self.asked, key, value)))
        self.marks.editingFinished.connect(self._take_marks)
        self.columns.role_chosen.connect(self._take_role)
        self.columns.categories_chosen.connect(
            lambda name, is_on: self._ask(with_categories(self.asked, name, are_categories=is_on))
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _take_marks(self) -> None:
        marks = tuple(dict.fromkeys(mark.strip() for mark in self.marks.text().split(",") if mark.strip()))
        self._ask(with_setting(self.asked, "missing", marks))

    def _take_role(self, name: str, role: Any) -> None:
        if self._table:
            self._ask(with_role(self.asked, self._table.columns, name, role))

    def _ask(self, asked: TableSettings) -> None:
        if asked != self.asked:
            self.asked, self._is_waiting = asked, True
            self.changed.emit()

    def _show_fields(self, found: TableSettings) -> None:
        """Show in each field what is asked for, or else what was found."""
        for setting in _SETTINGS:
            field, asked = self.fields[setting.key], getattr(self.asked, setting.key)
            sheets = self._table.sheets if self._table else ()
            options = setting.options or {name: name for name in sheets}
            usual = getattr(TableSettings(), setting.key)
            is_known = asked == usual and getattr(found, setting.key) != usual
            seen = getattr(found, setting.key)
            known = f"{options.get(seen, seen)} (found)" if is_known else "find out"
            others = {} if asked == usual else {asked: str(asked)}
            field.offer([(usual, known), *(others | options).items()])
            field.show_value(asked)

    def _show_refusal(self, words: str) -> None:
        self.refusal.setText(words)
        self.refusal.setVisible(bool(words))
        if words and self.focusWidget() is self.ok:
            self.columns.setFocus()  # Qt would give it to Cancel, and Enter would cancel from then on
        self.ok.setEnabled(not words)


def prediction(table: Table) -> str:
    """What would be learned from a table."""
    if table.learned is None:
        return ""
    names = [column.name for column in table.columns if column.role == "input"]
    target, classes = shown(table.found.target), table.learned.class_names
    what = f"{target} (one of: {_listed(classes)})" if classes else f"the number {target}"
    return f"The network learns to predict {what} from {_listed(names)}.{_doubt(table)}"


def _doubt(table: Table) -> str:
    """What to ask about whole numbers, which may be values and may stand for classes."""
    target = next(column for column in table.columns if column.role == "target")
    targets = table.dataset.targets
    if target.least is None or not np.array_equal(targets, np.floor(targets)):
        return ""
    count = len(np.unique(targets))
    if table.dataset.class_names:
        return f" Are its {count} numbers values? Choose so at Predict."
    return f" Are its {count} whole numbers classes? Choose so at Predict." if count <= MAX_CLASSES else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names[:_MOST_NAMES])) + (
        f", … ({len(names):,})" if len(names) > _MOST_NAMES else ""
    )


def _line() -> QLabel:
    label = QLabel(wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _titled(title: str, field: QWidget, tip: str) -> QWidget:
    """A field below its title."""
    label, both = QLabel(title), QWidget()
    label.setBuddy(field)
    describe(field, title.replace("&", ""), tip)
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(label)
    column.addWidget(field)
    return both
