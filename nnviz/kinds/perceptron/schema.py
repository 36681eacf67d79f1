"""What is asked of a perceptron."""

import math
from collections.abc import Callable, Iterator
from typing import Annotated, ClassVar, Literal, Self

from msgspec import Meta, structs

from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.validation import complaints


class Perceptron(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A threshold unit that learns two classes.

    ``weights`` and ``bias`` are those to start from; without weights they are zero. Samples have their turn in the
    order of the data, a truth table's in counting order, or are ``shuffled`` anew for every epoch. A step goes on
    to the next mistake, or with ``mistakes_only`` off it looks at one sample.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate", "mistakes_only"})

    data: Data = Data(name="or")
    learning_rate: Annotated[float, Meta(gt=0.0, le=1000.0)] = 0.5
    order: Literal["in_turn", "shuffled"] = "in_turn"
    mistakes_only: bool = True
    weights: tuple[float, ...] = ()
    bias: float = 0.0
    seed: Seed = 0

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the name of its table converted."""
        return structs.replace(self, data=self.data.with_path(convert))

    def complaints(self) -> Iterator[str]:
        """Everything that makes no sense though the schema allows it, a line each."""
        yield from complaints(Experiment(data=self.data))
        for key, values in (
            ("learning_rate", (self.learning_rate,)),
            ("weights", self.weights),
            ("bias", (self.bias,)),
        ):
            if not all(map(math.isfinite, values)):
                yield f"{key}: holds a number that is not finite; allowed: finite numbers"
