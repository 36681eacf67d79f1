"""Forward and backward pass of one example, step by step; each step can be copied as text or LaTeX."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import (
    Example,
    ExampleState,
    caption,
    lit,
    way_through,
)
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches, View, style_button
from nnviz.runs.network_parts import NOTHING_LIT, Lit
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.backprop.bars import ExampleFields, PaneBar, StepBar
from nnviz.views.backprop.panes import TITLES, Panes
from nnviz.views.backprop.walk import Walk


def sample_words(example: Example) -> list[str]:
    """The sample's name in words, the longest wording first."""
    if example.sample is None:
        return ["typed example"]
    name = f"sample {example.sample + 1:,}"
    words = [f"{name}, next in the run"] * example.is_next + [name]
    return [f"training {words[0]}", *words]


def caption_words(look: ExampleState) -> list[str]:
    """What has just been computed, the longest wording first; the last ones do not say where."""
    parts = caption(look).split(" · ")
    last = parts[-1].split(": ")
    return [" · ".join(parts), *dict.fromkeys((parts[-1], last[-1]))]


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
    sample_shown : int or None
        The training sample of the example; None if it is none, or no longer visible.
    advance_requested
        The user wants the run to take the step shown.
    """

    aspects_changed = Signal()
    parameter_set = Signal(int, int, object, float)
    path_lit = Signal(object)
    sample_shown = Signal(object)
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
        self._sample: int | None = None
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

    @property
    def switches(self) -> Switches:
        return {**self.bar.panes, "partials": self.bar.letters}

    def switch(self, on: Collection[str]) -> tuple[str, ...]:
        """Show the panes that are named, at most two; if none is, those that are shown."""
        was = (*self.panes.shown, *(["partials"] if self.bar.letters.isChecked() else []))
        self.bar.letters.setChecked("partials" in on)
        self.panes.choose([name for name in TITLES if name in on])
        return was

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)
        self.parameter_set.connect(room.set_parameter)
        self.path_lit.connect(room.light)
        self.sample_shown.connect(room.mark_sample)
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
        self._mark(None)

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
        self._mark(look.example.sample if look else None)

    def _mark(self, sample: int | None) -> None:
        """Have the example's sample marked in other views, if it is another."""
        if sample != self._sample:
            self._sample = sample
            self.sample_shown.emit(sample)

    def _light(self, what: Lit) -> None:
        """Change the highlights in the diagram, if they differ."""
        if what != self._lit:
            self._lit = what
            self.path_lit.emit(what)

    def _say(self, look: ExampleState | None) -> None:
        """Show the cursor's position, the sample, and the possible actions."""
        at = look.at if look else 0
        last = len(way_through(look.traced.network)) - 1 if look else 0
        self.steps.words.set_wordings(*(caption_words(look) if look else [""]))
        self.bar.sample.set_wordings(*(sample_words(look.example) if look else [""]))
        for name, able in (("begin", at > 0), ("layer_back", at > 0), ("back", at > 0)):
            self.steps.buttons[name].setEnabled(able)
        for name in ("on", "layer_on"):
            self.steps.buttons[name].setEnabled(at < last)
        self.steps.buttons["take"].setVisible(look is not None and look.example.is_next and at == last)
