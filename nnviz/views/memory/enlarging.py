"""A unit of an unrolled network, enlarged over all steps: under the pointer, or reached by the arrows."""

import numpy as np
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Canvas, bold
from nnviz.drawing.magnifier import Curve, Magnifier, height_of
from nnviz.drawing.node_keys import STEPS, NodeKeys
from nnviz.drawing.unrolled import Unrolled
from nnviz.numerals import short
from nnviz.theme import Theme

_WIDE, _SHARE = 2.2, 0.7
"""Ratio of width to height of a picture; its height as a share of the usual one, for rows to be seen beside it."""


class UnitMagnifier(NodeKeys):
    """Enlarges the unit under the pointer; with the focus by Tab, the arrows lead from unit to unit, step to step.

    Attributes
    ----------
    cell : (row, unit, step) or None
        What is enlarged: a row by what it shows, the unit and the step, counted from 0.
    """

    def __init__(self, view: QWidget, canvas: Canvas, unrolled: Unrolled) -> None:
        super().__init__(view)
        self._canvas, self._unrolled = canvas, unrolled
        self.magnifier = Magnifier(canvas.scene())
        self.cell: tuple[str, int, int] | None = None
        canvas.setMouseTracking(True)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self.leave)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, bold(font)
        self.magnifier.set_theme(theme, self._font)

    def show(self) -> None:
        """Show the unit as it is now, unless a question waits: all of them are verdicts."""
        self.magnifier.hide()
        if self.cell is None or self._canvas.keeps_secret:
            return
        name, unit, step = self.cell
        values, title = self._unrolled.course_of(name, unit)
        if step >= len(values):
            return
        high = _SHARE * height_of(self._canvas.area, QFontMetricsF(self._font).height())
        curve = Curve(np.arange(1.0, len(values) + 1.0), values, (step + 1.0, float(values[step])))
        picture = curve.picture(QSizeF(_WIDE * high, high), self._theme, self._font)
        words = f"{title}, step {step + 1}: {short(float(values[step]))}"
        beside = self._unrolled.rows[name].cell_rect(unit, step)
        self.magnifier.show(picture, words, beside, self._canvas.area, _SHARE)

    def go(self, event: QKeyEvent) -> None:
        """Go on to the next unit, or to the same one step later or earlier."""
        if step := STEPS.get(Qt.Key(event.key())):
            self._enlarge(self._unrolled.cell_beside(self.cell, step))

    def leave(self) -> None:
        """Enlarge nothing."""
        self._enlarge(None)

    def _hover(self, point: QPointF) -> None:
        self._enlarge(self._unrolled.cell_at(point))

    def _enlarge(self, cell: tuple[str, int, int] | None) -> None:
        if cell != self.cell:
            self.cell = cell
            self.show()
            self._canvas.repaint_soon()
