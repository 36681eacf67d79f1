"""What the training thread was asked to begin, and has not answered yet."""

from collections.abc import Callable, Collection, Iterator
from time import monotonic

Answer = Callable[[bool], object]
"""Told whether what was asked for has begun, or was refused."""


class Requests:
    """When each was asked for, by the serial number of its command, and who is to be told."""

    def __init__(self) -> None:
        self._asked_at: dict[int, float] = {}
        self._answers: dict[int, Answer] = {}
        self._failed: set[int] = set()

    def add(self, serial: int, answer: Answer | None) -> None:
        """Note what is asked for now."""
        self._asked_at[serial] = monotonic()
        if answer:
            self._answers[serial] = answer

    def asked_at(self, serial: int) -> float:
        """When it was asked for, as `time.monotonic` counts."""
        return self._asked_at[serial]

    def fail(self, serials: Collection[int]) -> None:
        """Note which have failed; whoever asked is told with the report that follows."""
        self._failed.update(serials)

    def answer(self, serial: int, loaded: int) -> Iterator[float]:
        """Tell whether what was asked for up to a report has begun; yield when each that has was asked for.

        ``loaded`` is the command whose run the report is of, which has begun whatever failed after it.
        """
        for each in [each for each in self._answers if each <= serial]:
            begun = each == loaded or each not in self._failed
            self._answers.pop(each)(begun)
            if begun:
                yield self._asked_at[each]
        self._asked_at = {each: at for each, at in self._asked_at.items() if each > serial}
        self._failed.clear()
