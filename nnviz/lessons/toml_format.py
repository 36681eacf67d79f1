"""Tables as TOML that a person can go on writing: short lists on one line, long words as they are read."""

from collections.abc import Iterator
from typing import Any

import tomli_w

_WIDTH = 100


def format_tables(tables: dict[str, Any]) -> str:
    """The tables as TOML: single values first, then tables, then lists of tables."""
    return "".join(_lines(tables, "")).lstrip("\n")


def _lines(tables: dict[str, Any], where: str) -> Iterator[str]:
    below = {key: value for key, value in tables.items() if isinstance(value, dict) or _is_list_of_tables(value)}
    for key, value in tables.items():
        if key not in below:
            yield f"{_key(key)} = {_value(value)}\n"
    for key, value in below.items():
        name = f"{where}.{_key(key)}" if where else _key(key)
        if isinstance(value, dict):
            yield from _table(value, name)
        else:
            for table in value:
                yield f"\n[[{name}]]\n"
                yield from _lines(table, name)


def _table(table: dict[str, Any], name: str) -> Iterator[str]:
    """A table, with its name unless it holds nothing but tables."""
    if not table or not all(isinstance(value, dict) for value in table.values()):
        yield f"\n[{name}]\n"
    yield from _lines(table, name)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, dict) for item in value)


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return _list([_value(item) for item in value])
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    in_lines = isinstance(value, str) and "\n" in value and "\r" not in value
    return tomli_w.dumps({"x": value}, multiline_strings=in_lines)[len("x = ") : -1]


def _list(items: list[str]) -> str:
    """A list on one line if it is short, in lines filled with its items otherwise."""
    line = ", ".join(items)
    if len(line) <= _WIDTH and "\n" not in line:
        return f"[{line}]"
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return "\n".join(["[", *(f"    {line.rstrip()}" for line in lines if line), "]"])
