"""Logic by threshold units: circuits of neurons that are on or off.

A unit is on when as many of its excitatory inputs are on as its threshold says, and no inhibitory one is: a single
active inhibitory input silences it. W. S. McCulloch and W. Pitts, *A logical calculus of the ideas immanent in
nervous activity*, Bulletin of Mathematical Biophysics 5 (1943) 115–133.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.int8]
"""0 or 1."""


@dataclass(frozen=True)
class ThresholdUnit:
    """A unit of a circuit whose nodes are numbered, inputs first.

    Parameters
    ----------
    excitatory, inhibitory : tuple of int
        The nodes that it listens to.
    """

    threshold: int
    excitatory: tuple[int, ...] = ()
    inhibitory: tuple[int, ...] = ()

    def excitation(self, values: Sequence[int] | Bits) -> int:
        """How many of the excitatory inputs are on, given the values of all nodes."""
        return sum(int(values[node]) for node in self.excitatory)

    def is_silenced(self, values: Sequence[int] | Bits) -> bool:
        """Whether an inhibitory input is on."""
        return any(values[node] == 1 for node in self.inhibitory)

    def output(self, values: Sequence[int] | Bits) -> int:
        """1 if the unit fires, else 0."""
        return int(self.excitation(values) >= self.threshold and not self.is_silenced(values))


def truth_table(inputs: int) -> Bits:
    """Every combination of so many inputs, shape (2^inputs, inputs), counting up in binary."""
    rows = np.arange(2**inputs)[:, None]
    return (rows >> np.arange(inputs - 1, -1, -1) & 1).astype(np.int8)


def forward_order(sources: Mapping[str, Iterable[str]]) -> list[str]:
    """All nodes by name, each after those that it listens to.

    Raises
    ------
    graphlib.CycleError
        Signals would run in a circle; its second argument names the nodes on it.
    """
    return list(TopologicalSorter(sources).static_order())
