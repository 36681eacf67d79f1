"""Experiments with a Hopfield net: what it remembers, and what it begins with."""

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self, TypeVar

from msgspec import Meta, structs

from nnviz.data.messages import shown
from nnviz.data.patterns import INK, PAPER, SIDE, PatternRows, pictures
from nnviz.experiment.kind import Kind, Seed

MOST_PATTERNS = 100
"""Patterns that can be drawn by hand, and that can be named."""
MOST_COUNTED = 8
"""Units of a net whose states are counted."""
COLD = 0.05
"""A temperature that has fallen below this is 0."""

Side = Annotated[int, Meta(ge=1, le=32)]
DrawnPattern = Annotated[tuple[Annotated[str, Meta(max_length=32)], ...], Meta(max_length=32)]


T = TypeVar("T")


class Hopfield(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A net of spins that remembers patterns.

    ``given`` names pictures of nnviz's own, ``patterns`` are drawn as rows of text (``#`` for +1, ``.`` for −1),
    ``random`` more are left to chance; they are stored in this order. It begins with ``start``, or else with the
    pattern that ``cue`` counts out (from 1; 0 for spins at random); of either a share ``damage`` is flipped, and
    with ``mask`` the lower half blanked. Units take their turns in ``order``.

    At a ``temperature`` above 0 chance has a say, and what the net does is a Boltzmann machine's. Each sweep
    multiplies the temperature by ``cooling``. So many ``replicas`` of a small net run beside it, for their states
    to be counted.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"order", "temperature", "cooling"})

    rows: Side = SIDE
    columns: Side = SIDE
    given: Annotated[tuple[str, ...], Meta(max_length=MOST_PATTERNS)] = ()
    patterns: Annotated[tuple[DrawnPattern, ...], Meta(max_length=MOST_PATTERNS)] = ()
    random: Annotated[int, Meta(ge=0, le=1000)] = 0
    start: DrawnPattern = ()
    cue: Annotated[int, Meta(ge=0)] = 1
    damage: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    mask: Literal["none", "lower"] = "none"
    order: Literal["random", "in turn"] = "random"
    temperature: Annotated[float, Meta(ge=0.0, le=10.0)] = 0.0
    cooling: Annotated[float, Meta(ge=0.5, le=1.0)] = 1.0
    replicas: Annotated[int, Meta(ge=0, le=10_000)] = 0
    seed: Seed = 0

    @property
    def units(self) -> int:
        """Units: one for each cell."""
        return self.rows * self.columns

    @property
    def is_warm(self) -> bool:
        """Whether it has to do with a temperature."""
        return bool(self.temperature or self.replicas)

    @property
    def stored(self) -> int:
        """Patterns to remember."""
        return len(self.given) + len(self.patterns) + self.random

    @property
    def pictures(self) -> tuple[PatternRows, ...]:
        """The patterns that are not left to chance."""
        return (*(pictures()[name] for name in self.given), *self.patterns)

    def with_pattern(self, index: int, picture: PatternRows) -> Self:
        """The same with one of its pictures drawn anew, counted from 0; those that were named are written out."""
        if index >= len(self.given):
            patterns = _with_item(self.patterns, index - len(self.given), picture)
            return structs.replace(self, patterns=patterns)
        return structs.replace(self, given=(), patterns=_with_item(self.pictures, index, picture))

    def with_another(self) -> Self:
        """The same with one more pattern, an empty picture; as it is if there are too many."""
        if len(self.patterns) >= MOST_PATTERNS:
            return self
        return structs.replace(self, patterns=(*self.patterns, (PAPER * self.columns,) * self.rows))

    def without_pattern(self, index: int) -> Self:
        """The same without one of its patterns, counted from 0; of those left to chance without the last."""
        drawn = index - len(self.given)
        cue = self.cue - (self.cue > index + 1)
        fewer = structs.replace(self, cue=max(min(self.cue, 1), min(cue, self.stored - 1)))
        if drawn < 0:
            return structs.replace(fewer, given=_without_item(self.given, index))
        if drawn < len(self.patterns):
            return structs.replace(fewer, patterns=_without_item(self.patterns, drawn))
        return structs.replace(fewer, random=self.random - 1)

    def recalling(self, index: int, pattern: PatternRows) -> Self:
        """The same beginning with one of its patterns, counted from 0, undamaged.

        If it does so already it says so in another way, for a run to begin anew.
        """
        cued = structs.replace(self, start=(), cue=index + 1, damage=0.0, mask="none")
        return cued if cued != self else structs.replace(cued, start=pattern)

    def complaints(self) -> Iterator[str]:
        yield from self._complaints_of_names()
        for number, pattern in enumerate(self.patterns, start=1):
            yield from self._complaints_of_drawing(f"patterns, item {number}", pattern)
        if self.start:
            yield from self._complaints_of_drawing("start", self.start)
        if not self.damage >= 0.0:
            yield f"damage: {self.damage} is not allowed; allowed: numbers from 0 to 1"
        if self.replicas and self.units > MOST_COUNTED:
            yield f"replicas: the net has {self.units} units; allowed: up to {MOST_COUNTED} units, or no replicas"
        for key in ("temperature", "cooling"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"
        if self.cue > max(1, self.stored):
            yield f"cue: there is no pattern {self.cue}; allowed: 1 to {self.stored}, or 0 for spins at random"

    def _complaints_of_names(self) -> Iterator[str]:
        for number, name in enumerate(self.given, start=1):
            if name not in pictures():
                allowed = ", ".join(pictures())
                yield f"given, item {number}: {shown(repr(name))} is not known; allowed: {allowed}"
        if self.given and (self.rows, self.columns) != (SIDE, SIDE):
            yield (
                f"given: these pictures have {SIDE} rows and {SIDE} columns, the net {self.rows} and "
                f"{self.columns}; allowed: rows = columns = {SIDE}, or none given"
            )

    def _complaints_of_drawing(self, key: str, drawing: PatternRows) -> Iterator[str]:
        if len(drawing) != self.rows:
            yield f"{key}: {len(drawing)} rows of text; allowed: {self.rows}, as rows says"
        for number, row in enumerate(drawing, start=1):
            if len(row) != self.columns:
                yield f"{key}, row {number}: {len(row)} cells; allowed: {self.columns}, as columns says"
            if row.strip(INK + PAPER):
                yield f"{key}, row {number}: {shown(repr(row))} is not allowed; allowed: cells {INK} and {PAPER}"


def _with_item(items: tuple[T, ...], index: int, item: T) -> tuple[T, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _without_item(items: tuple[T, ...], index: int) -> tuple[T, ...]:
    return items[:index] + items[index + 1 :]
