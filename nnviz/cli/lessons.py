"""``nnviz lessons``: which there are, whether a file is one, and where it is said how to write one."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.lessons.copying import pack
from nnviz.lessons.lesson import Course, Figure, Page
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.lessons.opening import opened
from nnviz.lessons.reading import read_lesson
from nnviz.lessons.scenes import check_runs

GUIDE = "AUTHORS.md"
_WORDS = ("words", "notes", "look", "next")
_PATIENCE = 1.0
"""Seconds that a figure may take to be drawn; the window shows one that takes longer when it is drawn."""
_TOO_MANY = "takes more than a second to be decoded; allowed: fewer pixels"
_DAMAGED = "is damaged; allowed: a picture that can be drawn"
_TOO_MUCH = "takes more than a second to be drawn; allowed: fewer and shorter lines, fewer colour gradients"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One question, or none for the list."""
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument(
        "--check", type=Path, metavar="FILE", help="say whether the file is a lesson, or what is wrong"
    )
    asked.add_argument(
        "--pack", nargs=2, metavar=("LESSON", "OUT.nnlesson"), help="write a lesson with its files as one file"
    )
    asked.add_argument("--json", action="store_true", help="the list for programs")
    asked.add_argument("--guide", action="store_true", help="say where the guide for authors is")


def run(arguments: argparse.Namespace) -> int:
    """List the lessons, check one, or say where the guide is."""
    if arguments.guide:
        print(bundled_folder() / GUIDE)
    elif arguments.check:
        pages = len(checked(arguments.check).scenes)
        print(f"fine: {pages} page{'' if pages == 1 else 's'}")
    elif arguments.pack:
        lesson, out = arguments.pack
        pack(course_named(lesson), Path(out))
        print(out)
    elif arguments.json:
        print(json.dumps([_told(course) for course in library().courses], indent=2, ensure_ascii=False))
    else:
        _list(library())
    return 0


def library() -> Library:
    """The lessons that nnviz ships, and the user's own."""
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415 - only here

    from nnviz.window.documents import data_folder  # noqa: PLC0415 - as above

    QCoreApplication.setApplicationName("nnviz")  # the folder is named so
    return Library((bundled_folder(), data_folder() / "lessons"))


def course_named(name: str) -> Course:
    """The lesson in a file, or the one in the library with this id.

    Raises
    ------
    InputError
        There is none, or the file is no lesson.
    """
    path = Path(name)
    if not path.suffix and not path.exists():
        return library().find(name)
    if course := opened(path).course:
        return course
    raise InputError(f"{path}: is no lesson; allowed: the file of a lesson, or an id that 'nnviz lessons' lists")


def checked(path: Path) -> Course:
    """The lesson in a file, every experiment in it begun, every formula typeset and every figure drawn.

    Raises
    ------
    InputError
        One line naming file, page and key, and what is allowed.
    """
    course = read_lesson(path)
    for number, page in enumerate(course.lesson.pages, start=1):
        for key, words in _words(page):
            if complaint := _of_formulas(words):
                raise InputError(one_line(f"{course.name}: page {number}, {key}: {complaint}"))
    for number, scene in enumerate(course.scenes, start=1):
        if scene.figure and (complaint := _of_figure(scene.figure)):
            place = f"{course.name}: page {number}, figure: {scene.page.figure!r}"
            raise InputError(one_line(f"{place} {complaint}"))
    check_runs(course)
    return course


def _of_figure(figure: Figure) -> str:
    """What is wrong with a figure: it takes longer to be drawn than somebody waits for a page, or is damaged."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnviz.start import application  # noqa: PLC0415 - only where there are figures
    from nnviz.theme import theme  # noqa: PLC0415 - as above
    from nnviz.views.figure.trial import Trial  # noqa: PLC0415 - as above
    from nnviz.views.figure.view import themed  # noqa: PLC0415 - as above

    family = application().font().family()
    trial = Trial(themed(figure, theme("light"), family) if isinstance(figure, str) else figure)
    if not trial.is_drawn_within(_PATIENCE):
        return _TOO_MUCH if isinstance(figure, str) else _TOO_MANY
    return _DAMAGED if trial.image.isNull() else ""


def _list(shelf: Library) -> None:
    """Ids, titles and sources in columns; what cannot be read besides."""
    rows = [(course.lesson.id, course.lesson.title, "; ".join(course.lesson.source)) for course in shelf.courses]
    first, second = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    for identifier, title, source in rows:
        print(f"{identifier:<{first}}  {title:<{second}}  {source}".rstrip())
    for error in shelf.errors:
        print(error, file=sys.stderr)


def _told(course: Course) -> dict[str, Any]:
    """A lesson, as JSON has it."""
    lesson = course.lesson
    return {
        "id": lesson.id,
        "title": lesson.title,
        "source": list(lesson.source),
        "pages": [page.title for page in lesson.pages],
    }


def _words(page: Page) -> Iterator[tuple[str, str]]:
    """Everything on a page that may hold formulas, with its key."""
    yield from ((key, getattr(page, key)) for key in _WORDS)
    if asked := page.question:
        yield from (("question.ask", asked.ask), ("question.reveal", asked.reveal))
        yield from ((f"question.choices, item {n}", choice) for n, choice in enumerate(asked.choices, start=1))


def _of_formulas(words: str) -> str | None:
    """What is wrong with the first formula that cannot be typeset."""
    from nnviz.presenter.typeset import Formula, divided, valid  # noqa: PLC0415 - only where there are formulas

    sources = [part.source for part in divided(words) if isinstance(part, Formula)]
    return next((complaint for source in sources if (complaint := valid(source))), None)
