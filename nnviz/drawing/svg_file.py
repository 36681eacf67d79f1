"""Drawings in SVG files: what is let in, and the theme's colours in it."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from PySide6.QtCore import QByteArray, QXmlStreamAttribute, QXmlStreamReader
from PySide6.QtSvg import QSvgRenderer

from nnviz.errors import InputError
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

COLORS = ("text", "muted", "positive", "negative", "accent", "border", "background", "panel")
"""Names in braces that a drawing is given the theme's colours for."""

_LARGEST = 2 * 2**20
_FORBIDDEN = {"script", "foreignObject", "handler", "listener"}
_ELSEWHERE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|\\", re.IGNORECASE)
"""What in a style may reach outside the file; a backslash may hide it."""

_Token = QXmlStreamReader.TokenType


def read_drawing(path: Path) -> str:
    """The text of an SVG file that can be shown without harm.

    Raises
    ------
    InputError
        It cannot be read, is too large, is no SVG, or holds what a drawing needs not.
    """
    text = _read(path)
    for line, complaint in _complaints(text):
        raise InputError(f"{path}, line {line}: {complaint}; allowed: a drawing that is whole in itself")
    plain = dressed(text, theme_named("light"), "sans-serif")
    if not QSvgRenderer(QByteArray(plain.encode())).isValid():
        raise InputError(f"{path}: not a drawing that can be shown; allowed: an SVG file")
    return text


def dressed(drawing: str, theme: Theme, family: str) -> str:
    """The same drawing in a theme's colours, and its texts in a font of this family."""
    for name in COLORS:
        drawing = drawing.replace(f"{{{name}}}", getattr(theme, name))
    return drawing.replace("currentColor", theme.text).replace("{font}", escape(family))


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path}: too large; allowed: a drawing of up to 2 MB")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); allowed: an SVG file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8; allowed: an SVG file") from error


def _complaints(text: str) -> Iterator[tuple[int, str]]:
    """Everything that a drawing must not hold, with its line."""
    reader = QXmlStreamReader(text)
    open_ids: list[str] = []
    nested: set[str] = set()
    uses: list[tuple[int, str]] = []
    root = ""
    while not reader.atEnd():
        token, line = reader.readNext(), reader.lineNumber()
        if token == _Token.DTD:
            yield line, "a DOCTYPE"
        elif token == _Token.ProcessingInstruction:
            yield line, "an instruction to the program that reads it"
        elif token == _Token.Characters and _ELSEWHERE.search(reader.text()) and root:
            yield line, "a style that refers to something else"
        elif token == _Token.StartElement:
            root = root or reader.name()
            yield from ((line, complaint) for complaint in _about_element(reader))
            open_ids.append(_attribute(reader, "id"))
            if reader.name() == "use":
                nested.update(open_ids)
                uses.append((line, _attribute(reader, "href").removeprefix("#")))
        elif token == _Token.EndElement:
            open_ids.pop()
    if reader.hasError():
        yield reader.lineNumber(), "not XML"
    elif root != "svg":
        yield 1, "not an SVG"
    # copies of copies can grow without bound
    yield from ((line, "a copy of what holds copies") for line, target in uses if target in nested - {""})


def _about_element(reader: QXmlStreamReader) -> Iterator[str]:
    name = reader.name()
    if name in _FORBIDDEN:
        yield f"<{name}>"
    for attribute in _attributes(reader):
        key, value = attribute.name().lower(), attribute.value().strip()
        if key.startswith("on"):
            yield f"{key}, a script"
        elif key in {"href", "src"} and not value.startswith("#"):
            yield f"{key} to something else than a part of itself"
        elif _ELSEWHERE.search(value):
            yield f"{key} that refers to something else than a part of itself"


def _attribute(reader: QXmlStreamReader, name: str) -> str:
    return next((a.value().strip() for a in _attributes(reader) if a.name() == name), "")


def _attributes(reader: QXmlStreamReader) -> list[QXmlStreamAttribute]:
    found = reader.attributes()
    return [found.at(k) for k in range(found.size())]
