"""How far above the lowest place each racer is, step by step, on a logarithmic scale."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from nnviz.drawing.canvas import Text, bold
from nnviz.kinds.surface.state import SurfaceState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Course, Curves, Line, curve_pen
from nnviz.plots.scales import linear_scale, log_scale
from nnviz.theme import Theme

_LEAST = 1e-12


class SurfaceLoss(Curves):
    """A curve for each racer; the racers' rows say which is whose."""

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(canvas, "step", is_named=False)
        self.caption = Text(canvas.scene())

    def arrange_racers(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str], caption: str) -> None:
        """Fill a rectangle below a caption, if it is high enough for curves."""
        self.dress(theme, font, [Line(name, curve_pen(theme, k)) for k, name in enumerate(names)])
        self.caption.set_style(bold(font), theme.text)
        self.caption.set_words(caption)
        self.caption.place(rect.left(), rect.top())
        line = self.caption.boundingRect().height()
        self.set_visible(rect.height() >= 4.5 * line)
        self.caption.setVisible(self.plane.is_visible)
        if self.plane.is_visible:
            self.arrange(rect.adjusted(0.0, 1.1 * line, 0.0, 0.0), font)

    def show_racers(self, state: SurfaceState, hidden: frozenset[int]) -> None:
        """Draw the losses of all racers but the hidden ones."""
        steps = np.append(state.steps, state.step).astype(np.float64)
        losses = np.column_stack([state.losses, state.values]) - state.landscape.lowest
        losses = np.where(losses > _LEAST, losses, np.where(np.isnan(losses), np.nan, _LEAST))
        known = losses[np.isfinite(losses)]
        up = log_scale(float(known.min()), float(known.max())) if len(known) else linear_scale(1.0)
        nothing: Course = (np.empty(0), np.empty(0))
        courses = [nothing if k in hidden else (steps, loss) for k, loss in enumerate(losses)]
        self.show(courses, linear_scale(max(10.0, float(state.step))), up)
