"""Edits the text of a lesson's file; what is not edited stays as a person wrote it, with its comments.

A file is divided at its ``[[pages]]``, so that pages move as they stand; comments right above a page are its own.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import tomlkit
from msgspec import Struct, structs
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable

from nnviz.errors import InputError
from nnviz.lessons.lesson import MOST_PAGES, Lesson, Page, Question
from nnviz.lessons.writing import format_tables, format_value
from nnviz.storage import STRINGS_AND_COMMENTS, parse_tables

Key = tuple[str, ...]
"""The names that lead to a value in a table, such as ``("question", "ask")``."""
Values = Mapping[Key, Any]
"""Values by their keys; None for one that is to be removed."""

_PAGE = re.compile(r"(?:^[ \t]*#[^\n]*\n)*^[ \t]*\[\[[ \t]*pages[ \t]*\]\]", re.MULTILINE)
_ORDER = (*Lesson.__struct_fields__, *Page.__struct_fields__, *Question.__struct_fields__)
_PAGES = "pages"


class LessonText(Struct, frozen=True):
    """The text of a lesson's file: what is above the pages, and each page."""

    head: str
    pages: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "LessonText":
        """Divide the text of a lesson.

        Raises
        ------
        InputError
            It is not TOML, or its pages are not each under ``[[pages]]``.
        """
        places = [match.start() for match in _PAGE.finditer(_without_strings(text))]
        count = len(parse_tables(text).get(_PAGES, ()))
        if not places or len(places) != count:
            raise InputError("pages: not written so that they can be edited here; allowed: each under [[pages]]")
        ends = [*places[1:], len(text)]
        pages = (_closed(text[start:end]) for start, end in zip(places, ends, strict=True))
        return cls(text[: places[0]], tuple(pages))

    @property
    def text(self) -> str:
        """All of it."""
        return self.head + "".join(self.pages[:-1]) + self.pages[-1].rstrip("\r\n") + "\n"

    def with_page(self, page: int, values: Values) -> "LessonText":
        """The lesson with some values of a page, counted from 0, and all else as it is.

        Raises
        ------
        InputError
            The page is written in a way that cannot be edited.
        """
        edited = _edited(self.pages[page], values, lambda tables: tables[_PAGES][0])
        return structs.replace(self, pages=(*self.pages[:page], _closed(edited), *self.pages[page + 1 :]))

    def with_head(self, values: Values) -> "LessonText":
        """The lesson with some values of its own, such as its title."""
        return structs.replace(self, head=_edited(self.head, values, lambda tables: tables))

    def moved(self, page: int, to: int) -> "LessonText":
        """The lesson with a page at another place."""
        pages = [*self.pages[:page], *self.pages[page + 1 :]]
        pages.insert(to, self.pages[page])
        return structs.replace(self, pages=tuple(pages))

    def removed(self, page: int) -> "LessonText":
        """The lesson without a page.

        Raises
        ------
        InputError
            It is the only one.
        """
        if len(self.pages) == 1:
            raise InputError("pages: the only page cannot be removed; allowed: a lesson of at least one")
        return structs.replace(self, pages=(*self.pages[:page], *self.pages[page + 1 :]))

    def copied(self, page: int) -> "LessonText":
        """The lesson with a copy of a page behind it."""
        return self._inserted(page + 1, self.pages[page])

    def added(self, page: Mapping[str, Any], at: int | None = None) -> "LessonText":
        """The lesson with one more page, given as tables; at the end, or at another place."""
        text = format_tables({_PAGES: [dict(page)]})
        return self._inserted(len(self.pages) if at is None else at, _closed(text))

    def _inserted(self, at: int, page: str) -> "LessonText":
        if len(self.pages) >= MOST_PAGES:
            raise InputError(f"pages: there are {len(self.pages)}; allowed: up to {MOST_PAGES}")
        return structs.replace(self, pages=(*self.pages[:at], page, *self.pages[at:]))


def _without_strings(text: str) -> str:
    """The text with blanks in place of strings; comments stay."""
    return STRINGS_AND_COMMENTS.sub(lambda m: m[0] if m[0][0] == "#" else re.sub(r"[^\n]", " ", m[0]), text)


def _closed(page: str) -> str:
    """A page's text with one blank line below it."""
    return page.rstrip("\r\n") + "\n\n"


def _edited(text: str, values: Values, table_in: Callable[[Any], Any]) -> str:
    """The text with other values in one of its tables; where that cannot be done by parts, it is written anew."""
    expected = parse_tables(text)
    for key, value in values.items():
        _set(table_in(expected), key, deepcopy(value), _into_tables)
    for edit in (_edited_in_place, lambda *_: format_tables(expected)):
        edited = edit(text, values, table_in)
        if edited is not None and _reads_as(edited, expected):
            return edited
    raise InputError("it cannot be edited here as it is written; allowed: an editor for text")


def _edited_in_place(text: str, values: Values, table_in: Callable[[Any], Any]) -> str | None:
    try:
        document = tomlkit.parse(text)
        for key, value in values.items():
            _set(table_in(document), key, value, _into_text)
    except (TOMLKitError, KeyError, TypeError, ValueError):  # it does not edit all that it reads
        return None
    return tomlkit.dumps(document)


def _reads_as(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return parse_tables(text) == expected
    except InputError:
        return False


def _set(table: Any, key: Key, value: Any, put: Callable[[Any, str, Any], None]) -> None:
    """Set a value, or remove it if it is None, in a table or one inside it."""
    *above, name = key
    for outer in above:
        if outer not in table:
            if value is None:
                return
            put(table, outer, {})
        table = table[outer]
    if value is not None:
        put(table, name, value)
    elif name in table:
        del table[name]


def _into_tables(table: Any, name: str, value: Any) -> None:
    table[name] = list(value) if isinstance(value, tuple) else value


def _into_text(table: Any, name: str, value: Any) -> None:
    """Put a value into a table of a text: in place of the one before, or where it usually stands."""
    item = tomlkit.table() if isinstance(value, dict) else tomlkit.value(format_value(value))
    if name in table or isinstance(value, dict) or not isinstance(table, AbstractTable | Container):
        table[name] = item
        return
    body = table.value if isinstance(table, AbstractTable) else table
    if before := _before(name, body):
        body._insert_after(before, name, item)  # noqa: SLF001 - else it would come below comments on other tables
    else:
        table[name] = item


def _before(name: str, body: Container) -> str | None:
    """The last plain value in a table that usually stands before another."""
    usual = _ORDER[: _ORDER.index(name)]
    there = [key for key in usual if key in body and not isinstance(body[key], AbstractTable | dict)]
    return there[-1] if there else None
