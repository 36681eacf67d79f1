"""All lessons: the bundled ones and those in the user's folder."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.lessons.lesson import Course
from nnviz.lessons.reading import read_lesson
from nnviz.lessons.search import plain
from nnviz.storage import LESSON


class Library:
    """The lessons in some folders. A lesson that cannot be read does not affect the others.

    Parameters
    ----------
    folders : sequence of Path
        Usually `bundled_folder()` and then the user's. Of two lessons with the same id, the one in the later
        folder counts. A folder may be missing.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folder.absolute() for folder in folders)
        self._courses: dict[Path, Course] = {}
        self._errors: dict[Path, InputError] = {}
        for path in self._files():
            self._take(path)

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every lesson, by part, order and title."""
        return tuple(sorted(self._by_id().values(), key=_place))

    @property
    def errors(self) -> tuple[InputError, ...]:
        """The errors of files that are not valid lessons, a line each."""
        return (*self._errors.values(), *self._duplicates())

    def find(self, identifier: str) -> Course:
        """The lesson with this id.

        Raises
        ------
        InputError
            There is no such lesson.
        """
        by_id = self._by_id()
        if identifier not in by_id:
            ids = ", ".join(course.lesson.id for course in self.courses)
            raise InputError(one_line(f"there is no lesson called {identifier!r}; allowed: {ids or 'none here'}"))
        return by_id[identifier]

    def _files(self) -> Iterator[Path]:
        for folder in self._folders:
            try:
                yield from sorted(path for path in folder.iterdir() if path.suffix.lower() in {".toml", LESSON})
            except FileNotFoundError:
                continue
            except OSError as error:
                self._errors[folder] = InputError(one_line(f"{folder}: cannot be read: {error.strerror}"))

    def _take(self, path: Path) -> None:
        try:
            self._courses[path] = read_lesson(path)
        except InputError as error:
            self._errors[path] = error

    def _by_id(self) -> dict[str, Course]:
        return {course.lesson.id: course for course in self._in_order()}

    def _duplicates(self) -> Iterator[InputError]:
        """Errors for lessons hidden by another with the same id."""
        by_id = self._by_id()
        for course in self._in_order():
            counted = by_id[course.lesson.id]
            if counted is not course:
                identifier, path = course.lesson.id, counted.path
                yield InputError(
                    f"{course.name}: id: {identifier!r} is also that of {path}, which is shown in its place; "
                    "allowed: an id that no other lesson has"
                )

    def _in_order(self) -> Iterable[Course]:
        """The lessons in order of precedence, the one that counts last."""
        places = {folder: place for place, folder in enumerate(self._folders)}
        return [
            course
            for _, course in sorted(
                self._courses.items(), key=lambda item: (places.get(item[0].parent, len(places)), item[0])
            )
        ]


def _place(course: Course) -> tuple[int, int, str]:
    return course.lesson.part, course.lesson.order, plain(course.lesson.title)
