"""The convolutions of a network: how many, and of each the window, how it moves, and what is pooled."""

from typing import Any

from msgspec import structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.controls.fields import Choice, Count, describe
from nnviz.controls.layout import Flow
from nnviz.engine.convolution import POOLS
from nnviz.experiment.experiment import ConvolutionDesign, HiddenLayer, NetworkDesign

_LARGEST_WINDOW, _LONGEST_STRIDE, _MOST_PADDING = 31, 8, 15
_POOLS = [(pool.name, pool.title) for pool in POOLS.values()]
_POOL_TIP = """What becomes of the numbers at neighbouring places of a map.
Where the maximum of the whole map goes on, it no longer matters where in the picture something is."""
USUAL = ConvolutionDesign(channels=8, window=3, padding=1)
"""The first convolution of a network that has had none."""


def with_convolutions(network: NetworkDesign, count: int) -> tuple[HiddenLayer, ...]:
    """The hidden layers with so many convolutions: a new one is like the last, or below it if that pools."""
    present, above = network.convolutions, network.hidden[len(network.convolutions) :]
    if count <= len(present):
        return (*present[:count], *above)
    if present and POOLS[present[-1].pool].side is None:
        return (*present[:-1], structs.replace(present[-1], pool="none"), present[-1], *above)
    return (*present, present[-1] if present else USUAL, *above)


class ConvolutionField(QWidget):
    """Window, stride, padding and pooling of one convolution; ``changed`` carries a new `ConvolutionDesign`."""

    changed = Signal(object)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._design = USUAL
        self.side = _count("window", 1, _LARGEST_WINDOW, f"Side of the window of layer {number}, in pixels.")
        self.stride = _count("stride", 1, _LONGEST_STRIDE, f"How far the window of layer {number} moves.")
        self.padding = _count("padding", 0, _MOST_PADDING, "Rows and columns of zeros around the picture.")
        self.pool = Choice(_POOLS)
        self.pool.setMinimumContentsLength(max(len(title) for _, title in _POOLS))
        describe(self.pool, f"Pooling of layer {number}", _POOL_TIP)
        row = Flow(self, spacing=4)
        sizes = {"window": self.side, "stride": self.stride, "padding": self.padding}
        self._fields: dict[str, Any] = sizes | {"pool": self.pool}
        for key, field in self._fields.items():
            row.addWidget(field)
            field.changed.connect(lambda value, key=key: self._edit(key, value))

    def show_value(self, design: ConvolutionDesign) -> None:
        """Show a convolution; emits nothing."""
        self._design = design
        for key, field in self._fields.items():
            field.show_value(getattr(design, key))

    def _edit(self, key: str, value: Any) -> None:
        self.changed.emit(structs.replace(self._design, **{key: value}))


def _count(name: str, low: int, high: int, tip: str) -> Count:
    field = Count(low, high)
    field.setPrefix(f"{name} ")
    describe(field, name.capitalize(), tip)
    return field
