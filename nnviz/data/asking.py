"""What is asked of a table once its user has changed something about it."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nnviz.data.columns import Column, Role
from nnviz.data.settings import TableSettings
from nnviz.data.table import Table

_LAYOUT = {"separator", "encoding", "sheet", "header"}
"""Settings on which it depends which columns there are."""


def with_setting(asked: TableSettings, key: str, value: Any) -> TableSettings:
    """The settings with one of them changed; if it changes the columns, nothing is asked of them any more."""
    if key in _LAYOUT:
        asked = replace(asked, inputs=(), leave_out=(), categories=(), target="", task="auto")
    return replace(asked, **{key: value})


def with_role(asked: TableSettings, columns: Sequence[Column], name: str, role: Role) -> TableSettings:
    """The settings with another use of a column; the former target becomes an input."""
    inputs, left_out = _without(asked.inputs, name), _without(asked.leave_out, name)
    if role == "target":
        former = tuple(column.name for column in columns if column.role == "target")
        inputs += former if asked.inputs else ()
        return replace(asked, target=name, task="auto", inputs=inputs, leave_out=left_out)
    if role == "input":
        return replace(asked, inputs=_named(columns, "input", name), leave_out=())
    if inputs:
        return replace(asked, inputs=inputs)
    return replace(
        asked, inputs=(), leave_out=_named(columns, "left out", name) if asked.inputs else (*left_out, name)
    )


def with_categories(asked: TableSettings, name: str, *, are_categories: bool) -> TableSettings:
    """The settings with the numbers of a column taken as categories, or as what they are."""
    others = _without(asked.categories, name)
    return replace(asked, categories=(*others, name) if are_categories else others)


def settled(asked: TableSettings, table: Table) -> TableSettings:
    """The settings to keep: all that was found, so that the table is always read alike.

    If only its first part was read, what the rest might contradict stays to be found out.
    """
    found = table.found
    if not table.is_part:
        return found
    return replace(asked, separator=found.separator, sheet=found.sheet, header=found.header, target=found.target)


def _named(columns: Sequence[Column], role: Role, name: str) -> tuple[str, ...]:
    """The columns of one role, and a further one, in the order of the table."""
    return tuple(column.name for column in columns if column.role == role or column.name == name)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)
