"""What a study has found, as a table in a file: a row for each seed, which can be appended to and read again."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.kind import FORMAT
from nnviz.kinds.study.schema import Study
from nnviz.storage import read_bytes

RESULTS = "results.csv"
"""Name of the table in a document."""
_LARGEST = 2**28
_DIGITS = 12
Found = list[dict[int, float]]
"""Of every variant the measure by seed, both counted from 0."""


def mark_of(study: Study) -> str:
    """Some letters that tell a study's results from those of any other; names do not matter."""
    plain = structs.replace(
        study, title="", across="", success=1.0, guide=None, lines=False, level=None, format=FORMAT
    )
    plain = plain.with_paths(lambda name: Path(name).name)
    return sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()[:_DIGITS]


def header(study: Study) -> str:
    """The first line of the table."""
    axes = [axis.title or "variant" for axis in study.axes]
    return _line(("study", "number", *axes, "seed", study.measure))


def rows(study: Study, variant: int, values: Mapping[int, float]) -> str:
    """Lines of some seeds of a variant, all counted from 0; numbers are written so that every bit comes back."""
    mark, names, place = mark_of(study), list[str](), variant
    for axis in study.axes:  # the first goes fastest
        place, k = divmod(place, len(axis.names))
        names.append(axis.names[k])
    seed = study.one(variant, 0).its_seed
    return "".join(
        _line((mark, variant + 1, *names, seed + number, repr(float(values[number])))) for number in sorted(values)
    )


def table_of(study: Study, found: Found) -> bytes:
    """The table of all that is known, in the order of variants and seeds, whatever the order it was found in."""
    return (header(study) + "".join(rows(study, k, column) for k, column in enumerate(found))).encode()


def read_results(study: Study, path: Path) -> Found:
    """What a table holds of a study; a last line that was not written to its end does not count.

    Raises
    ------
    InputError
        It cannot be read, or is of another study.
    """
    text = read_bytes(path, _LARGEST).decode("utf-8-sig", "replace")
    whole, _, _ = text.rpartition("\n")
    found: Found = [{} for _ in study.cells]
    firsts, mark = [study.one(k, 0).its_seed for k in range(len(found))], mark_of(study)
    lines = csv.reader(io.StringIO(whole))
    if whole and next(lines) != next(csv.reader([header(study)])):
        raise InputError(f"{path}: row 1: not the results of this study; allowed: another file, or its own")
    for number, line in enumerate(lines, start=2):
        variant, seed, value = _read(line, mark, f"{path}: row {number}")
        if not (variant < len(found) and 0 <= seed - firsts[variant] < study.seeds):
            raise InputError(f"{path}: row {number}: this study has no such variant and seed")
        found[variant][seed - firsts[variant]] = value
    return found


def _read(line: Sequence[str], mark: str, where: str) -> tuple[int, int, float]:
    try:
        its_mark, number, *_, seed, value = line
        if its_mark != mark:
            raise InputError(f"{where}: of another study; allowed: another file, or its own")
        return int(number) - 1, int(seed), float(value)
    except ValueError as error:
        raise InputError(f"{where}: not a row of a study's results") from error


def _line(fields: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue()
