"""Requests for surveys of the loss: at once by the buttons, and at intervals while the network changes."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton

from nnviz.analysis.loss_plane import LEVELS, DirectionsName, LossPlane, SurveyRequest, path_to
from nnviz.data.dataset import Extent
from nnviz.drawing.view import Switches, small_button
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline

CHOICES = (
    ("random", "random", "two random directions, scaled neuron by neuron"),
    ("path", "path", "the two main directions of the run's path"),
    ("curvature", "bends", "the directions of the greatest and of the least curvature"),
)
"""Directions: name, text of the button, tip."""

ZOOM = 2.0**0.5
"""Factor of one zoom step."""
_PAUSE = 500
"""Milliseconds between two surveys during training, as a survey slows the training."""
_BESIDE = 33
"""Points per side of a survey made during training."""


class LandscapeBar(QObject):
    """Buttons for directions, scale, map or surface, and zoom.

    Signals
    -------
    directions_chosen : str
    redrawn
        Other random directions were requested.
    look_changed
        The same survey has to be drawn differently.
    zoomed : float
        A part larger by this factor was requested.
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
        """All buttons, from left to right."""
        zooms = self.out_button, self.in_button
        return (*self.choices.values(), self.new_button, self.surface_button, self.log_button, *zooms)

    @property
    def switches(self) -> Switches:
        """The buttons that stay pressed, by their texts."""
        pressed = (*self.choices.values(), self.surface_button, self.log_button)
        return {button.text(): button for button in pressed}

    @property
    def directions(self) -> str:
        """Name of the chosen directions."""
        return next(name for name, button in self.choices.items() if button.isChecked())

    def fit(self, width: float, gap: float) -> float:
        """Hide dispensable buttons if not all fit; return the width."""
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
    """Follows a run, and requests surveys of its loss.

    Signals
    -------
    wanted : SurveyRequest
        Make this survey in place of any requested before.
    unwanted
        Cancel the survey.
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

    def is_done_with(self, snapshot: Snapshot) -> bool:
        """Whether the survey of a moment is there, as fine as it gets; a diverged network has none."""
        if self.wish is None or not snapshot.finite:
            return not snapshot.finite
        return self._done and self.wish.levels[-1] == LEVELS[-1] and not _differ(self.wish.snapshot, snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """Request a survey around this moment: at once if it is another landscape, otherwise after an interval."""
        self._snapshot = snapshot
        if self.wish is None:
            self._look()
        elif not alike(self.wish.snapshot, snapshot):
            self._window = None
            self._look()
        elif not self._soon.isActive() and self._moved:
            self._look_again()

    def choose(self, directions: DirectionsName) -> None:
        """Use other directions, at the usual range."""
        self._directions, self._window = directions, None
        self._look()

    def draw_again(self) -> None:
        """Use other random directions."""
        self._seed += 1
        self._look()

    def look_at(self, window: Extent | None) -> None:
        """Survey another part of the plane, None for the usual one; it starts finer than for a new plane."""
        if window != self._window:
            self._window = window
            self._look(LEVELS[1:])

    def take(self, plane: LossPlane) -> None:
        """Take a finished survey."""
        self._done |= plane.wish is self.wish and plane.finished

    def rest(self) -> None:
        """Cancel the survey until `follow` is called again."""
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
        """Survey around the current network, or more finely if it has not moved."""
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
        """Whether the survey shown is not of the current moment."""
        if self.wish is None or self._snapshot is None:
            return False
        return _differ(self.wish.snapshot, self._snapshot)


def _differ(one: Snapshot, other: Snapshot) -> bool:
    return not np.array_equal(one.position.parameters, other.position.parameters)


def alike(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots have the same landscape."""
    penalties = (snapshot.experiment.training.penalties for snapshot in (one, other))
    return one.problem is other.problem and next(penalties) == next(penalties)
