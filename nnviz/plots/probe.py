"""The probe: a point of a plane that the pointer moves, with the network's answer beside it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent

from nnviz.drawing.label import Label
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.plots.plane_canvas import PlaneCanvas
from nnviz.theme import Theme

_PRESSED_OR_MOVED = {QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove}
_ANGLES = np.linspace(0.0, 2.0 * np.pi, 33)
_RADIUS, _ARM = 8.0, 15.0
"""Of the ring and of the cross in it, in pixels."""


class ProbeMarker(QObject):
    """A ring with a cross, moved by a click or a drag in the plane while it is active.

    Signals
    -------
    moved : (x, y)
        The pointer has put it there.
    """

    moved = Signal(object)

    def __init__(self, plot: PlaneCanvas) -> None:
        super().__init__(plot)
        self._plot = plot
        self._place: tuple[float, float] | None = None
        self._words = ""
        self.is_active = False
        self.ring, self.label = PathItem(), Label(plot.scene())
        self.ring.setZValue(28)
        plot.main.add_in_pixels(self.ring)
        plot.mouse_used.connect(self._follow)
        plot.arranged.connect(self._draw)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self.ring.setPen(line_pen(theme.text, 3.0))
        self.label.set_theme(theme, font)

    def show(self, place: tuple[float, float] | None, words: Sequence[str] = ()) -> None:
        """Show it at a place of the plane with words beside it, or not at all."""
        before, self._place, self._words = self._place, place, "\n".join(words)
        if place or before:
            self._draw()

    @property
    def is_seen(self) -> bool:
        """Whether its place is in the visible part of the plane."""
        plane = self._plot.main
        return self._place is not None and plane.frame.contains(*plane.pixels(np.array(self._place)).tolist())

    def _draw(self) -> None:
        plane = self._plot.main
        if self._place is None:
            self.ring.set_points(np.empty(0), np.empty(0))
            self.label.hide()
            return
        x, y = plane.pixels(np.array(self._place)).tolist()
        cross = np.array([[-_ARM, _ARM, np.nan, 0.0, 0.0], [0.0, 0.0, np.nan, -_ARM, _ARM]])
        circle = _RADIUS * np.array([np.cos(_ANGLES), np.sin(_ANGLES)])
        path = np.array([[x], [y]]) + np.concatenate([circle, [[np.nan], [np.nan]], cross], axis=1)
        self.ring.set_points(path[0], path[1])
        self.label.show(self._words, QPointF(x, y), plane.frame)

    def _follow(self, event: QMouseEvent) -> None:
        held = event.buttons() & Qt.MouseButton.LeftButton
        if not (self.is_active and held and event.type() in _PRESSED_OR_MOVED):
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # which pans the plane
            return
        place = self._plot.mapToScene(event.position().toPoint())
        if self._plot.main.frame.contains(place):
            self.moved.emit(self._plot.main.point_at(place))
