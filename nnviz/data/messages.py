"""What a user wrote, and where, as it may stand in a message of one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from nnviz.errors import InputError


def one_line(text: str) -> str:
    """The text with every run of blanks, line ends and unprintable characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@contextmanager
def within(where: str) -> Iterator[None]:
    """Let an `InputError` begin with where it was met, such as ``"my.toml: "`` or ``"page 2, "``."""
    try:
        yield
    except InputError as error:
        raise InputError(one_line(f"{where}{error}")) from error


def shown(text: str, length: int = 40) -> str:
    """The text on one line, shortened."""
    line = one_line(text[: 4 * length])
    return line if len(line) <= length else line[: length - 1] + "…"


def place(file: str, column: str, row: int | None = None) -> str:
    """File, row and column; the row as a spreadsheet counts it, from 1, with header and blank lines."""
    at = "" if row is None else f", row {row}"
    return f"{file}{at}, column {shown(column)}"
