"""Reads lesson files: TOML in, a playable course out, or one clear line if something is wrong."""

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from nnviz.data.messages import within
from nnviz.errors import InputError
from nnviz.experiment.files import refuse_newer_format
from nnviz.experiment.validation import explain
from nnviz.lessons.lesson import FORMAT, Course, Lesson
from nnviz.lessons.packing import check
from nnviz.lessons.scenes import course_of
from nnviz.lessons.validation import complaints
from nnviz.storage import LESSON, LESSON_TEXT, parse_tables, read_text

_PAGE = re.compile(r"^pages, item (\d+)(\.|: )")


def read_lesson(path: Path) -> Course:
    """The lesson in a TOML file, with its other files beside it; or in one file that holds them all.

    Raises
    ------
    InputError
        One line with file, page and key, and what is allowed.
    """
    is_one_file = path.suffix.lower() == LESSON
    if is_one_file:
        check(path)
    text = read_text(path / LESSON_TEXT if is_one_file else path)
    with within(f"{path.name}: "):
        return lesson_in(parse_tables(text), path)


def lesson_in(tables: dict[str, Any], path: Path) -> Course:
    """The lesson in a file's tables; an `InputError` begins with page and key."""
    whole = path.absolute()
    course = course_of(_lesson(tables), whole if whole.suffix.lower() == LESSON else whole.parent)
    return replace(course, path=whole)


def is_lesson(path: Path) -> bool:
    """Whether a file is TOML with pages, so it is meant to be a lesson."""
    try:
        return "pages" in parse_tables(read_text(path))
    except InputError:
        return False


def parse_lesson(text: str, name: str, folder: Path) -> Course:
    """The lesson in TOML text; ``name`` is for error messages, ``folder`` holds its other files.

    Raises
    ------
    InputError
        One line with page and key, and what is allowed.
    """
    with within(f"{name}: "):
        return course_of(_lesson(parse_tables(text)), folder)


def _lesson(tables: dict[str, Any]) -> Lesson:
    refuse_newer_format(tables, FORMAT)
    if isinstance(tables.get("pages"), dict):
        raise InputError("pages: [pages] must be [[pages]]; allowed: [[pages]] before each of 1 to 60 pages")
    try:
        lesson = msgspec.convert(tables, Lesson)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(_with_page(explain(tables, Lesson))) from error
    _refuse_empty_tables(tables)
    for complaint in complaints(lesson):
        raise InputError(complaint)
    return lesson


def _with_page(message: str) -> str:
    """The message with a page's number in place of its list index."""
    return _PAGE.sub(lambda found: f"page {found[1]}{', ' if found[2] == '.' else ': '}", message)


def _refuse_empty_tables(tables: dict[str, Any]) -> None:
    """Refuse empty tables, which are ambiguous: the default experiment, or the one before continued."""
    for number, page in enumerate(tables["pages"], start=1):
        for key in ("experiment", "change"):
            if page.get(key) == {}:
                raise InputError(f"page {number}, {key}: it is empty; allowed: tables of an experiment, or none")
