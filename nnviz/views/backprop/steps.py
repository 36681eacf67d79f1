"""What the window, keys and other views can do with the view of an example."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.runs.aspect import Aspect
from nnviz.views.backprop.walk import Walk


class StopChooser(QWidget):
    """A widget with a walk through an example.

    Signals
    -------
    aspects_changed
        Another example, or its gradient check, is wanted.
    parameter_set : layer, unit, source or None, value
        A weight or bias was typed.
    path_lit : Lit
        What the diagram is to light.
    advance_requested
        The run is to take the step that was gone through.
    """

    aspects_changed = Signal()
    parameter_set = Signal(int, int, object, float)
    path_lit = Signal(object)
    advance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.walk = Walk(self)
        self.walk.wanted_changed.connect(self.aspects_changed)

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What is to be computed of the network."""
        return (self.walk.wanted,)

    def step_on(self) -> None:
        """Go on by a unit."""
        self.walk.go(1)

    def step_back(self) -> None:
        """Go back by a unit."""
        self.walk.go(-1)

    def step_layer_on(self) -> None:
        """Go on by a layer."""
        self.walk.go_layer(1)

    def step_layer_back(self) -> None:
        """Go back by a layer."""
        self.walk.go_layer(-1)

    def show_stop(self, phase: str, place: tuple[int, int] | None, *, before: bool) -> None:
        """Go to a stop that a lesson names: a phase, and (layer, unit) from 0 or None for its last."""
        self.walk.go_to_stop(phase, place, before=before)

    def show_weight(self, layer: int, unit: int, source: int | None) -> None:
        """Show how the loss comes to a weight, or a bias; all counted from 0."""
        self.walk.choose((layer, unit, source))

    def pick_point(self, x: float, y: float) -> None:
        """Take the training sample next to a point of the plane."""
        self.walk.pick_point(x, y)

    def take_step(self) -> None:
        """Have the run take this very step, and begin with the next example."""
        self.walk.go_to(0)
        self.advance_requested.emit()
