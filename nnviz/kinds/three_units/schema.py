"""Three threshold units, two of which see the points and the third the two: by search, and by descent."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Annotated, ClassVar, Self

from msgspec import Meta, structs

from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.validation import complaints

WEDGE = Data(
    name="drawn",
    train_fraction=1.0,
    points=(
        (-0.5, 0.35, 0.0),
        (0.5, 0.2, 1.0),
        (0.9, 0.55, 1.0),
        (-0.6, -0.3, 0.0),
        (0.45, 0.95, 1.0),
        (-0.15, 0.1, 0.0),
        (-0.05, 0.55, 0.0),
        (1.0, 0.1, 0.0),
        (0.1, 0.3, 1.0),
        (-0.05, 0.8, 0.0),
    ),
)
"""Ten points that two lines and an AND part, and no single line."""
MOST_POINTS = 24
Pair = tuple[float, float]


class ThreeUnits(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two threshold units and an AND that are to tell points of two classes apart (Blum & Rivest 1989).

    Every pair of ways to part the points by a line is tried in turn, a step each, until one has class 1 where both
    units say yes; ``all_pairs`` goes on after that. With ``holding`` only ways are tried that have all of class 1
    on their positive side. Beside it two sigmoids and the same AND go downhill from weights drawn with ``seed``,
    an epoch of all points with each step. So many pairs were ``tried`` before it begins; ``weights``, a row for
    each sigmoid, and ``biases`` are those that descent begins with in place of drawn ones.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate"})

    data: Data = WEDGE
    holding: bool = False
    all_pairs: bool = False
    learning_rate: Annotated[float, Meta(gt=0.0, le=1000.0)] = 1.0
    seed: Seed = 0
    tried: Annotated[int, Meta(ge=0)] = 0
    weights: Annotated[tuple[Pair, ...], Meta(max_length=2)] = ()
    biases: Annotated[tuple[float, ...], Meta(max_length=2)] = ()

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        return structs.replace(self, data=self.data.with_path(convert))

    def reseeded(self, by: int = 1) -> Self:
        return structs.replace(self, seed=self.seed + by, tried=0, weights=(), biases=())

    def complaints(self) -> Iterator[str]:
        yield from complaints(Experiment(data=self.data))
        if not isfinite(self.learning_rate):
            yield f"learning_rate: {self.learning_rate} is not allowed; allowed: finite numbers"
        if (len(self.weights), len(self.biases)) not in {(0, 0), (2, 2)}:
            yield f"weights: {len(self.weights)} rows, biases: {len(self.biases)}; allowed: two each, or none"
        for key, numbers in (("weights", (x for row in self.weights for x in row)), ("biases", self.biases)):
            if not all(map(isfinite, numbers)):
                yield f"{key}: holds a number that is not finite; allowed: finite numbers"
