"""Hidden space: the plane in the coordinates of a hidden layer, with a slider to get there."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPointF, QSignalBlocker, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from nnviz.analysis.hidden_space import MOST_SAMPLES, HiddenPicture, HiddenSpace
from nnviz.drawing.canvas import Text, as_verdict
from nnviz.drawing.points import Legend
from nnviz.drawing.room import Room
from nnviz.drawing.sample_pictures import SampleCard
from nnviz.drawing.slider import plain_slider, style_slider
from nnviz.drawing.view import Switches, small_button
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.plots.canvas import PlotView
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.hidden.plot import HiddenPlot

NO_HIDDEN_LAYER = "There is no hidden layer to look into: add one."
NOT_FINITE = "The run has diverged: there are no finite activations to show."
_PAD = 8.0
_STEPS = 200
"""Number of the slider's steps."""
_WIDE = 1.8
"""Ratio of width to height above which slider and legend are beside the picture."""


class HiddenChooser(QObject):
    """Buttons for layer, components and units.

    For a new network the last hidden layer is chosen, with its two units if it has two, or else with its principal
    components.

    Signals
    -------
    chosen
        ``wanted`` has changed.
    """

    chosen = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted: HiddenSpace | None = None
        self._hidden: tuple[int, ...] = ()
        self.layer, self.across, self.up = (_menu_button() for _ in range(3))
        self.components = small_button(
            "components", "the first two principal components of the layer's activations", checkable=True
        )
        self.components.toggled.connect(self._choose_components)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """The buttons for layer, components, and the units of both axes."""
        return self.layer, self.components, self.across, self.up

    def begin(self, hidden: tuple[int, ...]) -> None:
        """Start with hidden layers of other sizes."""
        self._hidden = hidden
        self._choose(_usual(hidden, len(hidden)) if hidden else None)

    def choose(self, layer: int, units: tuple[int, int] | None) -> None:
        """Choose a layer, counted from 1, and two of its units, counted from 0, or None for its components."""
        self._choose(HiddenSpace(layer, units))

    def _choose(self, wanted: HiddenSpace | None) -> None:
        is_new, self.wanted = wanted != self.wanted, wanted
        self._name()
        if is_new:
            self.chosen.emit()

    def _choose_layer(self, layer: int) -> None:
        units = self.wanted.units if self.wanted else None
        fits = units is not None and max(units) < self._hidden[layer - 1]
        self._choose(HiddenSpace(layer, units) if fits else _usual(self._hidden, layer))

    def _choose_unit(self, axis: int, unit: int) -> None:
        if self.wanted and self.wanted.units:
            across, up = self.wanted.units
            self.choose(self.wanted.layer, (unit, up) if axis == 0 else (across, unit))

    def _choose_components(self, chosen: bool) -> None:
        if self.wanted:
            self.choose(self.wanted.layer, None if chosen else (0, 1))

    def _name(self) -> None:
        """Show the choice on the buttons, and the alternatives in their menus."""
        wanted = self.wanted
        width = self._hidden[wanted.layer - 1] if wanted else 0
        units = wanted.units if wanted else None
        self.layer.setVisible(len(self._hidden) > 1)
        self.components.setVisible(width > 1)
        with QSignalBlocker(self.components):
            self.components.setChecked(units is None)
        layers = {f"layer {k}": partial(self._choose_layer, k) for k in range(1, len(self._hidden) + 1)}
        _offer(self.layer, f"layer {wanted.layer if wanted else ''}", layers)
        for axis, button in enumerate((self.across, self.up)):
            button.setVisible(units is not None)
            if units is not None:
                choices = {f"neuron {k + 1}": partial(self._choose_unit, axis, k) for k in range(width)}
                _offer(button, f"{'→↑'[axis]} neuron {units[axis] + 1}", choices)


def _usual(hidden: tuple[int, ...], layer: int) -> HiddenSpace:
    return HiddenSpace(layer, (0, 1) if hidden[layer - 1] == 2 else None)


def _menu_button() -> QToolButton:
    button = small_button("")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button


def _offer(button: QToolButton, text: str, choices: dict[str, partial[None]]) -> None:
    """Set a button's text and menu."""
    button.setText(f"{text} ▾")
    menu = button.menu()
    menu.clear()
    for words, choose in choices.items():
        menu.addAction(words, choose)


class MorphSlider(QWidget):
    """A slider between two labels.

    Signals
    -------
    moved
        ``share`` has changed.
    """

    moved = Signal()

    def __init__(self, start: str, end: str) -> None:
        super().__init__()
        self.slider = plain_slider(_STEPS, f"from {start} to {end}")
        self.slider.setValue(_STEPS)
        self.slider.valueChanged.connect(self.moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.addWidget(QLabel(start))
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(end))

    @property
    def share(self) -> float:
        """The slider's position, from 0 to 1."""
        return self.slider.value() / _STEPS

    def set_share(self, share: float) -> None:
        """Move the slider."""
        self.slider.setValue(round(share * _STEPS))

    def set_theme(self, theme: Theme) -> None:
        style_slider(self.slider, theme)


class HiddenView(PlotView[Snapshot]):
    """Samples, the plane's grid and the decision boundary, mapped by a hidden layer.

    A slider leads from the inputs to the hidden space; the pointer shows a sample.

    Signals
    -------
    aspects_changed
        Another layer, or other units, were chosen.
    """

    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption = as_verdict(Text(scene, 6.0))
        self.plot, self.card = HiddenPlot(self.canvas), SampleCard(scene)
        self.chooser, self.slider = HiddenChooser(self), MorphSlider("inputs", "hidden space")
        self.legend = Legend()
        self._sizes: tuple[int, ...] = ()
        self._shown: tuple[HiddenPicture, Problem] | None = None
        self._pointed: QPointF | None = None
        self.add_controls(*self.chooser.buttons)
        self.chooser.chosen.connect(self._look_elsewhere)
        self.slider.moved.connect(self._show_all)
        self._beside, self._is_wide = QWidget(), False
        column = QVBoxLayout(self._beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.slider, self.legend):
            column.addWidget(widget)
        column.addStretch(1)
        _grid(self).addWidget(self._beside, 1, 0)
        _grid(self).setRowStretch(0, 1)
        self.setAutoFillBackground(True)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)

    @property
    def switches(self) -> Switches:
        return {"components": self.chooser.components}

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> Iterable[Aspect]:
        return () if self.chooser.wanted is None else (self.chooser.wanted,)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the moment; for a network of another shape, its last hidden layer."""
        sizes = snapshot.problem.network.layer_sizes
        if sizes != self._sizes:
            self._sizes = sizes
            self.chooser.begin(sizes[1:-1])
        super().show_snapshot(snapshot)

    def mark_sample(self, sample: int | None) -> None:
        self.plot.mark_sample(sample)
        self.canvas.repaint_soon()

    def set_theme(self, theme: Theme) -> None:
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)
        self.slider.set_theme(theme)
        super().set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place slider and legend below the picture, or beside it if it would be too low."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            grid = _grid(self)
            grid.removeWidget(self._beside)
            grid.addWidget(self._beside, *((0, 1) if is_wide else (1, 0)))
            for column, stretch in enumerate((62, 38) if is_wide else (1, 0)):
                grid.setColumnStretch(column, stretch)

    def _show_all(self) -> None:
        """Show all at the slider's position, as a zoomed part has other coordinates there."""
        self.canvas.show_all()
        self._show()

    def _look_elsewhere(self) -> None:
        self._shown = None
        self.canvas.show_all()
        self.aspects_changed.emit()

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.caption.set_style(self.font(), self._theme.text)
        self.card.set_style(self._theme, self.font())
        head = max(1.4 * metrics.height(), self.chooser.components.sizeHint().height() + 2.0)
        self.plot.arrange(area.adjusted(0.0, head, 0.0, 0.0), self.font(), self._theme)
        if self._snapshot:
            self._name_classes(self._snapshot.problem)

    def _paint(self, snapshot: Snapshot) -> None:
        aspects, wanted = snapshot.scene.aspects if snapshot.scene else {}, self.chooser.wanted
        if self._shown is None or self._shown[1] is not snapshot.problem:
            self._name_classes(snapshot.problem)
        if self._shown and self._shown[1].train is not snapshot.problem.train:
            self._shown = None
            self.canvas.show_all()
        if wanted and wanted in aspects:
            picture = aspects[wanted]
            self._shown = (picture, snapshot.problem) if picture else None
        self._repaint()

    def _repaint(self) -> None:
        """Paint the last picture at the slider's position."""
        if self._shown is None:
            self.plot.clear()
            self.card.hide()
            self._say(_excuse(self._snapshot))
            return
        picture, problem = self._shown
        self.plot.show(picture, problem, self.slider.share)
        self._say(*_wordings(picture, problem))
        if self._pointed:
            self._point(self._pointed)

    def _name_classes(self, problem: Problem) -> None:
        test = problem.test
        without = replace(
            problem, test=Samples(test.points[:0], test.inputs[:0], test.targets[:0], None, test.rows[:0])
        )
        self.legend.show_problem(without, self._theme)
        self.legend.setVisible(bool(problem.labels))

    def _say(self, *wordings: str) -> None:
        """Show the longest wording that fits beside the buttons."""
        metrics = QFontMetricsF(self.font())
        room = self.canvas.area.width() - self._corner.sizeHint().width() - 3 * _PAD
        self.caption.set_words(next((w for w in wordings if metrics.horizontalAdvance(w) <= room), wordings[-1]))
        self.caption.place(_PAD, _PAD)

    def _point(self, point: QPointF | None = None) -> None:
        """Show the sample under the pointer, if there is one."""
        self._pointed = point
        self.canvas.repaint_soon()
        sample = self.plot.sample_at(point) if point and self._shown else None
        self.plot.ring(sample)
        self.card.hide()
        if sample is not None and point and self._shown:
            problem = self._shown[1]
            self.card.show(problem, problem.train, sample, point, self.canvas.area)


def _grid(view: QWidget) -> QGridLayout:
    grid = view.layout()
    assert isinstance(grid, QGridLayout)  # noqa: S101 - every canvas view has one
    return grid


def _excuse(snapshot: Snapshot | None) -> str:
    """Why there is no picture; empty if it comes with the next frame."""
    if snapshot and len(snapshot.problem.network.layer_sizes) == 2:
        return NO_HIDDEN_LAYER
    return NOT_FINITE if snapshot and not snapshot.finite else ""


def _wordings(picture: HiddenPicture, problem: Problem) -> tuple[str, ...]:
    """The caption in several wordings, the longest first."""
    width = problem.network.layer_sizes[picture.layer]
    of_what = f"layer {picture.layer}: {width} neuron{'s' if width > 1 else ''}"
    same = picture.units is not None and picture.units[0] == picture.units[1]
    held = picture.shares[0] if same else sum(picture.shares)
    share = f"{100 * min(1.0, held):.0f} % of the variance"
    left_out = len(problem.train) > len(picture.samples.plane)
    some = f", {MOST_SAMPLES} of {len(problem.train):,} samples" if left_out else ""
    return f"{of_what}, {share}{some}", f"{of_what}, {share}", share, ""
