"""A study: an experiment in several variants, each with many seeds, for figures instead of a single try."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self

import numpy as np
from msgspec import Meta, Struct, structs

from nnviz.data.messages import shown
from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed, merged, with_paths, with_seed_after
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.kind import Kind
from nnviz.experiment.tables import Found, agreed, all_as_read
from nnviz.experiment.validation import brief, complaints
from nnviz.kinds.race.schema import Title
from nnviz.kinds.study.measures import MEASURES
from nnviz.numerals import tick

if TYPE_CHECKING:  # it takes no names out of a table
    MeasureName = str
else:
    from typing import Literal

    MeasureName = Literal[tuple(MEASURES)]

VariantName = Annotated[str, Meta(max_length=120)]
MOST_VARIANTS = 400
_TABLES: dict[str, type[Struct]] = {"data": Data, "network": NetworkDesign, "training": Training}
_CHANGED_BY_SEEDS = frozenset({"training.seed"})


class Variant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the networks: what it is called, where on the axis it stands, what of the base it changes."""

    title: Title
    at: float = 0.0
    change: Tables = {}


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
    ``title`` says what it is, where the key is not to be read.
    """

    key: Annotated[str, Meta(min_length=1, max_length=120)]
    title: VariantName = ""
    values: Annotated[tuple[Any, ...], Meta(max_length=64)] = ()
    range: Range | None = None
    paired: bool = False

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
        table, _, key = self.key.partition(".")
        return {table: {key: [value] if self._is_list and not isinstance(value, list | tuple) else value}}

    def complaint(self) -> str:
        """What makes no sense, or nothing."""
        table, _, key = self.key.partition(".")
        known = _TABLES.get(table)
        if known is None or key not in known.__struct_fields__ or self.key in _CHANGED_BY_SEEDS:
            return f"{shown(repr(self.key))} is no key that can vary; allowed: such as training.learning_rate"
        if bool(self.values) == bool(self.range):
            return "allowed: either values or a range"
        return (self.range.complaint() and f"range: {self.range.complaint()}") if self.range else ""

    @property
    def _usual(self) -> Any:
        table, _, key = self.key.partition(".")
        return getattr(_TABLES[table](), key)

    @property
    def _is_whole(self) -> bool:
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


class Study(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Variants of a base, each trained for up to so many ``epochs`` from so many ``seeds``.

    ``variants`` lists them one by one, or ``vary`` says in which settings they differ: one or two factors,
    crossed, each with others that go along with it. ``measure`` is what counts of each network; with ``success``
    it is whether its training accuracy is at least that. ``own_data`` draws other samples, or splits a table
    otherwise, for each seed. ``across`` says what listed variants differ in; it stands below the axis. ``guide``
    is the slope of a line to compare the medians with, where both axes are logarithmic.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"title", "across", "success", "guide"})

    title: VariantName = ""
    across: VariantName = ""
    base: Experiment = Experiment()
    variants: Annotated[tuple[Variant, ...], Meta(max_length=64)] = ()
    vary: Annotated[tuple[Factor, ...], Meta(max_length=6)] = ()
    seeds: Annotated[int, Meta(ge=1, le=1000)] = 50
    epochs: Annotated[int, Meta(ge=1, le=100_000)] = 100
    own_data: bool = False
    measure: MeasureName = "success"
    success: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    guide: float | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What varies: one axis, or two, of which the first goes along the columns of a table of variants."""
        if not self.vary:
            titles = tuple(variant.title for variant in self.variants)
            return (Axis(self.across, titles, tuple(variant.at for variant in self.variants)),)
        return tuple(map(_axis, _groups(self.vary)))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the table of variants; one row if one thing varies."""
        columns, *rows = (len(axis.names) for axis in self.axes)
        return (rows[0] if rows else 1), columns

    @cached_property
    def cells(self) -> tuple[Variant, ...]:
        """All variants, row by row of their table."""
        return self.variants or tuple(_cells(self.vary))

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What is trained of every variant, with the first of its seeds.

        Raises
        ------
        InputError
            One line that names the variant, the key and what is allowed.
        """
        return tuple(map(self._experiment, range(len(self.cells))))

    def one(self, variant: int, seed: int) -> Experiment:
        """The experiment of one variant and one of its seeds, both counted from 0."""
        return self.seeded(self._experiment(variant), seed)

    def seeded(self, experiment: Experiment, seed: int) -> Experiment:
        """A variant's experiment with another of its seeds, counted from 0."""
        training = structs.replace(experiment.training, seed=experiment.training.seed + seed)
        data = experiment.data
        if self.own_data:
            data = structs.replace(data, seed=data.seed + seed)
        return structs.replace(experiment, data=data, training=training)

    def reseeded(self) -> Self:
        """The same with seeds of which none has been tried."""
        base = self.seeded(self.base, self.seeds)
        changes = (with_seed_after(variant.change, self.seeds) for variant in self.variants)
        return structs.replace(self, base=base, variants=_with_changes(self.variants, changes))

    def as_read(self, found: Found) -> Self:
        """The same with what was found out about its variants' tables; where factors vary, about all of them."""
        if self.variants:
            base, changes = all_as_read(self.base, [variant.change for variant in self.variants], found)
            return structs.replace(self, base=base, variants=_with_changes(self.variants, changes))
        varied = [factor.key.removeprefix("data.") for factor in self.vary]
        return structs.replace(self, base=structs.replace(self.base, data=agreed(self.base.data, found, varied)))

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the names of its files converted, those in variants as well."""
        variants = _with_changes(self.variants, (with_paths(v.change, convert) for v in self.variants))
        return structs.replace(self, base=self.base.with_paths(convert), variants=variants)

    def complaints(self) -> Iterator[str]:
        """What makes no sense in the base or in a variant."""
        yield from (f"base.{complaint}" for complaint in complaints(self.base))
        if not isfinite(self.success):
            yield f"success: {self.success} is not allowed; allowed: numbers from 0 to 1"
        if self.guide is not None and not isfinite(self.guide):
            yield f"guide: {self.guide} is not allowed; allowed: finite numbers"
        for number, variant in enumerate(self.variants, start=1):
            if not isfinite(variant.at):
                yield f"variants, item {number}.at: {variant.at} is not allowed; allowed: finite numbers"
        wrong = tuple(_of_factors(self.vary)) or tuple(self._of_their_number())
        yield from wrong or self._of_variants()

    def _of_their_number(self) -> Iterator[str]:
        if bool(self.variants) == bool(self.vary):
            yield "variants: allowed: either variants, or vary with what they differ in"
        elif (count := self.shape[0] * self.shape[1]) > MOST_VARIANTS:
            yield f"vary: {count:,} variants; allowed: up to {MOST_VARIANTS}"

    def _of_variants(self) -> Iterator[str]:
        for number in range(len(self.cells)):
            try:
                self._experiment(number)
            except InputError as error:
                yield str(error)

    def _experiment(self, number: int) -> Experiment:
        where = f"variants, item {number + 1}.change" if self.variants else f"vary ({self.cells[number].title})"
        return changed(self.base, self.cells[number].change, where)


def _with_changes(variants: Sequence[Variant], changes: Iterable[Tables]) -> tuple[Variant, ...]:
    return tuple(structs.replace(v, change=change) for v, change in zip(variants, changes, strict=True))


def _groups(factors: Sequence[Factor]) -> list[list[Factor]]:
    """Factors that go along with each other."""
    groups: list[list[Factor]] = []
    for factor in factors:
        if factor.paired and groups:
            groups[-1].append(factor)
        else:
            groups.append([factor])
    return groups


def _axis(group: Sequence[Factor]) -> Axis:
    values = group[0].all_values
    return Axis(group[0].words, tuple(map(_name, values)), tuple(map(_place, values)))


def _name(value: Any) -> str:
    """A value as it stands at an axis."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return tick(value)
        case list() | tuple():
            return "-".join(map(_name, value)) or "none"
        case _:
            return shown(str(value).replace("_", " "), 40)


def _place(value: Any) -> float:
    """Where a value stands on an axis: numbers where they are, as layers of one width do; 0 for all others."""
    if isinstance(value, list | tuple) and len(set(map(repr, value))) == 1:
        return _place(value[0])
    return float(value) if isinstance(value, int | float) else 0.0


def _cells(factors: Sequence[Factor]) -> Iterator[Variant]:
    """Every combination, the first group going fastest."""
    groups = _groups(factors)
    numbered = [range(len(group[0].all_values)) for group in groups]
    for places in product(*reversed(numbered)):
        chosen = [_chosen(group, place) for group, place in zip(groups, reversed(places), strict=True)]
        title = ", ".join(_name(group[0].all_values[k]) for group, k in zip(groups, reversed(places), strict=True))
        at = _place(groups[0][0].all_values[places[-1]])
        yield Variant(title=title[:60], at=at, change=reduce(merged, chosen))


def _chosen(group: Sequence[Factor], place: int) -> Tables:
    """The change that one place of a group makes."""
    return reduce(merged, (factor.change(factor.all_values[place]) for factor in group))


def _of_factors(factors: Sequence[Factor]) -> Iterator[str]:
    """What makes no sense in the factors."""
    for number, factor in enumerate(factors, start=1):
        if complaint := factor.complaint():
            yield f"vary, item {number}: {complaint}"
            return
        for value in factor.all_values:
            if isinstance(value, float) and not isfinite(value):
                yield f"vary, item {number}.values: {brief(value)} is not allowed; allowed: finite numbers"
    groups = _groups(factors)
    if len(groups) > 2:
        yield f"vary: {len(groups)} factors crossed; allowed: one or two, and others paired with them"
    for group in groups:
        lengths = [len(factor.all_values) for factor in group]
        if len(set(lengths)) > 1:
            yield f"vary, {group[1].key}: paired lists of {lengths} values; allowed: lists of one length"
