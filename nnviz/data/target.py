"""The column to predict: which it is, and its class names or numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.data.columns import Fields, Kind, written
from nnviz.data.dataset import FloatArray
from nnviz.data.messages import one_line, place, shown
from nnviz.data.settings import TargetTask
from nnviz.errors import InputError

Targets = tuple[NDArray[np.int64] | FloatArray, tuple[str, ...]]
MAX_CLASSES = 100
MAX_NUMERIC_CLASSES = 10
"""A numeric target with at most so many different whole numbers is taken for classes."""
_NAMES = frozenset(
    {"class", "target", "label", "species", "y", "output", "outcome", "result", "diagnosis", "variety"}
    | {"survived", "income", "mpg", "medv"}
    | {
        "klasse",
        "ziel",
        "ziffer",
        "digit",
        "art",
        "classe",
        "cible",
        "espèce",
        "clase",
        "especie",
        "specie",
        "etichetta",
    }
)


def find(file: str, names: Sequence[str], target: str, *, has_header: bool) -> int:
    """The column that a person names, without a header also by its number from 1."""
    if target in names:
        return names.index(target)
    numbers = [] if has_header else [str(i) for i in range(1, len(names) + 1)]
    if target in numbers:
        return numbers.index(target)
    listed = ", ".join(map(shown, names[:10])) + (", …" if len(names) > 10 else "")
    raise InputError(f"{file} has no column {shown(target)!r}; its columns are {listed}")


def choose(names: Sequence[str], kinds: Sequence[Kind], recurring: Sequence[bool]) -> int:
    """The column to predict where nobody says which.

    The only one of texts that recur; else one that is called so; else the last that holds anything.
    """
    few = [index for index, kind in enumerate(kinds) if kind in {"category", "yes/no"}]
    texts = few or [index for index, recurs in enumerate(recurring) if recurs and kinds[index] != "empty"]
    if len(texts) == 1:
        return texts[0]
    named = [index for index, name in enumerate(names) if name.lower() in _NAMES and kinds[index] != "empty"]
    if named:
        return named[-1]
    usable = [index for index, kind in enumerate(kinds) if kind not in {"empty", "row number", "names"}]
    return usable[-1] if usable else len(names) - 1


def decide(fields: Fields, chosen: NDArray[np.bool_], rows: Sequence[int], task: TargetTask) -> Targets:
    """Class indices and class names, or values (samples, 1) and no names, of the chosen rows; none is missing.

    Raises
    ------
    InputError
        There are too few or too many classes, or there is no number where one must be.
    """
    if fields.holds_texts:
        if task == "regression":
            text, index = min(((text, found[0]) for text, found in fields.words.items()), key=lambda pair: pair[1])
            raise fields.refusal(rows, index, text, "is not a number, as regression needs")
        return _named(fields, chosen)
    numbers = fields.values[chosen]
    if task == "regression" or (task == "auto" and not looks_like_classes(numbers)):
        return numbers[:, np.newaxis], ()
    different, indices = np.unique(numbers, return_inverse=True)
    names = tuple(map(written, different.tolist()))
    _check_count(fields, names)
    return indices.astype(np.int64), names


def looks_like_classes(numbers: FloatArray) -> bool:
    """Whether numbers are so few different whole ones that they may stand for classes."""
    return bool((numbers == np.floor(numbers)).all()) and len(np.unique(numbers)) <= MAX_NUMERIC_CLASSES


def _named(fields: Fields, chosen: NDArray[np.bool_]) -> Targets:
    """Classes called by texts, in alphabetical order."""
    if fields.has_too_many_texts:
        raise InputError(f"{_where(fields)}: too many classes; at most {MAX_CLASSES} are allowed")
    codes = np.full(fields.count, -1)
    names = sorted({one_line(name) for name in fields.names})
    for name, places in fields.names.items():
        codes[places] = names.index(one_line(name))
    used = np.unique(codes[chosen])
    _check_count(fields, [names[code] for code in used])
    return np.searchsorted(used, codes[chosen]).astype(np.int64), tuple(names[code] for code in used)


def _check_count(fields: Fields, names: Sequence[str]) -> None:
    if len(names) == 1:
        raise InputError(f"{_where(fields)}: {shown(names[0])!r} is the only class; at least 2 are needed")
    if len(names) > MAX_CLASSES:
        raise InputError(f"{_where(fields)}: {len(names):,} classes; at most {MAX_CLASSES} are allowed")


def _where(fields: Fields) -> str:
    return place(fields.file, fields.name)
