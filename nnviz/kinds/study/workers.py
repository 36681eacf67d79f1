"""A study's tasks carried out here, by processes of this machine, or by the workers of a cluster.

Whichever it is, each task is the same call with the same numbers, so its results are the same, bit for bit.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any

import msgspec

from nnviz.errors import InputError
from nnviz.experiment.kind import Kind, plain
from nnviz.experiment.problem import Problem
from nnviz.experiment.validation import converted
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.tasks import Plan, Task, measured, problems_of
from nnviz.version import version

Done = Iterator[tuple[Task, list[float]]]
"""Tasks as they are done, in any order, and the measure of each of their seeds."""
_MOST_BREAKS = 3
"""How often in a row all processes may be ended without one task done."""
_WAIT = 20.0
"""Seconds to wait for a scheduler."""


def carried_out_here(plan: Plan, tasks: Sequence[Task]) -> Done:
    """One after another in this process."""
    for task in tasks:
        yield task, plan.carried_out(task).tolist()


def carried_out_by_processes(plan: Plan, tasks: Sequence[Task], processes: int) -> Done:
    """By so many processes of this machine; one that is ended from outside has its task done again.

    Processes are begun anew rather than copied from this one, which may hold threads and a window.
    """
    left, breaks, text = list(tasks), 0, _text(plan.study)
    while left:
        before = len(left)
        try:
            for task, values in _by_pool(text, left, processes):
                left.remove(task)
                yield task, values
        except BrokenProcessPool as error:
            breaks = breaks + 1 if len(left) == before else 0
            if breaks == _MOST_BREAKS:
                raise InputError("processes are ended by something else, again and again") from error


def _by_pool(text: bytes, tasks: Sequence[Task], processes: int) -> Done:
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _follow_parent)
    try:
        futures = {pool.submit(carry_out, text, task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        _end(pool)


def _end(pool: Executor) -> None:
    """Wait for no task that is under way: nobody takes its results any more."""
    for child in active_children():
        child.terminate()
    pool.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    """Leave interrupts to the parent, and end when it has ended, however that was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def carried_out_by_cluster(plan: Plan, tasks: Sequence[Task], address: str) -> Done:
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
        futures = {client.submit(carry_out, text, task, version(), pure=False, retries=2): task for task in tasks}
        for future in distributed.as_completed(futures):
            yield futures[future], future.result()
            future.release()


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, which only a cluster needs
    except ImportError as error:
        raise InputError(
            "--cluster: not installed; allowed after: pip install 'nnviz-lecture[cluster]'"
        ) from error
    return distributed


def carry_out(text: bytes, task: Sequence[int], wanted: str = "") -> list[float]:
    """Carry out a task of a study that is given as JSON, in a process that may know nothing of it yet.

    Raises
    ------
    InputError
        This is not the version of nnviz that is wanted.
    """
    if wanted and wanted != version():
        raise InputError(f"--cluster: a worker has nnviz {version()}; allowed: {wanted}, as here")
    task = Task(*task)
    study, experiment, problem = _posed(text, task.variant)
    values: list[float] = measured(study, experiment, problem, task)[0].tolist()
    return values


@lru_cache(maxsize=8)
def _posed(text: bytes, variant: int) -> tuple[Study, Kind, Problem | None]:
    """The study and one of its variants, prepared once for several tasks."""
    study = converted(msgspec.json.decode(text), Study)
    experiment = study.one(variant, 0)
    return study, experiment, problems_of([experiment])[0]


def _text(study: Study) -> bytes:
    return msgspec.json.encode(plain(study))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
