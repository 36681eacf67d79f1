"""When to train, how much at once, and when to measure."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

_SLICE = 0.004
"""Seconds of training between two looks at the queue."""

_MEASURING_SHARE = 20.0
"""While training goes on, metrics are measured when so many times as long as measuring takes has passed since."""

_CLOSE_LOOK, _APART, _FAR_APART, _GROWTH = 1 / 24, 0.08, 0.1, 1.2
"""Seconds from one close look to the next, as from one picture of a film; seconds after which metrics are measured
with a picture; seconds, and the growth in steps, after which they are measured though no picture was made."""


class Clock:
    """Keeps the pace of training.

    Parameters
    ----------
    steps_per_second : float or None
        As fast as it goes if None.
    """

    def __init__(self, steps_per_second: float | None = None) -> None:
        self._pace = steps_per_second
        self._steps_in_slice = 1.0
        self._measured = self._next_measuring = self._next_look = -1.0
        self.restart()

    def restart(self) -> None:
        """Count from now on; the first step is due at once."""
        self._next = perf_counter()

    def wait(self, *, playing: bool) -> float | None:
        """Seconds until the next step is due; None if there is none to wait for."""
        if not playing:
            return None
        return max(0.0, self._next - perf_counter()) if self._pace else 0.0

    def due(self) -> int:
        """Steps to take now."""
        if self._pace is None:
            return max(1, int(self._steps_in_slice))
        late = perf_counter() - self._next
        if late < 0.0:
            return 0
        steps = min(1 + int(late * self._pace), max(1, int(self._steps_in_slice)))
        self._next = max(self._next + steps / self._pace, perf_counter() - 1.0 / self._pace)
        return steps

    @contextmanager
    def training(self, steps: int) -> Iterator[None]:
        """Time some steps, to know how many fill a slice."""
        began = perf_counter()
        yield
        taken = max(perf_counter() - began, 1e-6)
        # at most doubled, so that one quick slice does not make the next one long
        self._steps_in_slice = min(steps * _SLICE / taken, 2.0 * self._steps_in_slice)

    def is_due(self) -> bool:
        """Whether to measure with a picture: now and then, and only if it holds training up but little."""
        return perf_counter() >= max(self._next_measuring, self._measured + _APART)

    def look_closely(self) -> bool:
        """Begin a close look, which shows all that is wanted as it is now; False if the last is still fresh."""
        now = perf_counter()
        if now < self._next_look:
            return False
        # one that comes late, as pictures fall, does not put off the next ones
        self._next_look = max(self._next_look, now - _CLOSE_LOOK / 2) + _CLOSE_LOOK
        return True

    def is_wanted(self, growth: float) -> bool:
        """Whether to measure between two pictures, steps being so many times as many as when it was last done."""
        now = perf_counter()
        apart = growth >= _GROWTH or now >= self._measured + _FAR_APART
        return apart and now >= self._next_measuring

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Time a measurement, or a part of one."""
        began = perf_counter()
        yield
        ended = perf_counter()
        self._next_measuring = ended + _MEASURING_SHARE * (ended - began)

    def end_measuring(self) -> None:
        """Begin no other measurement for a while; between the parts of one there is no such rest."""
        self._measured = perf_counter()
