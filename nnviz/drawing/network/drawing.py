"""The items of one diagram: made for a shape of network and a size of view, then shown snapshot after snapshot."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.network.edges import Edges
from nnviz.drawing.network.layout import DiagramFrame, distances, lay_out
from nnviz.drawing.network.neurons import Frames, Neuron, bias_bytes
from nnviz.drawing.pictures import Film
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import Bytes
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.scene import Scene
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_REACH = 7.0
"""Pixels from an edge at which it is still meant."""


class NetworkDrawing:
    """Neurons and edges of a diagram, and which of them is at a point."""

    def __init__(
        self, graphics: QGraphicsScene, problem: Problem, scene: Scene, frame: DiagramFrame, theme: Theme
    ) -> None:
        self._problem, self._theme = problem, theme
        self.layout = lay_out(problem.network.layer_sizes, frame, max(map(len, scene.maps)))
        self._starts, self._ends = self.layout.starts, self.layout.ends
        self._weights, self._biases = self.layout.weights, self.layout.biases
        self.edges = Edges(graphics, self.layout)
        self.edges.set_theme(theme)
        self.neurons = [
            [Neuron(graphics, x, y, self.layout.side, has_bias=layer > 0) for x, y in centers]
            for layer, centers in enumerate(self.layout.centers)
        ]
        self._biased = [neuron for layer in self.neurons[1:] for neuron in layer]
        self._bias_bytes: Bytes = np.full(len(self._biased), 255, np.uint8)  # which is no bias
        self._film = Film((0, 0, 0))
        for neuron in self._biased:
            neuron.set_theme(theme)
        for layer in self.neurons:
            graphics.addItem(Frames(layer, theme))

    def fits(self, problem: Problem, scene: Scene) -> bool:
        """Whether a snapshot of this problem, with this scene, can be shown with these items."""
        then = self._problem
        same = then is problem or (
            self.same_network(problem)
            and then.network.activations == problem.network.activations
            and then.classes == problem.classes
        )
        return same and [len(maps) for maps in scene.maps] == [len(layer) for layer in self.neurons]

    def same_network(self, problem: Problem) -> bool:
        """Whether every neuron of a problem's network means what it does here."""
        then = self._problem
        return (then.network.layer_sizes, then.input_labels) == (
            problem.network.layer_sizes,
            problem.input_labels,
        )

    def show(self, snapshot: Snapshot, scene: Scene) -> None:
        """Show a snapshot's maps, weights and biases."""
        parameters = snapshot.position.parameters
        self.edges.show(parameters.take(self._weights))
        self._show_biases(parameters.take(self._biases))
        maps = np.concatenate(scene.maps)
        if self._film.shape != maps.shape:
            self._load(Film(maps.shape))
        self._film.expose(maps, self._theme.signed_table)

    def _load(self, film: Film) -> None:
        self._film = film
        for neuron, picture in zip((*self.neurons[0], *self._biased), film.pixmaps, strict=True):
            neuron.hold(picture)

    def _show_biases(self, biases: Array) -> None:
        """Colour those squares whose colour has changed."""
        values = bias_bytes(biases)
        for k in np.flatnonzero(values != self._bias_bytes).tolist():
            self._biased[k].show_bias(int(values[k]), self._theme)
        self._bias_bytes = values

    def neuron(self, place: tuple[int, int] | None) -> Neuron | None:
        """The neuron of a layer and unit, if it is drawn."""
        if place is None or place[0] >= len(self.neurons) or place[1] >= len(self.neurons[place[0]]):
            return None
        return self.neurons[place[0]][place[1]]

    def neuron_at(self, point: QPointF) -> tuple[int, int] | None:
        """Layer and unit of the neuron under a point."""
        found = (
            (layer, unit)
            for layer, neurons in enumerate(self.neurons)
            for unit, neuron in enumerate(neurons)
            if neuron.rect.contains(point) and not neuron.bias_contains(point)
        )
        return next(found, None)

    def parameter_at(self, point: QPointF) -> ParameterIndex | None:
        """The bias under a point, or the weight whose edge passes it; a weight of zero is there without a line."""
        for layer, neurons in enumerate(self.neurons):
            for unit, neuron in enumerate(neurons):
                if neuron.bias_contains(point):
                    return layer - 1, unit, None
        return None if self.neuron_at(point) else self._edge_at(point)

    def edge_line(self, place: ParameterIndex) -> QLineF | None:
        """The edge of a weight as a line; None for a bias, and for what is folded away."""
        layers, units, sources = self.layout.edges
        layer, unit, source = place
        found = np.flatnonzero(
            (layers == layer) & (units == unit) & (sources == (-1 if source is None else source))
        )
        return QLineF(*self._starts[found[0]], *self._ends[found[0]]) if len(found) else None

    def _edge_at(self, point: QPointF) -> ParameterIndex | None:
        drawn = self.edges.drawn
        if not len(drawn):
            return None
        away = distances((point.x(), point.y()), self._starts[drawn], self._ends[drawn])
        nearest = int(np.argmin(away))
        if away[nearest] > _REACH:
            return None
        layer, unit, source = (int(of[drawn[nearest]]) for of in self.layout.edges)
        return layer, unit, source
