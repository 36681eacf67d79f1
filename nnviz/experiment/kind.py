"""What all experiments have in common, whatever it is that learns; and every kind's schema by its name."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, ClassVar, Self

from msgspec import Meta, Struct, structs

from nnviz.late import Late

FORMAT = 1
"""The newest format of experiment files that this version reads, and the one it writes."""
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

    def reseeded(self) -> Self:
        """The same with another seed; as it is where nothing is left to chance."""
        if "seed" not in self.__struct_fields__:
            return self
        return structs.replace(self, seed=getattr(self, "seed") + 1)  # noqa: B009 - not every kind has one

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
