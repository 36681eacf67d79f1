"""What is under way, saved: as one document, or as text with the moment to go on from beside it."""

import re
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from nnviz.data.messages import one_line
from nnviz.data.table import last_written
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import content_of, files_of, save_experiment
from nnviz.experiment.kind import Kind
from nnviz.runs.moment import Moment
from nnviz.runs.parameter_files import moment_content
from nnviz.runs.past import LARGEST_PAST, past_files
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.storage import DOCUMENT, archive_of, read_bytes, through, write_atomically

TEXT = "experiment.toml"
"""What the experiment is called in a document; the files that it names lie in ``files``."""
_LARGEST_FILE = 4 * 2**30
_SUM = 16
"""Digits of the sum by which the file of a moment is called."""


class Work(Struct, frozen=True, eq=False):
    """What is under way, to be saved.

    Parameters
    ----------
    moment : Moment or None
        The one to go on from.
    past : Timeline
        The saver's own: `Work.of` makes it.
    """

    experiment: Kind
    moment: Moment | None
    past: Timeline

    @classmethod
    def of(cls, experiment: Kind, moment: Moment | None, timeline: Timeline) -> "Work":
        """Take what is under way now; what becomes of the timeline afterwards changes nothing here."""
        is_its_own = moment is not None and experiment.continues(moment.experiment)
        return cls(experiment, moment if is_its_own else None, timeline.thinned(LARGEST_PAST))

    def save(self, path: Path, *, with_table: bool = True) -> None:
        """Write a document or, if the name ends in .toml, text; all of it or nothing.

        A document holds the network's table unless it is to be ``with_table`` False; one that lies in a document
        already stays in it.

        Raises
        ------
        InputError
            One line on why it cannot be written; what was there can be opened as before.
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
            past, experiment = {}, moment.as_resumed() if moment and moment.finite else experiment
        refused = "" if with_table else table_outside(experiment)
        kept = [name for name in files_of(experiment) if name != refused]
        inside = _names_inside(kept)
        files = {inside[name]: self._content(name) for name in inside}
        return archive_of({TEXT: content_of(experiment, path, inside), **past, **files})

    def _content(self, name: str) -> bytes:
        """The content of a file: of the table that is learned as it was read, whatever has become of it."""
        if isinstance(self.moment, Snapshot) and self.moment.experiment.data.file == name:
            return zlib.decompress(self.moment.problem.dataset.packed)
        return read_bytes(Path(name), _LARGEST_FILE)

    def _save_text(self, path: Path) -> None:
        """Write the moment under a name of its own, then the text that names it; then former moments go.

        Whenever it is interrupted there is a text, the old one or the new, with a moment that is its own. What is
        newer than the former text is left alone: another program may be about to name it.
        """
        experiment, moment, newest = self.experiment, self.moment, last_written(path)
        if isinstance(moment, Snapshot) and isinstance(experiment, Experiment):
            if moment.finite and moment.step > 0:
                start = _write_moment(path, moment_content(moment.parameters, moment.position))
                experiment = replace(experiment, training=replace(experiment.training, start=str(start)))
        elif moment and moment.finite:
            experiment = moment.as_resumed()
        save_experiment(experiment, path)
        in_use = {*files_of(experiment), *files_of(self.experiment)}
        for former in _moments_of(path):
            if str(former) not in in_use and last_written(former) <= newest:
                former.unlink(missing_ok=True)


def table_outside(experiment: Kind) -> str:
    """The name of the table that a network learns, if it lies in no document; else nothing."""
    name = experiment.data.file if isinstance(experiment, Experiment) else ""
    return "" if through(Path(name))[1] else name


def _names_inside(names: list[str]) -> dict[str, str]:
    """What files are called in a document: as they are called outside, in one folder."""
    inside: dict[str, str] = {}
    for name in names:
        wanted = (f"files/{mark}{Path(name).name}" for mark in ("", *(f"{n}-" for n in range(2, len(names) + 2))))
        inside[name] = inside.get(name) or next(free for free in wanted if free not in inside.values())
    return inside


def _write_moment(path: Path, content: bytes) -> Path:
    """Write a moment beside a text, under a name that no other content has."""
    digits = sha256(content).hexdigest()[:_SUM]
    moment = path.absolute().with_name(f"{path.stem}.{digits}.npz")
    if moment.exists() and not _is_ours(moment):
        raise InputError(one_line(f"{moment}: is in the way; allowed: another name to save to"))
    write_atomically(moment, content)
    return moment


def _moments_of(path: Path) -> Iterator[Path]:
    """The moments that were written beside a text, told by their names: a sum of what they hold."""
    named = re.compile(rf"{re.escape(path.stem)}\.[0-9a-f]{{{_SUM}}}\.npz")
    beside = (file for file in path.absolute().parent.iterdir() if named.fullmatch(file.name))
    return (file for file in list(beside) if _is_ours(file))


def _is_ours(moment: Path) -> bool:
    """Whether a file is called by the sum of its content, as nnviz calls moments."""
    try:
        content = read_bytes(moment, _LARGEST_FILE)
    except InputError:
        return False
    return moment.name.endswith(f".{sha256(content).hexdigest()[:_SUM]}.npz")
