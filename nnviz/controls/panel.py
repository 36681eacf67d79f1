"""The base of all panels: rows of labelled fields, and a part that can be opened for more."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.controls.fields import Button, describe
from nnviz.controls.number import NumberField, NumberScale, written
from nnviz.experiment.experiment import Experiment

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_FIELD_HEIGHTS = 7
"""Least width of a field beside its label, in heights of the font."""


class Form(QWidget):
    """Fields with labels at their left, or above them if the form is narrow.

    Parameters
    ----------
    above : Form, optional
        A form whose fields these are aligned with.
    """

    def __init__(self, above: "Form | None" = None) -> None:
        super().__init__()
        self._rows = rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setRowWrapPolicy(rows.RowWrapPolicy.DontWrapRows)
        rows.setFieldGrowthPolicy(rows.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(6)
        self._labels: list[QLabel] = above._labels if above else []  # noqa: SLF001 - one column of labels

    def add(self, text: str, field: QWidget, tip: str) -> None:
        """Add a field with its label, whose mnemonic moves the focus to it."""
        label = QLabel(text)
        label.setBuddy(field)
        label.setToolTip(tip)
        # a label as high as its field is vertically centred
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        describe(field, text.replace("&", ""), tip)
        self._rows.addRow(label, field)
        self._labels.append(label)

    def add_whole(self, field: QWidget) -> None:
        """Add a field without a label."""
        self._rows.addRow(field)

    def show_row(self, field: QWidget, is_there: bool) -> None:
        """Show or hide a field with its label."""
        self._rows.setRowVisible(field, is_there)

    def minimumSizeHint(self) -> QSize:
        """The size with all labels above; Qt would use the current arrangement's."""
        parts = (part for part in self.findChildren(QWidget, options=_DIRECT) if not part.isHidden())
        return QSize(max(map(self._least, parts), default=0), super().minimumSizeHint().height())

    def _least(self, part: QWidget) -> int:
        """Least width of a part, without the one that `_arrange` sets, as that would never settle."""
        hint = part.minimumSizeHint()
        return hint.width() if part in self._labels else hint.expandedTo(part.minimumSize()).width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        policy = QFormLayout.RowWrapPolicy
        widest = max((label.sizeHint().width() for label in self._labels), default=0)
        field = max(self.minimumSizeHint().width(), _FIELD_HEIGHTS * self.fontMetrics().height())
        has_room = widest + self._rows.horizontalSpacing() + field <= self.width()
        self._rows.setRowWrapPolicy(policy.DontWrapRows if has_room else policy.WrapAllRows)
        for label in self._labels:
            label.setMinimumWidth(widest if has_room else 0)


class Disclosure(QWidget):
    """More settings, opened by a button."""

    def __init__(self) -> None:
        super().__init__()
        self.button = Button("More settings", tip="Show or hide what is needed more rarely.")
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.button)
        self.button.clicked.connect(lambda: self.open(not self.is_open))
        self.open(False)

    @property
    def is_open(self) -> bool:
        """Whether the settings are shown."""
        return self.button.arrowType() == Qt.ArrowType.DownArrow

    def hold(self, body: QWidget) -> None:
        """Set the widget that the button opens."""
        self._body = body
        self._column.addWidget(body)
        body.setVisible(self.is_open)

    def open(self, is_open: bool) -> None:
        """Show or hide the settings."""
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        if self._body:
            self._body.setVisible(is_open)


class Panel(QWidget):
    """Shows one part of the experiment, and emits a new one when the user changes a field.

    ``refused`` and ``corrected`` are those of its numbers' fields.

    Parameters
    ----------
    title : str
        Its heading.
    """

    changed = Signal(object)
    refused = Signal(str)
    corrected = Signal(str)

    def __init__(self, part: str, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._part = part
        self._experiment = Experiment()
        self._fields: dict[str, Any] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(_heading(title))

    @property
    def shown(self) -> Any:
        """The part of the experiment last shown."""
        return getattr(self._experiment, self._part)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show an experiment; emits nothing."""
        self._experiment = experiment
        for key, field in self._fields.items():
            field.show_value(getattr(self.shown, key))

    def _bind(self, key: str, field: Any) -> Any:
        """Connect a field to one key."""
        self._fields[key] = field
        if isinstance(field, NumberField):
            field.refused.connect(self.refused)
            field.corrected.connect(self.corrected)
        field.changed.connect(lambda value: self._edit(**{key: value}))
        return field

    def _number(self, key: str, stops: Sequence[float], text: Callable[[Any], str] = written) -> NumberField:
        """A field for the number of one key, with a slider over these stops."""
        field: NumberField = self._bind(key, NumberField(NumberScale(type(self.shown), key, tuple(stops), text)))
        return field

    def _edit(self, **changes: Any) -> None:
        self.changed.emit(structs.replace(self.shown, **changes))


def _heading(text: str) -> QLabel:
    label, font = QLabel(text), QFont()
    font.setBold(True)
    label.setFont(font)
    return label
