"""The buttons of the landscape."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton

from nnviz.drawing.view import small_button

CHOICES = (
    ("random", "random", "two random directions, scaled unit by unit"),
    ("path", "path", "the two main directions of the run's path"),
    ("curvature", "bends", "the directions of the greatest and of the least curvature"),
)
"""Directions: name, the button's words, its tip."""

ZOOM = 2.0**0.5
"""How much larger a part one step shows."""


class LandscapeBar(QObject):
    """Directions, scale, map or surface, and how large a part.

    Signals
    -------
    directions_chosen : str
    redrawn
        Other random directions are asked for.
    look_changed
        The same is to be drawn in another way.
    zoomed : float
        So many times as large a part is asked for.
    """

    directions_chosen = Signal(str)
    redrawn = Signal()
    look_changed = Signal()
    zoomed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices = {name: small_button(words, tip, checkable=True) for name, words, tip in CHOICES}
        self.choices["random"].setChecked(True)
        self.new_button = small_button("new", "other random directions")
        self.surface_button = small_button("3-D", "a surface in place of the map: drag it", checkable=True)
        self.log_button = small_button("log", "logarithmic scale for the loss", checkable=True)
        self.out_button, self.in_button = small_button("−", "a larger part"), small_button("+", "a smaller part")
        self._group = QButtonGroup(self)
        for button in self.choices.values():
            self._group.addButton(button)
        self._group.buttonToggled.connect(self._choose)
        self.new_button.clicked.connect(self.redrawn)
        for button in (self.surface_button, self.log_button):
            button.toggled.connect(self.look_changed)
        self.out_button.clicked.connect(lambda: self.zoomed.emit(ZOOM))
        self.in_button.clicked.connect(lambda: self.zoomed.emit(1.0 / ZOOM))

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """All of them, from left to right."""
        zooms = self.out_button, self.in_button
        return (*self.choices.values(), self.new_button, self.surface_button, self.log_button, *zooms)

    @property
    def directions(self) -> str:
        """The directions that are chosen."""
        return next(name for name, button in self.choices.items() if button.isChecked())

    def fit(self, width: float, gap: float) -> float:
        """Leave out what can be done in other ways where there is no room for it; the width that is taken."""
        wanted = [
            button for button in self.buttons if button is not self.new_button or self.directions == "random"
        ]
        for dispensable in (self.out_button, self.in_button, self.log_button, self.new_button):
            if _width(wanted, gap) > width and dispensable in wanted:
                wanted.remove(dispensable)
        for button in self.buttons:
            button.setVisible(button in wanted)
        return _width(wanted, gap)

    def _choose(self, _button: object, chosen: bool) -> None:
        if chosen:
            self.directions_chosen.emit(self.directions)


def _width(buttons: list[QToolButton], gap: float) -> float:
    return sum(button.sizeHint().width() + gap for button in buttons)
