"""A lesson with all that belongs to it: as a copy of one's own, or as one file."""

from collections.abc import Collection, Iterator
from pathlib import Path

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.experiment.files import files_of
from nnviz.lessons.editing import LessonText
from nnviz.lessons.lesson import Course
from nnviz.lessons.local_files import figure_in
from nnviz.lessons.packing import LARGEST, LARGEST_FILE
from nnviz.lessons.writing import LARGEST_COPY, free_id, save_text
from nnviz.storage import LESSON, LESSON_TEXT, archive_of, read_bytes, read_text, write_atomically

_SUFFIX = ".lesson.toml"


def files_beside(course: Course) -> dict[str, Path]:
    """The files that a lesson uses, by their names as seen from it."""
    return dict(_files(course))


def pack(course: Course, path: Path) -> None:
    """Write a lesson with its files as one file.

    Raises
    ------
    InputError
        One line: another ending of the name, a file that cannot be read, or too much for one file.
    """
    if path.suffix.lower() != LESSON:
        raise InputError(one_line(f"{path}: cannot be written; allowed: a name ending in {LESSON}"))
    assert course.text_path  # noqa: S101 - it was read from a file
    files = {LESSON_TEXT: course.text_path} | files_beside(course)
    contents = {name: read_bytes(file, LARGEST_FILE) for name, file in files.items()}
    if sum(map(len, contents.values())) > LARGEST:
        raise InputError(one_line(f"{path}: too large; allowed: up to {LARGEST / 2**20:g} MiB"))
    write_atomically(path, archive_of(contents))


def copied(course: Course, folder: Path, taken: Collection[str]) -> Course:
    """A copy of a lesson in a folder, with its files, under an id that is not taken; the folder may be missing.

    Raises
    ------
    InputError
        Another file of a name is there, or something cannot be read or written.
    """
    identifier = free_id(course.lesson.id, taken)
    title = f"{course.lesson.title} (my copy)"[:160]
    assert course.text_path  # noqa: S101 - it was read from a file
    text = LessonText.of(read_text(course.text_path)).with_head({("id",): identifier, ("title",): title}).text
    files = {folder / name: read_bytes(path, LARGEST_COPY) for name, path in _files(course)}
    for path, content in files.items():
        if path.exists() and read_bytes(path, LARGEST_COPY) != content:
            raise InputError(one_line(f"{path}: another file of that name is there; allowed: to move it away"))
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    folder.mkdir(parents=True, exist_ok=True)
    return save_text(text, _free_path(folder, identifier))


def _files(course: Course) -> Iterator[tuple[str, Path]]:
    folder = course.folder
    assert folder  # noqa: S101 - as above
    for scene in course.scenes:
        if scene.page.figure:
            yield scene.page.figure, figure_in(folder, scene.page.figure)
        for name in files_of(scene.experiment) if scene.experiment else ():
            yield Path(name).relative_to(folder).as_posix(), Path(name)


def _free_path(folder: Path, name: str) -> Path:
    """A file for a lesson that is not there yet."""
    paths = (folder / f"{name}{mark}{_SUFFIX}" for mark in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in paths if not path.exists())
