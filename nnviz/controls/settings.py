"""Settings of what learns by a rule: a field for each that its schema says can be one."""

from typing import Any, get_type_hints

from msgspec import Struct, inspect, structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.controls.fields import Choice, Toggle, silent
from nnviz.controls.number import NumberField, NumberScale
from nnviz.controls.panel import Form
from nnviz.experiment.kind import Kind

_NOT_SET_HERE = {"format"}


class SettingsPanel(QWidget):
    """Emits ``changed`` with a new experiment of the kind that is shown.

    Numbers, switches and choices have a field; what is drawn or wired is set in the kind's own view.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self._experiment: Kind | None = None
        self._form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)

    @silent
    def show_experiment(self, experiment: Kind) -> None:
        """Show the settings of an experiment."""
        if type(experiment) is not type(self._experiment):
            self._make(type(experiment))
        self._experiment = experiment
        for key, field in self.fields.items():
            field.show_value(getattr(experiment, key))

    def _make(self, schema: type[Kind]) -> None:
        """Make the fields of a schema in place of those before."""
        if self._form:
            self._column.removeWidget(self._form)
            self._form.hide()  # what is half typed is finished now, not when it is of another kind
            self._form.deleteLater()
        self._form, self.fields = Form(), {}
        for key, hint in get_type_hints(schema, include_extras=True).items():
            if key in schema.__struct_fields__ and key not in _NOT_SET_HERE:
                self._add(schema, key, inspect.type_info(hint))
        self._column.insertWidget(0, self._form)

    def _add(self, schema: type[Struct], key: str, kind: inspect.Type) -> None:
        field = _field(schema, key, kind)
        if field is None or self._form is None:
            return
        self.fields[key] = field
        field.changed.connect(lambda value: self._change(key, value))
        if isinstance(field, Toggle):
            self._form.add_whole(field)
        else:
            self._form.add(_words(key), field, "")

    def _change(self, key: str, value: Any) -> None:
        if self._experiment is not None:
            self._experiment = structs.replace(self._experiment, **{key: value})
            self.changed.emit(self._experiment)


def _field(schema: type[Struct], key: str, kind: inspect.Type) -> Any:
    """A field for values of a type; None where it takes more than a field."""
    match kind:
        case inspect.BoolType():
            return Toggle(_words(key))
        case inspect.LiteralType(values=values):
            return Choice((value, str(value).replace("_", " ") or "none") for value in values)
        case inspect.IntType() | inspect.FloatType():
            return NumberField(NumberScale(schema, key))
        case _:
            return None


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
