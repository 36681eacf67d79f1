"""``nnviz train``: an experiment without a window."""

import argparse
import csv
import io
import json
import signal
import sys
from collections.abc import Collection, Iterator
from math import isfinite, nan
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from nnviz.cli.numbers import epochs
from nnviz.cli.places import place
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import LEARNERS, name_of
from nnviz.export.writing import export
from nnviz.kinds.memory.rule import arrays_of
from nnviz.lessons.opening import Opened, opened
from nnviz.progress import progress
from nnviz.runs.begin import begin, prepared
from nnviz.runs.parameter_files import arrays_content, load_parameters
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.snapshot import Snapshot
from nnviz.signals import ending_signals, ignore_ending_signals
from nnviz.storage import require_folder, write_atomically

Record = dict[str, Any]
"""The figures at one step, by name."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, how long, and where to put what comes out."""
    parser.add_argument(
        "file", type=place, help="an experiment (.nnviz, .toml), a table (.csv), weights (.npz), or a link"
    )
    parser.add_argument("--epochs", type=epochs, default=100, metavar="N", help="how many epochs (100)")
    parser.add_argument(
        "--initial-parameters", type=Path, metavar="P.npz", help="start from these: W1, b1, W2, b2, …"
    )
    parser.add_argument(
        "--parameters", type=Path, metavar="OUT.npz", help="write the trained parameters, or to OUT.safetensors"
    )
    parser.add_argument(
        "--metrics", type=Path, metavar="OUT.jsonl", help="write one line of figures an epoch, or to OUT.csv"
    )
    parser.add_argument("--json", action="store_true", help="print the last figures for programs")


def run(arguments: argparse.Namespace) -> int:
    """Train, write what is asked for, print the last figures; 1 if the run diverged."""
    run_ = _begin(arguments)
    records: list[Record] = []
    for number in ending_signals():
        signal.signal(number, _end)
    try:
        for note in run_.problem.notes if isinstance(run_, NetworkRun) else ():
            print(note, file=sys.stderr)
        records.extend(_epochs(run_, arguments.epochs))
    finally:  # a run that is interrupted leaves what it has so far
        _write(arguments, run_, records)
    last = json.dumps(records[-1] | {"diverged": not run_.finite})
    print(last if arguments.json else _summary(records[-1]))
    if not run_.finite:
        words = f"diverged in epoch {records[-1]['epoch']}; try a lower learning rate"
        print(f"{arguments.file}: {words}", file=sys.stderr)
        return 1
    return 0


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End on a signal after writing the results so far; further signals do not interrupt the writing."""
    ignore_ending_signals()
    raise SystemExit(128 + number)


def _begin(arguments: argparse.Namespace) -> Run:
    for path, endings in ((arguments.parameters, _PARAMETERS), (arguments.metrics, _METRICS)):
        if path:
            _require_ending(path, endings)
    found, start = opened(arguments.file), None
    if found.course or name_of(found.experiment) not in LEARNERS:
        key = "pages" if found.course else "kind"
        raise InputError(f"{arguments.file}: {key}: only these are trained here: {', '.join(LEARNERS)}")
    if not isinstance(found.experiment, Experiment):
        return _begin_other(found, arguments)
    with found.within():
        experiment, problem = prepared(found.experiment, fit=found.is_table)
    if arguments.initial_parameters:
        start = load_parameters(arguments.initial_parameters, problem.network.shapes)
    with found.within():
        run_ = NetworkRun(experiment, problem, start)
    if found.note:
        print(found.note, file=sys.stderr)
    if found.past and start is None:
        found.past(run_)
    return run_


def _begin_other(found: Opened, arguments: argparse.Namespace) -> Run:
    """The run of what has neither samples nor layers of its own."""
    if arguments.initial_parameters:
        raise InputError("--initial-parameters: only a network starts from these; allowed: weights in the file")
    if arguments.parameters and arguments.parameters.suffix.lower() != _ARRAYS:
        raise InputError(f"{arguments.parameters}: cannot be written; allowed: a name ending in {_ARRAYS}")
    with found.within():
        run_: Run = begin(found.experiment)
    return run_


def _epochs(run_: Run, count: int) -> Iterator[Record]:
    """Figures before the first step and after every epoch, until the last or until the run diverges."""
    record = _record(run_)
    yield record
    with progress(count, "epoch") as show:
        for epoch in range(1, count + 1):
            run_.advance(run_.steps_to_epoch_end)
            run_.measure()
            record = _record(run_)
            show(epoch, f"epoch {epoch:,}, loss {run_.snapshot().loss:.4g}")
            yield record
            if not run_.finite:
                return


def _record(run_: Run) -> Record:
    """The figures of a run, under the same names whatever it is that learns; None where there are none."""
    if isinstance(run_, NetworkRun):
        return run_.metrics.as_record()
    moment = run_.snapshot()
    figures = {"test_loss": moment.loss, "test_accuracy": moment.measures.get("accuracy", nan)}
    known = {key: value for key, value in figures.items() if isfinite(value)}
    return {"step": moment.step, "epoch": moment.epoch} | dict.fromkeys(_FIGURES) | known


def _write(arguments: argparse.Namespace, run_: Run, records: list[Record]) -> None:
    if arguments.metrics:
        write_atomically(arguments.metrics, _METRICS[arguments.metrics.suffix.lower()](records).encode())
    if arguments.parameters and run_.finite:
        moment = run_.snapshot()
        if isinstance(moment, Snapshot):
            export(arguments.parameters, moment)
        else:
            write_atomically(arguments.parameters, arrays_content(arrays_of(moment)))


def _lines(records: list[Record]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def _table(records: list[Record]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, records[0] if records else ())
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


_ARRAYS = ".npz"
_PARAMETERS = (_ARRAYS, ".safetensors")
_FIGURES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
_METRICS = {".jsonl": _lines, ".csv": _table}
"""Endings of what can be written; a file under another would not be what its name says."""


def _require_ending(path: Path, endings: Collection[str]) -> None:
    if path.suffix.lower() not in endings:
        raise InputError(f"{path}: cannot be written; allowed: a name ending in {', '.join(endings)}")
    require_folder(path)


def _summary(record: Record) -> str:
    parts = [f"epoch {record['epoch']:,}", f"step {record['step']:,}"]
    for name in ("train", "test"):
        loss, accuracy = record[f"{name}_loss"], record[f"{name}_accuracy"]
        parts += [] if loss is None else [f"{name} loss {loss:.6g}"]
        parts += [] if accuracy is None else [f"{name} accuracy {100 * accuracy:.2f} %"]
    return "  ".join(parts)
