"""What is asked of the landscape: by its buttons at once, and now and then while the network changes."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton

from nnviz.analysis.loss_plane import LEVELS, DirectionsName, LossPlane, SurveyRequest, path_to
from nnviz.data.dataset import Extent
from nnviz.drawing.view import small_button
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline

CHOICES = (
    ("random", "random", "two random directions, scaled unit by unit"),
    ("path", "path", "the two main directions of the run's path"),
    ("curvature", "bends", "the directions of the greatest and of the least curvature"),
)
"""Directions: name, the button's words, its tip."""

ZOOM = 2.0**0.5
"""How much larger a part one step shows."""
_PAUSE = 500
"""Milliseconds between two looks at a network that learns: looking costs it time."""
_BESIDE = 33
"""Points a side of a picture that is made while the network learns."""


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


class SurveyRequests(QObject):
    """Follows a run, and says what is to be looked at.

    Signals
    -------
    wanted : SurveyRequest
        This is to be looked at, and nothing that was wanted before.
    unwanted
        Nothing is to be looked at any more.
    """

    wanted = Signal(object)
    unwanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline: Timeline | None = None
        self.wish: SurveyRequest | None = None
        self._directions: DirectionsName = "random"
        self._seed = 0
        self._window: Extent | None = None
        self._snapshot: Snapshot | None = None
        self._done = False
        self._soon = QTimer(self, interval=_PAUSE, singleShot=True)
        self._soon.timeout.connect(self._look_again)

    def follow(self, snapshot: Snapshot) -> None:
        """Want to see the landscape around this moment: at once if it is another one, else before long."""
        self._snapshot = snapshot
        if self.wish is None:
            self._look()
        elif not alike(self.wish.snapshot, snapshot):
            self._window = None
            self._look()
        elif not self._soon.isActive() and self._moved:
            self._look_again()

    def choose(self, directions: DirectionsName) -> None:
        """Look along other directions, as far as usual."""
        self._directions, self._window = directions, None
        self._look()

    def draw_again(self) -> None:
        """Look along other random directions."""
        self._seed += 1
        self._look()

    def look_at(self, window: Extent | None) -> None:
        """Look at another part of the plane, None for the usual one; not as coarse at first as a new plane."""
        if window != self._window:
            self._window = window
            self._look(LEVELS[1:])

    def take(self, plane: LossPlane) -> None:
        """Know what has been seen."""
        self._done |= plane.wish is self.wish and plane.finished

    def rest(self) -> None:
        """Want to see nothing until there is something to follow."""
        self._soon.stop()
        self._snapshot = self.wish = None
        self.unwanted.emit()

    def _look(self, levels: tuple[int, ...] = LEVELS) -> None:
        if self._snapshot is None or not self._snapshot.finite:
            return
        moments = self.timeline.line.moments if self.timeline else ()
        path = path_to(self._snapshot, [m for m in moments if isinstance(m, Snapshot)])
        self.wish = SurveyRequest(self._snapshot.bare(), path, self._directions, self._seed, self._window, levels)
        self._done = False
        self._soon.start()
        self.wanted.emit(self.wish)

    def _look_again(self) -> None:
        """Look at where the network is now, or closer at where it stays."""
        if self.wish is None:
            return
        if not self._done:
            self._soon.start()
        elif self._moved:
            self._look((_BESIDE,))
        elif self.wish.levels[-1] < LEVELS[-1]:
            self._look((LEVELS[-1],))

    @property
    def _moved(self) -> bool:
        """Whether what is wanted is not the moment that is shown."""
        if self.wish is None or self._snapshot is None:
            return False
        wanted, now = self.wish.snapshot.position, self._snapshot.position
        return not np.array_equal(wanted.parameters, now.parameters)


def alike(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots have the same landscape."""
    penalties = (snapshot.experiment.training.penalties for snapshot in (one, other))
    return one.problem is other.problem and next(penalties) == next(penalties)
