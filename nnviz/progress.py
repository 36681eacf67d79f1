"""How far long work is: on a terminal a bar; in a window what is read off the work, which can be given up."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from time import monotonic

from nnviz.errors import InputError

Show = Callable[[float, str], None]
"""(amount done, words) -> None."""
TOLD = "NNVIZ_PROGRESS"
"""The variable of the environment by which another program asks to be told how far work is."""


@contextmanager
def progress(total: float, unit: str) -> Iterator[Show]:
    """Draw how much of ``total`` is done; nothing if that is nothing, or errors do not go to a terminal.

    Another program that asks for it is told instead, a line such as ``3/40`` each time.
    """
    if total and os.environ.get(TOLD):
        yield lambda amount, _words: print(f"{amount:g}/{total:g}", flush=True)  # noqa: T201 - it reads this
        return
    if not total or not sys.stderr.isatty():
        yield lambda _amount, _words: None
        return
    from tqdm import tqdm  # noqa: PLC0415 - a tenth of a second that a start can do without

    with tqdm(total=total, unit=unit, bar_format="{l_bar}{bar}| {postfix}") as bar:

        def show(amount: float, words: str) -> None:
            bar.set_postfix_str(words, refresh=False)
            bar.update(min(amount, total) - bar.n)

        yield show


class GivenUpError(InputError):
    """Nobody wants the work any more that was under way."""


class Work:
    """Long work as those see it who wait for it, from another thread than the one that does it.

    Attributes
    ----------
    began : float
        When it was asked for, as `time.monotonic` counts.
    words : str
        What is being done.
    share : float or None
        How much of that is done, from 0 to 1; None if nobody knows.
    """

    def __init__(self) -> None:
        self.began = monotonic()
        self.words = "Loading"
        self.share: float | None = None
        self._given_up = Event()

    @property
    def given_up(self) -> bool:
        """Whether nobody wants it any more."""
        return self._given_up.is_set()

    def give_up(self) -> None:
        """Want it no more: it ends where it next says how far it is."""
        self._given_up.set()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Let what is done meanwhile in this thread say how far it is."""
        token = _UNDER_WAY.set(self)
        try:
            yield
        finally:
            _UNDER_WAY.reset(token)


_UNDER_WAY: ContextVar[Work | None] = ContextVar("work under way", default=None)


def go_on(words: str = "", share: float | None = None) -> None:
    """Say what the work under way is doing, and how much of that is done; nothing if nobody waits for it.

    Raises
    ------
    GivenUpError
        It is not wanted any more.
    """
    if work := _UNDER_WAY.get():
        work.words, work.share = words or work.words, share
        if work.given_up:
            raise GivenUpError("given up")
