"""What is asked of Hebb's rule and Oja's: a linked response, or the main direction of a cloud of inputs."""

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from nnviz.data.messages import shown
from nnviz.experiment.kind import Kind, Seed

StimulusName = Annotated[str, Meta(min_length=1, max_length=40)]


class Presentation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stimuli ``shown`` together, so many ``times`` in a row; if it is ``forced``, the response comes anyway."""

    shown: tuple[StimulusName, ...] = ()
    forced: bool = False
    times: Annotated[int, Meta(ge=1, le=1000)] = 1


_PROTOCOL = (
    Presentation(shown=("food",)),
    Presentation(shown=("bell",)),
    Presentation(shown=("food", "bell"), times=6),
    Presentation(shown=("bell",), times=2),
)


class Hebb(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit whose weights grow where input and output are active together.

    With ``source`` association, ``stimuli`` are presented as the ``protocol`` says, again and again if it is to
    ``repeat``; the ``response`` comes, y = 1, when it is forced or when w·x reaches the ``threshold``, else y = 0.
    With ``source`` cloud, so many ``samples`` are drawn from a normal distribution in the plane with variances 1
    and the ``correlation``, and y = w·x. ``weights`` are those to start from; if none are given, the first
    stimulus evokes the response by itself and the others do not, or a cloud's weights are a short arrow at random.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"rule", "learning_rate"})

    rule: Literal["hebb", "oja"] = "hebb"
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.1
    source: Literal["association", "cloud"] = "association"
    weights: tuple[float, ...] = ()
    stimuli: Annotated[tuple[StimulusName, ...], Meta(min_length=1, max_length=6)] = ("food", "bell")
    response: StimulusName = "salivation"
    threshold: float = 0.5
    protocol: Annotated[tuple[Presentation, ...], Meta(min_length=1, max_length=40)] = _PROTOCOL
    repeat: bool = False
    samples: Annotated[int, Meta(ge=2, le=10_000)] = 200
    correlation: Annotated[float, Meta(ge=-1.0, le=1.0)] = 0.8
    seed: Seed = 0

    @property
    def inputs(self) -> int:
        """How many inputs the unit has."""
        return len(self.stimuli) if self.source == "association" else 2

    def complaints(self) -> Iterator[str]:
        """Everything that makes no sense though the schema allows it, a line each."""
        for key in ("learning_rate", "threshold", "correlation"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"
        if not all(map(math.isfinite, self.weights)):
            yield "weights: holds a number that is not finite; allowed: finite numbers"
        if len(self.weights) not in {0, self.inputs}:
            yield (
                f"weights: {len(self.weights)} numbers for {self.inputs} inputs; allowed: {self.inputs}, or none"
            )
        if len(set(self.stimuli)) < len(self.stimuli):
            yield "stimuli: two have the same name; allowed: different names"
        yield from self._strangers()

    def _strangers(self) -> Iterator[str]:
        """What is presented though it is no stimulus."""
        for number, presentation in enumerate(self.protocol, start=1):
            for name in presentation.shown:
                if self.source == "association" and name not in self.stimuli:
                    yield (
                        f"protocol, item {number}: {shown(repr(name))} is no stimulus; "
                        f"allowed: {', '.join(map(shown, self.stimuli))}"
                    )
