"""What a user wrote, and where, as it may stand in a message of one line."""


def one_line(text: str) -> str:
    """The text with every run of blanks, line ends and unprintable characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def shown(text: str, length: int = 40) -> str:
    """The text on one line, shortened."""
    line = one_line(text[: 4 * length])
    return line if len(line) <= length else line[: length - 1] + "…"


def place(file: str, column: str, row: int | None = None) -> str:
    """File, row and column; the row as a spreadsheet counts it, from 1, with header and blank lines."""
    at = "" if row is None else f", row {row}"
    return f"{file}{at}, column {shown(column)}"
