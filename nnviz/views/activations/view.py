"""Every layer's activation function, and where on it the units are."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Text
from nnviz.drawing.histogram import Histograms
from nnviz.drawing.view import View
from nnviz.engine.network import Network
from nnviz.runs.responses import Response
from nnviz.runs.snapshot import Snapshot
from nnviz.views.activations.layer_plot import LayerPlot, one_line

HINT = "no distributions at this moment"

_PAD = 8.0
_LEAST_WIDTH = 14.0
"""Width of a layer at least, in heights of a line; more layers than fit are scrolled to."""


class ActivationView(View):
    """A column for each layer, the output's last: σ and σ′ over the pre-activations, and the activations below.

    The distributions are those of the snapshot's scene, which holds them if the lens asks for responses.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.paint_when_told()
        self.layers: list[LayerPlot] = []
        self._network: object = None
        self.hint, self.bars = Text(self.canvas.scene()), Histograms(self.canvas.scene())

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
        self.bars.set_theme(self._theme)
        self._place_bars()
        self._place_hint()

    def _formula_width(self, layer: LayerPlot) -> float:
        return self.fontMetrics().horizontalAdvance(one_line(layer.function))

    def _place_hint(self) -> None:
        self.hint.set_style(self.font(), self._theme.muted)
        if self.layers:
            frame = self.layers[0].after.frame
            self.hint.place(frame.left() + _PAD, frame.center().y(), 0.0, 0.5)

    def _paint(self, snapshot: Snapshot) -> None:
        network = snapshot.problem.network
        if (network.layer_sizes, network.activations) != self._network:
            self._network = (network.layer_sizes, network.activations)
            self._make(network)
            self._lay_out()
        responses = snapshot.scene.responses if snapshot.scene else ()
        self.hint.set_words("" if responses else HINT)
        if responses:
            self._show_responses(responses)
        else:
            self.bars.clear()

    def _show_responses(self, responses: tuple[Response, ...]) -> None:
        moved = [layer.follow(response) for layer, response in zip(self.layers, responses, strict=True)]
        if any(moved):
            self._place_bars()
        self.bars.show_counts(
            np.array([counts for r in responses for counts in (r.pre_activations, r.activations)])
        )

    def _place_bars(self) -> None:
        self.bars.place([axes for layer in self.layers for axes in (layer.before, layer.after)])

    def _make(self, network: Network) -> None:
        self.canvas.scene().clear()
        self.hint, self.bars = Text(self.canvas.scene()), Histograms(self.canvas.scene())
        last = len(network.activations) - 1
        self.layers = [
            LayerPlot(self.canvas.scene(), "output" if l == last else f"layer {l + 1}", function)
            for l, function in enumerate(network.activations)
        ]
