"""How much of a stress test is done: little with the other tests, much by `make stress`.

A case is a seed, so that one that fails is tried again alone: its message names it.
"""

import faulthandler
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

CASES = int(os.environ.get("NNVIZ_STRESS", "0"))
"""Cases of each driver, as `make stress` asks for them; 0 beside the other tests."""
_PATIENCE = 30.0


def seeds(short: int, share: float) -> range:
    """The seeds of one test: so many beside the other tests, and its share of all cases under stress."""
    return range(max(short, round(share * CASES)))


@contextmanager
def not_endless(case: str) -> Iterator[None]:
    """Fail a case that does not come to an end; one that Qt does not let fail ends the whole process."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"{case}: not done after {_PATIENCE:g} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
    faulthandler.dump_traceback_later(2.0 * _PATIENCE, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def tried(name: str, cases: range, attempt: Callable[[int], bool]) -> str:
    """Try every case; returns how many were accepted (True) and refused (False), and which took longest."""
    outcomes, times = [], []
    for seed in cases:
        with not_endless(f"{name}, seed {seed}"):
            began = process_time()
            try:
                outcomes.append(attempt(seed))
            except Exception as error:
                raise AssertionError(f"{name}, seed {seed}: {type(error).__name__}: {error}") from error
            times.append(process_time() - began)
    slowest = max(times)
    return (
        f"{name}: {len(outcomes):,} cases, {sum(outcomes):,} accepted, "
        f"longest {slowest:.2f} s (seed {cases[times.index(slowest)]})"
    )
