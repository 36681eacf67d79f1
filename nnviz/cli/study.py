"""``nnviz study``: a study without a window, which can be stopped and gone on with."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import BinaryIO, NoReturn, Self

import numpy as np

from nnviz.cli.numbers import whole
from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.kinds.study.lines import axis_of, line_measure, lines_of, needed_text
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.results import Found, read_results, rows, table_of
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot, span
from nnviz.kinds.study.spread import quartiles, slopes
from nnviz.kinds.study.tasks import Plan, Task
from nnviz.kinds.study.workers import (
    Done,
    carried_out_by_cluster,
    carried_out_by_processes,
    carried_out_here,
    cores,
    is_long,
)
from nnviz.lessons.opening import opened
from nnviz.numerals import signed
from nnviz.progress import progress
from nnviz.signals import ending_signals, ignore_ending_signals
from nnviz.storage import require_folder, write_atomically


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, where to put what is found, and who does the work."""
    parser.add_argument("file", type=Path, help="the study (.toml, .nnviz)")
    parser.add_argument(
        "--out", type=Path, metavar="OUT.csv", help="write a row for each seed; what it holds is not done again"
    )
    parser.add_argument(
        "--processes", type=whole(1, 1024), metavar="N", help="processes of this machine (one a core)"
    )
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask scheduler to give the work to, such as tcp://host:8786"
    )


def run(arguments: argparse.Namespace) -> int:
    """Carry out what is left to do, write each result as it comes, print the medians."""
    found_file = opened(arguments.file)
    if not isinstance(found_file.experiment, Study) or found_file.course:
        raise InputError(f'{arguments.file}: not a study; allowed: a file with kind = "study"')
    study = found_file.experiment
    with found_file.within():
        plan = Plan(study)
    if arguments.out:
        require_folder(arguments.out)
    found = read_results(study, arguments.out) if _exists(arguments.out) else [{} for _ in study.cells]
    for number in ending_signals():
        signal.signal(number, _end)
    try:
        _carry_out(plan, found, arguments)
    except (KeyboardInterrupt, SystemExit):
        kept = "; the same command goes on from there" if arguments.out else ""
        print(f"stopped with {_count(found):,} of {_total(study):,} seeds done{kept}", file=sys.stderr)
        raise
    if arguments.out:
        write_atomically(arguments.out, table_of(study, found))
    print("\n".join(_summary(study, found)))
    return 0


def _carry_out(plan: Plan, found: Found, arguments: argparse.Namespace) -> None:
    """Carry out the tasks that are not done, and note every result at once."""
    left = [task for task in plan.tasks if not _is_done(task, found)]
    total, began, done_before = _total(plan.study), monotonic(), _count(found)
    with progress(total, "seed") as show, _Notes(arguments.out, plan.study, found) as notes:
        show(
            done_before, f"{done_before:,} of {total:,} seeds, about {span(_expected(plan, left, arguments))} left"
        )
        for task, values in _done(plan, left, arguments):
            notes.take(task, values)
            done, spent = _count(found), monotonic() - began
            rest = spent * (total - done) / max(1, done - done_before)
            show(done, f"{done:,} of {total:,} seeds, about {span(rest)} left")


def _done(plan: Plan, left: Sequence[Task], arguments: argparse.Namespace) -> Done:
    """The tasks as whoever is asked for carries them out; long ones first, so that none is left at the end."""
    parts = sorted(plan.parts(left), key=lambda part: plan.seconds(part[0]), reverse=True)
    if arguments.cluster:
        return carried_out_by_cluster(plan, parts, arguments.cluster)
    processes = arguments.processes or (cores() if is_long(sum(map(plan.seconds, left))) else 1)
    if min(processes, len(parts)) > 1:
        return carried_out_by_processes(plan, parts, min(processes, len(parts)))
    return carried_out_here(plan, parts)


def _expected(plan: Plan, left: Sequence[Task], arguments: argparse.Namespace) -> float:
    return sum(map(plan.seconds, left)) / (arguments.processes or cores())


class _Notes:
    """Results, noted in memory and at the end of a file, each task's at once and on the disk before the next.

    The file may be None.
    """

    def __init__(self, path: Path | None, study: Study, found: Found) -> None:
        self._path, self._study, self._found = path, study, found
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self._path:  # without the row that a kill may have cut off
            write_atomically(self._path, table_of(self._study, self._found))
            self._file = self._path.open("ab")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._file.close()

    def take(self, task: Task, values: Sequence[float]) -> None:
        """Note a task's results, of which some may be known."""
        known = self._found[task.variant]
        new = {seed: value for seed, value in enumerate(values, start=task.first) if seed not in known}
        known.update(new)
        if self._file:
            self._file.write(rows(self._study, task.variant, new).encode())
            self._file.flush()
            os.fsync(self._file.fileno())


def _exists(out: Path | None) -> bool:
    return out is not None and out.exists() and out.stat().st_size > 0


def _is_done(task: Task, found: Found) -> bool:
    return all(seed in found[task.variant] for seed in range(task.first, task.first + task.seeds))


def _count(found: Found) -> int:
    return sum(map(len, found))


def _total(study: Study) -> int:
    return study.seeds * len(study.cells)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End on a signal; what was found is on the disk already."""
    ignore_ending_signals()
    raise SystemExit(128 + number)


def _summary(study: Study, found: Found) -> list[str]:
    """A line for every variant: its name, median and quartiles; and the slope where there is one."""
    measure = MEASURES[study.measure]
    columns = [np.array([column[seed] for seed in sorted(column)]) for column in found]
    width = max(len(cell.title) for cell in study.cells)
    lines = []
    for cell, values in zip(study.cells, columns, strict=True):
        low, middle, high = (measure.text(value) for value in quartiles(values))
        success = f"  {int((values >= study.success).sum())} of {len(values)}" if study.is_counted else ""
        lines.append(f"{cell.title:<{width}}  {middle}  [{low}, {high}]{success}")
    heading = f"{study.title or 'study'}: {measure.title}, median and quartiles of {study.seeds} seeds"
    return [heading, *lines, *(_of_lines(study, columns) if study.has_lines else _slope(study, columns))]


def _of_lines(study: Study, columns: Sequence[FloatArray]) -> Iterator[str]:
    """What its lines show: of each what it takes to come to the level, if one is sought, and its slope."""
    axis = axis_of(study)
    for line in lines_of(StudySnapshot(study, tuple(columns))):
        name = line.name or line_measure(study)
        if study.level is not None:
            pairs = zip(axis.names, line.summary, strict=True)
            yield f"{name}: " + ", ".join(
                f"{place}: {needed_text(study, middle)}" for place, (_, middle, _) in pairs
            )
        low, middle, high = line.slope(axis)
        if not np.isnan(middle):
            low_, middle_, high_ = (signed(f"{abs(x):.2f}", x) for x in (low, middle, high))
            yield f"{name}: slope {middle_}  [{low_}, {high_}]"


def _slope(study: Study, columns: Sequence[FloatArray]) -> Iterator[str]:
    """A line on how the measure goes with the only number that varies, if it is a power."""
    axis, *others = study.axes
    found = quartiles(slopes(axis.at, columns) if not others and axis.is_apart else np.empty(0))
    if not study.is_counted and not np.isnan(found[1]):
        low, middle, high = (signed(f"{abs(x):.2f}", x) for x in found)
        yield f"slope of log {MEASURES[study.measure].title} on log {axis.title}: {middle}  [{low}, {high}]"
