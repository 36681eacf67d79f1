"""All activation functions side by side, those of the network marked."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Text
from nnviz.drawing.room import Room
from nnviz.engine.activations import ACTIVATIONS, activation_function
from nnviz.plots.canvas import PlotView
from nnviz.runs.snapshot import Snapshot
from nnviz.views.activations.function_plot import FunctionPlot

_COLUMNS = 3
"""How many stand side by side at least."""
_LOWEST, _NARROWEST = 8.0, 7.5
"""Lines of text that a function is high where there is room, and wide however little room there is."""
_PAD = 4.0
_LEAST = 7.0
"""Height of a function at least, in lines, for a line about its kink."""


class FunctionsView(PlotView[Snapshot]):
    """σ and σ′ of every activation function, and where on it this network's pre-activations lie.

    The distributions are those of the snapshot's scene, which holds them if the lens asks for responses.

    Signals
    -------
    activation_chosen : str
        The name of a function that was clicked.
    """

    activation_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = [FunctionPlot(self.canvas, function) for function in ACTIVATIONS.values()]
        self.key = Text(self.canvas.scene())
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        self.canvas.clicked.connect(self._choose)

    def connect_to(self, room: Room) -> None:
        self.activation_chosen.connect(room.choose_activation)

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        self.key.set_style(self.font(), self._theme.muted)
        self.key.write("solid: σ,  dashed: its slope σ′;  click one to use it", area.left() + _PAD, area.top())
        grid = area.adjusted(0.0, 1.2 * metrics.height(), 0.0, 0.0)
        columns = self._columns(grid.width() / metrics.height(), grid.height() / metrics.height())
        width, height = grid.width() / columns, grid.height() / self._rows(columns)
        lines = 2 if height > _LEAST * metrics.height() else 1
        for k, plot in enumerate(self.plots):
            row, column = divmod(k, columns)
            place = QRectF(grid.left() + column * width, grid.top() + row * height, width - _PAD, height - _PAD)
            plot.set_theme(self._theme, self.font())
            plot.arrange(place, self.font(), lines=lines)

    def _columns(self, width: float, height: float) -> int:
        """How many plots stand side by side on a grid of so many lines of text each way."""
        rows = max(1, int(height / _LOWEST), self._rows(max(1, int(width / _NARROWEST))))
        return max(_COLUMNS, -(-len(self.plots) // rows))

    def _rows(self, columns: int) -> int:
        return -(-len(self.plots) // columns)

    def _paint(self, snapshot: Snapshot) -> None:
        functions = snapshot.problem.network.activations
        responses = snapshot.scene.responses if snapshot.scene else ()
        names = [*(f"layer {l}" for l in range(1, len(functions))), "output"]
        for plot in self.plots:
            name = plot.function.name
            plot.show_function(activation_function(name, snapshot.experiment.network.alpha))
            layers = [l for l, function in enumerate(functions) if function.name == name]
            plot.show_use([names[l] for l in layers], [responses[l] for l in layers] if responses else [])

    def _choose(self, place: QPointF) -> None:
        """Tell which function was clicked, but where a zoomed one may be shown whole again by the next click."""
        plane = self.canvas.plane_at(place)
        for plot in self.plots:
            if plot.rect.contains(place) and not (plane and plane.held):
                self.activation_chosen.emit(plot.function.name)
