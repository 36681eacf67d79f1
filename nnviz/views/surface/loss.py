"""How far above the lowest place each racer is, step by step, on a logarithmic scale."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import linear_scale, log_scale
from nnviz.kinds.surface.state import SurfaceState
from nnviz.theme import Theme
from nnviz.views.surface.racers import MOST_RACERS, racer_pen

_LEAST = 1e-12


class SurfaceLoss:
    """A curve for each racer."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.caption = Text(scene)
        self.lines = [add_path(scene, 3.0) for _ in range(MOST_RACERS)]
        self._cursor = add_path(scene, 1.0)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, caption: str) -> bool:
        """Fill a rectangle; False where it is too low for curves."""
        self.caption.set_style(bold(font), theme.text)
        self.caption.set_words(caption)
        self.caption.place(rect.left(), rect.top())
        line = self.caption.boundingRect().height()
        seen = rect.height() >= 4.5 * line
        self.axes.set_theme(theme)
        self._cursor.setPen(line_pen(theme.muted, 1.0))
        if seen:
            self.axes.arrange(rect.adjusted(0.0, 1.1 * line, 0.0, 0.0), font)
        self.axes.set_visible(seen)
        for racer, item in enumerate(self.lines):
            item.setPen(racer_pen(theme, racer))
        for shown in (self.caption, *self.lines, self._cursor):
            shown.setVisible(seen)
        return seen

    def show(self, state: SurfaceState, hidden: frozenset[int]) -> None:
        """Draw the losses of all racers but the hidden ones."""
        steps = np.append(state.steps, state.step).astype(np.float64)
        losses = np.column_stack([state.losses, state.values]) - state.landscape.lowest
        losses = np.where(losses > _LEAST, losses, np.where(np.isnan(losses), np.nan, _LEAST))
        known = losses[np.isfinite(losses)]
        self.axes.set_scales(
            linear_scale(max(10.0, float(state.step)), "step"),
            log_scale(float(known.min()), float(known.max())) if len(known) else linear_scale(1.0),
        )
        for racer, item in enumerate(self.lines):
            if racer >= len(losses) or racer in hidden:
                item.set_points(np.empty(0), np.empty(0))
            else:
                item.set_points(self.axes.across(steps), self.axes.up(losses[racer]))
