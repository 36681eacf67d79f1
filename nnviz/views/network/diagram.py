"""The whole diagram: made for a problem, a size, a theme and a font; then it shows snapshot after snapshot."""

from msgspec import Struct, field
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.network import NetworkDrawing
from nnviz.drawing.network_layout import DiagramFrame
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import Bytes
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.scene import Scene
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.network.annotations import Annotations, Captions, DiagramButton, Resize
from nnviz.views.network.spotlight import Label, Lights, Magnifier, Spotlight


class Hover(Struct, frozen=True):
    """Where someone looks, and what is there: a neuron, a parameter, or neither.

    Parameters
    ----------
    point : QPointF
        In the diagram, in pixels.
    neuron : (layer, unit) or None
        Layer 0 holds the inputs.
    """

    point: QPointF = field(default_factory=QPointF)
    neuron: tuple[int, int] | None = None
    parameter: ParameterIndex | None = None


NOTHING = Hover()


class Diagram:
    """Neurons and edges, words and buttons, and over them what is looked at.

    Parameters
    ----------
    parent : QObject
        Owns the items.
    scene : Scene
        Says how many neurons of each layer are drawn.
    resize : callable (hidden sizes)
        Called to ask for other hidden layers.
    """

    def __init__(
        self,
        parent: QObject,
        problem: Problem,
        scene: Scene,
        frame: DiagramFrame,
        theme: Theme,
        font: QFont,
        resize: Resize,
    ) -> None:
        self.graphics = QGraphicsScene(QRectF(0, 0, frame.width, frame.height), parent)
        self.graphics.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.drawing = NetworkDrawing(self.graphics, problem, scene, frame, theme)
        self._captions = Captions(self.graphics, font, theme)
        Annotations(self._captions, self.drawing.layout, frame, problem).add(resize)
        self._spotlight = Spotlight(self.graphics, self.drawing, theme, font)
        self.lights = Lights(self.graphics, self.drawing, theme)

    @property
    def magnifier(self) -> Magnifier:
        """The neuron that is looked at, enlarged."""
        return self._spotlight.magnifier

    @property
    def label(self) -> Label:
        """The name and value of the parameter that is looked at."""
        return self._spotlight.label

    def show(self, snapshot: Snapshot, scene: Scene) -> None:
        """Show a snapshot."""
        self.drawing.show(snapshot, scene)

    def stress(self, snapshot: Snapshot, hover: Hover, sharp: Bytes | None) -> None:
        """Stress what is looked at; ``sharp`` is the finer map of that neuron, if there is one."""
        self._spotlight.enlarge(snapshot, hover.neuron, sharp)
        self._spotlight.name(snapshot, hover.parameter, hover.point)

    def hover_at(self, point: QPointF) -> Hover:
        """What is at a point."""
        neuron = self.drawing.neuron_at(point)
        return Hover(point, neuron, None if neuron else self.drawing.parameter_at(point))

    def at_neuron(self, place: tuple[int, int]) -> Hover:
        """A hover at a neuron; at nothing if it is not drawn."""
        neuron = self.drawing.neuron(place)
        return Hover(neuron.rect.center(), neuron=place) if neuron else NOTHING

    def at_parameter(self, place: ParameterIndex) -> Hover:
        """A hover at a weight or bias; at nothing if it is not drawn."""
        if line := self.drawing.edge_line(place):
            return Hover(line.center(), parameter=place)
        neuron = self.drawing.neuron((place[0] + 1, place[1]))
        return Hover(neuron.rect.bottomLeft(), parameter=place) if neuron and place[2] is None else NOTHING

    def again(self, hover: Hover) -> Hover:
        """A hover at the same thing, wherever it is now; at nothing if it is there no more."""
        if hover.neuron:
            return self.at_neuron(hover.neuron)
        return self.at_parameter(hover.parameter) if hover.parameter else NOTHING

    def button_at(self, point: QPointF) -> DiagramButton | None:
        """The button at a point."""
        return self._captions.button_at(point.x(), point.y())
