"""``nnviz screenshot``: a picture of the real window, for handouts and for looking at it."""

import argparse
import os
from pathlib import Path

from nnviz.cli.train import epochs
from nnviz.errors import InputError
from nnviz.theme import THEMES

_SMALLEST, _LARGEST = 200, 8192
DRAWERS = ("activations", "weights", "confusion")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to show, and how."""
    parser.add_argument("file", type=Path, help="the experiment (.toml) or table (.csv)")
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--epochs", type=epochs, default=0, metavar="N", help="train so many epochs first (0)")
    parser.add_argument("--size", type=size, default=(1280, 800), metavar="WxH", help="of the window (1280x800)")
    parser.add_argument("--theme", choices=THEMES, default=THEMES[0])
    parser.add_argument("--drawer", choices=DRAWERS, help="the view to open below")


def size(text: str) -> tuple[int, int]:
    """A width and height from the command line."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; allowed: such as 1280x800")
    if not all(_SMALLEST <= int(side) <= _LARGEST for side in (width, height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; allowed: sides of {_SMALLEST} to {_LARGEST}")
    return int(width), int(height)


def run(arguments: argparse.Namespace) -> int:
    """Open the window offscreen, train, and write its picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnviz.app import experiment_in, picture_of  # noqa: PLC0415 - Qt reads the environment when imported

    if arguments.out.suffix.lower() != ".png":
        raise InputError(f"{arguments.out}: cannot be written; allowed: a name ending in .png")
    experiment = experiment_in(arguments.file)
    drawer = DRAWERS.index(arguments.drawer) if arguments.drawer else None
    picture_of(experiment, arguments.out, arguments.epochs, arguments.size, arguments.theme, drawer)
    return 0
