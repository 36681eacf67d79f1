"""What varies in a study: variants one by one, or factors, which are crossed or go along with each other."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
from msgspec import Meta, Struct

from nnviz.data.messages import shown
from nnviz.engine.convolution import POOLS
from nnviz.experiment.change import Tables, merged
from nnviz.experiment.experiment import Data, NetworkDesign, Training
from nnviz.experiment.kind import LEARNERS, NETWORK, SCHEMAS
from nnviz.experiment.validation import brief
from nnviz.kinds.race.schema import Title
from nnviz.kinds.study.measures import MEASURES
from nnviz.numerals import tick

if TYPE_CHECKING:  # it takes no names out of a table
    MeasureName = str
else:
    MeasureName = Literal[tuple(MEASURES)]

VariantName = Annotated[str, Meta(max_length=120)]
_TABLES: dict[str, type[Struct]] = {"data": Data, "network": NetworkDesign, "training": Training}
MEASURE_KEY = "measure"
"""The key that is none of the experiment's."""
_CHANGED_BY_SEEDS = frozenset({"training.seed", "seed"})


class Variant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the networks: what it is called, where on the axis it stands, what of the base it changes.

    ``measure`` is what counts of it, if not the same as of the others.
    """

    title: Title
    at: float = 0.0
    change: Tables = {}
    measure: MeasureName | Literal[""] = ""


class Range(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many numbers from ``first`` to ``last``, at equal distances, or with ``log`` in equal ratios."""

    first: float
    last: float
    count: Annotated[int, Meta(ge=2, le=64)]
    log: bool = False

    def numbers(self, *, whole: bool) -> tuple[float, ...]:
        """The numbers, in their order; each once if they are to be ``whole``."""
        spaced = np.geomspace if self.log else np.linspace
        found: list[float] = spaced(self.first, self.last, self.count).tolist()
        digits = 4 if self.log else 12  # nobody means √10 by it
        return tuple(dict.fromkeys(map(round, found))) if whole else tuple(float(f"{x:.{digits}g}") for x in found)

    def complaint(self) -> str:
        """What makes no sense, or nothing."""
        if not (isfinite(self.first) and isfinite(self.last)):
            return f"{self.first:g} to {self.last:g} is not allowed; allowed: finite numbers"
        if self.log and min(self.first, self.last) <= 0.0:
            return f"{self.first:g} to {self.last:g} has no equal ratios; allowed with log: numbers above 0"
        return ""


class Factor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A setting that varies: its ``key``, such as ``training.learning_rate``, and a list of values or a range.

    ``paired`` lets it go along with the factor before it, value by value, in place of being crossed with it.
    ``title`` says what it is, where the key is not to be read, and ``names`` what its values are called.
    The key ``measure`` lets what is measured vary.
    """

    key: Annotated[str, Meta(min_length=1, max_length=120)]
    title: VariantName = ""
    values: Annotated[tuple[Any, ...], Meta(max_length=64)] = ()
    names: Annotated[tuple[Title, ...], Meta(max_length=64)] = ()
    range: Range | None = None
    paired: bool = False

    @property
    def all_names(self) -> tuple[str, ...]:
        """What its values are called."""
        return self.names or tuple(map(_name, self.all_values))

    @property
    def all_values(self) -> tuple[Any, ...]:
        """Its values, in their order."""
        return self.values or (self.range.numbers(whole=self._is_whole) if self.range else ())

    @property
    def words(self) -> str:
        """What it is called."""
        return self.title or self.key.rpartition(".")[2].replace("_", " ")

    def change(self, value: Any) -> Tables:
        """The change to an experiment that sets the key to a value."""
        if self.key == MEASURE_KEY:
            return {}
        table, _, key = self.key.rpartition(".")
        set_to = {key: [value] if self._is_list and not isinstance(value, list | tuple) else value}
        return {table: set_to} if table else set_to

    def complaint(self) -> str:
        """What makes no sense, or nothing."""
        if self.names and len(self.names) != len(self.all_values):
            return f"{len(self.names)} names for {len(self.all_values)} values; allowed: one for each, or none"
        if self.key == MEASURE_KEY:
            wrong = next((value for value in self.values if value not in MEASURES), None)
            allowed = f"allowed: {', '.join(MEASURES)}"
            return f"{brief(wrong)} is no measure; {allowed}" if wrong or not self.values else ""
        if self._table is None or self.key in _CHANGED_BY_SEEDS:
            return f"{shown(repr(self.key))} is no key that can vary; allowed: such as training.learning_rate"
        if bool(self.values) == bool(self.range):
            return "allowed: either values or a range"
        return (self.range.complaint() and f"range: {self.range.complaint()}") if self.range else ""

    @property
    def _usual(self) -> Any:
        return getattr(self._table(), self.key.rpartition(".")[2]) if self._table else None

    @property
    def _table(self) -> type[Struct] | None:
        """The table of whatever kind of experiment that has such a key."""
        table, _, key = self.key.rpartition(".")
        others = (SCHEMAS[kind] for kind in LEARNERS if kind != NETWORK)
        tables = [_TABLES[table]] if table in _TABLES else ([] if table else others)
        return next((known for known in tables if key in known.__struct_fields__), None)

    @property
    def _is_whole(self) -> bool:
        if self.key == MEASURE_KEY:
            return False
        return self._is_list or (isinstance(self._usual, int) and not isinstance(self._usual, bool))

    @property
    def _is_list(self) -> bool:
        return self.key == "network.hidden"


class Axis(NamedTuple):
    """What varies along one side of a table of variants: what it is, and each value's name and place."""

    title: str
    names: tuple[str, ...]
    at: tuple[float, ...]

    @property
    def is_apart(self) -> bool:
        """Whether every value has a place of its own on a scale; otherwise they stand one after another."""
        return len(set(self.at)) == len(self.at) > 1


def groups(factors: Sequence[Factor]) -> list[list[Factor]]:
    """Factors that go along with each other."""
    found: list[list[Factor]] = []
    for factor in factors:
        if factor.paired and found:
            found[-1].append(factor)
        else:
            found.append([factor])
    return found


def axis_of(group: Sequence[Factor]) -> Axis:
    """What a group varies: that of its first factor."""
    return Axis(group[0].words, group[0].all_names, tuple(map(_place, group[0].all_values)))


def _name(value: Any) -> str:
    """A value as it stands at an axis."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return tick(value)
        case list() | tuple():
            return "-".join(map(_name, value)) or "none"
        case {"channels": channels}:  # a convolution
            side, pool = value.get("window", 3), POOLS.get(value.get("pool", "none"))
            return f"{channels} of {side}×{side}{f', {pool.title}' if pool and pool.takes else ''}"
        case _:
            return shown(str(value).replace("_", " "), 40)


def _place(value: Any) -> float:
    """Where a value stands on an axis: numbers where they are, as layers of one width do; 0 for all others."""
    if isinstance(value, list | tuple) and len(set(map(repr, value))) == 1:
        return _place(value[0])
    return float(value) if isinstance(value, int | float) else 0.0


def cells_of(factors: Sequence[Factor]) -> Iterator[Variant]:
    """Every combination, the first group going fastest."""
    each = groups(factors)
    numbered = [range(len(group[0].all_values)) for group in each]
    for places in product(*reversed(numbered)):
        chosen = [_chosen(group, place) for group, place in zip(each, reversed(places), strict=True)]
        title = ", ".join(group[0].all_names[k] for group, k in zip(each, reversed(places), strict=True))
        at = _place(each[0][0].all_values[places[-1]])
        own = [
            factor.values[k]
            for group, k in zip(each, reversed(places), strict=True)
            for factor in group
            if factor.key == MEASURE_KEY
        ]
        yield Variant(title=title[:60], at=at, change=reduce(merged, chosen), measure=own[0] if own else "")


def _chosen(group: Sequence[Factor], place: int) -> Tables:
    """The change that one place of a group makes."""
    return reduce(merged, (factor.change(factor.all_values[place]) for factor in group))


def complaints_of(factors: Sequence[Factor], most: int) -> Iterator[str]:
    """What makes no sense in the factors, of which so many may be crossed."""
    for number, factor in enumerate(factors, start=1):
        if complaint := factor.complaint():
            yield f"vary, item {number}: {complaint}"
            return
        for value in factor.all_values:
            if isinstance(value, float) and not isfinite(value):
                yield f"vary, item {number}.values: {brief(value)} is not allowed; allowed: finite numbers"
    each = groups(factors)
    if len(each) > most:
        allowed = "one or two" if most == 2 else "up to three"
        yield f"vary: {len(each)} factors crossed; allowed: {allowed}, and others paired with them"
    for group in each:
        lengths = [len(factor.all_values) for factor in group]
        if len(set(lengths)) > 1:
            yield f"vary, {group[1].key}: paired lists of {lengths} values; allowed: lists of one length"
