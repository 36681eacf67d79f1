"""Which network: the panel of layers, activations and output."""

from typing import Any

from nnviz.controls.fields import Choice
from nnviz.controls.layers import Activations, LayerCount, Neurons, with_layers
from nnviz.controls.panel import Disclosure, Form, Panel
from nnviz.engine.activations import ACTIVATIONS, WITH_ALPHA
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.outputs import OUTPUTS
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.fitting import resized

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


class NetworkPanel(Panel):
    """Emits ``changed`` with a new `NetworkDesign`."""

    def __init__(self) -> None:
        super().__init__("network", "Network")
        self._add_common()
        self._add_rare()
        self._column.addStretch(1)
        self.show_experiment(self._experiment)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show an experiment's network."""
        super().show_experiment(experiment)
        network = experiment.network
        self.layers.show_value(len(network.hidden))
        self.neurons.show_values(network.hidden)
        self.activations.show_values(network.activations)
        self._form.show_row(self.alpha, not WITH_ALPHA.keys().isdisjoint(network.activations))
        self._form.show_row(self.neurons, bool(network.hidden))
        different = len(set(network.activations)) > 1
        self.activation.setPlaceholderText("different" if different else "")
        self.activation.show_value(_common(network.activation))
        self.frozen.offer(_freezable(len(network.hidden)))
        self.frozen.setPlaceholderText(f"layers {', '.join(map(str, network.frozen))}")
        self.frozen.show_value(network.frozen)

    def _add_common(self) -> None:
        self.layers, self.neurons = LayerCount(), Neurons()
        self.layers.changed.connect(lambda count: self._resize(with_layers(self.shown, count)))
        self.neurons.changed.connect(self._resize)
        self.activation = Choice(_HIDDEN)
        self.activation.changed.connect(lambda name: self._edit(activation=name))
        self.alpha = self._number("alpha", _ALPHA_STOPS)
        self.output = self._bind("output", Choice(_OUTPUTS))
        self._form = form = Form()
        form.add("Hidden la&yers", self.layers, _LAYERS_TIP)
        form.add("Ne&urons", self.neurons, "How many neurons each hidden layer has, from the first to the last.")
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

    def _resize(self, hidden: tuple[int, ...]) -> None:
        self.changed.emit(resized(self.shown, hidden))


def _freezable(hidden: int) -> list[tuple[tuple[int, ...], str]]:
    """What of a network can be frozen here: nothing, or its first layers; which others, files say."""
    rows = [((), "none"), ((1,), "layer 1")] if hidden else [((), "none")]
    return rows + [(tuple(range(1, k + 1)), f"layers 1 to {k}") for k in range(2, hidden + 1)]


def _common(activation: Any) -> Any:
    """The one activation of all layers; None if they differ."""
    if isinstance(activation, str):
        return activation
    return activation[0] if len(set(activation)) == 1 else None


def _tip(sentence: str, functions: dict[str, Any]) -> str:
    return "\n".join((sentence, *(f"{f.title}: {f.formula}" for f in functions.values())))
