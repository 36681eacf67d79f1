"""What a file holds, read once: a lesson, an experiment of any kind, or a table for a network to learn."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from nnviz.data.messages import within
from nnviz.errors import InputError
from nnviz.experiment import files
from nnviz.experiment.change import on_data
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course
from nnviz.runs.begin import begin
from nnviz.runs.run import Run
from nnviz.storage import parse_tables, read_text, too_large

SUFFIX = ".toml"
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")


class Opened(Struct, frozen=True, kw_only=True, eq=False):
    """What a file holds, or where there is none, the usual experiment.

    Parameters
    ----------
    course : Course or None
        The lesson; there is no experiment then.
    is_table : bool
        The experiment is of a network on a table's data, which its output and loss have yet to follow.
    run : Run or None
        The experiment's, if it has been begun: it belongs to whoever goes on with it.
    """

    path: Path | None = None
    course: Course | None = None
    experiment: Kind = Experiment()
    is_table: bool = False
    run: Run | None = None

    def begun(self) -> Self:
        """The same with the run of a file's experiment, for which its data are read; a lesson as it is.

        Raises
        ------
        InputError
            One line naming file, key or row, and what is allowed.
        """
        if self.course or self.path is None:
            return self
        with self.within():
            run = begin(self.experiment, fit=self.is_table)
        return replace(self, experiment=run.experiment, run=run)

    def within(self) -> AbstractContextManager[None]:
        """Let an `InputError` begin with the file, unless it is a table, whose errors name it."""
        return within("" if self.is_table else f"{self.path}: ")


def opened(path: Path | None, current: Kind | None = None) -> Opened:
    """What a file holds; a table is for the network of the current experiment, or else for the usual one.

    Raises
    ------
    InputError
        One line on why it cannot be opened, naming file, page or key, and what is allowed.
    """
    if path is None:
        return Opened()
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        # inputs of any size may stand in a table; networks learn from such of size 1
        data = Data(file=str(path.absolute()), train_fraction=0.7, standardize=True)
        network = current if isinstance(current, Experiment) else Experiment()
        return Opened(path=path, experiment=on_data(network, data), is_table=True)
    if suffix != SUFFIX:
        kinds = ", ".join((SUFFIX, *TABLE_SUFFIXES))
        raise InputError(f"{path}: not a kind of file that nnviz opens; allowed: {kinds}")
    text = read_text(path, files.LARGEST)
    with within(f"{path}: "):
        tables = parse_tables(text)
        if "pages" not in tables:
            return Opened(path=path, experiment=files.located(files.experiment_of(tables), path))
    from nnviz.lessons import reading  # noqa: PLC0415 - see nnviz.late

    if len(text) > reading.LARGEST:
        raise too_large(path, reading.LARGEST)
    with within(f"{path.name}: "):
        return Opened(path=path, course=reading.lesson_in(tables, path))
