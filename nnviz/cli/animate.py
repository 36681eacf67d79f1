"""``nnviz animate``: a run as a moving picture."""

import argparse
import os
from pathlib import Path

from nnviz.cli.numbers import epochs, whole
from nnviz.cli.places import place
from nnviz.cli.screenshot import size
from nnviz.errors import InputError
from nnviz.lessons.opening import opened
from nnviz.progress import TOLD
from nnviz.storage import require_folder
from nnviz.theme import THEMES

_MOST_FRAMES = 1_000
_SLIDE = (1280, 720)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to show, of which moments, and how."""
    parser.add_argument(
        "file", type=place, help="an experiment (.nnviz, .toml), a table (.csv), weights, or a link"
    )
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="a name ending in .gif or .webp, or a new folder for numbered PNGs"
    )
    parser.add_argument(
        "--view", default="stage", metavar="NAME", help="one view alone: network, output, loss, … (stage: all)"
    )
    parser.add_argument(
        "--epochs", type=epochs, default=0, metavar="N", help="train so many epochs (0: the timeline in the file)"
    )
    parser.add_argument(
        "--frames", type=whole(2, _MOST_FRAMES), default=40, metavar="N", help="how many frames at most (40)"
    )
    parser.add_argument("--size", type=size, default=_SLIDE, metavar="WxH", help="of a frame (1280x720)")
    parser.add_argument("--caption", default="", metavar="TEXT", help="a line below, beside the epoch")
    parser.add_argument("--theme", choices=THEMES, default=THEMES[0])


def run(arguments: argparse.Namespace) -> int:
    """Open the window offscreen, go through the moments, and write the film."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnviz.animation import Film, require_sense, write_film  # noqa: PLC0415 - Qt reads the environment

    film = Film(arguments.view, arguments.frames, arguments.size, arguments.caption, arguments.theme)
    require_sense(arguments.out, film)
    require_folder(arguments.out)
    first = opened(arguments.file).begun()
    if first.course:
        raise InputError(
            f"{arguments.file}: a lesson is no run; allowed: an experiment, a table, weights or a link"
        )
    if not (arguments.epochs or first.past):
        raise InputError(f"{arguments.file}: there is no timeline in it; allowed: --epochs N, to film so many")
    count = write_film(first, arguments.out, arguments.epochs, film)
    if TOLD not in os.environ:
        print(f"{arguments.out}: {count} frames")
    return 0
