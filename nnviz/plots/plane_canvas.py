"""A canvas that one plane fills."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import Extent
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme

_PAD = 2.0


class PlaneCanvas(PlotCanvas):
    """A plane, and around it what its axes need.

    Signals
    -------
    arranged
        The frame has another place or size, or another part is seen: what is in pixels has to be placed anew.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._is_bare = False
        self.main = self.plane()
        self.main.moved.connect(self.arranged)
        self.resized.connect(self._arrange)

    def set_theme(self, theme: Theme) -> None:
        """Paint ground, axes and words in the theme's colours."""
        self.dress(theme, self.font())
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Write in the widget's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def show_extent(self, extent: Extent, words: tuple[str, str], *, square: bool = False) -> None:
        """Have this part of the plane as the whole; ``square``: a unit is as long upwards as sideways."""
        self.extent = extent
        self.main.box.is_square = square
        self.main.name_axes(*("", "") if self._is_bare else words)
        self.main.show(self._scale(*extent[:2]), self._scale(*extent[2:]))
        self._arrange()

    def hide_axes(self) -> None:
        """Have no numbers and no words at the axes."""
        self._is_bare = True
        self.show_extent(self.extent, ("", ""), square=self.main.box.is_square)

    def _scale(self, low: float, high: float) -> Scale:
        return Scale(low, high, ()) if self._is_bare else range_scale(low, high)

    def _arrange(self) -> None:
        """Fill the canvas, once it is known how large it is to be."""
        if not self.viewport().testAttribute(Qt.WidgetAttribute.WA_PendingResizeEvent):
            self.main.arrange(self.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.font())
            self.repaint_soon()
