"""``nnviz handout``: a lesson on paper."""

import argparse
import os
from pathlib import Path

from nnviz.cli.lessons import course_named
from nnviz.errors import InputError
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
    course = course_named(arguments.lesson)
    out = arguments.out or Path(f"{course.lesson.id}{_SUFFIX}")
    if out.suffix.lower() != _SUFFIX:
        raise InputError(f"{out}: cannot be written; allowed: a name ending in {_SUFFIX}")
    require_folder(out)
    from nnviz.pictures import write_handout  # noqa: PLC0415 - Qt reads the environment when imported

    write_handout(course, out, notes=arguments.notes)
    print(out)
    return 0
