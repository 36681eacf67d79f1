"""The panels of a network's training and of the other kinds' settings."""

from typing import Any, get_type_hints

from msgspec import Struct, inspect, structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.controls.fields import Choice, Toggle, silent
from nnviz.controls.number import NumberField, NumberScale, decades
from nnviz.controls.panel import Disclosure, Form, Panel
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind

_NOT_SET_HERE = {"format"}
_RATES = decades(-5, 1)
_MOMENTA = (*(round(0.05 * k, 2) for k in range(20)), 0.99)
_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_PENALTIES = (0.0, *decades(-5, 0, (1.0, 2.0, 5.0)))
_PRECISIONS = (("double", "double (64 bit)"), ("single", "single (32 bit)"))
_RATE_TIP = "η, the length of a step: w ← w − η ∂loss/∂w. Above 0, up to 1000."
_OPTIMIZER_TIP = "\n".join(
    ("How weights w follow the gradient g.", *(f"{o.title}: {o.rule}" for o in OPTIMIZERS.values()))
)
_MOMENTUM_TIP = "µ, how much of the last step is kept: v ← µ v + g. From 0 to below 1; used by {}.".format(
    ", ".join(o.title for o in OPTIMIZERS.values() if o.uses_momentum)
)
_LOSS_TIP = "\n".join(
    ("What is made small, o being outputs and t targets.", *(f"{f.title}: {f.formula}" for f in LOSSES.values()))
)
_BATCH_TIP = "How many samples one step averages over. 1: a step for every sample; all: one step an epoch."
_L1_TIP = "λ₁ of the penalty λ₁ Σ|w|, which drives weights to exactly 0. From 0 to 1000."
_L2_TIP = "λ₂ of the penalty ½ λ₂ Σ w², which keeps weights small. From 0 to 1000."
_SEED_TIP = (
    "Which random numbers the first weights and the order of the samples come from: the same seed, the same run."
)


class SettingsPanel(QWidget):
    """The panel of an experiment without a network: emits ``changed`` with a new experiment.

    ``refused`` and ``corrected`` are those of its numbers' fields.

    Numbers, switches and choices have a field; everything else is set in the kind's own view.
    """

    changed = Signal(object)
    refused = Signal(str)
    corrected = Signal(str)

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
        """Replace the fields by those of a schema."""
        if self._form:
            self._column.removeWidget(self._form)
            self._form.hide()  # ends an unfinished edit now, not after the kind has changed
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
        if isinstance(field, NumberField):
            field.refused.connect(self.refused)
            field.corrected.connect(self.corrected)
        if isinstance(field, Toggle):
            self._form.add_whole(field)
        else:
            self._form.add(_words(key), field, "")

    def _change(self, key: str, value: Any) -> None:
        if self._experiment is not None:
            self._experiment = structs.replace(self._experiment, **{key: value})
            self.changed.emit(self._experiment)


def _field(schema: type[Struct], key: str, kind: inspect.Type) -> Any:
    """A field for values of a type; None if one field is not enough."""
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


class TrainingPanel(Panel):
    """The panel of the training: emits ``changed`` with a new `Training`."""

    def __init__(self) -> None:
        super().__init__("training", "Training")
        self._add_common()
        self._add_rare()
        self._column.addStretch(1)
        self.show_experiment(self._experiment)

    def show_experiment(self, experiment: Experiment) -> None:
        super().show_experiment(experiment)
        self.momentum.setEnabled(OPTIMIZERS[self.shown.optimizer].uses_momentum)
        self.loss.allow(lambda name: experiment.network.output in LOSSES[name].outputs)

    def _add_common(self) -> None:
        self.learning_rate = self._number("learning_rate", _RATES)
        self.optimizer = self._bind("optimizer", Choice((o.name, o.title) for o in OPTIMIZERS.values()))
        self.momentum = self._number("momentum", _MOMENTA)
        self.batch_size = self._number("batch_size", _BATCHES)
        self.loss = self._bind("loss", Choice((loss.name, loss.title) for loss in LOSSES.values()))
        self._form = form = Form()
        form.add("Learnin&g rate", self.learning_rate, _RATE_TIP)
        form.add("Opti&mizer", self.optimizer, _OPTIMIZER_TIP)
        form.add("Mom&entum", self.momentum, _MOMENTUM_TIP)
        form.add("&Batch size", self.batch_size, _BATCH_TIP)
        form.add("Loss", self.loss, _LOSS_TIP)
        self._column.addWidget(form)

    def _add_rare(self) -> None:
        more = Disclosure()
        form = Form(self._form)
        more.hold(form)
        form.add("L1", self._number("l1", _PENALTIES), _L1_TIP)
        form.add("L2", self._number("l2", _PENALTIES), _L2_TIP)
        form.add("Seed", self._number("seed", ()), _SEED_TIP)
        form.add("Precision", self._bind("precision", Choice(_PRECISIONS)), "How exactly it is computed.")
        form.add_whole(self._bind("shuffle", Toggle("Shuffle", "Take the samples in another order every epoch.")))
        self._column.addWidget(more)
