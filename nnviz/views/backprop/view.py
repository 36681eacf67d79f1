"""Forward and backward pass of one example, step by step; each step can be copied as text or LaTeX."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import (
    Example,
    ExampleState,
    Phase,
    Stop,
    TraceOf,
    caption,
    ends_of_layers,
    lit,
    order,
    way_through,
)
from nnviz.drawing.room import Room
from nnviz.drawing.view import View, style_button
from nnviz.experiment.problem import Problem
from nnviz.runs.network_parts import NOTHING_LIT, Lit, ParameterIndex, has_parameter
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.backprop.bars import ExampleFields, PaneBar, StepBar
from nnviz.views.backprop.panes import TITLES, Panes


class Walk(QObject):
    """The cursor on the steps of an example, shared by all panes.

    Signals
    -------
    changed
        The state to show has changed.
    wanted_changed
        Another example has to be computed.
    """

    changed = Signal()
    wanted_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted = TraceOf()
        self.at = 0
        self.chosen: ParameterIndex | None = None
        self.jacobian = False
        self._example: Example | None = None
        self._problem: Problem | None = None
        self._begins_at: tuple[str, tuple[int, int] | None, bool] | None = None

    @property
    def look(self) -> ExampleState | None:
        """The state to show; None while there is no example."""
        if self._example is None or self._problem is None:
            return None
        return ExampleState(self._example, self.at, self.chosen, self.jacobian, self._problem.input_labels)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the example of a moment; another network starts from the beginning."""
        before, self._problem = self._problem, snapshot.problem
        aspects = snapshot.scene.aspects if snapshot.scene else {}
        example = aspects.get(self.wanted)
        if before is None or _differ(before, snapshot.problem):
            self.at, self.chosen, self._example = 0, None, None
            if before is not None and before.train is not snapshot.problem.train:
                self.want(TraceOf(check=self.wanted.check))
        if isinstance(example, Example):
            is_first, self._example = self._example is None, example
            if is_first:
                self._begin()
        self.changed.emit()

    def go_to_stop(self, phase: str, place: tuple[int, int] | None, *, before: bool) -> None:
        """Go to a phase's stop at (layer, unit), or its last one if None; ``before``: to just before its first.

        If the example of another network arrives later, it begins there too.
        """
        self._begins_at = (phase, place, before)
        self._begin()

    def _begin(self) -> None:
        """Go to the stop at which examples begin."""
        self.at = 0
        if self._begins_at is None or (look := self.look) is None:
            return
        phase, place, before = self._begins_at
        stops = [
            at
            for stop, at in order(look.traced.network).items()
            if stop.phase.value == phase and place in {None, (stop.layer, stop.unit)}
        ]
        if stops:
            self.go_to(max(0, stops[0] - 1) if before else stops[-1])

    def go(self, steps: int) -> None:
        """Go some stops forward, or back if negative."""
        if look := self.look:
            self.go_to(min(max(0, self.at + steps), len(way_through(look.traced.network)) - 1))

    def go_layer(self, direction: int) -> None:
        """Go forward to the end of the next layer, or back to that of the layer before."""
        if look := self.look:
            ends = ends_of_layers(look.traced.network)
            ahead = [end for end in ends if (end - self.at) * direction > 0]
            self.go_to(min(ahead, key=lambda end: abs(end - self.at), default=self.at))

    def choose(self, place: ParameterIndex | None) -> None:
        """Highlight a parameter's path, or none; the cursor goes to where its partial derivative is known."""
        if self._problem is None or (place and not has_parameter(self._problem, place)):
            return
        self.chosen = place
        if place and (look := self.look) and not look.knows(Phase.GRADIENT, *place[:2]):
            self.at = order(look.traced.network)[Stop(Phase.GRADIENT, *place[:2])]
        self.changed.emit()

    def write(self, *, jacobian: bool) -> None:
        """Choose the notation."""
        self.jacobian = jacobian
        self.changed.emit()

    def want(self, wanted: TraceOf) -> None:
        """Ask for another example."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit()

    def pick_point(self, x: float, y: float) -> None:
        """Choose the training sample nearest to a point of the plane."""
        if self._problem is not None and len(self._problem.train):
            away = self._problem.train.points[:, :2] - (x, y)
            sample = int((away * away).sum(axis=1).argmin())
            self.want(TraceOf(sample, check=self.wanted.check))

    def type_in(self, inputs: Iterable[float], target: Iterable[float]) -> None:
        """Use these numbers instead of a sample's."""
        self.want(replace(self.wanted, inputs=tuple(inputs), target=tuple(target)))

    def check(self, *, wanted: bool) -> None:
        """Turn the gradient check on or off."""
        self.want(replace(self.wanted, check=wanted))

    def go_to(self, at: int) -> None:
        """Go to a stop; 0 is the example itself."""
        self.at = at
        self.changed.emit()


def _differ(before: Problem, after: Problem) -> bool:
    """Whether an example of one problem is invalid for the other."""
    return before.network != after.network or before.train is not after.train


def sample_words(example: Example) -> str:
    """The sample's name in words."""
    if example.sample is None:
        return "typed example"
    return f"training sample {example.sample + 1:,}" + (", next in the run" if example.is_next else "")


def as_text(look: ExampleState) -> str:
    """The step as text: its formulas with letters and with numbers."""
    lines = [words for line in formulas(look) for words in (line.letters, line.numbers) if words]
    return "\n".join([caption(look), *map(plain, lines)])


def as_latex(look: ExampleState) -> str:
    """The step as a LaTeX environment of aligned formulas."""
    lines = [words for line in formulas(look) for words in (line.letters, line.numbers) if words]
    rows = " \\\\\n".join(f"  {_aligned(words)}" for words in lines)
    return f"% {caption(look)}\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def _aligned(words: str) -> str:
    """A formula with TeX's alignment mark before its first relation sign."""
    at = min((words.index(sign) for sign in ("=", r"\leftarrow") if sign in words), default=-1)
    return words if at < 0 else f"{words[:at]}&{words[at:]}"


def copy_text(look: ExampleState | None) -> None:
    """Copy the step as text."""
    if look:
        QGuiApplication.clipboard().setText(as_text(look))


def copy_latex(look: ExampleState | None) -> None:
    """Copy the step as LaTeX."""
    if look:
        QGuiApplication.clipboard().setText(as_latex(look))


def copy_picture(widget: QWidget) -> None:
    """Copy a picture of a widget."""
    QGuiApplication.clipboard().setPixmap(widget.grab())


class BackpropView(QWidget, View[Snapshot]):
    """One example's forward pass, loss, backward pass and update, unit by unit, in several panes.

    Signals
    -------
    aspects_changed
        Another example, or its gradient check, has to be computed.
    parameter_set : layer, unit, source or None, value
        A weight or bias was typed.
    path_lit : Lit
        What the diagram should highlight.
    advance_requested
        The user wants the run to take the step shown.
    """

    aspects_changed = Signal()
    parameter_set = Signal(int, int, object, float)
    path_lit = Signal(object)
    advance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.walk = Walk(self)
        self.panes, self.fields, self.steps = Panes(), ExampleFields(), StepBar()
        self.bar = PaneBar(
            TITLES,
            {
                "as text": lambda: copy_text(self.walk.look),
                "as LaTeX": lambda: copy_latex(self.walk.look),
                "as a picture": lambda: copy_picture(self.panes),
            },
        )
        self._lit = NOTHING_LIT
        self.fields.hide()
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.steps, self.bar, self.fields):
            column.addWidget(part)
        column.addWidget(self.panes, 1)
        self._connect()
        self._show()

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)
        self.parameter_set.connect(room.set_parameter)
        self.path_lit.connect(room.light)
        self.advance_requested.connect(room.advance)

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        return (self.walk.wanted,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.walk.show_snapshot(snapshot)

    def show_parameter(self, layer: int, unit: int, source: int | None) -> None:
        """Show the path from the loss to a parameter."""
        self.walk.choose((layer, unit, source))

    def show_point(self, x: float, y: float) -> None:
        self.walk.pick_point(x, y)

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)
        for button in self.findChildren(QToolButton):
            style_button(button, theme)
        self.panes.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for button in self.findChildren(QToolButton):
                button.setFont(self.font())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remove the highlights in the diagram."""
        super().hideEvent(event)
        self._light(NOTHING_LIT)

    def _connect(self) -> None:
        buttons, walk = self.steps.buttons, self.walk
        for name, do in (
            ("begin", lambda: walk.go_to(0)),
            ("layer_back", lambda: walk.go_layer(-1)),
            ("back", lambda: walk.go(-1)),
            ("on", lambda: walk.go(1)),
            ("layer_on", lambda: walk.go_layer(1)),
            ("take", self._take_step),
        ):
            buttons[name].clicked.connect(do)
        walk.changed.connect(self._show)
        walk.wanted_changed.connect(self.aspects_changed)
        self.bar.chosen.connect(self.panes.toggle)
        self.bar.letters.toggled.connect(lambda on: walk.write(jacobian=on))
        self.bar.typing.toggled.connect(self.fields.setVisible)
        self.fields.typed.connect(walk.type_in)
        self.panes.picked.connect(walk.choose)
        self.panes.value_set.connect(self.parameter_set)
        self.panes.arranged.connect(lambda: walk.check(wanted="check" in self.panes.shown))
        self.panes.arranged.connect(self._show)

    def _take_step(self) -> None:
        """Let the run take this step, and begin with the next example."""
        self.walk.go_to(0)
        self.advance_requested.emit()

    def _show(self) -> None:
        """Show the state of the cursor everywhere."""
        look = self.walk.look
        for name, button in self.bar.panes.items():
            button.setChecked(name in self.panes.shown)
        if not self.isVisible():
            return
        self.panes.show_example(look)
        self._say(look)
        if look:
            self.fields.show_example(look)
            self._light(lit(look))

    def _light(self, what: Lit) -> None:
        """Change the highlights in the diagram, if they differ."""
        if what != self._lit:
            self._lit = what
            self.path_lit.emit(what)

    def _say(self, look: ExampleState | None) -> None:
        """Show the cursor's position, the sample, and the possible actions."""
        at = look.at if look else 0
        last = len(way_through(look.traced.network)) - 1 if look else 0
        self.steps.words.set_words(caption(look) if look else "")
        self.bar.sample.set_words(sample_words(look.example) if look else "")
        for name, able in (("begin", at > 0), ("layer_back", at > 0), ("back", at > 0)):
            self.steps.buttons[name].setEnabled(able)
        for name in ("on", "layer_on"):
            self.steps.buttons[name].setEnabled(at < last)
        self.steps.buttons["take"].setVisible(look is not None and look.example.is_next and at == last)
