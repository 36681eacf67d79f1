"""A lesson's figure: an SVG drawing in the theme's colours."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSizeF, Qt, QXmlStreamAttribute, QXmlStreamReader
from PySide6.QtGui import QColor, QFontInfo, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from nnviz.drawing.view import View
from nnviz.errors import InputError
from nnviz.runs.moment import Moment
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

COLORS = ("text", "muted", "positive", "negative", "accent", "border", "background", "panel")
"""Names in braces that are replaced by the theme's colours."""
_LARGEST = 2 * 2**20
_FORBIDDEN = {"script", "foreignObject", "handler", "listener"}
_ELSEWHERE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|\\", re.IGNORECASE)
"""Parts of a style that could refer outside the file; a backslash could hide one."""
_Token = QXmlStreamReader.TokenType
_MARGIN = 0.02
"""Margin around the figure, as a fraction of the widget's size."""


def read_drawing(path: Path) -> str:
    """The text of an SVG file that is safe to show.

    Raises
    ------
    InputError
        It cannot be read, is too large, is no SVG, or contains more than a drawing needs.
    """
    text = _read(path)
    for line, complaint in _complaints(text):
        raise InputError(f"{path}, line {line}: {complaint}; allowed: a drawing that is whole in itself")
    plain = themed(text, theme_named("light"), "sans-serif")
    if not QSvgRenderer(QByteArray(plain.encode())).isValid():
        raise InputError(f"{path}: not a drawing that can be shown; allowed: an SVG file")
    return text


def themed(drawing: str, theme: Theme, family: str) -> str:
    """The drawing in a theme's colours and a font family."""
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
    """Everything that a drawing must not contain, with its line number."""
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
    # nested copies can grow without limit
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


class FigureView(QWidget, View[Moment]):
    """A drawing, scaled to fit.

    In the SVG file, ``currentColor`` and the names ``{text} {muted} {positive} {negative} {accent} {border}
    {background} {panel}`` are replaced by the theme's colours, and ``{font}`` by the widget's font.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._drawing = ""
        self._renderer = QSvgRenderer(self)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.setMinimumSize(1, 1)

    def show_figure(self, path: Path | None) -> None:
        """Show a file; None clears the view.

        Raises
        ------
        InputError
            The file cannot be read, is no drawing, or refers outside itself.
        """
        self._drawing = read_drawing(path) if path else ""
        self._render()

    def show_snapshot(self, moment: Moment) -> None:
        """Do nothing: a figure does not depend on the moment."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._render()

    @property
    def place(self) -> QRectF:
        """Rectangle of the figure, in pixels."""
        room = QSizeF(self.width() * (1.0 - 2 * _MARGIN), self.height() * (1.0 - 2 * _MARGIN))
        size = QSizeF(self._renderer.viewBoxF().size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.background))
        if self._drawing:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._renderer.render(painter, self.place)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._render()

    def _render(self) -> None:
        if self._drawing:
            drawing = themed(self._drawing, self._theme, QFontInfo(self.font()).family())
            self._renderer.load(QByteArray(drawing.encode()))
        self.update()
