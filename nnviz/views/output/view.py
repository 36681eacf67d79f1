"""The network's output over its inputs: a plane, or a curve for one input."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.room import Room
from nnviz.drawing.view import PADDING, TIGHT, Switches, View, small_button, style_button
from nnviz.plots.network_plane import NetworkPlane
from nnviz.plots.region import RegionView
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.plots.curve import CurveView


_PROBE_TIP = "Put a point into the plane, drag it, and see what every neuron computes for it."
_BETWEEN = 2
"""Pixels between buttons."""
_WIDE = 1.5
"""Width of the view, in its heights, from which a square plane leaves room for the buttons beside it."""


class OutputView(QStackedWidget, View[Snapshot]):
    """The view that suits the data: decision regions or a curve."""

    stroke_drawn = Signal(object)
    pointed = Signal(float, float)
    looked_at = Signal(object)
    probe_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._draws, self._padding = theme("light"), False, PADDING
        self._views: list[NetworkPlane] = []
        self._sample: int | None = None
        self.region = RegionView()
        self._add(self.region)
        self.lines = small_button(
            "lines", "Draw the line w·x + b = 0 of each neuron in the first hidden layer.", checkable=True
        )
        self.lines.setParent(self)
        self.lines.toggled.connect(self.region.set_lines)
        self.lines.hide()
        self.probe = small_button("probe", _PROBE_TIP, checkable=True)
        self.probe.setParent(self)
        self.probe.toggled.connect(self._set_probing)
        self.options = small_button("options ▾", "What is drawn in the plane.")
        self.options.setParent(self)
        self.test = self._choice("Test samples", self._show_test)
        self.test.setChecked(True)
        self.discrete = self._choice("Class only, no confidence", self.region.set_discrete)
        self.choices = (self.test, self.discrete)
        menu = QMenu(self.options)
        menu.addActions(self.choices)
        self.options.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.options.setMenu(menu)

    @property
    def switches(self) -> Switches:
        return {"test samples": self.test, "class only": self.discrete}

    def connect_to(self, room: Room) -> None:
        self.stroke_drawn.connect(room.draw_stroke)
        self.pointed.connect(room.show_point)
        self.looked_at.connect(room.look_at_extent)
        self.probe_moved.connect(room.probe)

    @cached_property
    def curve(self) -> "CurveView":
        """The view for data with one input; made when first needed."""
        from nnviz.plots.curve import CurveView  # noqa: PLC0415 - see nnviz.late

        view = CurveView()
        self._add(view)
        view.set_theme(self._theme)
        view.set_drawing(self._draws)
        view.set_test_shown(self.test.isChecked())
        return view

    def show_snapshot(self, snapshot: Snapshot) -> None:
        view = self.curve if snapshot.problem.flat else self.region
        changed = view is not self.currentWidget()
        self.setCurrentWidget(view)
        view.show_snapshot(snapshot)
        offered = view is self.region and self.region.has_lines
        self.test.setEnabled(bool(len(snapshot.problem.test)))
        self.discrete.setEnabled(bool(snapshot.problem.classes))
        if changed and self.probe.isChecked():
            self._set_probing(True)
        if changed or offered == self.lines.isHidden():
            self.lines.setVisible(offered)
            self._place_buttons()

    def set_lines(self, shows: bool) -> None:
        """Show or hide the hidden units' lines."""
        self.lines.setChecked(shows)

    def mark_sample(self, sample: int | None) -> None:
        self._sample = sample
        for view in self._views:
            view.mark_sample(sample)

    def zoom(self, extent: Extent | None) -> None:
        if isinstance(front := self.currentWidget(), NetworkPlane):
            front.zoom(extent)

    def set_theme(self, theme: Theme) -> None:
        for button in (self.probe, self.lines, self.options):
            style_button(button, theme, self._padding)
        self._theme = theme
        for view in self._views:
            view.set_theme(theme)

    def set_drawing(self, draws: bool, reach: float = 0.0) -> None:
        """Turn drawing on or off; with a reach, a fraction of the plane's width, the pen erases."""
        self._draws = draws
        for view in self._views:
            view.set_drawing(draws, reach)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for button in (self.lines, self.probe, self.options):
                button.setFont(self.font())  # with a style sheet they do not inherit the font
            self._place_buttons()

    def _choice(self, words: str, switch: Callable[[bool], object]) -> QAction:
        action = QAction(words, self)
        action.setCheckable(True)
        action.toggled.connect(switch)
        return action

    def _set_probing(self, probes: bool) -> None:
        front = self.currentWidget()
        for view in sorted(self._views, key=lambda view: view is front):  # the one in front has the last word
            view.set_probing(probes and view is front)

    def _show_test(self, shown: bool) -> None:
        for view in self._views:
            view.set_test_shown(shown)

    def _add(self, view: NetworkPlane) -> None:
        view.stroke_drawn.connect(self.stroke_drawn)
        view.pointed.connect(self.pointed)
        view.looked_at.connect(self.looked_at)
        view.probe_moved.connect(self.probe_moved)
        view.mark_sample(self._sample)
        self._views.append(view)
        self.addWidget(view)

    def _pad(self, padding: int) -> None:
        """Have so many pixels beside the words of the buttons."""
        if padding != self._padding:
            self._padding = padding
            self.set_theme(self._theme)

    def _place_buttons(self) -> None:
        """Put the buttons into the upper right corner: in a column beside a square plane, or in rows."""
        buttons = [button for button in (self.options, self.probe, self.lines) if not button.isHidden()]
        wide = sum(button.sizeHint().width() + 2 * (PADDING - self._padding) for button in buttons)
        self._pad(PADDING if wide + _BETWEEN * (len(buttons) - 1) <= self.width() else TIGHT)
        for button in buttons:
            button.adjustSize()
            button.raise_()
        in_column = self.currentWidget() is self.region and self.width() > _WIDE * self.height()
        x, y, left = self.width() + _BETWEEN, 0, self.width()
        for button in buttons:
            x -= _BETWEEN + button.width()
            if button is not buttons[0] and (in_column or x < 0):
                x, y = self.width() - button.width(), y + button.height() + _BETWEEN
            button.move(x, y)
            left = min(left, x)
        for view in self._views:
            view.leave_room(0 if in_column else y + self.options.height(), self.width() - left)
