"""The items of a network diagram: made once for a network and a view size, then updated with each snapshot."""

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.network_layout import DiagramFrame, Edges, distances, lay_out
from nnviz.drawing.paths import cache_painting
from nnviz.drawing.pictures import PixmapSet
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.feature_maps import enlarged
from nnviz.runs.maps import ZERO, Bytes
from nnviz.runs.network_parts import ParameterIndex, is_one_weight, node_weights
from nnviz.runs.scene import Scene
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_BIAS_SIDE, _SMALLEST_BIAS = 0.26, 8.0
"""Side of a bias square: as a fraction of the neuron's side, and at least in pixels."""
_MAPS, _FRAMES, _RING, _BIASES = -0.9, -0.8, -0.7, -0.6
"""Layers of the scene, from bottom to top, above the edges and below the words."""
_REACH = 7.0
"""Distance in pixels within which a click hits an edge."""


class Neuron:
    """The items of one neuron.

    Parameters
    ----------
    x, y : float
        Its centre.
    has_bias : bool
        False for inputs.
    """

    def __init__(self, scene: QGraphicsScene, x: float, y: float, side: float, *, has_bias: bool) -> None:
        self.rect = QRectF(x - side / 2, y - side / 2, side, side)
        self._map = QGraphicsPixmapItem()
        self._map.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._map.setPos(self.rect.topLeft())
        self._map.setZValue(_MAPS)
        scene.addItem(self._map)
        self.bias: QGraphicsRectItem | None = None
        if has_bias:
            self.bias = QGraphicsRectItem(_bias_rect(self.rect))
            self.bias.setZValue(_BIASES)
            scene.addItem(self.bias)

    def set_theme(self, theme: Theme) -> None:
        """Frame the bias in the theme's colours."""
        if self.bias:
            self.bias.setPen(QPen(QColor(theme.text), 1.0))

    def set_map(self, picture: QPixmap) -> None:
        """Show this pixmap as the neuron's map."""
        self._map.setPixmap(picture)
        self._map.setScale(self.rect.width() / picture.width())

    def show_bias(self, byte: int, theme: Theme) -> None:
        """Show the bias by colour."""
        if self.bias:
            self.bias.setBrush(theme.signed_brushes[byte])

    def bias_contains(self, point: QPointF) -> bool:
        """Whether a point is on the bias or close to it."""
        return self.bias is not None and self.bias.rect().adjusted(-3, -3, 3, 3).contains(point)


class Frames(QGraphicsPathItem):
    """The frames around a layer's neurons, painted once."""

    def __init__(self, neurons: Iterable[Neuron], theme: Theme) -> None:
        path = QPainterPath()
        for neuron in neurons:
            path.addRect(neuron.rect)
        super().__init__(path)
        self.setPen(QPen(QColor(theme.text), 1.2))
        self.setZValue(_FRAMES)
        cache_painting(self)


class NeuronRing(QGraphicsRectItem):
    """The highlighted frame of a neuron."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setPen(QPen(QColor(theme.accent), 3.0))
        self.setZValue(_RING)
        self.hide()

    def surround(self, neuron: Neuron | None) -> None:
        """Frame this neuron, or none."""
        self.setVisible(neuron is not None)
        if neuron:
            self.setRect(neuron.rect)


def bias_bytes(biases: Array) -> Bytes:
    """Biases as bytes of a signed map: full colour from ±1 on, no colour for NaN."""
    scaled = np.where(np.isfinite(biases), biases, 0.0).clip(-1.0, 1.0)
    scaled *= ZERO
    scaled += ZERO + 0.5
    return scaled.astype(np.uint8)


def _bias_rect(neuron: QRectF) -> QRectF:
    side = max(min(_SMALLEST_BIAS, 0.5 * neuron.width()), _BIAS_SIDE * neuron.width())
    return QRectF(neuron.left() - side / 2, neuron.bottom() - side / 2, side, side)


class NetworkDrawing:
    """The neurons and edges of a diagram; finds the one at a point.

    Attributes
    ----------
    area : QRectF
        What they take of the scene.
    """

    def __init__(
        self, graphics: QGraphicsScene, problem: Problem, scene: Scene, frame: DiagramFrame, theme: Theme
    ) -> None:
        self._problem, self._theme = problem, theme
        self.layout = lay_out(problem.network.node_sizes, frame, scene.units)
        self._starts, self._ends = self.layout.starts, self.layout.ends
        self._weights, self._biases = self.layout.weights, self.layout.biases
        self._single = [is_one_weight(problem.network, layer) for layer in range(len(problem.network.shapes))]
        self.edges = Edges(graphics, self.layout)
        self.edges.set_theme(theme)
        self.neurons = [
            [Neuron(graphics, x, y, self.layout.side, has_bias=layer > 0) for x, y in centers]
            for layer, centers in enumerate(self.layout.centers)
        ]
        self._biased = [neuron for layer in self.neurons[1:] for neuron in layer]
        self._bias_bytes: Bytes = np.full(len(self._biased), 255, np.uint8)  # no bias has this byte
        self._film = PixmapSet((0, 0, 0))
        for neuron in self._biased:
            neuron.set_theme(theme)
        for layer in self.neurons:
            graphics.addItem(Frames(layer, theme))
        room = self.layout.side / 2  # for the biases at their corners
        rects = (neuron.rect.adjusted(-room, -room, room, room) for layer in self.neurons for neuron in layer)
        self.area = reduce(QRectF.united, rects)

    @property
    def maps(self) -> int:
        """How many layers, the inputs among them, are maps of a picture."""
        convolutions = len(self._problem.network.convolutions)
        return convolutions + 1 if convolutions else 0

    def fits(self, problem: Problem, scene: Scene) -> bool:
        """Whether these items can show a snapshot with this problem and scene."""
        then = self._problem
        same = then is problem or (
            self.same_network(problem)
            and then.network.activations == problem.network.activations
            and then.classes == problem.classes
        )
        return same and scene.units == self.layout.shown

    def same_network(self, problem: Problem) -> bool:
        """Whether the problem's network has the same neurons with the same meaning."""
        then = self._problem
        return (then.network.layer_sizes, then.network.convolutions, then.input_labels) == (
            problem.network.layer_sizes,
            problem.network.convolutions,
            problem.input_labels,
        )

    def show(self, snapshot: Snapshot, scene: Scene, shades: Sequence[Bytes] | None = None) -> None:
        """Show a snapshot's weights and biases, and its maps; shades or maps in place of the first layers'."""
        weights, biases = self._numbers(snapshot)
        self.edges.show(weights)
        self._show_biases(biases)
        maps = np.concatenate(scene.maps)
        if shades:
            lit = (of[_slice(units)] for of, units in zip(shades, scene.units, strict=False))
            own = [_as_maps(of, maps.shape[1:]) for of in lit]
            maps = np.concatenate([*own, *scene.maps[len(own) :]])
        if self._film.shape != maps.shape:
            self._load(PixmapSet(maps.shape))
        self._film.show_maps(maps, self._theme.signed_table)

    def _numbers(self, snapshot: Snapshot) -> tuple[Array, Array]:
        """What is drawn of every edge, and every bias."""
        network, parameters = snapshot.problem.network, snapshot.parameters
        if not network.convolutions:
            return parameters.flat.take(self._weights), parameters.flat.take(self._biases)
        shown = self.layout.shown
        found = node_weights(network, parameters)
        edges = [w[_slice(to), _slice(of)].ravel() for w, of, to in zip(found, shown, shown[1:], strict=False)]
        biases = [b[_slice(units)] for b, units in zip(parameters.biases, shown[1:], strict=True)]
        return np.concatenate(edges), np.concatenate(biases)

    def _load(self, film: PixmapSet) -> None:
        self._film = film
        for neuron, picture in zip((*self.neurons[0], *self._biased), film.pixmaps, strict=True):
            neuron.set_map(picture)

    def _show_biases(self, biases: Array) -> None:
        """Recolour the biases that have changed."""
        values = bias_bytes(biases)
        for k in np.flatnonzero(values != self._bias_bytes).tolist():
            self._biased[k].show_bias(int(values[k]), self._theme)
        self._bias_bytes = values

    def neuron(self, place: tuple[int, int] | None) -> Neuron | None:
        """The neuron at (layer, unit), if it is drawn."""
        if place is None or place[0] >= len(self.neurons) or place[1] not in self.layout.shown[place[0]]:
            return None
        return self.neurons[place[0]][place[1] - self.layout.shown[place[0]].start]

    def neuron_at(self, point: QPointF) -> tuple[int, int] | None:
        """Layer and unit of the neuron under a point."""
        found = (
            (layer, unit)
            for layer, neurons in enumerate(self.neurons)
            for unit, neuron in zip(self.layout.shown[layer], neurons, strict=True)
            if neuron.rect.contains(point) and not neuron.bias_contains(point)
        )
        return next(found, None)

    def parameter_at(self, point: QPointF) -> ParameterIndex | None:
        """The bias under a point, or the weight whose edge is near it, even if the edge is too thin to draw."""
        for layer, neurons in enumerate(self.neurons):
            for unit, neuron in zip(self.layout.shown[layer], neurons, strict=True):
                if neuron.bias_contains(point):
                    return layer - 1, unit, None
        return None if self.neuron_at(point) else self._edge_at(point)

    def edge_line(self, place: ParameterIndex) -> QLineF | None:
        """The edge of a weight as a line; None for a bias or an edge that is not drawn."""
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
        return (layer, unit, source) if self._single[layer] else None


def _slice(units: range) -> slice:
    return slice(units.start, units.stop)


def _as_maps(shades: Bytes, shape: tuple[int, ...]) -> Bytes:
    """Maps of a shape (rows, columns): plain ones of one shade each, or those that are given, enlarged."""
    if shades.ndim == 1:
        return np.broadcast_to(shades[:, None, None], (len(shades), *shape))
    return enlarged(shades, shape[0])
