"""Writes lessons: pages made from the current run, as TOML that a person can edit."""

import filecmp
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

import msgspec
import tomli_w
from msgspec import structs

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.experiment.files import experiment_of, files_of
from nnviz.experiment.kind import Kind, name_of
from nnviz.lessons.lesson import Course, Lesson, Page, ViewLayout
from nnviz.lessons.reading import is_lesson, parse_lesson
from nnviz.lessons.validation import RESERVED
from nnviz.lessons.view_layout import suited
from nnviz.runs.moment import Moment
from nnviz.storage import parse_tables, read_bytes, write_atomically

_WIDTH = 100
_LONGEST_ID = 60
LARGEST_COPY = 4 * 2**30
"""Bytes of a file that is copied beside a lesson at most."""
_T = TypeVar("_T")


def format_tables(tables: dict[str, Any]) -> str:
    """The tables as TOML: values first, then tables, then lists of tables."""
    return "".join(_lines(tables, "")).lstrip("\n")


def _lines(tables: dict[str, Any], where: str) -> Iterator[str]:
    below = {key: value for key, value in tables.items() if isinstance(value, dict) or _is_list_of_tables(value)}
    for key, value in tables.items():
        if key not in below:
            yield f"{_key(key)} = {format_value(value)}\n"
    for key, value in below.items():
        name = f"{where}.{_key(key)}" if where else _key(key)
        if isinstance(value, dict):
            yield from _table(value, name)
        else:
            for table in value:
                yield f"\n[[{name}]]\n"
                yield from _lines(table, name)


def _table(table: dict[str, Any], name: str) -> Iterator[str]:
    """A table, with its header unless it contains only tables."""
    if not table or not all(isinstance(value, dict) for value in table.values()):
        yield f"\n[{name}]\n"
    yield from _lines(table, name)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, dict) for item in value)


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def format_value(value: Any) -> str:
    """A value as TOML; texts with backslashes, as formulas have them, are written without escapes."""
    if isinstance(value, list | tuple):
        return _list([format_value(item) for item in value])
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {format_value(item)}' for key, item in value.items())} }}"
    if isinstance(value, str) and "\\" in value and _can_be_literal(value):
        return f"'''\n{value}'''" if "\n" in value else f"'{value}'"
    in_lines = isinstance(value, str) and "\n" in value and "\r" not in value
    return tomli_w.dumps({"x": value}, multiline_strings=in_lines)[len("x = ") : -1]


def _can_be_literal(text: str) -> bool:
    """Whether a text can stand in single quotes, where nothing is escaped."""
    quotes = "'''" if "\n" in text else "'"
    return quotes not in text and not text.endswith("'") and text.replace("\n", "").isprintable()


def _list(items: list[str]) -> str:
    """A list on one line if it is short, otherwise on several."""
    line = ", ".join(items)
    if len(line) <= _WIDTH and "\n" not in line:
        return f"[{line}]"
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return "\n".join(["[", *(f"    {line.rstrip()}" for line in lines if line), "]"])


def lesson_from(moment: Moment, title: str, layout: ViewLayout, taken: Collection[str] = ()) -> Lesson:
    """A lesson of one page that begins at a moment; ``taken`` are the ids of other lessons."""
    page = page_from(moment, title, layout)
    return Lesson(id=free_id(title, taken), title=page.title, pages=(page,))


def page_from(moment: Moment, title: str, layout: ViewLayout) -> Page:
    """A page that begins at a moment, with the views of a layout that can show it."""
    experiment: Kind = moment.as_resumed()
    views = suited(layout, experiment)
    return Page(title=_title(title), experiment=readable(experiment), views=views)


def free_id(title: str, taken: Collection[str] = ()) -> str:
    """An unused id made of a title's letters and digits."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_ID].strip("-") or "lesson"
    used = RESERVED | set(taken)
    numbered = (f"{base[: _LONGEST_ID - 8]}-{number}" for number in range(2, len(used) + 3))
    return next(name for name in (base, *numbered) if name not in used)


def format_lesson(lesson: Lesson) -> str:
    """The lesson as TOML, without default values."""
    return format_tables({"format": lesson.format, **_differing(lesson)})


def page_tables(page: Page) -> dict[str, Any]:
    """The tables of a page in a lesson's file, without default values."""
    return _differing(page)


def save_lesson(lesson: Lesson, path: Path) -> Course:
    """Write the lesson; file names become relative, and files from other folders are copied beside it.

    Raises
    ------
    InputError
        The lesson could not be read again, or the existing file is not a lesson.
    """
    if path.exists() and not is_lesson(path):
        raise InputError(one_line(f"{path}: is there and is not a lesson; allowed: a new name, or a lesson's"))
    pages, files = beside(lesson.pages, path)
    return save_text(format_lesson(structs.replace(lesson, pages=pages)), path, files)


def save_text(text: str, path: Path, files: Mapping[str, str] = MappingProxyType({})) -> Course:
    """Write the text of a lesson, and copy files to names beside it; the lesson as it will be read.

    Raises
    ------
    InputError
        One line with page and key; then nothing is written.
    """
    folder = path.absolute().parent
    course = parse_lesson(text, path.name, folder)
    for name, relative in files.items():
        _copy(Path(name), folder / relative)
    write_atomically(path, text.encode())
    return structs.replace(course, path=path.absolute())


def beside(pages: Sequence[Page], path: Path) -> tuple[tuple[Page, ...], dict[str, str]]:
    """Pages whose files lie beside a lesson, named from there, and what is to be copied there under which name."""
    files = _beside([name for page in pages for name in _whole_names(page)], path.absolute().parent)
    return tuple(structs.replace(page, experiment=_renamed(page.experiment, files)) for page in pages), files


def readable(experiment: Kind) -> dict[str, Any]:
    """The tables of an experiment's file: its kind, and what differs from the defaults."""
    tables = {"kind": name_of(experiment), **_differing(experiment)}
    if tables.get("data", {}).get("file"):
        tables["data"].pop("name", None)  # it has no meaning there, and both are not allowed
    return parse_tables(format_tables(tables))  # with lists as they are when the file is read


def _title(title: str) -> str:
    """A title shortened to one line of the allowed length."""
    return one_line(title)[:160] or "A page"


def _differing(values: msgspec.Struct) -> dict[str, Any]:
    """The values of a table that differ from the defaults, also in nested tables."""
    given = {field.name: (field, getattr(values, field.name)) for field in structs.fields(values)}
    usual = {name: _usual(field) for name, (field, _) in given.items()}
    return {name: _plain(value) for name, (_, value) in given.items() if value != usual[name]}


def _usual(field: structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return cast("Any", field.default_factory)()
    return field.default


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _differing(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _whole_names(page: Page) -> list[str]:
    """Files that a page's experiment names by absolute paths."""
    if not page.experiment:
        return []
    return [name for name in files_of(experiment_of(page.experiment)) if Path(name).is_absolute()]


def _beside(files: list[str], folder: Path) -> dict[str, str]:
    """File names relative to the lesson's folder; files from other folders get names unused there."""
    names: dict[str, str] = {}
    for file in files:
        if file not in names:
            names[file] = _name_beside(Path(file), folder, set(names.values()))
    return names


def _name_beside(file: Path, folder: Path, taken: set[str]) -> str:
    if file.resolve().is_relative_to(folder.resolve()):
        return file.resolve().relative_to(folder.resolve()).as_posix()
    names = (file.name, *(f"{file.stem}-{number}{file.suffix}" for number in range(2, len(taken) + 100)))
    for name in names:
        if name not in taken and (not (folder / name).exists() or _same(file, folder / name)):
            return name
    raise InputError(one_line(f"{file}: cannot be copied beside the lesson; allowed: a name that is free there"))


def _same(file: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(file, other, shallow=False)
    except OSError:
        return False


def _copy(file: Path, target: Path) -> None:
    if not target.exists():
        write_atomically(target, read_bytes(file, LARGEST_COPY))


def _renamed(value: _T, names: dict[str, str]) -> _T:
    """Tables with some texts replaced."""
    if isinstance(value, dict):
        return cast("_T", {key: _renamed(item, names) for key, item in value.items()})
    if isinstance(value, list):
        return cast("_T", [_renamed(item, names) for item in value])
    return cast("_T", names.get(value, value)) if isinstance(value, str) else value
