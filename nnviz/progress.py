"""A progress bar, where there is a terminal to draw it on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[float, str], None]
"""(amount done, words) -> None."""


@contextmanager
def progress(total: float, unit: str) -> Iterator[Show]:
    """Draw how much of ``total`` is done; nothing if that is nothing, or errors do not go to a terminal."""
    if not total or not sys.stderr.isatty():
        yield lambda _amount, _words: None
        return
    from tqdm import tqdm  # noqa: PLC0415 - a tenth of a second that a start can do without

    with tqdm(total=total, unit=unit, bar_format="{l_bar}{bar}| {postfix}") as bar:

        def show(amount: float, words: str) -> None:
            bar.set_postfix_str(words, refresh=False)
            bar.update(min(amount, total) - bar.n)

        yield show
