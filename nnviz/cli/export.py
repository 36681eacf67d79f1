"""``nnviz export``: a network as a script, a notebook, ONNX, weights or a table."""

import argparse
from pathlib import Path

from nnviz.cli.numbers import epochs
from nnviz.errors import InputError
from nnviz.export.scripts import FRAMEWORKS
from nnviz.export.writing import SUFFIXES, export, require_ending
from nnviz.lessons.opening import opened
from nnviz.progress import progress
from nnviz.runs.run import NetworkRun


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, what to write, and how long to train before."""
    parser.add_argument("file", type=Path, help="the experiment (.nnviz, .toml), or a table (.csv)")
    parser.add_argument("out", type=Path, metavar="OUT", help=f"a name ending in {', '.join(SUFFIXES)}")
    names = ", ".join(FRAMEWORKS)
    parser.add_argument(
        "--framework", choices=FRAMEWORKS, metavar="NAME", help=f"of a script or notebook: {names} (pytorch)"
    )
    parser.add_argument("--epochs", type=epochs, default=0, metavar="N", help="train so many epochs first (0)")


def run(arguments: argparse.Namespace) -> int:
    """Train if that is asked for, and write the file."""
    require_ending(arguments.out)
    begun = opened(arguments.file).begun()
    if not isinstance(begun.run, NetworkRun):
        raise InputError(f"{arguments.file}: only networks are exported; allowed: an experiment of kind network")
    if begun.past:
        begun.past(begun.run)
    _train(begun.run, arguments.epochs)
    export(arguments.out, begun.run.snapshot(), arguments.framework or next(iter(FRAMEWORKS)))
    return 0


def _train(run_: NetworkRun, count: int) -> None:
    with progress(count, "epoch") as show:
        for epoch in range(1, count + 1):
            run_.advance(run_.steps_to_epoch_end)
            show(epoch, f"epoch {epoch:,}")
            if not run_.finite:
                raise InputError(f"diverged in epoch {epoch:,}: nothing is exported; try a lower learning rate")
