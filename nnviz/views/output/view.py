"""The network's output over its inputs: a plane, or a curve for one input."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.room import Room
from nnviz.drawing.view import View, small_button, style_button
from nnviz.plots.region import RegionView
from nnviz.plots.samples import SamplesView
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.plots.curve import CurveView


class OutputView(QStackedWidget, View[Snapshot]):
    """The view that suits the data: decision regions or a curve."""

    stroke_drawn = Signal(object)
    pointed = Signal(float, float)
    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._draws = theme("light"), False
        self._views: list[SamplesView] = []
        self._sample: int | None = None
        self.region = RegionView()
        self._add(self.region)
        self.lines = small_button(
            "lines", "Draw the line w·x + b = 0 of each neuron in the first hidden layer.", checkable=True
        )
        self.lines.setParent(self)
        self.lines.toggled.connect(self.region.set_lines)
        self.lines.hide()

    def connect_to(self, room: Room) -> None:
        self.stroke_drawn.connect(room.draw_stroke)
        self.pointed.connect(room.show_point)
        self.looked_at.connect(room.look_at_extent)

    @cached_property
    def curve(self) -> "CurveView":
        """The view for data with one input; made when first needed."""
        from nnviz.plots.curve import CurveView  # noqa: PLC0415 - see nnviz.late

        view = CurveView()
        self._add(view)
        view.set_theme(self._theme)
        view.set_drawing(self._draws)
        return view

    def show_snapshot(self, snapshot: Snapshot) -> None:
        view = self.curve if snapshot.problem.flat else self.region
        self.setCurrentWidget(view)
        view.show_snapshot(snapshot)
        offered = view is self.region and self.region.has_lines
        if offered == self.lines.isHidden():
            self.lines.setVisible(offered)
            self._place_button()

    def set_lines(self, shows: bool) -> None:
        """Show or hide the hidden units' lines."""
        self.lines.setChecked(shows)

    def mark_sample(self, sample: int | None) -> None:
        self._sample = sample
        for view in self._views:
            view.mark_sample(sample)

    def zoom(self, extent: Extent | None) -> None:
        if isinstance(front := self.currentWidget(), SamplesView):
            front.zoom(extent)

    def set_theme(self, theme: Theme) -> None:
        style_button(self.lines, theme)
        self._theme = theme
        for view in self._views:
            view.set_theme(theme)

    def set_drawing(self, draws: bool) -> None:
        """Turn drawing on or off."""
        if draws != self._draws:
            self._draws = draws
            for view in self._views:
                view.set_drawing(draws)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place_button()

    def _add(self, view: SamplesView) -> None:
        view.stroke_drawn.connect(self.stroke_drawn)
        view.pointed.connect(self.pointed)
        view.looked_at.connect(self.looked_at)
        view.mark_sample(self._sample)
        self._views.append(view)
        self.addWidget(view)

    def _place_button(self) -> None:
        self.lines.adjustSize()
        self.lines.move(self.width() - self.lines.width(), 0)
        self.lines.raise_()
