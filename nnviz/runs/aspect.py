"""What of a network is computed only while someone looks at it: each such thing is an aspect.

A view names the aspects that it shows; the training thread makes a picture of each for every frame.
"""

from collections.abc import Callable
from typing import Any, Protocol

from nnviz.experiment.problem import Problem


class Aspect(Protocol):
    """A frozen, hashable value that says what is looked at, and how closely."""

    def prepare(self, problem: Problem) -> Callable[[Any], Any]:
        """What turns a `Snapshot` of the problem into the picture that the view paints.

        Called once for a problem, and what it returns once a frame, both in the training thread. A picture is
        frozen; what cannot be shown of this network is None.
        """
