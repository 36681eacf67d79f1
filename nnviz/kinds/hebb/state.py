"""What a unit that learns by Hebb's or Oja's rule has come to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from nnviz.engine.rules import length
from nnviz.engine.tape import Array
from nnviz.runs.rule import State, read_only

LONGEST_TRACE = 128
"""Moments of the weights' course that a state remembers."""


@dataclass(frozen=True, eq=False, kw_only=True)
class HebbState(State):
    """A unit that learns by Hebb's or Oja's rule, after some steps.

    Parameters
    ----------
    weights : array, shape (inputs,)
    inputs : array, shape (inputs,)
        What was presented last; zeros before anything was.
    output : float
        The response to it.
    responses : tuple of float
        Responses of the epoch under way; of the last one when it is just over.
    trace : array, shape (moments, inputs)
        The weights' course from the start on, at most `LONGEST_TRACE` moments of it.
    stride : int
        Steps from one moment of the trace to the next.
    marked : array, shape (inputs,)
        The weights at the start of the epoch under way.
    still : bool
        More steps would change nothing, or there are no more.
    """

    weights: Array
    inputs: Array
    output: float = 0.0
    responses: tuple[float, ...] = ()
    trace: Array
    stride: int = 1
    marked: Array
    still: bool = False

    @property
    def settled(self) -> bool:
        """Whether more steps would change nothing."""
        return self.still

    @property
    def norms(self) -> Array:
        """|w| at each moment of the trace."""
        return np.array([length(weights) for weights in self.trace])

    @property
    def measures(self) -> Mapping[str, float]:
        """What can be asked of it by name."""
        return {"norm": length(self.weights), "output": self.output}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Captions and numbers."""
        return (
            ("|w|", f"{length(self.weights):.4g}"),
            ("y", f"{self.output:.3g}".replace("-", "−")),
            ("weights", "still" if self.still else "changing"),
        )

    def traced(self) -> Self:
        """With the weights added to the trace when it is time; a full trace is thinned."""
        if self.step % self.stride:
            return self
        trace = np.vstack([self.trace, self.weights])
        if len(trace) <= LONGEST_TRACE:
            return replace(self, trace=read_only(trace))
        return replace(self, trace=read_only(trace[::2].copy()), stride=2 * self.stride)

    def retraced(self, weights: Array) -> Self:
        """With other weights at the end of the trace, if that is at this step."""
        if self.step % self.stride:
            return self
        return replace(self, trace=read_only(np.vstack([self.trace[:-1], weights])))
