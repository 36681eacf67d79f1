"""The network panel: layers, activations, output."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.controls.buttons import IconButton
from nnviz.controls.convolutions import ConvolutionField, with_convolutions
from nnviz.controls.fields import Choice, Count, describe
from nnviz.controls.layout import FixedLabel, Flow
from nnviz.controls.panel import Disclosure, Form, Panel
from nnviz.engine.activations import ACTIVATIONS, WITH_ALPHA
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.outputs import OUTPUTS
from nnviz.experiment.change import resized, with_counts
from nnviz.experiment.experiment import Experiment, HiddenLayer, NetworkDesign
from nnviz.experiment.problem import Problem

MOST_LAYERS = 32
MOST_NEURONS = 4096
_USUAL_NEURONS = 4
_HIDDEN = [(f.name, f.title) for f in ACTIVATIONS.values()]
_OUTPUTS = [(f.name, f.title) for f in OUTPUTS.values()]
_INITIALIZERS = [(i.name, i.title) for i in INITIALIZERS.values()]
_INITIALIZER_TIP = "\n".join(
    ("Where the weights start.", *(f"{i.title}: {i.words}" for i in INITIALIZERS.values()))
)
_ALPHA_STOPS = tuple(step / 100 for step in range(0, 101, 5))
_ALPHA_TIP = """Leaky ReLU: its slope where p < 0.  ELU: how far below 0 it falls.
Can change while the network learns."""
_LAYERS_TIP = "Layers between inputs and output. None: a single layer, which separates by straight lines only."


_NEURONS_TIP = (
    "How many neurons each hidden layer has, from the first to the last; of a convolution, how many maps."
)
_MAPS_TIP = (
    """Hidden layers, the first ones, that slide a window over the picture: the same weights at every place."""
)


class LayerCount(QWidget):
    """The number of layers of a kind between − and + buttons; ``changed`` carries the new number."""

    changed = Signal(object)

    def __init__(self, kind: str = "hidden layer") -> None:
        super().__init__()
        self.fewer = IconButton("minus", f"One {kind} fewer", f"Take the last {kind} away.", 0.8)
        self.more = IconButton("plus", f"One {kind} more", f"Add a {kind} like the last one.", 0.8)
        self._label = FixedLabel("00")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.fewer, self._label, self.more):
            row.addWidget(widget)
        row.addStretch(1)
        self.fewer.clicked.connect(lambda: self.changed.emit(self._count - 1))
        self.more.clicked.connect(lambda: self.changed.emit(self._count + 1))
        self.show_value(0)

    def show_value(self, count: int) -> None:
        """Show a number of layers."""
        self._count = count
        self._label.show_text(str(count))
        self.fewer.setEnabled(count > 0)
        self.more.setEnabled(count < MOST_LAYERS)


class _Row(QWidget):
    """A field for each layer, made when first needed; ``changed`` carries all values."""

    changed = Signal(object)

    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self._make = make
        self._values: tuple[Any, ...] = ()
        self.fields: list[Any] = []

    def show_values(self, values: tuple[Any, ...]) -> None:
        """Show a value for each layer."""
        self._values = values
        while len(self.fields) < len(values):
            self._add(len(self.fields))
        for index, field in enumerate(self.fields):
            self.place(index, index < len(values))
            if index < len(values):
                field.show_value(values[index])

    def place(self, index: int, is_there: bool) -> None:
        """Show or hide one field."""
        self.fields[index].setVisible(is_there)

    def insert(self, number: int, field: QWidget) -> None:
        """Add the new field of layer ``number``."""
        raise NotImplementedError

    def _add(self, index: int) -> None:
        field = self._make(index)
        field.changed.connect(lambda value: self._change(index, value))
        self.insert(index + 1, field)
        QWidget.setTabOrder(self.fields[-1] if self.fields else _reached_before(self), field)
        self.fields.append(field)

    def _change(self, index: int, value: Any) -> None:
        self.changed.emit((*self._values[:index], value, *self._values[index + 1 :]))


def _reached_before(widget: QWidget) -> QWidget:
    """The widget that Tab reaches before a place that it does not stop at; the place itself if there is none."""
    before = widget.previousInFocusChain()
    while before and before is not widget and before.focusPolicy() == Qt.FocusPolicy.NoFocus:
        before = before.previousInFocusChain()
    return before or widget


class Neurons(_Row):
    """The number of neurons of each hidden layer, side by side."""

    def __init__(self) -> None:
        super().__init__(_neurons)
        self._flow = Flow(self, spacing=4, even=True)

    def insert(self, number: int, field: QWidget) -> None:  # noqa: ARG002 - fields are added in order
        self._flow.addWidget(field)


class Convolutions(_Row):
    """Each convolution, one below the other."""

    def __init__(self) -> None:
        super().__init__(lambda index: ConvolutionField(index + 1))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def insert(self, number: int, field: QWidget) -> None:  # noqa: ARG002 - fields are added in order
        self._column.addWidget(field)


class Activations(_Row):
    """The activation of each hidden layer, one below the other."""

    def __init__(self, options: list[tuple[str, str]], form: Form) -> None:
        super().__init__(lambda _index: Choice(options))
        self._form = form
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)

    def insert(self, number: int, field: QWidget) -> None:
        self._form.add(f"Layer {number}", field, f"What the neurons of hidden layer {number} apply.")

    def place(self, index: int, is_there: bool) -> None:
        self._form.show_row(self.fields[index], is_there)


def with_layers(network: NetworkDesign, count: int) -> tuple[HiddenLayer, ...]:
    """So many hidden layers; new ones have as many neurons as the last."""
    last = network.counts[-1] if network.hidden else _USUAL_NEURONS
    return (*network.hidden, *[last] * count)[:count]


def _neurons(index: int) -> Count:
    field = Count(1, MOST_NEURONS)
    describe(field, f"Neurons of hidden layer {index + 1}", f"How many neurons hidden layer {index + 1} has.")
    return field


class NetworkPanel(Panel):
    """The panel of the network: emits ``changed`` with a new `NetworkDesign`."""

    def __init__(self) -> None:
        super().__init__("network", "Network")
        self._has_pictures = False
        self._add_common()
        self._add_rare()
        self._column.addStretch(1)
        self.show_experiment(self._experiment)

    def show_experiment(self, experiment: Experiment) -> None:
        super().show_experiment(experiment)
        network = experiment.network
        self.layers.show_value(len(network.hidden))
        self.neurons.show_values(network.counts)
        self.maps.show_value(len(network.convolutions))
        self.convolutions.show_values(network.convolutions)
        self._form.show_row(self.maps, self._has_pictures or bool(network.convolutions))
        self._form.show_row(self.convolutions, bool(network.convolutions))
        self.activations.show_values(network.activations)
        self._form.show_row(self.alpha, not WITH_ALPHA.keys().isdisjoint(network.activations))
        self._form.show_row(self.neurons, bool(network.hidden))
        different = len(set(network.activations)) > 1
        self.activation.setPlaceholderText("different" if different else "")
        self.activation.show_value(_common(network.activation))
        self.frozen.offer(_freezable(len(network.hidden)))
        self.frozen.setPlaceholderText(f"layers {', '.join(map(str, network.frozen))}")
        self.frozen.show_value(network.frozen)

    def show_problem(self, problem: Problem) -> None:
        """Offer convolutions where the inputs are pictures."""
        if (has_pictures := problem.picture is not None) != self._has_pictures:
            self._has_pictures = has_pictures
            self.show_experiment(self._experiment)

    def _add_common(self) -> None:
        self.layers, self.neurons = LayerCount(), Neurons()
        self.maps, self.convolutions = LayerCount("convolution"), Convolutions()
        self.maps.changed.connect(lambda count: self._resize(with_convolutions(self.shown, count)))
        self.convolutions.changed.connect(
            lambda layers: self._resize((*layers, *self.shown.hidden[len(layers) :]))
        )
        self.layers.changed.connect(lambda count: self._resize(with_layers(self.shown, count)))
        self.neurons.changed.connect(lambda counts: self._resize(with_counts(self.shown, counts)))
        self.activation = Choice(_HIDDEN)
        self.activation.changed.connect(lambda name: self._edit(activation=name))
        self.alpha = self._number("alpha", _ALPHA_STOPS)
        self.output = self._bind("output", Choice(_OUTPUTS))
        self._form = form = Form()
        form.add("Hidden la&yers", self.layers, _LAYERS_TIP)
        form.add("Ne&urons", self.neurons, _NEURONS_TIP)
        form.add("Convolutions", self.maps, _MAPS_TIP)
        form.add("Windows", self.convolutions, "The window of each convolution, from the first to the last.")
        form.add("&Activation", self.activation, _tip("What hidden neurons apply to p = W o + b.", ACTIVATIONS))
        form.add("Alpha α", self.alpha, _ALPHA_TIP)
        form.add("Out&put", self.output, _tip("What the output applies to p = W o + b.", OUTPUTS))
        self._column.addWidget(form)

    def _add_rare(self) -> None:
        more = Disclosure()
        self.activations = Activations(_HIDDEN, Form(self._form))
        self.activations.changed.connect(lambda names: self._edit(activation=_common(names) or names))
        self.initializer = self._bind("initializer", Choice(_INITIALIZERS))
        form = Form(self._form)
        more.hold(form)
        self.frozen = self._bind("frozen", Choice(_freezable(0)))
        form.add("Initializer", self.initializer, _INITIALIZER_TIP)
        form.add("Frozen", self.frozen, "Layers that keep the weights and biases they start with.")
        form.add_whole(self.activations)
        self._column.addWidget(more)

    def _resize(self, hidden: tuple[HiddenLayer, ...]) -> None:
        self.changed.emit(resized(self.shown, hidden))


def _freezable(hidden: int) -> list[tuple[tuple[int, ...], str]]:
    """The offered choices of frozen layers: none, or the first ones; a file may name others."""
    rows = [((), "none"), ((1,), "layer 1")] if hidden else [((), "none")]
    return rows + [(tuple(range(1, k + 1)), f"layers 1 to {k}") for k in range(2, hidden + 1)]


def _common(activation: Any) -> Any:
    """The activation that all layers share; None if they differ."""
    if isinstance(activation, str):
        return activation
    return activation[0] if len(set(activation)) == 1 else None


def _tip(sentence: str, functions: dict[str, Any]) -> str:
    return "\n".join((sentence, *(f"{f.title}: {f.formula}" for f in functions.values())))
