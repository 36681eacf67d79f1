"""A study's tasks carried out here, by processes of this machine, or by the workers of a cluster.

Whichever it is, each task is the same call with the same numbers, so its results are the same, bit for bit.
"""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import lru_cache
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, Self

import msgspec

from nnviz.errors import InputError
from nnviz.experiment.kind import Kind, plain
from nnviz.experiment.problem import Problem
from nnviz.experiment.validation import converted
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.tasks import Part, Plan, Task, Values, measured, problems_of
from nnviz.version import version

Done = Iterator[tuple[Task, Values]]
"""Tasks as they are done, in any order, and the measure of each of their seeds."""
_MOST_BREAKS = 3
"""How often in a row all processes may be ended without one task done."""
_YIELDING = 5
"""How nice a process is that yields to others, of 19."""
_QUICK = 2.0
"""Seconds that work takes at most for which no processes are begun unless they are asked for."""
_WAIT = 20.0
"""Seconds to wait for a scheduler."""


class ProcessesEndedError(InputError):
    """Something ends the processes again and again."""


class Processes:
    """Processes of this machine, to which parts of a study are given; one that is ended has its part done again.

    They begin with the first part. They are begun anew rather than copied from this one, which may hold threads
    and a window.

    Parameters
    ----------
    yielding : bool
        They leave the processor to whatever else wants it.
    """

    def __init__(self, study: Study, count: int, *, yielding: bool = False) -> None:
        self.count = count
        self._text, self._yielding = _text(study), yielding
        self._pool: ProcessPoolExecutor | None = None
        self._others: list[BaseProcess] = []
        self._under_way: dict[Future[list[Values]], Part] = {}
        self._breaks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    @property
    def under_way(self) -> list[Part]:
        """Parts that were given and are not taken."""
        return list(self._under_way.values())

    def give(self, part: Part) -> None:
        """Have a part carried out, after those that were given before."""
        try:
            future = self._running().submit(carry_out, self._text, part)
        except BrokenProcessPool:  # ended while there was nothing to do
            self._begin_again([part])
        else:
            self._under_way[future] = part

    def take(self, seconds: float | None = None) -> Mapping[Task, Values]:
        """What has been done since; waits so long for something, or if it must be for ever.

        Raises
        ------
        ProcessesEndedError
            Something ends them again and again.
        """
        done, _ = wait(self._under_way, seconds, FIRST_COMPLETED)
        found: dict[Task, Values] = {}
        again: list[Part] = []
        for future in done:
            part = self._under_way.pop(future)
            try:
                found.update(zip(part, future.result(), strict=True))
            except BrokenProcessPool:
                again.append(part)
        if found or again:
            self._breaks = 0 if found else self._breaks + 1
        if again:
            self._begin_again(again)
        return found

    def end(self) -> None:
        """End the processes at once; what is under way is lost."""
        self._under_way.clear()
        if self._pool:
            for process in active_children():
                if process not in self._others:
                    process.terminate()  # all of them: one may hold what another waits for
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _begin_again(self, parts: list[Part]) -> None:
        parts += self._under_way.values()
        self.end()
        if self._breaks == _MOST_BREAKS:
            raise ProcessesEndedError("processes are ended by something else, again and again")
        for part in parts:
            self.give(part)

    def _running(self) -> ProcessPoolExecutor:
        if not self._pool:
            self._others = active_children()
            self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), _prepare, (self._yielding,))
        return self._pool


def carried_out_here(plan: Plan, parts: Sequence[Part]) -> Done:
    """One after another in this process."""
    for part in parts:
        yield from plan.carried_out(part).items()


def carried_out_by_processes(plan: Plan, parts: Sequence[Part], count: int) -> Done:
    """By so many processes of this machine."""
    with Processes(plan.study, count) as processes:
        for part in parts:
            processes.give(part)
        while processes.under_way:
            yield from processes.take().items()


def _prepare(yielding: bool) -> None:
    """Leave interrupts to the parent, and end when it has ended, however that was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if yielding and hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_YIELDING)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def carried_out_by_cluster(plan: Plan, parts: Sequence[Part], address: str) -> Done:
    """By the workers of a Dask scheduler; tasks of one that is lost are given to the others.

    Raises
    ------
    InputError
        There is no such scheduler, the extra is not installed, or workers have another nnviz.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_WAIT)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"--cluster {address}: no scheduler answers; allowed: such as tcp://host:8786") from error
    with client:
        text = client.scatter(_text(plan.study), broadcast=True)
        futures = {client.submit(carry_out, text, part, version(), pure=False, retries=2): part for part in parts}
        for future in distributed.as_completed(futures):
            yield from zip(futures[future], future.result(), strict=True)
            future.release()


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, which only a cluster needs
    except ImportError as error:
        raise InputError(
            "--cluster: not installed; allowed after: pip install 'nnviz-lecture[cluster]'"
        ) from error
    return distributed


def carry_out(text: bytes, part: Sequence[Sequence[int]], wanted: str = "") -> list[Values]:
    """Carry out a part of a study that is given as JSON, in a process that may know nothing of it yet.

    Raises
    ------
    InputError
        This is not the version of nnviz that is wanted.
    """
    if wanted and wanted != version():
        raise InputError(f"--cluster: a worker has nnviz {version()}; allowed: {wanted}, as here")
    tasks = [Task(*numbers) for numbers in part]
    study = _study(text)
    columns = measured(study, *_posed(text, tasks[0].variant), tasks[0], [task.variant for task in tasks])
    return [column.tolist() for column in columns]


@lru_cache(maxsize=2)
def _study(text: bytes) -> Study:
    return converted(msgspec.json.decode(text), Study)


@lru_cache(maxsize=8)
def _posed(text: bytes, variant: int) -> tuple[Kind, Problem | None]:
    """One of the study's variants, prepared once for several tasks."""
    experiment = _study(text).one(variant, 0)
    return experiment, problems_of([experiment])[0]


def _text(study: Study) -> bytes:
    return msgspec.json.encode(plain(study))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_long(seconds: float) -> bool:
    """Whether processes are worth it for what takes so long on one core."""
    return seconds > _QUICK
