"""What all experiments have in common, whatever it is that learns; and every kind's schema by its name."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from msgspec import Meta, Struct, structs, to_builtins

from nnviz.late import Late

FORMAT = 1
"""The newest format of experiment files that this version reads, and the one it writes."""
NETWORK = "network"
"""The kind of an experiment that names none."""
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Kind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is needed to repeat a run of one kind: the base of every schema.

    ``LIVE`` names the settings that can change while a run goes on.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset()

    format: Annotated[int, Meta(ge=1)] = FORMAT

    def continues(self, before: "Kind") -> bool:
        """True if only live settings differ, so that a run of ``before`` need not start anew."""
        return type(self) is type(before) and all(
            getattr(self, key) == getattr(before, key) for key in self.__struct_fields__ if key not in self.LIVE
        )

    @property
    def its_seed(self) -> int:
        """The seed of what it learns; 0 where nothing is left to chance."""
        return int(getattr(self, "seed", 0))

    def reseeded(self, by: int = 1) -> Self:
        """The same with a seed that is so much higher; as it is where nothing is left to chance."""
        return structs.replace(self, seed=self.its_seed + by) if "seed" in self.__struct_fields__ else self

    def before(self, change: Mapping[str, Any]) -> Self:
        """The same without what a change of some of its keys leaves no sense to."""
        del change
        return self

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the names of its files converted."""
        del convert
        return self

    def complaints(self) -> Iterator[str]:
        """Everything that makes no sense though the schema allows it, a line each."""
        yield from ()

    def changes_from(self, before: "Kind") -> Iterator[str]:
        """Names of the settings that differ."""
        yield from (key for key in self.__struct_fields__ if getattr(self, key) != getattr(before, key, None))


LEARNERS = (NETWORK, "memory")
"""Kinds that learn from samples to be right: what can race and be studied."""
Learner = Any
"""An experiment of such a kind, whose table says which: `experiment.validation.converted` sees to it."""

SCHEMAS: Late[type[Kind]] = Late(
    "nnviz",
    {
        "network": "experiment.experiment:Experiment",
        "hopfield": "kinds.hopfield.schema:Hopfield",
        "boltzmann": "kinds.boltzmann:Boltzmann",
        "circuit": "kinds.circuit.schema:Circuit",
        "composition": "kinds.composition.schema:Composition",
        "hebb": "kinds.hebb:Hebb",
        "memory": "kinds.memory.schema:Memory",
        "perceptron": "kinds.perceptron:Perceptron",
        "race": "kinds.race.schema:Race",
        "spikes": "kinds.spikes:Spikes",
        "study": "kinds.study.schema:Study",
        "surface": "kinds.surface.schema:Surface",
        "three_units": "kinds.three_units.schema:ThreeUnits",
    },
)


def name_of(experiment: Kind) -> str:
    """The name that files give an experiment's kind."""
    return _name_of(type(experiment))


@cache
def _name_of(kind: type[Kind]) -> str:
    return SCHEMAS.name_of(kind)


def plain(experiment: Kind) -> dict[str, Any]:
    """The experiment as plain values, in which the one that it is about says of which kind it is."""
    values: dict[str, Any] = to_builtins(experiment)
    base = getattr(experiment, "base", None)
    if isinstance(base, Kind) and name_of(base) != NETWORK:
        values["base"] = {"kind": name_of(base), **values["base"]}
    return values
