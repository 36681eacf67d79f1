"""A race: two to four networks of one kind that differ in something, learning side by side in step."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal, Self

from msgspec import Meta, Struct, structs

from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed, with_paths, with_seed_after
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind, Learner
from nnviz.experiment.tables import Found, all_as_read
from nnviz.experiment.validation import complaints

Title = Annotated[str, Meta(min_length=1, max_length=80)]


class Lane(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the networks: what it is called, and what of the base it changes."""

    title: Title
    change: Tables = {}


class Race(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks side by side: a base, and what each lane changes of it.

    They go in step with each other: ``by`` the step, all having taken as many updates, or by the epoch, all
    having seen the samples as often. A step of a race by epochs is an epoch of every lane.
    """

    base: Learner = Experiment()
    by: Literal["step", "epoch"] = "epoch"
    lanes: Annotated[tuple[Lane, ...], Meta(min_length=2, max_length=4)]

    @property
    def experiments(self) -> tuple[Learner, ...]:
        """What runs in every lane.

        Raises
        ------
        InputError
            One line that names the lane, the key and what is allowed.
        """
        return tuple(self._experiment(number) for number in range(len(self.lanes)))

    def continues(self, before: Kind) -> bool:
        """Whether every lane can go on with what it has learned."""
        if not isinstance(before, Race) or (self.by, len(self.lanes)) != (before.by, len(before.lanes)):
            return False
        pairs = zip(self.experiments, before.experiments, strict=True)
        return all(now.continues(then) for now, then in pairs)

    def with_changes(self, changes: Iterable[Tables]) -> Self:
        """The same with another change of the base in every lane."""
        pairs = zip(self.lanes, changes, strict=True)
        return structs.replace(self, lanes=tuple(structs.replace(lane, change=change) for lane, change in pairs))

    def as_read(self, found: Found) -> Self:
        """The same with what was found out about the table of every lane."""
        base, changes = all_as_read(self.base, [lane.change for lane in self.lanes], found)
        return structs.replace(self.with_changes(changes), base=base)

    def reseeded(self, by: int = 1) -> Self:
        """The same with other first weights in every lane."""
        changes = (_reseeded(lane.change, by) for lane in self.lanes)
        return structs.replace(self.with_changes(changes), base=self.base.reseeded(by))

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the names of its files converted, those in lanes as well."""
        race = self.with_changes(with_paths(lane.change, convert) for lane in self.lanes)
        return structs.replace(race, base=self.base.with_paths(convert))

    def complaints(self) -> Iterator[str]:
        """What makes no sense in the base or in a lane."""
        yield from (f"base.{complaint}" for complaint in complaints(self.base))
        for number in range(len(self.lanes)):
            try:
                self._experiment(number)
            except InputError as error:
                yield str(error)

    def _experiment(self, number: int) -> Learner:
        return changed(self.base, self.lanes[number].change, f"lanes, item {number + 1}.change")


def _reseeded(change: Tables, by: int) -> Tables:
    """A change with another seed, if it names one, and without weights to start from."""
    left_out = {"network": ("weights", "biases"), "training": ("start",)}
    later = _without(with_seed_after(change, by), ("weights", "trained"))
    return {name: _without(table, left_out.get(name, ())) for name, table in later.items()}


def _without(table: Any, keys: tuple[str, ...]) -> Any:
    return {key: value for key, value in table.items() if key not in keys} if keys else table
