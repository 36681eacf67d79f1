"""``nnviz export``: a network as a script, a notebook, ONNX, weights or a table."""

import argparse
from pathlib import Path

from nnviz.cli.numbers import epochs
from nnviz.cli.places import place
from nnviz.errors import InputError
from nnviz.experiment.kind import name_of
from nnviz.export.scripts import FRAMEWORKS
from nnviz.export.tables import TABLES
from nnviz.export.writing import SUFFIXES, export, export_table, require_ending
from nnviz.lessons.opening import opened
from nnviz.progress import progress
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, what to write, and how long to train before."""
    parser.add_argument(
        "file", type=place, help="an experiment (.nnviz, .toml), a table (.csv), weights (.npz), or a link"
    )
    parser.add_argument("out", type=Path, metavar="OUT", help=f"a name ending in {', '.join(SUFFIXES)}")
    names = ", ".join(FRAMEWORKS)
    parser.add_argument(
        "--framework", choices=FRAMEWORKS, metavar="NAME", help=f"of a script or notebook: {names} (pytorch)"
    )
    tables = ", ".join(TABLES)
    parser.add_argument("--table", choices=TABLES, metavar="NAME", help=f"what OUT.csv is of: {tables} (samples)")
    parser.add_argument("--epochs", type=epochs, default=0, metavar="N", help="train so many epochs first (0)")


def run(arguments: argparse.Namespace) -> int:
    """Train if that is asked for, and write the file."""
    require_ending(arguments.out)
    if arguments.table and arguments.out.suffix.lower() != ".csv":
        raise InputError(
            f"nnviz export: --table: {arguments.out} is no table; allowed: with a name ending in .csv"
        )
    begun = opened(arguments.file).begun()
    if not isinstance(begun.run, NetworkRun):
        what = "a lesson" if begun.course else f"of kind {name_of(begun.experiment)}"
        raise InputError(f"{arguments.file}: is {what}; allowed: kind network, which alone is exported")
    past = begun.past(begun.run) if begun.past else Timeline()
    _train(begun.run, arguments.epochs, past)
    if arguments.table:
        export_table(arguments.out, arguments.table, begun.run.snapshot(), past)
    else:
        export(arguments.out, begun.run.snapshot(), arguments.framework or next(iter(FRAMEWORKS)))
    return 0


def _train(run_: NetworkRun, count: int, past: Timeline) -> None:
    """Train, and put the moment after every epoch on a timeline, which goes on from where the run stands."""
    past.resume(run_.step)
    past.add(run_.snapshot())
    with progress(count, "epoch") as show:
        for epoch in range(1, count + 1):
            run_.advance(run_.steps_to_epoch_end)
            run_.measure()
            past.add(run_.snapshot())
            show(epoch, f"epoch {epoch:,}")
            if not run_.finite:
                raise InputError(f"diverged in epoch {epoch:,}: nothing is exported; try a lower learning rate")
