"""The bar at the top: playing, stepping, speed, and the numbers of the moment shown."""

from bisect import bisect_left, bisect_right
from math import inf, log

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.controls.buttons import IconButton
from nnviz.controls.fields import StopSlider, describe
from nnviz.controls.layout import FixedLabel, Flow
from nnviz.controls.readouts import Readouts, row

_PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_STOPS = (*_PACES, None)
_SLOWEST = _PACES[0]
USUAL_PACE = 200
"""Steps a second at which a room sees a network learn: XOR takes two seconds to 90 %, not some milliseconds."""

_BUTTONS = (
    ("reset", "Reset", "Begin again from the same first weights."),
    ("new_seed", "New seed", "Begin again from other first weights."),
    ("step_back", "Step back", "Show the moment before this one."),
    ("play", "Play", "Learn, or pause."),
    ("step", "Step", "Take one step: one update of the weights, after one batch."),
    ("epoch", "Epoch", "Go to the end of the epoch: until every training sample has been used once more."),
)


_SPACING, _CLOSE = 16, 8
_MARGIN = 8
_WIDEST, _USUAL = "10,000 steps a second", "100 steps a second"


class PlaybackBar(QWidget):
    """The bar at the top; ``pace_changed`` carries steps per second, None for as fast as possible.

    Attributes
    ----------
    steps_per_second : float or None
        The speed in steps per second, which may lie between two stops of the slider.
    """

    play_toggled = Signal()
    step_requested = Signal()
    epoch_requested = Signal()
    step_back_requested = Signal()
    reset_requested = Signal()
    new_seed_requested = Signal()
    pace_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Playback")
        self.buttons = {key: IconButton(key, name, f"{name}: {tip}", 1.7) for key, name, tip in _BUTTONS}
        self.readouts = Readouts()
        self.steps_per_second: float | None = None
        self._usual: float = USUAL_PACE
        self.pace = StopSlider(_STOPS)
        self._words = FixedLabel(_WIDEST)
        groups, margins = QWidget(), QVBoxLayout(self)
        margins.setContentsMargins(_MARGIN, 4, _MARGIN, 4)
        margins.addWidget(groups)
        self._flow = flow = Flow(groups, spacing=_SPACING)
        for group in (row(self.buttons.values(), 2), self._pace_column(), *self.readouts.groups):
            flow.addWidget(group)
        for button in self.buttons.values():
            button.setAutoRaise(True)
        self._connect()
        self.show_pace(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Take less space where one line is too short for all."""
        self._set_compact(False)
        if self._flow.sizeHint().width() > self.width() - 2 * _MARGIN:
            self._set_compact(True)

    def _set_compact(self, compact: bool) -> None:
        self.readouts.set_compact(compact)
        self._words.reserve(_USUAL if compact else _WIDEST)
        self._column.activate()
        self._flow.setSpacing(_CLOSE if compact else _SPACING)

    def show_playing(self, playing: bool) -> None:
        """Show whether the run plays."""
        button = self.buttons["play"]
        button.show_picture("pause" if playing else "play")
        button.setAccessibleName("Pause" if playing else "Play")

    def show_pace(self, steps_per_second: float | None) -> None:
        """Show a speed; None for as fast as possible."""
        if steps_per_second is None and self.steps_per_second is not None:
            self._usual = self.steps_per_second
        self.steps_per_second = steps_per_second
        self.pace.show_index(_nearest_stop(steps_per_second))
        self._words.show_text(pace_text(steps_per_second))

    def change_pace(self, stops: int) -> None:
        """Change the speed by some stops of the slider, positive for faster."""
        self.choose_pace(_pace_beyond(self.steps_per_second, stops))

    def slow_down(self) -> None:
        """Take one step a second."""
        self.choose_pace(_SLOWEST)

    def toggle_fastest(self) -> None:
        """Go as fast as possible, or if it does already, as it did before."""
        self.choose_pace(None if self.steps_per_second else self._usual)

    def choose_pace(self, steps_per_second: float | None) -> None:
        """Take this speed; None for as fast as possible."""
        self.show_pace(steps_per_second)
        self.pace_changed.emit(steps_per_second)

    def _pace_column(self) -> QWidget:
        widget = QWidget()
        self._column = column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.pace)
        column.addWidget(self._words)
        describe(self.pace, "Speed", "How many steps it takes in a second.")
        return widget

    def _connect(self) -> None:
        self.buttons["play"].clicked.connect(self.play_toggled)
        for key in ("step", "epoch", "step_back", "reset", "new_seed"):
            self.buttons[key].clicked.connect(getattr(self, f"{key}_requested"))
        self.pace.changed.connect(self.choose_pace)


def pace_text(steps_per_second: float | None) -> str:
    """A speed in words."""
    if steps_per_second is None:
        return "as fast as it goes"
    return f"{steps_per_second:,.12g} step{'' if steps_per_second == 1 else 's'} a second"


def _nearest_stop(pace: float | None) -> int:
    """Index of the slider's stop that is nearest in ratio."""
    if pace is None:
        return len(_PACES)
    return min(range(len(_PACES)), key=lambda stop: abs(log(_PACES[stop] / pace)))


def _pace_beyond(pace: float | None, stops: int) -> float | None:
    """The stop so many stops above a speed, which may lie between two of them; below it if negative."""
    here = inf if pace is None else pace
    if stops < 0 and here < _SLOWEST:
        return pace
    first = bisect_right(_PACES, here) - 1 if stops > 0 else bisect_left(_PACES, here)
    return _STOPS[min(max(first + stops, 0), len(_PACES))]
