"""What the network makes of its inputs: a plane, or a curve where there is one input."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnviz.experiment.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.curve import CurveView
from nnviz.views.region import RegionView


class OutputView(QStackedWidget):
    """The view that suits the data: decision regions or a curve."""

    stroke_drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region, self.curve = RegionView(), CurveView()
        self.addWidget(self.region)
        self.addWidget(self.curve)
        for view in (self.region, self.curve):
            view.stroke_drawn.connect(self.stroke_drawn)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot in the view that suits its data."""
        view = self.curve if snapshot.problem.flat else self.region
        self.setCurrentWidget(view)
        view.show_snapshot(snapshot)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.region.set_theme(theme)
        self.curve.set_theme(theme)

    def set_drawing(self, draws: bool) -> None:
        """Let the pointer draw points, or a curve, or nothing."""
        self.region.set_drawing(draws)
        self.curve.set_drawing(draws)
