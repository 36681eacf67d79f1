"""The history of neural networks: events by year, each with the lesson that runs it, and the winters between."""

from functools import cache

import msgspec
from msgspec import Struct

from nnviz.paths import resource


class Event(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened in a year.

    Parameters
    ----------
    words : str
        One sentence on it.
    lesson : str
        The id of the lesson about it; empty if there is none.
    """

    year: int
    title: str
    people: str
    words: str
    lesson: str = ""


class Winter(Struct, frozen=True, forbid_unknown_fields=True):
    """Years in which hardly anybody believed in neural networks, the first and the last included."""

    first: int
    last: int
    name: str
    words: str


class History(Struct, frozen=True, forbid_unknown_fields=True):
    """All events and winters, each in the order of years."""

    events: tuple[Event, ...]
    winters: tuple[Winter, ...]

    @property
    def course(self) -> list[Event | Winter]:
        """Events and winters in order; a winter stands before what happens within it."""
        return sorted((*self.winters, *self.events), key=_when)


def _when(what: Event | Winter) -> tuple[int, bool]:
    return (what.first, False) if isinstance(what, Winter) else (what.year, True)


@cache
def history() -> History:
    """The history that nnviz ships."""
    return msgspec.toml.decode(resource("history.toml").read_bytes(), type=History)
