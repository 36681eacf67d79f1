"""The columns of a table: what each holds, what it is used for, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.data.messages import one_line, place, shown
from nnviz.data.numbers import MAX_NUMBER, MISSING_TEXTS, Decimal, numbers
from nnviz.errors import InputError

Kind = Literal["number", "category", "yes/no", "row number", "names", "empty"]
Role = Literal["input", "target", "left out"]

MOST_CATEGORIES = 20
"""A column of more different texts holds names; one of as many, which recur, is a category."""
_MOST_TEXTS = 1_000
"""Different texts of a column that are told apart; beyond it they are names."""
_FEW = 6
"""Rows of a table so small that different texts need not recur."""
_STRAYS = 0.1
"""The part of a column of numbers that may be something else, and is then refused by row."""
_ID = frozenset({"id", "index", "nr", "no", "no.", "number", "row", "rownames", "key", "case", "obs"})
_YES = {
    **dict.fromkeys(
        ("yes", "y", "true", "t", "ja", "oui", "vrai", "wahr", "sí", "sì", "si", "vero", "verdadero"), 1.0
    ),
    **dict.fromkeys(("no", "n", "false", "f", "nein", "non", "faux", "falsch", "falso"), 0.0),
}


@dataclass(frozen=True)
class Column:
    """A column as it was understood.

    Parameters
    ----------
    name : str
    kind : str
        What it holds.
    role : str
        What it is used for.
    least, most : float or None
        Of the numbers.
    values : tuple of str
        Of a category, or of a target's classes, in alphabetical order.
    missing : int
        Rows without a value.
    marks : tuple of str
        What says so in a column of texts, as it is written, beside empty fields.
    """

    name: str
    kind: Kind
    role: Role = "left out"
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    missing: int = 0
    marks: tuple[str, ...] = ()


@dataclass(eq=False)
class Fields:
    """The fields of one column, read part by part: their numbers, and where anything else stands.

    Parameters
    ----------
    file, name : str
        For messages.
    decimal : "." or ","
    marks : set of str
        What says that a value is missing; in lower case.
    marks_of_texts : set of str
        The same where the column holds texts.
    as_texts : bool
        Numbers are names too.
    keeps_marks : bool
        In a column of texts NA and the like are names too, and only an empty field is missing.
    """

    file: str
    name: str
    decimal: Decimal
    marks: frozenset[str]
    marks_of_texts: frozenset[str] = MISSING_TEXTS
    as_texts: bool = False
    keeps_marks: bool = False
    count: int = 0
    percents: int = 0
    has_too_many_texts: bool = False
    texts: dict[str, list[int]] = field(default_factory=dict)
    _room: FloatArray = field(default_factory=lambda: np.empty(0))

    def make_room(self, rows: int) -> None:
        """Have room for so many rows: their numbers are written where they stay, and never copied."""
        self._room = np.empty(rows)

    def read(self, part: Sequence[str]) -> None:
        """Read on; each different field is looked at once."""
        if not self.has_too_many_texts:
            different = list(dict.fromkeys(part))
            known = numbers(different, self.decimal)
            is_mark = self._are_marks(known)
            known[is_mark] = np.nan
            codes = dict(zip(different, range(len(different)), strict=True))
            places = np.fromiter(map(codes.__getitem__, part), np.int64, len(part))
            for code in np.flatnonzero(np.isnan(known)).tolist():
                rows = (self.count + np.flatnonzero(places == code)).tolist()
                text = "" if is_mark[code] else different[code].strip()
                self.texts.setdefault(text, []).extend(rows)
            self.percents += sum("%" in field for field in part) if "%" in "".join(different) else 0
            self._keep(known[places])
            without_number = sum(map(len, self.texts.values()))
            self.has_too_many_texts = len(self.texts) > max(_MOST_TEXTS, self.count + len(part) - without_number)
        self.count += len(part)

    def read_numbers(self, part: FloatArray) -> None:
        """Read on where nothing but numbers is."""
        kept = self._keep(part)
        if len(self._marks_that_are_numbers):
            kept[self._are_marks(kept)] = np.nan
        self.count += len(part)

    def _keep(self, part: FloatArray) -> FloatArray:
        kept = self._room[self.count : self.count + len(part)]
        kept[:] = part
        return kept

    def _are_marks(self, known: FloatArray) -> NDArray[np.bool_]:
        return np.isin(known, self._marks_that_are_numbers)

    @cached_property
    def _marks_that_are_numbers(self) -> FloatArray:
        """Such as -999, however they are written."""
        marks = numbers([*self.marks], self.decimal)
        return marks[~np.isnan(marks)]

    @property
    def marks_found(self) -> list[str]:
        """What says in this column that a value is missing, as it is written."""
        marks = self._marks_in_texts if self.holds_texts else self.marks
        return [text for text in self.texts if text and text.lower() in marks]

    @cached_property
    def values(self) -> FloatArray:
        """The numbers, NaN where there is none."""
        if self.has_too_many_texts:
            return np.full(self.count, np.nan)
        return self._room[: self.count]

    @cached_property
    def holds_texts(self) -> bool:
        """Whether there are more texts than numbers, or, few as they are, they are no strays."""
        return self.as_texts or self.has_too_many_texts or bool(self.words and not self.strays)

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Where each text stands that says something else than that a value is missing in a column of numbers."""
        return {text: rows for text, rows in self.texts.items() if text.lower() not in self.marks}

    @cached_property
    def strays(self) -> tuple[str, ...]:
        """Texts in a column of numbers that do not belong there; none in a column of texts."""
        if self.as_texts:
            return ()
        texts = sum(map(len, self.words.values()))
        found = int(np.isfinite(self.values).sum())
        is_stray = 0 < texts <= max(1.0, _STRAYS * (texts + found)) and found > texts
        odd = tuple(text for text in self.words if self._is_other_number(text))
        return tuple(self.words) if is_stray else odd if found else ()

    def _is_other_number(self, text: str) -> bool:
        other: Decimal = "," if self.decimal == "." else "."
        return not np.isnan(numbers([text], other)[0])

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """In which rows no value is known."""
        if not self.holds_texts:
            lacking = np.isnan(self.values)
            lacking[[row for text in self.strays for row in self.words[text]]] = False
            return lacking
        without = np.zeros(self.count, np.bool_)
        for text, rows in self.texts.items():
            without[rows] |= text.lower() in self._marks_in_texts
        return without

    @cached_property
    def names(self) -> dict[str, NDArray[np.int64]]:
        """Rows of each name in a column of texts, numbers among them as they are written."""
        found = {t: np.array(rows) for t, rows in self.texts.items() if t.lower() not in self._marks_in_texts}
        known = np.flatnonzero(~np.isnan(self.values))
        plain = np.unique(self.values[known]) if len(known) else ()
        return found | {written(value): known[self.values[known] == value] for value in plain}

    @cached_property
    def _marks_in_texts(self) -> frozenset[str]:
        words = sum(map(len, self.words.values()))
        holds_words = words > self.count - sum(map(len, self.texts.values()))
        return frozenset({""}) if self.keeps_marks and holds_words else self.marks_of_texts

    def take_as_texts(self) -> None:
        """Let numbers be names from now on."""
        self.as_texts = True
        for judged in ("holds_texts", "strays", "missing", "names"):
            self.__dict__.pop(judged, None)

    def refuse_strays(self, rows: Sequence[int]) -> None:
        """Refuse what is no number in a column of numbers, a number too large, and percent signs on some.

        Raises
        ------
        InputError
            Naming the first row where it is so.
        """
        if self.strays:
            text, index = min(((text, self.words[text][0]) for text in self.strays), key=lambda found: found[1])
            others = int((~np.isnan(self.values)).sum())
            rest = f"{others:,} others are" if others > 1 else "1 other is"
            raise self.refusal(rows, index, text, f"is not a number; {rest}")
        too_large = np.flatnonzero(np.abs(self.values) > MAX_NUMBER)
        if len(too_large):
            index = int(too_large[0])
            raise self.refusal(
                rows, index, f"{self.values[index]:g}", f"is too large; allowed is up to {MAX_NUMBER:g}"
            )
        if 0 < self.percents < int(np.count_nonzero(np.nan_to_num(self.values))):
            raise InputError(f"{place(self.file, self.name)}: some numbers have a % sign and some have none")

    def refusal(self, rows: Sequence[int], index: int, text: str, words: str) -> InputError:
        """What to say of a field."""
        return InputError(f"{place(self.file, self.name, rows[index])}: {shown(text)!r} {words}")

    def kind(self, *, is_first: bool = False, is_unnamed: bool = False) -> Kind:
        """What the column holds; a first one may count or name the rows."""
        known = self.count - int(self.missing.sum())
        if not known:
            return "empty"
        if is_first and self._marks_rows(known, is_unnamed=is_unnamed):
            return "names" if self.holds_texts else "row number"
        if not self.holds_texts:
            return "number"
        if not self.recurs(MOST_CATEGORIES):
            return "names"
        return "yes/no" if self._is_yes_or_no else "category"

    def recurs(self, most: int) -> bool:
        """Whether the column holds so many different texts at most, on the average each twice or more."""
        if self.has_too_many_texts or not self.holds_texts:
            return False
        known = self.count - int(self.missing.sum())
        return len(self.names) <= most and 2 * len(self.names) <= max(known, _FEW)

    @property
    def _is_yes_or_no(self) -> bool:
        return {_YES.get(name.lower()) for name in self.names} in ({0.0, 1.0}, {0.0}, {1.0})

    def _marks_rows(self, known: int, *, is_unnamed: bool) -> bool:
        if self.has_too_many_texts:
            return True
        if not self.holds_texts and known == self.count > 2:
            first = float(self.values[0])
            if first in {0.0, 1.0} and np.array_equal(self.values, first + np.arange(self.count)):
                return True
        is_named_so = self.name.lower() in _ID or self.name.lower().startswith("unnamed")
        return (is_unnamed or is_named_so) and self._are_all_different(known)

    def _are_all_different(self, known: int) -> bool:
        if self.holds_texts:
            return len(self.names) == known
        values = self.values[~np.isnan(self.values)]
        return bool((values == np.floor(values)).all()) and len(np.unique(values)) == known

    def inputs(self, kind: Kind) -> list[tuple[str, FloatArray]]:
        """What a network gets of the column: named columns of numbers, NaN where one is missing."""
        if kind not in {"category", "yes/no"}:
            return [(self.name, self.values)]
        if kind == "yes/no":
            return [(self.name, self._coded({name: _YES[name.lower()] for name in self.names}))]
        names = sorted(self.names, key=one_line)
        return [
            (f"{self.name} = {one_line(name)}", self._coded({other: float(other == name) for other in names}))
            for name in names
        ]

    def _coded(self, codes: dict[str, float]) -> FloatArray:
        values = np.full(self.count, np.nan)
        for name, code in codes.items():
            values[self.names[name]] = code
        return values


def written(value: float) -> str:
    """A number as a name."""
    return str(int(value)) if value == np.floor(value) and abs(value) < MAX_NUMBER else repr(float(value))
