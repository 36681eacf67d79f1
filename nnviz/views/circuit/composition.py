"""Functions of functions: a graph of real-valued units, wired by hand or by a formula, and its layered form."""

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton, QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView, Switches, small_button
from nnviz.drawing.words import Hint, Wordings, say
from nnviz.engine.activations import ACTIVATIONS
from nnviz.errors import InputError
from nnviz.kinds.composition.formula import LONGEST, read, written
from nnviz.kinds.composition.rule import CompositionMoment, Graph
from nnviz.kinds.composition.schema import (
    Composition,
    from_formula,
    placed,
    with_function,
    with_input,
    with_more,
    with_unit,
    with_weight,
    with_wire,
    without,
    without_wire,
)
from nnviz.theme import Theme
from nnviz.views.circuit.drawing import free_place
from nnviz.views.circuit.enlarging import Drawn, Look, NodeMagnifier
from nnviz.views.circuit.graph import GraphDrawing, GraphNode, in_layers, of_graph
from nnviz.views.circuit.looks import look_at_function
from nnviz.views.circuit.pen import Editing, WiredPen

_PAD = 8.0
_GRAPH = 0.58
"""Share of the height that the graph has above its layered form."""
HINTS = (
    "drag from one to another: wire",
    "click a wire: gone",
    "wheel: bias, value, weight",
    "drag: move",
    "right click: remove",
)

GRAPHS = Editing[Composition](
    placed=placed,
    wired=with_wire,
    turned=without_wire,
    raised=with_more,
    weighed=with_weight,
    without=without,
)
"""What can be done to a graph."""


class CompositionView(CanvasView[CompositionMoment]):
    """The graph, its layered form, and its formula to be typed.

    Signals
    -------
    changed : Composition
        The edited graph.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._arranged: Composition | None = None
        self.chosen = ""
        self.graph, self.layers = GraphDrawing(scene), GraphDrawing(scene, is_whole=False)
        self.verdict, self.hint = as_verdict(Text(scene)), Hint(scene, HINTS)
        self.pen = WiredPen[Composition, GraphNode](self.canvas, self.graph, GRAPHS)
        self.pen.edited.connect(self._edit)
        self.pen.chosen.connect(self._choose)
        self.enlarged = NodeMagnifier(self, self.canvas, [self.graph, self.layers], self._look_at)
        self.enlarged.reached.connect(self._choose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add_buttons()
        self._add_formula()

    def _add_buttons(self) -> None:
        self.layer_button = small_button("layers", "show its layered form", checkable=True)
        self.layer_button.toggled.connect(self._refresh)
        self.function_button = small_button("function", "the function of the neuron that was clicked")
        self.function_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.function_button)
        for name, function in ACTIVATIONS.items():
            menu.addAction(function.title, partial(self._choose_function, name))
        self.function_button.setMenu(menu)
        self.function_button.setEnabled(False)
        self.unit_button = small_button("neuron", "add a neuron")
        self.unit_button.clicked.connect(self._add_unit)
        self.input_button = small_button("input", "add an input")
        self.input_button.clicked.connect(self._add_input)
        self.add_controls(self.layer_button, self.function_button, self.input_button, self.unit_button)

    def _add_formula(self) -> None:
        self.formula = QLineEdit()
        self.formula.setMaxLength(LONGEST)
        self.formula.setAccessibleName("formula")
        self.formula.setPlaceholderText("f2(f1(x1), x2)")
        self.formula.editingFinished.connect(self._take_formula)
        self.formula.returnPressed.connect(self.formula.clearFocus)
        self._label = QLabel(" y = ")
        self._label.setBuddy(self.formula)
        self._label.setAutoFillBackground(True)
        self.add_below(self._label, self.formula)

    def set_theme(self, theme: Theme) -> None:
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self._label.setPalette(palette)
        super().set_theme(theme)

    @property
    def switches(self) -> Switches:
        return {"layers": self.layer_button}

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the chosen node, or change its number."""
        if not self.pen.press_key(event, self.chosen):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        line = float(self.fontMetrics().height())
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        taken = self.hint.arrange(area, self.font(), self._theme.muted)
        area.adjust(0.0, 1.2 * line, 0.0, -taken - 0.4 * line)
        self.pen.rubber.set_theme(self._theme)
        self.enlarged.set_theme(self._theme, self.font())
        self.verdict.set_style(bold(self.font()), self._theme.text)
        if self._snapshot is None:
            return
        self._arranged, shown = self._snapshot.experiment, self.layer_button.isChecked()
        experiment, graph = self._snapshot.experiment, self._snapshot.state.graph
        height = _GRAPH * area.height() if shown else area.height()
        self.graph.arrange(
            of_graph(experiment, graph),
            QRectF(area.left(), area.top(), area.width(), height),
            self._theme,
            self.font(),
        )
        below = area.adjusted(0.0, height + 0.4 * line, 0.0, 0.0)
        self._width = below.width()
        self.verdict.setVisible(shown)
        self.verdict.place(below.left(), below.top())
        if shown:
            room = below.adjusted(0.0, 1.4 * line, 0.0, 0.0)
            self.layers.arrange(in_layers(graph), room, self._theme, self.font())
        else:
            self.layers.clear()

    def _paint(self, snapshot: CompositionMoment) -> None:
        self.pen.show_circuit(snapshot.experiment)
        if snapshot.experiment != self._arranged:
            self.hint.take_back()
            self._lay_out()
            self._write_formula(snapshot.experiment)
        self.graph.show_state(snapshot.state, self.chosen)
        if self.layer_button.isChecked():
            self.layers.show_state(snapshot.state)
            say(self.verdict, layer_words(snapshot.state.graph), self._width)
        self.enlarged.show()

    def keep_secret(self, secret: bool) -> None:
        super().keep_secret(secret)
        self.enlarged.leave()

    def _look_at(self, node: GraphNode, drawn: Drawn) -> Look | None:
        """A node's function, and its numbers as far as they are known; no verdicts while a question waits."""
        secret = self.canvas.keeps_secret
        if self._snapshot is None or (secret and node.name in self.layers.nodes):
            return None
        return look_at_function(self._snapshot.state, node.drawn.stands_for, drawn, secret=secret)

    def _write_formula(self, experiment: Composition) -> None:
        if not self.formula.hasFocus():
            sources = {unit.name: unit.sources for unit in experiment.units}
            self.formula.setText(written(experiment.read, sources))
            self.formula.setCursorPosition(0)

    def _take_formula(self) -> None:
        """Wire the graph as the formula says."""
        if self._snapshot is None:
            return
        experiment = self._snapshot.experiment
        sources = {unit.name: unit.sources for unit in experiment.units}
        if self.formula.text() == written(experiment.read, sources):
            return
        try:
            self._edit(from_formula(read(self.formula.text()), experiment))
        except InputError as error:
            self._complain(str(error))

    def _edit(self, graph: Composition) -> None:
        """Emit an edited graph, if it is valid."""
        complaint = next(graph.complaints(), "")
        if complaint:
            self._complain(complaint)
        elif self._snapshot and graph != self._snapshot.experiment:
            self.changed.emit(graph)

    def _complain(self, words: str) -> None:
        self.hint.say(words, self._theme.warning)
        self._refresh()

    def _choose(self, name: str) -> None:
        self.chosen = name
        node = self.graph.nodes.get(name)
        self.function_button.setEnabled(bool(node and not node.is_input))
        if self._snapshot and self.isVisible():
            self._paint(self._snapshot)
            self.canvas.repaint_soon()

    def _choose_function(self, function: str) -> None:
        if (graph := self.pen.circuit) and self.chosen in {unit.name for unit in graph.units}:
            self._edit(with_function(graph, self.chosen, function))

    def _add_unit(self) -> None:
        if graph := self.pen.circuit:
            self._edit(with_unit(graph, free_place(self.graph.places)))

    def _add_input(self) -> None:
        if graph := self.pen.circuit:
            self._edit(with_input(graph))


def layer_words(graph: Graph) -> Wordings:
    """What the layered form is made of, and how far it is from the graph, in several wordings."""
    form, apart = graph.layered, f"{graph.difference:.0e}" if graph.difference else "0"
    units = f"in layers: {len(form.units)} neurons, {form.copies} of them copies"
    return (
        f"{units} · graph − layers on 1,000 random inputs: {apart}",
        f"{units} · graph − layers: {apart}",
        f"{len(form.units)} neurons, {form.copies} copies · off by {apart}",
        units,
    )
