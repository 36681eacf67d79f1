"""The whole diagram: made for a problem, a size, a theme and a font, then updated with each snapshot."""

from collections.abc import Sequence

from msgspec import Struct, field
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QGraphicsScene

from nnviz.analysis.convolution import convolved_in
from nnviz.analysis.probe import DrawnAnswer, probed_in
from nnviz.drawing.label import Label
from nnviz.drawing.magnifier import Magnifier
from nnviz.drawing.network import NetworkDrawing, NeuronRing
from nnviz.drawing.network_layout import DiagramFrame
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import pixmap
from nnviz.experiment.problem import Problem
from nnviz.runs.network_parts import Lit, ParameterIndex, neuron_words, parameter_words
from nnviz.runs.scene import Scene
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.network.annotations import Actions, Annotations, Captions, DiagramButton
from nnviz.views.network.readings import Readings

_ABOVE = QPointF(-12.0, 8.0)
"""Where a neuron's name is shown: this far from its upper left corner, less what a label keeps from its point."""


class Hover(Struct, frozen=True):
    """A point of the diagram, and the neuron or parameter there, if any.

    Parameters
    ----------
    point : QPointF
        In pixels of the diagram.
    neuron : (layer, unit) or None
        Layer 0 holds the inputs.
    """

    point: QPointF = field(default_factory=QPointF)
    neuron: tuple[int, int] | None = None
    parameter: ParameterIndex | None = None


NOTHING = Hover()


class Spotlight:
    """The magnifier, the label and the highlighted edge of the hovered item, above a drawing."""

    def __init__(self, scene: QGraphicsScene, drawing: NetworkDrawing, theme: Theme, font: QFont) -> None:
        self._scene, self._drawing, self._theme = scene, drawing, theme
        self.magnifier, self.label = Magnifier(scene), Label(scene)
        self.magnifier.set_theme(theme, font)
        self.label.set_theme(theme, font)
        self.line = QGraphicsLineItem()
        self.line.setPen(line_pen(theme.accent, 7.0))
        self.line.setZValue(5)
        self.line.setVisible(False)
        scene.addItem(self.line)
        self.ring = NeuronRing(theme)
        scene.addItem(self.ring)

    def show(self, snapshot: Snapshot, scene: Scene, hover: Hover, *, enlarges: bool) -> None:
        """Name the hovered neuron, enlarged here or by a view beside, or the hovered parameter; or nothing."""
        self.magnifier.hide()
        self.label.hide()
        neuron = self._drawing.neuron(hover.neuron)
        self.ring.surround(neuron)
        line = self._drawing.edge_line(hover.parameter) if hover.parameter else None
        self.line.setVisible(line is not None)
        if line is not None:
            self.line.setLine(line)
        if hover.parameter:
            self.label.show(parameter_words(snapshot, hover.parameter), hover.point, self._scene.sceneRect())
        elif neuron and hover.neuron:
            self._show_neuron(snapshot.problem, scene, hover.neuron, neuron.rect, enlarges=enlarges)

    def _show_neuron(
        self, problem: Problem, scene: Scene, place: tuple[int, int], rect: QRectF, *, enlarges: bool
    ) -> None:
        words, room = neuron_words(problem, *place), self._scene.sceneRect()
        values = scene.map_of(*place)
        if not enlarges or values is None:
            self.label.show(words, rect.topLeft() + _ABOVE, room)
            return
        if scene.focus and scene.focus.place == place and scene.focus.map is not None:
            values = scene.focus.map
        self.magnifier.show(pixmap(values, self._theme.signed_table), words, rect, room)


_RING, _LINE = 4.0, 6.0
_MARGIN = 3.0


class Lights:
    """Highlights of neurons and edges, above a drawing."""

    def __init__(self, scene: QGraphicsScene, drawing: NetworkDrawing, theme: Theme) -> None:
        self._scene, self._drawing = scene, drawing
        self._ring, self._line = (line_pen(theme.accent, width) for width in (_RING, _LINE))
        self._items: list[QGraphicsItem] = []

    def show(self, lit: Lit) -> None:
        """Highlight these, and nothing else; items that are not drawn are skipped."""
        for item in self._items:
            self._scene.removeItem(item)
        self._items = [*self._rings(lit.neurons), *self._lines(lit.parameters)]
        for item in self._items:
            item.setZValue(6)
            self._scene.addItem(item)

    def _rings(self, places: Sequence[tuple[int, int]]) -> list[QGraphicsItem]:
        neurons = (self._drawing.neuron(place) for place in places)
        rects = (neuron.rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) for neuron in neurons if neuron)
        return [_penned(QGraphicsRectItem(rect), self._ring) for rect in rects]

    def _lines(self, places: Sequence[ParameterIndex]) -> list[QGraphicsItem]:
        lines = (self._drawing.edge_line(place) for place in places)
        return [_penned(QGraphicsLineItem(line), self._line) for line in lines if line]


def _penned(item: QGraphicsRectItem | QGraphicsLineItem, pen: QPen) -> QGraphicsItem:
    item.setPen(pen)
    return item


class Diagram:
    """Neurons, edges, words, buttons, and the highlights above them.

    Parameters
    ----------
    parent : QObject
        Owns the items.
    scene : Scene
        Determines how many neurons of each layer are drawn.
    actions : Actions
        What the buttons do.
    """

    def __init__(
        self,
        parent: QObject,
        problem: Problem,
        scene: Scene,
        frame: DiagramFrame,
        theme: Theme,
        font: QFont,
        actions: Actions,
    ) -> None:
        self.graphics = QGraphicsScene(QRectF(0, 0, frame.width, frame.height), parent)
        self.graphics.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.drawing = NetworkDrawing(self.graphics, problem, scene, frame, theme)
        self._captions = Captions(self.graphics, font, theme, is_operated=actions.are_offered)
        Annotations(self._captions, self.drawing.layout, frame, problem).add(actions)
        self._spotlight = Spotlight(self.graphics, self.drawing, theme, font)
        self._readings = Readings(self.graphics, self.drawing, theme, font)
        self.lights = Lights(self.graphics, self.drawing, theme)

    @property
    def readings(self) -> list[str]:
        """The numbers on the neurons, layer by layer; empty without a probe."""
        return [label.words for label in self._readings.labels if label.ground.isVisible()]

    @property
    def magnifier(self) -> Magnifier:
        """The enlarged map of the hovered neuron."""
        return self._spotlight.magnifier

    @property
    def label(self) -> Label:
        """Name and value of the hovered parameter."""
        return self._spotlight.label

    def show(self, snapshot: Snapshot, scene: Scene) -> None:
        """Show a snapshot; a picture that somebody draws lights its neurons, a point put there writes on them."""
        probed = probed_in(snapshot)
        drawn = probed if isinstance(probed, DrawnAnswer) else None
        convolved = convolved_in(snapshot)
        shades = drawn.shades(snapshot.problem.network) if drawn else convolved.shades if convolved else None
        self.drawing.show(snapshot, scene, shades)
        self._readings.show(None if drawn else probed)

    def highlight(self, snapshot: Snapshot, scene: Scene, hover: Hover, *, enlarges: bool) -> None:
        """Highlight and name the hovered item; with ``enlarges``, a neuron is enlarged beside it."""
        self._spotlight.show(snapshot, scene, hover, enlarges=enlarges)

    def hover_at(self, point: QPointF) -> Hover:
        """The neuron or parameter at a point."""
        neuron = self.drawing.neuron_at(point)
        return Hover(point, neuron, None if neuron else self.drawing.parameter_at(point))

    def at_neuron(self, place: tuple[int, int]) -> Hover:
        """A hover at a neuron; empty if it is not drawn."""
        neuron = self.drawing.neuron(place)
        return Hover(neuron.rect.center(), neuron=place) if neuron else NOTHING

    def at_parameter(self, place: ParameterIndex) -> Hover:
        """A hover at a weight or bias; empty if it is not drawn."""
        if line := self.drawing.edge_line(place):
            return Hover(line.center(), parameter=place)
        neuron = self.drawing.neuron((place[0] + 1, place[1]))
        return Hover(neuron.rect.bottomLeft(), parameter=place) if neuron and place[2] is None else NOTHING

    def again(self, hover: Hover) -> Hover:
        """A hover at the same item's new position; empty if it no longer exists."""
        if hover.neuron:
            return self.at_neuron(hover.neuron)
        return self.at_parameter(hover.parameter) if hover.parameter else NOTHING

    def button_at(self, point: QPointF) -> DiagramButton | None:
        """The button at a point."""
        return self._captions.button_at(point.x(), point.y())
