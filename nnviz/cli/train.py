"""``nnviz train``: an experiment without a window."""

import argparse
import csv
import io
import json
import signal
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from nnviz.cli.numbers import epochs
from nnviz.cli.places import place
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.export.writing import export
from nnviz.lessons.opening import opened
from nnviz.progress import progress
from nnviz.runs.begin import prepared
from nnviz.runs.metrics import Metrics
from nnviz.runs.parameter_files import load_parameters
from nnviz.runs.run import NetworkRun
from nnviz.signals import ending_signals, ignore_ending_signals
from nnviz.storage import require_folder, write_atomically


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
    records: list[Metrics] = []
    for number in ending_signals():
        signal.signal(number, _end)
    try:
        for note in run_.problem.notes:
            print(note, file=sys.stderr)
        records.extend(_epochs(run_, arguments.epochs))
    finally:  # a run that is interrupted leaves what it has so far
        _write(arguments, run_, records)
    last = json.dumps(records[-1].as_record() | {"diverged": not run_.finite})
    print(last if arguments.json else _summary(records[-1]))
    if not run_.finite:
        words = f"diverged in epoch {records[-1].epoch}; try a lower learning rate"
        print(f"{arguments.file}: {words}", file=sys.stderr)
        return 1
    return 0


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End on a signal after writing the results so far; further signals do not interrupt the writing."""
    ignore_ending_signals()
    raise SystemExit(128 + number)


def _begin(arguments: argparse.Namespace) -> NetworkRun:
    for path, endings in ((arguments.parameters, _PARAMETERS), (arguments.metrics, _METRICS)):
        if path:
            _require_ending(path, endings)
    found, start = opened(arguments.file), None
    if found.course or not isinstance(found.experiment, Experiment):
        key = "pages" if found.course else "kind"
        raise InputError(f"{arguments.file}: {key}: only networks are trained here; allowed: network")
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


def _epochs(run_: NetworkRun, count: int) -> Iterator[Metrics]:
    """Figures before the first step and after every epoch, until the last or until the run diverges."""
    yield run_.metrics
    with progress(count, "epoch") as show:
        for epoch in range(1, count + 1):
            run_.advance(run_.steps_to_epoch_end)
            run_.measure()
            show(epoch, f"epoch {epoch:,}, loss {run_.metrics.train.loss:.4g}")
            yield run_.metrics
            if not run_.finite:
                return


def _write(arguments: argparse.Namespace, run_: NetworkRun, records: list[Metrics]) -> None:
    if arguments.metrics:
        write_atomically(arguments.metrics, _METRICS[arguments.metrics.suffix.lower()](records).encode())
    if arguments.parameters and run_.finite:
        export(arguments.parameters, run_.snapshot())


def _lines(records: list[Metrics]) -> str:
    return "".join(f"{json.dumps(metrics.as_record())}\n" for metrics in records)


def _table(records: list[Metrics]) -> str:
    text, rows = io.StringIO(newline=""), [metrics.as_record() for metrics in records]
    writer = csv.DictWriter(text, rows[0] if rows else ())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_PARAMETERS = (".npz", ".safetensors")
_METRICS = {".jsonl": _lines, ".csv": _table}
"""Endings of what can be written; a file under another would not be what its name says."""


def _require_ending(path: Path, endings: Collection[str]) -> None:
    if path.suffix.lower() not in endings:
        raise InputError(f"{path}: cannot be written; allowed: a name ending in {', '.join(endings)}")
    require_folder(path)


def _summary(metrics: Metrics) -> str:
    parts = [f"epoch {metrics.epoch:,}", f"step {metrics.step:,}"]
    for name, score in (("train", metrics.train), ("test", metrics.test)):
        if score:
            parts.append(f"{name} loss {score.loss:.6g}")
            parts += [] if score.accuracy is None else [f"{name} accuracy {100 * score.accuracy:.2f} %"]
    return "  ".join(parts)
