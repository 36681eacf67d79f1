"""Figures of lessons: SVG files that are drawings and nothing else, looked at once, when the lesson is read."""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

from nnviz.data.messages import shown
from nnviz.errors import InputError
from nnviz.storage import read_bytes

_LARGEST = 2**19
_MOST_ELEMENTS = 1_000
"""With copies, each for as many as it copies: as many as are drawn while somebody waits for the page."""
_LONGEST_NAME = 256
_FORBIDDEN = frozenset({"script", "foreignObject", "handler", "listener", "filter", "mask", "pattern"})
"""What runs, what shows another document, and what takes seconds to draw however small it is."""
_ELSEWHERE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|\\", re.IGNORECASE)
"""What in a style may reach outside the file; a backslash may hide it."""


def read_drawing(path: Path) -> str:
    """The text of an SVG file that can be shown without harm.

    Raises
    ------
    InputError
        It cannot be read, is too large, is no SVG, or holds what a drawing needs not.
    """
    name = shown(repr(path.name))
    try:
        text = read_bytes(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not text in UTF-8; allowed: an SVG") from error
    reader = _Reader(name)
    try:
        reader.read(text)
    except expat.ExpatError as error:
        raise reader.refusal("not XML") from error
    return text


class _Reader:
    """Goes through an SVG element by element, and refuses the first that a drawing needs not."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text, parser.buffer_size = True, _LARGEST
        parser.XmlDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._begin_type
        parser.ProcessingInstructionHandler = self._instruct
        parser.CharacterDataHandler = self._write
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        self._count = 0
        self._open: list[tuple[str, str, int]] = []  # element, id, how many were before it
        self._sizes: dict[str, int] = {}
        self._copying: set[str] = set()
        self._copies: list[tuple[int, str]] = []

    def read(self, text: str) -> None:
        """Refuse what is no drawing."""
        self._parser.Parse(text.encode(errors="surrogatepass"), True)
        for line, target in self._copies:  # copies of copies can grow without bound
            if target in self._copying:
                raise self.refusal("a copy of what holds copies", line)
        if self._count + sum(self._sizes.get(target, 0) for _, target in self._copies) > _MOST_ELEMENTS:
            raise self.refusal(f"more than {_MOST_ELEMENTS:,} elements with all copies")

    def refusal(self, complaint: str, line: int = 0) -> InputError:
        """What to say of what stands here, or on another line."""
        line = line or self._parser.CurrentLineNumber
        return InputError(f"{self._name}, line {line}: {complaint}; allowed: a drawing that is whole in itself")

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            raise self.refusal("another encoding than UTF-8")

    def _begin_type(self, _name: str, _system: str | None, _public: str | None, has_more: int) -> None:
        if has_more:
            raise self.refusal("a DOCTYPE with entities of its own")

    def _instruct(self, _target: str, _words: str) -> None:
        raise self.refusal("an instruction to the program that reads it")

    def _write(self, text: str) -> None:
        if self._open and self._open[-1][0] == "style" and _ELSEWHERE.search(text):
            raise self.refusal("a style that refers to something else")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        element = _local(name)
        if not self._open and element != "svg":
            raise self.refusal("not an SVG")
        values = {_local(key): value.strip() for key, value in attributes.items()}
        if complaint := _complaint(element, values):
            raise self.refusal(complaint)
        self._open.append((element, values.get("id", ""), self._count))
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise self.refusal(f"more than {_MOST_ELEMENTS:,} elements")
        if element == "use":
            self._copying.update(identifier for _, identifier, _ in self._open if identifier)
            self._copies.append((self._parser.CurrentLineNumber, values.get("href", "").removeprefix("#")))

    def _end(self, _name: str) -> None:
        _, identifier, before = self._open.pop()
        self._sizes[identifier] = self._count - before


def _local(name: str) -> str:
    """A name without the namespace before it."""
    return name.rpartition(" ")[2]


def _complaint(element: str, values: Mapping[str, str]) -> str:
    """What a drawing must not hold of an element with these attributes; nothing if it may hold it all."""
    if element in _FORBIDDEN:
        return f"<{element}>"
    if max(map(len, (element, *values))) > _LONGEST_NAME:
        return "a name that is far too long"
    return next(filter(None, (_about(key.lower(), value) for key, value in values.items())), "")


def _about(key: str, value: str) -> str:
    if key.startswith("on"):
        return f"{shown(key)}, a script"
    if key in {"href", "src"} and not value.startswith("#"):
        return f"{key} to something else than a part of itself"
    if _ELSEWHERE.search(value):
        return f"{shown(key)} that refers to something else than a part of itself"
    return ""
