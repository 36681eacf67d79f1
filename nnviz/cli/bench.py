"""``nnviz bench``: what this machine does, in words or in figures."""

import argparse
import gc
import json
import os
from typing import Any

from nnviz.cli.numbers import epochs, whole
from nnviz.cli.window import has_display
from nnviz.data.messages import shown

_WORKLOADS = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")
_IN_WINDOW = (*_WORKLOADS, "24x5x5", "LSTM", "5x64")
_MOST_ROUNDS, _LONGEST = 1000, 24 * 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure; in words if nothing is named."""
    parts = parser.add_subparsers(dest="part", metavar="train|window|start|sweep", help="one part, in figures")
    train = parts.add_parser("train", help="training without a window")
    train.add_argument("--workload", nargs="+", choices=_WORKLOADS, default=_WORKLOADS)
    window = parts.add_parser("window", help="the live window")
    window.add_argument("--workload", nargs="+", choices=_IN_WINDOW, default=("W2",))
    window.add_argument("--seconds", type=seconds, default=20.0, metavar="S", help="of training in all (20)")
    window.add_argument("--aged", type=epochs, default=0, metavar="EPOCHS", help="again after so many epochs")
    start = parts.add_parser("start", help="from the command to the painted window")
    sweep = parts.add_parser("sweep", help="many seeds at once")
    parts.add_parser("opening")  # for `start` alone: what is timed must be the program as it is installed
    for part in (train, window, start, sweep):
        part.add_argument(
            "--rounds", type=whole(1, _MOST_ROUNDS), metavar="N", help="how often each is measured, by turns"
        )
        part.add_argument("--json", action="store_true", help="for programs")


def seconds(text: str) -> float:
    """A length of time from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value <= _LONGEST:
        raise argparse.ArgumentTypeError(
            f"{shown(repr(text))} is not allowed; allowed: more than 0, up to {_LONGEST:,.0f}"
        )
    return value


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if arguments.part == "opening":
        return _open()
    from nnviz.bench import words  # noqa: PLC0415 - Qt reads the environment when imported
    from nnviz.bench.timing import machine  # noqa: PLC0415 - as above

    if arguments.part is None:
        for line in words.told():
            print(line, flush=True)
        return 0
    figures = _measured(arguments)
    if arguments.json:
        print(json.dumps(figures | {"machine": machine()}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(words.listed(figures)))
    return 0


def _open() -> int:
    gc.disable()  # as the window does, before it imports Qt
    from nnviz.bench.opening import see  # noqa: PLC0415 - as little as the program has imported by then
    from nnviz.cli import main  # noqa: PLC0415 - which imports this

    return see(main)


def _measured(arguments: argparse.Namespace) -> dict[str, Any]:
    from nnviz.bench import start, training, window  # noqa: PLC0415 - as above

    given = {"rounds": arguments.rounds} if arguments.rounds else {}
    match arguments.part:
        case "train":
            return {workload.name: figures for workload, figures in training.measure(arguments.workload, **given)}
        case "window":
            return window.measure(arguments.workload, arguments.seconds, aged=arguments.aged, **given)
        case "start":
            return start.measure(**given)
        case _:
            return training.measure_sweep(**given)
