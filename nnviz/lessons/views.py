"""The table of views. No Qt, as lessons and the command line read it too."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from nnviz.engine.activations import ACTIVATIONS
from nnviz.experiment.kind import NETWORK

Extra = Literal["responses", "gradients"]
"""Parts of a snapshot that are computed only while a view that shows them is visible."""


class ViewEntry(Struct, frozen=True):
    """A view.

    Parameters
    ----------
    name : str
        Its name in lessons and on the command line.
    made_by : str
        Module below `nnviz.views`, a colon, and the class.
    tab : str
        Its title in the drawer; empty for a view that is never there.
    group : str
        Heading of its part of the menu of views; empty for a view that is never in the drawer.
    shows : str
        The kind of experiment whose runs it shows; for a figure, the key of a page.
    wants : tuple of str
        The extra parts of a snapshot that it shows.
    switches : tuple of str
        What a lesson's page can switch on in it.
    dense : bool
        It shows only networks whose layers connect all units with all below, not convolutions.
    """

    name: str
    made_by: str
    tab: str = ""
    group: str = ""
    shows: str = NETWORK
    wants: tuple[Extra, ...] = ()
    switches: tuple[str, ...] = ()
    dense: bool = False

    @property
    def title(self) -> str:
        """Its title wherever it is named."""
        return self.tab or self.name.capitalize()


FIGURE = "figure"

_NEURONS, _WEIGHTS, _LEARNING, _RESULT = "Neurons", "Weights", "How it learns", "What it has learned"

_ENTRIES = (
    ViewEntry("network", "network.view:NetworkView"),
    ViewEntry("output", "output.view:OutputView", switches=("test samples", "class only")),
    ViewEntry("loss", "loss.view:LossView", switches=("log", "accuracy")),
    ViewEntry(
        "activations", "activations.view:ActivationView", "Activation plots", _NEURONS, wants=("responses",)
    ),
    ViewEntry(
        "functions",
        "activations.functions:FunctionsView",
        "Functions",
        _NEURONS,
        wants=("responses",),
        switches=tuple(ACTIVATIONS),
    ),
    ViewEntry("neuron", "neuron.view:NeuronView", "Neuron", _NEURONS, switches=("biology",), dense=True),
    ViewEntry("hidden", "hidden.view:HiddenView", "Hidden space", _NEURONS, switches=("components",)),
    ViewEntry("filters", "filters.view:FilterView", "Filters", _WEIGHTS),
    ViewEntry("weights", "weights.view:MatrixView", "Weights", _WEIGHTS),
    ViewEntry("product", "weights.product:ProductView", "Product", _WEIGHTS, dense=True),
    ViewEntry(
        "backprop",
        "backprop.view:BackpropView",
        "Backprop",
        _LEARNING,
        switches=("matrix", "formula", "graph", "check", "partials"),
        dense=True,
    ),
    ViewEntry("gradients", "gradients.view:GradientView", "Gradients", _LEARNING, wants=("gradients",)),
    ViewEntry("batch", "batch.view:BatchView", "Batch", _LEARNING),
    ViewEntry("slices", "slices.view:SliceView", "Loss by weight", _LEARNING),
    ViewEntry("modes", "modes.view:ModesView", "Modes", _LEARNING, dense=True),
    ViewEntry(
        "landscape",
        "landscape.view:LandscapeView",
        "Landscape",
        _LEARNING,
        switches=("random", "path", "bends", "3-D", "log"),
    ),
    ViewEntry("confusion", "confusion.view:ConfusionView", "Confusion", _RESULT),
    ViewEntry("pad", "pad.view:PadView", "Draw a picture", _RESULT),
    ViewEntry("codes", "codes.view:CodesView", "Codes", _RESULT),
    ViewEntry("regions", "regions.view:LinearRegionsView", "Linear regions", _RESULT, dense=True),
    ViewEntry("bits", "bits.view:BitsView", "Bits", _RESULT, dense=True),
    ViewEntry(
        "convolution",
        "convolution.view:ConvolutionView",
        "Convolution",
        _RESULT,
        switches=("layer 2", "untrained", "pieces"),
    ),
    ViewEntry("perceptron", "perceptron.view:PerceptronView", shows="perceptron"),
    ViewEntry("hebb", "hebb.view:HebbView", shows="hebb"),
    ViewEntry("hopfield", "hopfield.view:HopfieldView", shows="hopfield"),
    ViewEntry("boltzmann", "boltzmann.view:BoltzmannView", shows="boltzmann"),
    ViewEntry("memory", "memory.view:MemoryView", shows="memory"),
    ViewEntry("circuit", "circuit.view:CircuitView", shows="circuit"),
    ViewEntry("composition", "circuit.composition:CompositionView", shows="composition", switches=("layers",)),
    ViewEntry("race", "race.view:RaceView", shows="race", switches=("log", "paths")),
    ViewEntry("study", "study.view:StudyView", shows="study", switches=("log", "strips")),
    ViewEntry("spikes", "spikes.view:SpikesView", shows="spikes", switches=("synapses", "rate", "fits")),
    ViewEntry("surface", "surface.view:SurfaceView", shows="surface"),
    ViewEntry("three_units", "three_units.view:ThreeUnitsView", shows="three_units"),
    ViewEntry(FIGURE, "figure.view:FigureView", shows=FIGURE),
)

VIEWS: Mapping[str, ViewEntry] = {entry.name: entry for entry in _ENTRIES}
"""Every view by its name, in the order of the drawer."""

DRAWER = tuple(entry for entry in _ENTRIES if entry.tab)
"""The views in the drawer."""

if TYPE_CHECKING:
    ViewName = str
else:  # the schema of lessons allows only these names
    ViewName = Literal[tuple(VIEWS)]


def suits(view: str, kind: str) -> bool:
    """Whether a view shows runs of a kind."""
    return view in VIEWS and VIEWS[view].shows == kind
