"""The items of one diagram: made for a shape of network and a size of view, then shown snapshot after snapshot."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.experiment.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.network.captions import Captions, elided
from nnviz.views.network.edges import Edges
from nnviz.views.network.layout import MOST_EDGES, Frame, distances, lay_out
from nnviz.views.network.neurons import Neuron
from nnviz.views.plot import pixmaps

Place = tuple[int, int, int | None]
"""Layer of weights (0 the first), unit, and source, or None for the bias."""

_REACH = 7.0
"""Pixels from an edge at which it is still meant."""

MOST_HIDDEN = 32
MOST_UNITS = 4096


class Drawing:
    """Neurons, edges and captions of a diagram."""

    def __init__(
        self, scene: QGraphicsScene, snapshot: Snapshot, frame: Frame, captions: Captions, theme: Theme
    ) -> None:
        self.captions, self._frame, self._theme = captions, frame, theme
        self._problem = snapshot.problem
        shown = max(len(maps) for maps in snapshot.scene.maps) if snapshot.scene else 1
        self.layout = lay_out(self._problem.network.layer_sizes, frame, shown)
        self._starts, self._ends = self.layout.starts, self.layout.ends
        self._edges = Edges(scene)
        self._edges.set_theme(theme)
        self.neurons = [
            [Neuron(scene, x, y, self.layout.side, has_bias=layer > 0) for x, y in centers]
            for layer, centers in enumerate(self.layout.centers)
        ]
        for neuron in (neuron for layer in self.neurons for neuron in layer):
            neuron.set_theme(theme)

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot can be shown with these items."""
        then, now = self._problem, snapshot.problem
        same = (then.network.layer_sizes, then.network.activations, then.input_labels, then.classes) == (
            now.network.layer_sizes,
            now.network.activations,
            now.input_labels,
            now.classes,
        )
        maps = snapshot.scene.maps if snapshot.scene else ()
        return same and [len(layer) for layer in maps] == [len(layer) for layer in self.neurons]

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot's maps, weights and biases."""
        if snapshot.scene is None:
            return
        self._edges.show(self.layout, self._starts, self._ends, snapshot.weights)
        for layer, (neurons, maps) in enumerate(zip(self.neurons, snapshot.scene.maps, strict=True)):
            biases = snapshot.biases[layer - 1].tolist() if layer else [None] * len(neurons)
            pictures = pixmaps(maps, self._theme.signed_table)
            for neuron, picture, bias in zip(neurons, pictures, biases, strict=False):
                neuron.show(picture, bias, self._theme)

    def neuron_at(self, point: QPointF) -> tuple[int, int] | None:
        """Layer and unit of the neuron under a point."""
        return next(
            (
                (layer, unit)
                for layer, neurons in enumerate(self.neurons)
                for unit, neuron in enumerate(neurons)
                if neuron.rect.contains(point) and not neuron.bias_contains(point)
            ),
            None,
        )

    def parameter_at(self, point: QPointF) -> Place | None:
        """The bias under a point, or the weight whose edge passes it."""
        for layer, neurons in enumerate(self.neurons):
            for unit, neuron in enumerate(neurons):
                if neuron.bias_contains(point):
                    return layer - 1, unit, None
                if neuron.rect.contains(point):
                    return None
        return self._edge_at(point)

    def edge_line(self, place: Place) -> QLineF | None:
        """The edge of a weight as a line; None for a bias."""
        layers, units, sources = self.layout.edges
        layer, unit, source = place
        found = np.flatnonzero(
            (layers == layer) & (units == unit) & (sources == (-1 if source is None else source))
        )
        if not len(found):
            return None
        return QLineF(*self._starts[found[0]], *self._ends[found[0]])

    def add_captions(self, resize: Callable[[tuple[int, ...]], None]) -> None:
        """Name inputs, layers and outputs, and put the buttons that ask for other hidden layers."""
        self._name_inputs()
        self._name_outputs()
        hidden = self.layout.sizes[1:-1]
        for position in range(len(hidden)):
            self._layer_captions(position, hidden, resize)
        if len(hidden) < MOST_HIDDEN and self._pitch > 4 * self.captions.line:
            for position in range(len(hidden) + 1):
                self._insertion_button(position, hidden, resize)
        self._count_what_is_folded()

    @property
    def _pitch(self) -> float:
        """Distance between two layers."""
        return float(self.layout.centers[1][0, 0] - self.layout.centers[0][0, 0])

    @property
    def _bottom(self) -> float:
        return self._frame.height - 1.9 * self.captions.line

    def _column_x(self, layer: int) -> float:
        return float(self.layout.centers[layer][0, 0])

    def _edge_at(self, point: QPointF) -> Place | None:
        if not len(self._edges.drawn):
            return None
        drawn = self._edges.drawn
        away = distances((point.x(), point.y()), self._starts[drawn], self._ends[drawn])
        nearest = int(np.argmin(away))
        if away[nearest] > _REACH:
            return None
        layer, unit, source = (int(of[drawn[nearest]]) for of in self.layout.edges)
        return layer, unit, source

    def _name_inputs(self) -> None:
        width = self._frame.left - 12
        for label, (x, y) in zip(self._problem.input_labels, self.layout.centers[0], strict=False):
            self.captions.text(elided(label, self.captions.font, width), x - self.layout.side / 2 - 8, y, "right")
        self.captions.text("inputs", self._column_x(0), 0.9 * self.captions.line, color=self._theme.muted)

    def _name_outputs(self) -> None:
        last = len(self.layout.sizes) - 1
        function = self._problem.network.output.title
        title = f"output · {function}"
        if self.captions.width(title) > 0.8 * self._pitch + self._frame.right:
            title = function
        x = min(self._column_x(last), self._frame.width - self.captions.width(title) / 2 - 4)
        self.captions.text(title, x, 0.9 * self.captions.line, color=self._theme.muted)
        if self.layout.sizes[-1] == 1 or not self._problem.classes:
            return
        for name, (x, y) in zip(self._problem.classes, self.layout.centers[last], strict=False):
            words = elided(name, self.captions.font, self._frame.right - 10)
            self.captions.text(words, x + self.layout.side / 2 + 8, y, "left")

    def _layer_captions(
        self, position: int, hidden: tuple[int, ...], resize: Callable[[tuple[int, ...]], None]
    ) -> None:
        x, line = self._column_x(position + 1), self.captions.line
        title = self._problem.network.activations[position].title
        self.captions.text(
            elided(title, self.captions.font, self._pitch - line), x, 0.9 * line, color=self._theme.muted
        )
        self.captions.text(f"{hidden[position]}", x, self._bottom)
        if self._pitch < 5 * line:
            return
        for sign, change, side in (("−", -1, -1), ("+", 1, 1)):
            size = hidden[position] + change
            if size <= MOST_UNITS:
                sizes = _with_size(hidden, position, size)
                tip = "Remove this layer" if size == 0 else f"{'Add' if change > 0 else 'Remove'} a neuron"
                self.captions.button(sign, x + side * 1.75 * line, self._bottom, tip, partial(resize, sizes))

    def _insertion_button(
        self, position: int, hidden: tuple[int, ...], resize: Callable[[tuple[int, ...]], None]
    ) -> None:
        x = (self._column_x(position) + self._column_x(position + 1)) / 2
        size = hidden[min(position, len(hidden) - 1)] if hidden else 4
        sizes = (*hidden[:position], size, *hidden[position:])
        self.captions.button("+", x, 0.95 * self.captions.line, "Insert a layer here", lambda: resize(sizes))

    def _count_what_is_folded(self) -> None:
        for layer, (size, neurons) in enumerate(zip(self.layout.sizes, self.neurons, strict=True)):
            if size > len(neurons):
                y = neurons[-1].rect.bottom() + 0.75 * self.captions.line
                self.captions.text(f"+ {size - len(neurons):,} more", self._column_x(layer), y)
        drawn = len(self.layout.edges[0])
        if drawn > MOST_EDGES:
            words = f"the {MOST_EDGES} strongest of {drawn:,} weights"
            self.captions.text(
                words, self._frame.width - 8, self._frame.height - 0.6 * self.captions.line, "right"
            )


def _with_size(hidden: tuple[int, ...], position: int, size: int) -> tuple[int, ...]:
    """Hidden sizes with one changed; without the layer if it is left empty."""
    return (*hidden[:position], *([size] if size else []), *hidden[position + 1 :])
