"""Saving an experiment and its run: as one document, or as text with the weights in a file beside it."""

import re
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import content_of, files_of, save_experiment
from nnviz.experiment.kind import Kind
from nnviz.runs.moment import Moment
from nnviz.runs.parameter_files import moment_content
from nnviz.runs.past import LARGEST_PAST, past_files
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.storage import DOCUMENT, archive_of, last_written, read_bytes, through, write_atomically

TEXT = "experiment.toml"
"""Name of the experiment in a document; the files that it uses are in the folder ``files``."""
_LARGEST_FILE = 4 * 2**30
_SUM = 16
"""Digits of the checksum in the name of a moment's file."""


class Work(Struct, frozen=True, eq=False):
    """An experiment and its run, ready to be saved.

    Parameters
    ----------
    moment : Moment or None
        The moment to resume from.
    past : Timeline
        A copy that nobody else changes, as `Work.of` makes it.
    """

    experiment: Kind
    moment: Moment | None
    past: Timeline

    @classmethod
    def of(cls, experiment: Kind, moment: Moment | None, timeline: Timeline) -> "Work":
        """The run as it is now; later changes of the timeline do not reach it.

        What was found out about its table is asked for from now on, so that it is always read alike.
        """
        is_its_own = moment is not None and experiment.continues(moment.experiment)
        if is_its_own and isinstance(experiment, Experiment) and isinstance(moment, Snapshot):
            experiment = replace(experiment, data=moment.problem.as_read(experiment.data))
        return cls(experiment, moment if is_its_own else None, timeline.thinned(LARGEST_PAST))

    def save(self, path: Path, *, with_table: bool = True) -> None:
        """Write a document or, if the name ends in .toml, text.

        A document includes the network's table if ``with_table`` is True. A table that is already inside a
        document is always included.

        Raises
        ------
        InputError
            One line on why it cannot be written; the old file can still be opened.
        """
        if path.suffix.lower() == DOCUMENT:
            write_atomically(path, self._document(path, with_table=with_table))
        else:
            self._save_text(path)

    def _document(self, path: Path, *, with_table: bool) -> bytes:
        experiment, moment = self.experiment, self.moment
        if isinstance(moment, Snapshot):
            past = past_files(self.past, moment)
        else:
            past = dict(moment.results()) if moment else {}
            experiment = _resumed(moment) if moment else experiment
        refused = "" if with_table else table_outside(experiment)
        kept = [name for name in files_of(experiment) if name != refused]
        inside = _names_inside(kept)
        files = {inside[name]: self._content(name) for name in inside}
        return archive_of({TEXT: content_of(experiment, path, inside), **past, **files})

    def _content(self, name: str) -> bytes:
        """The content of a file; of the table that the network learns, as it was when it was read."""
        if isinstance(self.moment, Snapshot) and self.moment.experiment.data.file == name:
            return zlib.decompress(self.moment.problem.dataset.packed)
        return read_bytes(Path(name), _LARGEST_FILE)

    def _save_text(self, path: Path) -> None:
        """Write the moment under a new name, then the text that names it, then remove older moments.

        At any interruption the old text or the new one is there, with its own moment. Moments newer than the old
        text are not removed: another program may be about to save a text that names them.
        """
        experiment, moment, newest = self.experiment, self.moment, last_written(path)
        if isinstance(moment, Snapshot) and isinstance(experiment, Experiment):
            if moment.finite and moment.step > 0:
                start = _write_moment(path, moment_content(moment.parameters, moment.position))
                experiment = replace(experiment, training=replace(experiment.training, start=str(start)))
        elif moment:
            experiment = _resumed(moment)
        save_experiment(experiment, path)
        in_use = {*files_of(experiment), *files_of(self.experiment)}
        for former in _moments_of(path):
            if str(former) not in in_use and last_written(former) <= newest:
                former.unlink(missing_ok=True)


def _resumed(moment: Moment) -> Kind:
    """The experiment that begins at a moment, or where it has diverged, as it began."""
    return moment.as_resumed() if moment.finite else moment.as_read()


def table_outside(experiment: Kind) -> str:
    """Name of the table that a network learns, if it is not inside a document; otherwise empty."""
    name = experiment.data.file if isinstance(experiment, Experiment) else ""
    return "" if through(Path(name))[1] else name


def _names_inside(names: list[str]) -> dict[str, str]:
    """Names of files inside a document: their own, in one folder, with a number where two are equal."""
    inside: dict[str, str] = {}
    for name in names:
        wanted = (f"files/{mark}{Path(name).name}" for mark in ("", *(f"{n}-" for n in range(2, len(names) + 2))))
        inside[name] = inside.get(name) or next(free for free in wanted if free not in inside.values())
    return inside


def _write_moment(path: Path, content: bytes) -> Path:
    """Write a moment beside a text, under a name that contains its checksum."""
    digits = sha256(content).hexdigest()[:_SUM]
    moment = path.absolute().with_name(f"{path.stem}.{digits}.npz")
    if moment.exists() and not _is_ours(moment):
        raise InputError(one_line(f"{moment}: is another file of that name; allowed: another name to save to"))
    write_atomically(moment, content)
    return moment


def _moments_of(path: Path) -> Iterator[Path]:
    """The moments that were saved beside a text; their names contain their checksums."""
    named = re.compile(rf"{re.escape(path.stem)}\.[0-9a-f]{{{_SUM}}}\.npz")
    beside = (file for file in path.absolute().parent.iterdir() if named.fullmatch(file.name))
    return (file for file in list(beside) if _is_ours(file))


def _is_ours(moment: Path) -> bool:
    """Whether nnviz wrote a file: its name contains its checksum."""
    try:
        content = read_bytes(moment, _LARGEST_FILE)
    except InputError:
        return False
    return moment.name.endswith(f".{sha256(content).hexdigest()[:_SUM]}.npz")
