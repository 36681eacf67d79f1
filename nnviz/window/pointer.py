"""What is pointed at in one view, shown in another."""

from nnviz.stage.stage import Stage


class SharedPointing:
    """Passes on what was clicked to those views that can be seen and have something to say about it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def pick_point(self, x: float, y: float) -> None:
        """Take the sample next to a point of the plane through the network."""
        if "backprop" in self._stage.shown:
            self._stage.views["backprop"].pick_point(x, y)

    def pick_parameter(self, layer: int, unit: int, source: int | None) -> None:
        """Show how the loss depends on a weight or a bias."""
        if "backprop" in self._stage.shown:
            self._stage.views["backprop"].show_weight(layer, unit, source)
        if "slices" in self._stage.shown:
            self._stage.views["slices"].show_parameter(layer, unit, source)

    def trace_on(self) -> None:
        """Take the example one stop further through the network."""
        if "backprop" in self._stage.shown:
            self._stage.views["backprop"].step_on()

    def trace_back(self) -> None:
        """Take the example one stop back."""
        if "backprop" in self._stage.shown:
            self._stage.views["backprop"].step_back()
