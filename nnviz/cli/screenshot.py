"""``nnviz screenshot``: a picture of the real window, for handouts and for looking at it."""

import argparse
import os
from pathlib import Path

from nnviz.cli.lessons import library
from nnviz.cli.numbers import epochs, whole
from nnviz.cli.places import place
from nnviz.data.messages import shown
from nnviz.errors import InputError
from nnviz.lessons.lesson import MOST_PAGES, Course
from nnviz.lessons.opening import Opened, opened
from nnviz.lessons.views import DRAWER
from nnviz.storage import require_folder
from nnviz.theme import THEMES

_SMALLEST, _LARGEST = 200, 8192
_VECTORS = (".png", ".svg", ".pdf")
"""Endings of a picture of one view."""
_LONGEST_SIZE = len("8192x8192")
_DRAWER = tuple(entry.name for entry in DRAWER)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to show, and how."""
    parser.add_argument(
        "file",
        nargs="?",
        type=place,
        help="an experiment (.nnviz, .toml), a lesson (.toml), a table (.csv), or a link",
    )
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--epochs", type=epochs, default=0, metavar="N", help="train so many epochs first (0)")
    parser.add_argument("--size", type=size, default=(1280, 800), metavar="WxH", help="of the window (1280x800)")
    parser.add_argument("--theme", choices=THEMES, default=THEMES[0])
    parser.add_argument("--drawer", choices=_DRAWER, metavar="VIEW", help=f"to open below: {', '.join(_DRAWER)}")
    parser.add_argument(
        "--view",
        metavar="VIEW",
        help="one view alone, also to OUT.svg or OUT.pdf: network, output, loss, weights, …",
    )
    parser.add_argument("--lesson", metavar="ID", help="a page of this lesson of the library, in place of a file")
    parser.add_argument("--page", type=whole(1, MOST_PAGES), metavar="K", help="which page of the lesson (1)")


parse = argparse.ArgumentParser.parse_intermixed_args
"""Options may stand between FILE and OUT.png, though FILE may be left out."""


def size(text: str) -> tuple[int, int]:
    """A width and height from the command line."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(text) <= _LONGEST_SIZE):
        raise argparse.ArgumentTypeError(f"{shown(repr(text))} is not allowed; allowed: such as 1280x800")
    if not all(_SMALLEST <= int(side) <= _LARGEST for side in (width, height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; allowed: sides of {_SMALLEST} to {_LARGEST}")
    return int(width), int(height)


def run(arguments: argparse.Namespace) -> int:
    """Open the window offscreen, train or turn to a page, and write its picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    endings = _VECTORS if arguments.view else (".png",)
    if arguments.out.suffix.lower() not in endings:
        raise InputError(f"{arguments.out}: cannot be written; allowed: a name ending in {', '.join(endings)}")
    require_folder(arguments.out)
    first = _opened(arguments)
    _require_sense(arguments, first.course)
    _picture(first.begun(), arguments)
    return 0


def _opened(arguments: argparse.Namespace) -> Opened:
    """What is asked for: the lesson of an id, or what a file holds."""
    if bool(arguments.lesson) == bool(arguments.file):
        what = "both FILE and --lesson are given" if arguments.file else "nothing to show is given"
        raise InputError(f"nnviz screenshot: {what}; allowed: FILE OUT.png, or --lesson ID --page K OUT.png")
    if arguments.lesson:
        return Opened(course=library().find(arguments.lesson))
    return opened(arguments.file)


def _require_sense(arguments: argparse.Namespace, course: Course | None) -> None:
    """Refuse what belongs to an experiment with a lesson, and the other way round."""
    if arguments.page and course is None:
        raise InputError(
            "nnviz screenshot: --page: there is no lesson; allowed: with --lesson ID, or a lesson's file"
        )
    if arguments.view and arguments.drawer:
        raise InputError("nnviz screenshot: both --view and --drawer are given; allowed: one of them")
    for option in ("epochs", "drawer", "view"):
        if course and getattr(arguments, option):
            raise InputError(f"nnviz screenshot: --{option}: the page says it itself; allowed: without a lesson")
    if course and (arguments.page or 1) > (pages := len(course.scenes)):
        raise InputError(f"nnviz screenshot: --page: {arguments.page} is not there; allowed: 1 to {pages}")


def _picture(first: Opened, arguments: argparse.Namespace) -> None:
    from nnviz.pictures import picture_of, picture_of_page, picture_of_view  # noqa: PLC0415 - Qt reads the environment when imported

    out, size, theme = arguments.out, arguments.size, arguments.theme
    if first.course:
        picture_of_page(first.course, (arguments.page or 1) - 1, out, size, theme)
    elif arguments.view:
        picture_of_view(first, out, arguments.epochs, size, theme, arguments.view)
    else:
        picture_of(first, out, arguments.epochs, size, theme, arguments.drawer or "")
