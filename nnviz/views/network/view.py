"""The diagram as a view."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsLineItem, QGraphicsScene, QGraphicsView, QWidget

from nnviz.experiment.snapshot import Snapshot
from nnviz.theme import Theme, theme
from nnviz.views.network.captions import Captions
from nnviz.views.network.card import ParameterCard
from nnviz.views.network.drawing import Drawing
from nnviz.views.network.layout import Frame
from nnviz.views.network.magnifier import Label, Magnifier
from nnviz.views.network.words import neuron_words, parameter_value, parameter_words
from nnviz.views.plot import line_pen


class NetworkView(QGraphicsView):
    """The network: maps, weights, biases; what is under the pointer is enlarged and named.

    Signals
    -------
    hovered : (layer, unit) or None
        The neuron under the pointer, layer 0 the inputs.
    hidden_changed : tuple of int
        Other sizes of the hidden layers are asked for.
    parameter_set : layer, unit, source or None, value
        A weight or a bias was set by hand.
    capacity_changed : int
        How many neurons of a layer there is room for.
    """

    hovered = Signal(object)
    hidden_changed = Signal(object)
    parameter_set = Signal(int, int, object, float)
    capacity_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._snapshot: Snapshot | None = None
        self._drawing: Drawing | None = None
        self._under: tuple[int, int] | None = None
        self._pointer = QPointF()
        self._picked: tuple[int, int, int | None] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName("network diagram")
        self.card = ParameterCard(self.viewport())
        self.card.value_set.connect(self.parameter_set)
        self._begin_scene()

    @property
    def capacity(self) -> int:
        """How many neurons of a layer there is room for."""
        return self._frame().capacity

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a network as it is."""
        anew = self._drawing is None or not self._drawing.fits(snapshot)
        self._snapshot = snapshot
        if anew:
            self._build()
        else:
            self._paint(snapshot)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._build()

    def open_card(self, layer: int, unit: int, source: int | None) -> None:
        """Offer a parameter to be set by hand, beside the pointer or in the middle."""
        if self._snapshot is None:
            return
        place = (layer, unit, source)
        name = parameter_words(self._snapshot, place).partition(" = ")[0]
        near = self._pointer if self.underMouse() else QPointF(self.width() / 2, self.height() / 2)
        self.card.open_for(place, name, parameter_value(self._snapshot, place), int(near.x()), int(near.y()))
        self._set_picked(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self.capacity_changed.emit(self.capacity)
        self._build()

    def changeEvent(self, event: QEvent) -> None:
        """Lay everything out for a new size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._build()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Enlarge the neuron, or name the weight, under the pointer."""
        super().mouseMoveEvent(event)
        self._pointer = self.mapToScene(event.position().toPoint())
        self._look_under_pointer()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        super().leaveEvent(event)
        self._pointer = QPointF(-1e6, -1e6)
        self._look_under_pointer()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a button, or pick a weight or bias to set."""
        self._pointer = self.mapToScene(event.position().toPoint())
        if self._drawing is None or self._snapshot is None:
            return
        if button := self._drawing.captions.button_at(self._pointer.x(), self._pointer.y()):
            button.action()
            return
        place = self._drawing.parameter_at(self._pointer)
        if place is None:
            self.card.close_card()
        else:
            self.open_card(*place)

    def _begin_scene(self) -> None:
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._magnifier, self._label = Magnifier(scene), Label(scene)
        self._lit = QGraphicsLineItem()
        self._lit.setZValue(5)
        self._lit.setVisible(False)
        scene.addItem(self._lit)
        old = self.scene()
        self.setScene(scene)
        if old:
            old.deleteLater()

    def _frame(self) -> Frame:
        line = self.fontMetrics().height()
        wide = self.fontMetrics().horizontalAdvance("sin x₁ ")
        classes = self._snapshot.problem.classes if self._snapshot else ()
        longest = max((self.fontMetrics().horizontalAdvance(name) for name in classes), default=0)
        right = min(max(longest + 16, line), 0.15 * self.width())
        return Frame(self.width(), self.height(), max(wide, 4 * line), right, 2.2 * line, 3.4 * line)

    def _build(self) -> None:
        """Make the items anew; done when the network's shape, the view's size, the text or the theme change."""
        if self._snapshot is None or self._snapshot.scene is None:
            return
        self._begin_scene()
        scene = self.scene()
        scene.setSceneRect(QRectF(0, 0, self.width(), self.height()))
        self.setBackgroundBrush(QColor(self._theme.background))
        captions = Captions(scene, self.font(), self._theme)
        self._drawing = Drawing(scene, self._snapshot, self._frame(), captions, self._theme)
        self._drawing.add_captions(self.hidden_changed.emit)
        self._magnifier.set_theme(self._theme, self.font())
        self._label.set_theme(self._theme, self.font())
        self._lit.setPen(line_pen(self._theme.accent, 7.0))
        self._paint(self._snapshot)

    def _paint(self, snapshot: Snapshot) -> None:
        if self._drawing is None or snapshot.scene is None:
            return
        self._drawing.show(snapshot)
        if self._under is not None:
            self._enlarge(snapshot, self._under)
        if self._picked is not None:
            self._name_parameter(snapshot, self._picked)
        if self.card.place is not None:
            self.card.show_value(parameter_value(snapshot, self.card.place))

    def _look_under_pointer(self) -> None:
        if self._drawing is None or self._snapshot is None:
            return
        under = self._drawing.neuron_at(self._pointer)
        place = None if under else self._drawing.parameter_at(self._pointer)
        self.setCursor(Qt.CursorShape.PointingHandCursor if place else Qt.CursorShape.ArrowCursor)
        self._set_under(under)
        self._set_picked(place)

    def _set_under(self, under: tuple[int, int] | None) -> None:
        if under == self._under:
            return
        self._under = under
        self.hovered.emit(under)
        if under is None:
            self._magnifier.hide()
        elif self._snapshot:
            self._enlarge(self._snapshot, under)

    def _set_picked(self, place: tuple[int, int, int | None] | None) -> None:
        self._picked = place
        if place is None:
            self._label.hide()
            self._lit.setVisible(False)
        elif self._snapshot:
            self._name_parameter(self._snapshot, place)

    def _enlarge(self, snapshot: Snapshot, under: tuple[int, int]) -> None:
        if self._drawing is None or snapshot.scene is None:
            return
        layer, unit = under
        if layer >= len(snapshot.scene.maps) or unit >= len(snapshot.scene.maps[layer]):
            return
        values = snapshot.scene.maps[layer][unit] if snapshot.scene.focus is None else snapshot.scene.focus
        words = neuron_words(snapshot.problem, layer, unit)
        beside = self._drawing.neurons[layer][unit].rect
        self._magnifier.show(values, words, self._theme, beside, self.sceneRect())

    def _name_parameter(self, snapshot: Snapshot, place: tuple[int, int, int | None]) -> None:
        if self._drawing is None:
            return
        self._label.show(parameter_words(snapshot, place), self._pointer, self.sceneRect())
        line = self._drawing.edge_line(place)
        self._lit.setVisible(line is not None)
        if line is not None:
            self._lit.setLine(line)
