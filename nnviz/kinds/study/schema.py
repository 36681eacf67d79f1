"""A study: an experiment in several variants, each with many seeds, for figures instead of a single try."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from math import isfinite, prod
from typing import Annotated, ClassVar, Self, TypeVar

from msgspec import Meta, structs

from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed, with_paths, with_seed_after
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind, Learner
from nnviz.experiment.tables import Found, agreed, all_as_read
from nnviz.experiment.validation import complaints
from nnviz.kinds.study.factors import (
    MEASURE_KEY,
    Axis,
    Factor,
    MeasureName,
    Variant,
    VariantName,
    axis_of,
    cells_of,
    complaints_of,
    groups,
)
from nnviz.kinds.study.measures import MEASURES

MOST_VARIANTS = 400
K = TypeVar("K", bound=Kind)


class Study(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Variants of a base, each trained for up to so many ``epochs`` from so many ``seeds``.

    With ``steps`` it is the epochs in which so many steps are done, which are fewer where there are more samples.

    ``variants`` lists them one by one, or ``vary`` says in which settings they differ: one or two factors,
    crossed, each with others that go along with it. ``measure`` is what counts of each network; with ``success``
    it is whether its training accuracy is at least that. ``own_data`` draws other samples, or splits a table
    otherwise, for each seed. ``across`` says what listed variants differ in; it stands below the axis. ``guide``
    is the slope of a line to compare the medians with, where both axes are logarithmic. ``lines`` draws what
    varies second as a line each, in place of a row of cells. With ``level`` the study is of how much of the first
    thing that varies it takes until the measure comes to that level; it then stands against the second, and a
    third is a line each.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"title", "across", "success", "guide", "lines", "level"})

    title: VariantName = ""
    across: VariantName = ""
    base: Learner = Experiment()
    variants: Annotated[tuple[Variant, ...], Meta(max_length=64)] = ()
    vary: Annotated[tuple[Factor, ...], Meta(max_length=6)] = ()
    seeds: Annotated[int, Meta(ge=1, le=1000)] = 50
    epochs: Annotated[int, Meta(ge=1, le=100_000)] = 100
    steps: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    own_data: bool = False
    measure: MeasureName = "success"
    success: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    guide: float | None = None
    lines: bool = False
    level: float | None = None

    @property
    def has_lines(self) -> bool:
        """Whether it is drawn as lines, one for each value of what varies last."""
        return self.level is not None or (self.lines and len(self.axes) > 1)

    @property
    def is_counted(self) -> bool:
        """Whether seeds are counted that come to ``success``."""
        return MEASURES[self.measure].is_counted

    def measure_of(self, variant: int) -> str:
        """What counts of a variant, counted from 0."""
        return self.cells[variant].measure or self.measure

    def epochs_of(self, steps_an_epoch: int) -> int:
        """Epochs that a network with so many steps in each is trained for."""
        return max(1, -(-self.steps // steps_an_epoch)) if self.steps else self.epochs

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What varies: up to three axes, of which the first goes along the columns of a table of variants."""
        if not self.vary:
            titles = tuple(variant.title for variant in self.variants)
            return (Axis(self.across, titles, tuple(variant.at for variant in self.variants)),)
        return tuple(map(axis_of, groups(self.vary)))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the table of variants; one row if one thing varies."""
        columns, *rows = (len(axis.names) for axis in self.axes)
        return prod(rows), columns

    @cached_property
    def cells(self) -> tuple[Variant, ...]:
        """All variants, row by row of their table."""
        return self.variants or tuple(cells_of(self.vary))

    @property
    def experiments(self) -> tuple[Learner, ...]:
        """What is trained of every variant, with the first of its seeds.

        Raises
        ------
        InputError
            One line that names the variant, the key and what is allowed.
        """
        return tuple(map(self._experiment, range(len(self.cells))))

    def one(self, variant: int, seed: int) -> Learner:
        """The experiment of one variant and one of its seeds, both counted from 0."""
        return self.seeded(self._experiment(variant), seed)

    def seeded(self, experiment: K, seed: int) -> K:
        """A variant's experiment with another of its seeds, counted from 0."""
        if not isinstance(experiment, Experiment):
            return structs.replace(experiment, seed=experiment.its_seed + seed)
        training = structs.replace(experiment.training, seed=experiment.training.seed + seed)
        data = experiment.data
        if self.own_data:
            data = structs.replace(data, seed=data.seed + seed)
        return structs.replace(experiment, data=data, training=training)

    def reseeded(self, by: int = 1) -> Self:
        """The same with seeds of which none has been tried."""
        base = self.seeded(self.base, by * self.seeds)
        changes = (with_seed_after(variant.change, by * self.seeds) for variant in self.variants)
        return structs.replace(self, base=base, variants=_with_changes(self.variants, changes))

    def as_read(self, found: Found) -> Self:
        """The same with what was found out about its variants' tables; where factors vary, about all of them."""
        if self.variants:
            base, changes = all_as_read(self.base, [variant.change for variant in self.variants], found)
            return structs.replace(self, base=base, variants=_with_changes(self.variants, changes))
        if not isinstance(self.base, Experiment):
            return self
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
        wrong = (
            *complaints_of(self.vary, 2 if self.level is None else 3),
            *self._of_lines(),
        ) or tuple(self._of_their_number())
        yield from wrong or self._of_variants()

    def _of_their_number(self) -> Iterator[str]:
        if bool(self.variants) == bool(self.vary):
            yield "variants: allowed: either variants, or vary with what they differ in"
        elif (count := self.shape[0] * self.shape[1]) > MOST_VARIANTS:
            yield f"vary: {count:,} variants; allowed: up to {MOST_VARIANTS}"

    def _of_lines(self) -> Iterator[str]:
        """What makes no sense in what is drawn, if the factors do."""
        if self.level is not None and not isfinite(self.level):
            yield f"level: {self.level} is not allowed; allowed: finite numbers"
        if self.level is not None and len(groups(self.vary)) < 2:
            yield "level: one thing varies; allowed: two or three"
        scales = {MEASURES[name].scale for name in (self.measure, *self._measures)}
        if len(scales) > 1 or (self._measures and any(MEASURES[name].is_counted for name in self._measures)):
            yield "measure: figures of different kinds have no axis in common; allowed: such as rmse and test_rmse"

    @property
    def _measures(self) -> tuple[str, ...]:
        """Measures of variants that have their own."""
        varied = [value for factor in self.vary if factor.key == MEASURE_KEY for value in factor.values]
        return tuple(
            name for name in (*varied, *(variant.measure for variant in self.variants)) if name in MEASURES
        )

    def _of_variants(self) -> Iterator[str]:
        for number in range(len(self.cells)):
            try:
                self._experiment(number)
            except InputError as error:
                yield str(error)

    def _experiment(self, number: int) -> Learner:
        where = f"variants, item {number + 1}.change" if self.variants else f"vary ({self.cells[number].title})"
        return changed(self.base, self.cells[number].change, where)


def _with_changes(variants: Sequence[Variant], changes: Iterable[Tables]) -> tuple[Variant, ...]:
    return tuple(structs.replace(v, change=change) for v, change in zip(variants, changes, strict=True))
