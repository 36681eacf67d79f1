"""Opening a file, which is read once: a lesson, an experiment of any kind, or a table."""

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
    """The content of a file, or without a file the usual experiment.

    Parameters
    ----------
    course : Course or None
        The lesson; then there is no experiment.
    is_table : bool
        The experiment is a network on a table's data, to which its output and loss have still to be fitted.
    run : Run or None
        The experiment's run, if it has begun; the receiver owns it.
    """

    path: Path | None = None
    course: Course | None = None
    experiment: Kind = Experiment()
    is_table: bool = False
    run: Run | None = None

    def begun(self) -> Self:
        """The same with the experiment's run begun, which reads its data; a lesson is unchanged.

        Raises
        ------
        InputError
            One line with file, key or row, and what is allowed.
        """
        if self.course or self.path is None:
            return self
        with self.within():
            run = begin(self.experiment, fit=self.is_table)
        return replace(self, experiment=run.experiment, run=run)

    def within(self) -> AbstractContextManager[None]:
        """Put the file's name in front of an `InputError`, except for tables, whose errors name it already."""
        return within("" if self.is_table else f"{self.path}: ")


def opened(path: Path | None, current: Kind | None = None) -> Opened:
    """Open a file; a table is given to the network of the current experiment, or else to the usual one.

    Raises
    ------
    InputError
        One line on why it cannot be opened, with file, page or key, and what is allowed.
    """
    if path is None:
        return Opened()
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        # a table's inputs may have any size; networks learn well from inputs of size about 1
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
