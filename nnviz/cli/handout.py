"""``nnviz handout``: a lesson on paper."""

import argparse
import os
from pathlib import Path

from nnviz.cli.lessons import library
from nnviz.errors import InputError
from nnviz.lessons.lesson import Course
from nnviz.lessons.opening import opened
from nnviz.storage import require_folder

_SUFFIX = ".pdf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which lesson, and where to write it."""
    parser.add_argument("lesson", metavar="LESSON", help="the file of a lesson, or the id of one in the library")
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT.pdf", help="(LESSON.pdf, here)")
    parser.add_argument("--notes", action="store_true", help="with the presenter's notes")


def run(arguments: argparse.Namespace) -> int:
    """Play every page of the lesson offscreen, and write them to a PDF."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    course = _course(arguments.lesson)
    out = arguments.out or Path(f"{course.lesson.id}{_SUFFIX}")
    if out.suffix.lower() != _SUFFIX:
        raise InputError(f"{out}: cannot be written; allowed: a name ending in {_SUFFIX}")
    require_folder(out)
    from nnviz.pictures import write_handout  # noqa: PLC0415 - Qt reads the environment when imported

    write_handout(course, out, notes=arguments.notes)
    print(out)
    return 0


def _course(name: str) -> Course:
    """The lesson in a file, or in the library."""
    path = Path(name)
    if not path.suffix and not path.exists():
        return library().find(name)
    if course := opened(path).course:
        return course
    raise InputError(f"{path}: is no lesson; allowed: the file of a lesson, or an id that 'nnviz lessons' lists")
