"""Opening a file, which is read once: a lesson, an experiment of any kind, a table, or weights."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from msgspec.structs import replace

from nnviz.data.messages import within
from nnviz.data.spreadsheet import SUFFIXES as SPREADSHEETS
from nnviz.errors import InputError
from nnviz.experiment import files
from nnviz.experiment.change import on_data
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course
from nnviz.runs.array_files import PARAMETERS
from nnviz.runs.begin import PASTS, begin
from nnviz.runs.document import TEXT
from nnviz.runs.run import Run
from nnviz.runs.timeline import Timeline
from nnviz.storage import DOCUMENT, LESSON, members, parse_tables, read_text

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.data.table import Table

SUFFIX = ".toml"
DOCUMENT_SUFFIXES = (DOCUMENT, SUFFIX)
"""Endings of saved experiments: one file with everything, or text."""
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".data", ".dat", ".tab", ".gz", *SPREADSHEETS)


class Opened(Struct, frozen=True, kw_only=True, eq=False):
    """The content of a file, or without a file the usual experiment.

    Parameters
    ----------
    course : Course or None
        The lesson; then there is no experiment.
    is_table : bool
        The experiment is a network on a table's data, to which its output and loss have still to be fitted.
    first_rows : Table or None
        The first rows of the table, if they have been read for its sheet.
    run : Run or None
        The experiment's run, if it has begun; the receiver owns it.
    past : callable (Run) -> Timeline, or None
        Moves such a run to the moment saved in a document, and returns the saved timeline.
    note : str
        What has to be said of it once it has begun; empty if nothing.
    """

    path: Path | None = None
    course: Course | None = None
    experiment: Kind = Experiment()
    is_table: bool = False
    first_rows: "Table | None" = None
    run: Run | None = None
    past: Callable[[Run], Timeline] | None = None
    note: str = ""

    def ready(self) -> Self:
        """What a window starts with: the first rows of a table, whose sheet is shown; else the run begun.

        Raises
        ------
        InputError
            One line with file, key or row, and what is allowed.
        """
        if not (self.is_table and isinstance(self.experiment, Experiment)):
            return self.begun()
        from nnviz.data.table import understand  # noqa: PLC0415 - see nnviz.late

        return replace(self, first_rows=understand(self.experiment.data.file, preview=True))

    def begun(self) -> Self:
        """The same with the experiment's run begun, which reads its data.

        A lesson is unchanged, and so is the usual experiment, with which nothing can be wrong.

        Raises
        ------
        InputError
            One line with file, key or row, and what is allowed.
        """
        if self.course or (self.path is None and self.experiment == Experiment()):
            return self
        with self.within():
            run = begin(self.experiment, fit=self.is_table)
        if self.past is None:
            return replace(self, experiment=run.experiment, run=run)
        timeline = self.past(run)
        return replace(self, experiment=run.experiment, run=run, past=lambda _run: timeline)

    def within(self) -> AbstractContextManager[None]:
        """Put the file's name in front of an `InputError`, except for tables, whose errors name it already."""
        return within(f"{self.path}: " if self.path and not self.is_table else "")


def opened(path: Path | str | None, current: Kind | None = None) -> Opened:
    """Open a file, or as text a link.

    A table is given to the network of the current experiment, or else to the usual one; weights make a network on
    the data of the current experiment if they fit.

    Raises
    ------
    InputError
        One line on why it cannot be opened, with file, page or key, and what is allowed.
    """
    if path is None:
        return Opened()
    if isinstance(path, str):
        return _opened_link(path)
    if path.suffix.lower() not in _OPENERS:
        raise InputError(f"{path}: not a kind of file that nnviz opens; allowed: {', '.join(_OPENERS)}")
    return _OPENERS[path.suffix.lower()](path, current)


def _opened_link(link: str) -> Opened:
    from nnviz.experiment.playground import experiment_in  # noqa: PLC0415 - see nnviz.late

    experiment, otherwise = experiment_in(link)
    return Opened(experiment=experiment, note=f"As the link says, but for {'; '.join(otherwise)}.")


def _opened_table(path: Path, current: Kind | None) -> Opened:
    # a table's inputs may have any size; networks learn well from inputs of size about 1
    data = Data(file=str(path.absolute()), train_fraction=0.7, standardize=True)
    network = current if isinstance(current, Experiment) else Experiment()
    return Opened(path=path, experiment=on_data(network, data), is_table=True)


def _opened_text(path: Path, _current: Kind | None) -> Opened:
    """An experiment or a lesson, as the keys say."""
    text = read_text(path)
    with within(f"{path}: "):
        tables = parse_tables(text)
        if "pages" not in tables:
            return Opened(path=path, experiment=files.located(files.experiment_of(tables), path))
    from nnviz.lessons import reading  # noqa: PLC0415 - see nnviz.late

    with within(f"{path.name}: "):
        return Opened(path=path, course=reading.lesson_in(tables, path))


def _opened_document(path: Path, _current: Kind | None) -> Opened:
    """The experiment of a document; its moments are read when its run begins."""
    inside, text = members(path), read_text(path / TEXT)
    with within(f"{path}: "):
        experiment = files.located(files.experiment_of(parse_tables(text)), path, inside)
    takers = (partial(PASTS[name], path) for name in PASTS if name in inside)
    return Opened(path=path, experiment=experiment, past=next(takers, None))


def _opened_lesson(path: Path, _current: Kind | None) -> Opened:
    from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

    return Opened(path=path, course=read_lesson(path))


def _opened_weights(path: Path, current: Kind | None) -> Opened:
    from nnviz.runs.trained_elsewhere import experiment_with  # noqa: PLC0415 - see nnviz.late

    experiment, note = experiment_with(path, current)
    return Opened(path=path, experiment=experiment, note=note)


_OPENERS = {
    DOCUMENT: _opened_document,
    SUFFIX: _opened_text,
    LESSON: _opened_lesson,
    **dict.fromkeys(TABLE_SUFFIXES, _opened_table),
    **dict.fromkeys(PARAMETERS, _opened_weights),
}
"""By a file's ending."""
