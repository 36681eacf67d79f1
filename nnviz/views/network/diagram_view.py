"""The diagram in a widget, without pointer and keys."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from nnviz.drawing.network_layout import DiagramFrame
from nnviz.drawing.parameter_card import ParameterCard
from nnviz.drawing.view import View
from nnviz.runs.network_parts import (
    NOTHING_LIT,
    Lit,
    has_parameter,
    parameter_name,
    parameter_value,
)
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme
from nnviz.views.network.annotations import frame_of
from nnviz.views.network.diagram import NOTHING, Diagram, Hover


class DiagramView(QGraphicsView, View[Snapshot]):
    """Shows snapshots, what is looked at, and the card of a parameter; the signals are those of `NetworkView`."""

    hovered = Signal(object)
    hidden_changed = Signal(object)
    parameter_picked = Signal(int, int, object)
    parameter_set = Signal(int, int, object, float)
    capacity_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._snapshot: Snapshot | None = None
        self._before_look: Snapshot | None = None
        self.diagram: Diagram | None = None
        self.hover = NOTHING
        self._lit = NOTHING_LIT
        self.setViewport(QWidget())  # as a canvas does
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)  # as a canvas does
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("network diagram")
        self.card = ParameterCard(self.viewport())
        self.card.value_set.connect(self.parameter_set)

    @property
    def capacity(self) -> int:
        """How many neurons of a layer there is room for."""
        return DiagramFrame.within(self.width(), self.height(), 0, 0, self.fontMetrics().height()).capacity

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a network as it is, if its scene is known; made in passing only if its maps are not those shown."""
        scene, before = snapshot.scene, self._snapshot.scene if self._snapshot else None
        if scene is None or (scene.in_passing and before and scene.maps is before.maps):
            return
        self._snapshot = snapshot
        drawing = self.diagram.drawing if self.diagram else None
        if drawing and not drawing.same_network(snapshot.problem):
            self.card.close_card()
        if drawing and drawing.fits(snapshot.problem, scene):
            self._paint()
        else:
            self._build()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.background))
        self._build()

    def open_card(self, layer: int, unit: int, source: int | None) -> None:
        """Offer a parameter to be set by hand, beside the pointer or in the middle."""
        snapshot, place = self._snapshot, (layer, unit, source)
        if snapshot is None or not has_parameter(snapshot.problem, place):
            return
        near = self.hover.point.toPoint() if self.hover.parameter == place else self.rect().center()
        value = parameter_value(snapshot, place)
        self.look(NOTHING)
        self.card.open_for(place, parameter_name(snapshot.problem, place), value, near)

    def light(self, lit: Lit) -> None:
        """Light neurons and connections that a lesson or another view points at."""
        if lit != self._lit:
            self._lit = lit
            if self.diagram:
                self.diagram.lights.show(lit)
                self.viewport().update()

    def look(self, hover: Hover) -> None:
        """Look at a neuron, a parameter, or nothing."""
        before, self.hover = self.hover, hover
        if hover.neuron != before.neuron:
            self._before_look = self._snapshot
            self.hovered.emit(hover.neuron)
        self._stress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    def _lay_out(self) -> None:
        self.capacity_changed.emit(self.capacity)
        self._build()
        self.card.keep_inside()

    def _build(self) -> None:
        """Make the items anew; done when the network's shape, the view's size, the text or the theme change."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.scene is None:
            return
        problem, old = snapshot.problem, self.scene()
        frame = frame_of(problem, self.width(), self.height(), self.font(), self.fontMetrics().height())
        resize = self.hidden_changed.emit
        self.diagram = Diagram(self, problem, snapshot.scene, frame, self._theme, self.font(), resize)
        self.setScene(self.diagram.graphics)
        old.deleteLater()
        self.diagram.lights.show(self._lit)
        self.look(self.diagram.again(self.hover))
        self._paint()

    def _paint(self) -> None:
        snapshot = self._snapshot
        if self.diagram is None or snapshot is None or snapshot.scene is None:
            return
        self.diagram.show(snapshot, snapshot.scene)
        self.viewport().update()
        if self.hover.neuron or self.hover.parameter:
            self._stress()
        if self.card.place is not None:
            self.card.show_value(parameter_value(snapshot, self.card.place))

    def _stress(self) -> None:
        snapshot = self._snapshot
        if self.diagram is None or snapshot is None or snapshot.scene is None:
            return
        # the scene at hand is still focused on what was looked at before
        sharp = None if snapshot is self._before_look else snapshot.scene.focus
        self.diagram.stress(snapshot, self.hover, sharp)
        self.viewport().update()
