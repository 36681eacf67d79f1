"""Every layer's activation function, and where on it the units are."""

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Text
from nnviz.engine.network import Network
from nnviz.plots.view import PlotView
from nnviz.runs.responses import Response
from nnviz.runs.snapshot import Snapshot
from nnviz.views.activations.layer_plot import LayerPlot, one_line

HINT = "no distributions at this moment"

_PAD = 8.0
_LEAST_WIDTH = 14.0
"""Width of a layer at least, in heights of a line; more layers than fit are scrolled to."""


class ActivationView(PlotView):
    """A column for each layer, the output's last: σ and σ′ over the pre-activations, and the activations below.

    The distributions are those of the snapshot's scene, which holds them if the lens asks for responses.

    Attributes
    ----------
    layers : list of LayerPlot
        Those that are shown; others wait for a deeper network.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[LayerPlot] = []
        self._plots: list[LayerPlot] = []
        self._network: object = None
        self.hint = Text(self.canvas.scene())

    def _lay_out(self) -> None:
        least = _LEAST_WIDTH * self.fontMetrics().height()
        self.canvas.set_least_width(least * len(self.layers) + _PAD)
        area = self.canvas.area.adjusted(_PAD, _PAD / 2, 0.0, -_PAD / 2)
        width = area.width() / max(1, len(self.layers))
        lines = 1 if all(self._formula_width(layer) < width - _PAD for layer in self.layers) else 2
        for k, layer in enumerate(self.layers):
            layer.set_theme(self._theme, self.font())
            rect = QRectF(area.left() + k * width, area.top(), width - _PAD, area.height())
            layer.arrange(rect, self.font(), lines)
        self._place_hint()

    def _formula_width(self, layer: LayerPlot) -> float:
        return self.fontMetrics().horizontalAdvance(one_line(layer.function))

    def _place_hint(self) -> None:
        self.hint.set_style(self.font(), self._theme.muted)
        if self.layers:
            frame = self.layers[0].after.frame
            self.hint.place(frame.left() + _PAD, frame.center().y(), 0.0, 0.5)

    def _paint(self, snapshot: Snapshot) -> None:
        network, responses = snapshot.problem.network, snapshot.scene.responses if snapshot.scene else ()
        if (network.layer_sizes, network.activations) != self._network:
            self._show_network(network, responses)
            self._network = (network.layer_sizes, network.activations)
            self._lay_out()
        self.hint.set_words("" if responses else HINT)
        for layer, response in zip_longest(self.layers, responses):
            layer.show_response(response)

    def _show_network(self, network: Network, responses: Sequence[Response]) -> None:
        """Have a plot for each layer: those there are, as new ones take long to make, and more if need be."""
        count = len(network.activations)
        self._plots += [LayerPlot(self.canvas) for _ in range(count - len(self._plots))]
        self.layers = self._plots[:count]
        for l, plot in enumerate(self._plots):
            plot.set_visible(l < count)
        layers = zip_longest(self.layers, network.activations, responses)
        for l, (plot, function, response) in enumerate(layers, start=1):
            plot.show_layer("output" if l == count else f"layer {l}", function, response)
