"""A view whose canvas has plots on it."""

from PySide6.QtWidgets import QWidget

from nnviz.drawing.view import CanvasView, M
from nnviz.plots.canvas import PlotCanvas


class PlotView(CanvasView[M]):
    """A view that paints its snapshot again when a plot is zoomed or panned by hand: some of it is in pixels."""

    canvas: PlotCanvas

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.zoomed.connect(self._show)

    def make_canvas(self) -> PlotCanvas:
        return PlotCanvas(self)
