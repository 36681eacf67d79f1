"""One example through the network and back, step by step."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from nnviz.analysis.example.state import ExampleState, caption, lit, way_through
from nnviz.drawing.view import dress_button
from nnviz.runs.network_parts import NOTHING_LIT, Lit
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.backprop.bars import ExampleFields, PaneBar, StepBar
from nnviz.views.backprop.copying import copy_latex, copy_picture, copy_text
from nnviz.views.backprop.panes import TITLES, Panes
from nnviz.views.backprop.steps import StopChooser
from nnviz.views.backprop.walk import sample_words


class BackpropView(StopChooser):
    """One cursor that goes forward unit by unit, to the loss, backward and through the update; in panes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the example of a moment."""
        self.walk.show_snapshot(snapshot)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        palette = self.palette()
        for role, color in (
            (QPalette.ColorRole.Window, theme.background),
            (QPalette.ColorRole.WindowText, theme.text),
        ):
            palette.setColor(role, QColor(color))
        self.setPalette(palette)
        for button in self.findChildren(QToolButton):
            dress_button(button, theme)
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
        """Light nothing in the diagram any more."""
        super().hideEvent(event)
        self._light(NOTHING_LIT)

    def _connect(self) -> None:
        buttons, walk = self.steps.buttons, self.walk
        for name, do in (
            ("begin", lambda: walk.go_to(0)),
            ("layer_back", self.step_layer_back),
            ("back", self.step_back),
            ("on", self.step_on),
            ("layer_on", self.step_layer_on),
            ("take", self.take_step),
        ):
            buttons[name].clicked.connect(do)
        walk.changed.connect(self._show)
        self.bar.chosen.connect(self.panes.toggle)
        self.bar.letters.toggled.connect(lambda on: walk.write(jacobian=on))
        self.bar.typing.toggled.connect(self.fields.setVisible)
        self.fields.typed.connect(walk.type_in)
        self.panes.picked.connect(walk.choose)
        self.panes.value_set.connect(self.parameter_set)
        self.panes.arranged.connect(self._choose_panes)

    def _choose_panes(self) -> None:
        self.walk.check(wanted="check" in self.panes.shown)
        self._show()

    def _show(self) -> None:
        """Bring all up to date with the walk."""
        look = self.walk.look
        for name, button in self.bar.panes.items():
            button.setChecked(name in self.panes.shown)
        if not self.isVisible():
            return
        self.panes.show_look(look)
        self._say(look)
        if look:
            self.fields.show_look(look)
            self._light(lit(look))

    def _light(self, what: Lit) -> None:
        """Have the diagram light something, if it is something else."""
        if what != self._lit:
            self._lit = what
            self.path_lit.emit(what)

    def _say(self, look: ExampleState | None) -> None:
        """Say where the cursor is, of which sample, and what can be done there."""
        at = look.at if look else 0
        last = len(way_through(look.traced.network)) - 1 if look else 0
        self.steps.words.set_words(caption(look) if look else "")
        self.bar.sample.set_words(sample_words(look.example) if look else "")
        for name, able in (("begin", at > 0), ("layer_back", at > 0), ("back", at > 0)):
            self.steps.buttons[name].setEnabled(able)
        for name in ("on", "layer_on"):
            self.steps.buttons[name].setEnabled(at < last)
        self.steps.buttons["take"].setVisible(look is not None and look.example.is_next and at == last)
