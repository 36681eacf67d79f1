"""A lesson on paper: A4 sheets with the words, the pictures and the answers of every page, in lines and text."""

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtWidgets import QWidget

from nnviz.drawing.saving import draw_view
from nnviz.lessons.lesson import Lesson, Page, Question
from nnviz.presenter.document import Document
from nnviz.presenter.player import LETTERS
from nnviz.theme import theme

_DPI = 600
"""Dots per inch in which everything is laid out."""
_MARGIN, _FOOT = 18.0, 9.0
"""Millimetres around a sheet, and of the line at its foot."""
_TITLE, _HEADING, _TEXT, _SMALL = 20.0, 14.0, 10.5, 8.5
"""Sizes of letters in points."""
_BETWEEN, _LARGE = 2.4, 6.0
"""Millimetres between parts, and above a page's title."""
_INDENT = 5.0
_LEAST, _LEAST_OF_ALL = 0.7, 0.6
"""Of their full size, how large pictures are at least, for what is written in them to be read; and on the first
sheet, where the title of the lesson would stand alone otherwise."""
_DRAWN = {"plane": "Draw your guess into the plane.", "curve": "Draw your guess onto the loss curve."}


class Handout:
    """The sheets of a lesson. For one page after the other: begin, ask, answer; at the end, finish."""

    def __init__(self, lesson: Lesson, *, notes: bool) -> None:
        self._lesson, self._has_notes = lesson, notes
        self._theme = theme("light")
        self._page: Page = lesson.pages[0]
        self._sheet, self._y, self._share = 1, 0.0, 1.0
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(lesson.title)
        self._writer.setCreator("nnviz")
        screen = round(QGuiApplication.primaryScreen().logicalDotsPerInchX())
        self._writer.setResolution(screen)  # at another one, the numbers at axes would have another size
        self._scale = screen / _DPI
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        self._painter = QPainter(self._writer)
        self._painter.scale(self._scale, self._scale)
        self._foot()
        self._write(f"**{_plain(lesson.title)}**", _TITLE)
        self._write(lesson.summary, _TEXT, self._theme.muted)

    def begin_page(self, index: int) -> None:
        """Write the title and the words of a page, counted from 0."""
        page = self._page = self._lesson.pages[index]
        title, words = self._text(f"**{index + 1}  {page.title}**", _HEADING), self._text(page.words, _TEXT)
        self._y += _mm(_LARGE) if self._y else 0.0
        self._plan(title.size().height() + _mm(_BETWEEN))
        self._put(title)
        if page.words:
            self._put(words)

    def _plan(self, height: float) -> None:
        """Make the pictures of the page so large that all of it fits on this sheet, or else on the next.

        If they would be too small then, they have their full size, and the page goes on where it must.
        """
        page, title = self._page, height
        texts = [(page.words, _TEXT), *((markdown, _TEXT) for markdown, _ in _asked(page.question))]
        if page.question:
            texts.append((_answer(page.question), _TEXT))
        texts += [*_hints(page), *([(_notes(page), _SMALL)] if self._has_notes else [])]
        if page is self._lesson.pages[-1]:
            height += _mm(_LARGE)
            texts += [(markdown, _SMALL) for markdown in _end(self._lesson)]
        height += sum(self._height_of(markdown, points) for markdown, points in texts if markdown)
        is_first = page is self._lesson.pages[0]
        here = self._share_in(self._height - self._y - height, _LEAST_OF_ALL if is_first else _LEAST)
        afresh = 0.0 if is_first else self._share_in(self._height - height, _LEAST)
        self._share = here or afresh or 1.0
        if not (here or is_first):
            asked = sum(self._height_of(markdown, _TEXT) for markdown, _ in _asked(page.question))
            first = title + self._height_of(page.words, _TEXT) + self._picture_height + asked
            self._make_room(height + self._pictures * self._picture_height if afresh else first)

    @property
    def _pictures(self) -> int:
        return 2 if self._page.question else 1

    def _share_in(self, room: float, least: float) -> float:
        """The share of their full size at which the page's pictures fit into a room; 0 if that is too small."""
        share = (room / self._pictures - _mm(_BETWEEN)) / (self._width / 2.0)
        return min(1.0, share) if share >= least else 0.0

    def ask(self, stage: QWidget) -> None:
        """Draw what is seen while the page's question waits, and write the question."""
        self._picture(stage)
        for markdown, indent in _asked(self._page.question):
            self._write(markdown, _TEXT, indent=indent)

    def answer(self, stage: QWidget) -> None:
        """Write the answer, draw what is seen when the page has run, and write what to look at and to try."""
        page = self._page
        if page.question:
            words = self._text(_answer(page.question), _TEXT, indent=_INDENT)
            self._make_room(words.size().height() + _mm(_BETWEEN) + self._picture_height)
            self._put(words, indent=_INDENT, bar=True)
        self._picture(stage)
        for hint, points in _hints(page):
            self._write(hint, points)
        if self._has_notes:
            self._write(_notes(page), _SMALL, self._theme.muted)

    def finish(self) -> bytes:
        """Write where the lesson comes from; the content of the PDF."""
        self._y += _mm(_LARGE)
        for markdown in _end(self._lesson):
            self._write(markdown, _SMALL, self._theme.muted)
        self._painter.end()
        return bytes(self._buffer.data().data())

    @property
    def _width(self) -> float:
        return self._writer.width() / self._scale

    @property
    def _height(self) -> float:
        return self._writer.height() / self._scale - _mm(_FOOT)

    @property
    def _picture_height(self) -> float:
        return self._share * self._width / 2.0 + _mm(_BETWEEN)

    def _text(self, markdown: str, points: float, color: str = "", indent: float = 0.0) -> Document:
        font = QFont(self._painter.font())
        font.setPixelSize(round(points * _DPI / 72.0))
        document = Document(markdown, font, color or self._theme.text, self._theme.text)
        document.fit(self._width - _mm(indent))
        return document

    def _height_of(self, markdown: str, points: float) -> float:
        """The height of a text, as narrow as any is."""
        return self._text(markdown, points, indent=_INDENT).size().height() + _mm(_BETWEEN) if markdown else 0.0

    def _write(self, markdown: str, points: float, color: str = "", indent: float = 0.0) -> None:
        if markdown:
            self._put(self._text(markdown, points, color, indent), color, indent)

    def _put(self, text: Document, color: str = "", indent: float = 0.0, *, bar: bool = False) -> None:
        """Write a text, on another sheet if there is no room for it; a bar beside it marks an answer."""
        height = text.size().height()
        self._make_room(height)
        self._painter.save()
        self._painter.translate(_mm(indent), self._y)
        if bar:
            self._painter.fillRect(QRectF(-_mm(indent), 0.0, _mm(1.0), height), QColor(self._theme.accent))
        text.paint(self._painter, color or self._theme.text)
        self._painter.restore()
        self._y += height + _mm(_BETWEEN)

    def _picture(self, stage: QWidget) -> None:
        """Draw the views, as wide as the sheet or less."""
        self._make_room(self._picture_height)
        box = QRectF(0.0, self._y, self._width, self._share * self._width / 2.0)
        scale = min(box.width() / stage.width(), box.height() / stage.height())
        corner = QPointF((box.width() - scale * stage.width()) / 2.0, box.top())
        self._painter.save()
        self._painter.translate(corner)
        self._painter.scale(scale, scale)
        self._painter.setClipRect(QRectF(stage.rect()))
        draw_view(stage, self._painter, scale * self._scale)
        self._painter.restore()
        self._y += scale * stage.height() + _mm(_BETWEEN)

    def _make_room(self, height: float) -> None:
        """Begin another sheet if there is no room for something so high."""
        if self._y > 0.0 and self._y + height > self._height:
            self._writer.newPage()
            self._sheet, self._y = self._sheet + 1, 0.0
            self._foot()

    def _foot(self) -> None:
        """Write the lesson's title and the sheet's number at the foot."""
        font = QFont(self._painter.font())
        font.setPixelSize(round(_SMALL * _DPI / 72.0))
        line = QRectF(0.0, self._height + _mm(3.0), self._width, _mm(_FOOT - 3.0))
        self._painter.save()
        self._painter.setFont(font)
        self._painter.setPen(QPen(QColor(self._theme.border), _mm(0.2)))
        self._painter.drawLine(line.topLeft(), line.topRight())
        self._painter.setPen(QColor(self._theme.muted))
        bottom = Qt.AlignmentFlag.AlignBottom
        self._painter.drawText(line, bottom | Qt.AlignmentFlag.AlignLeft, self._lesson.title)
        self._painter.drawText(line, bottom | Qt.AlignmentFlag.AlignRight, str(self._sheet))
        self._painter.restore()


def _mm(length: float) -> float:
    """A length in millimetres, in the writer's dots."""
    return length * _DPI / 25.4


def _plain(text: str) -> str:
    """A text that is no Markdown, as Markdown."""
    return "".join(f"\\{c}" if c in "\\*_`#[]<>$" else c for c in text)


def _asked(question: Question | None) -> Iterator[tuple[str, float]]:
    """What a question says, and how far it is indented, in millimetres."""
    if question:
        yield f"**{question.ask}**", 0.0
        yield from (
            (f"**{letter}**  {choice}", _INDENT) for letter, choice in zip(LETTERS, question.choices, strict=False)
        )
        if question.draw:
            yield f"*{_DRAWN[question.draw]}*", _INDENT


def _hints(page: Page) -> list[tuple[str, float]]:
    """What to look at and to try, with the size of its letters."""
    hints = (("Look at", page.look), ("Try next", page.next))
    return [(f"**{name}**  {hint}", _TEXT) for name, hint in hints if hint]


def _end(lesson: Lesson) -> list[str]:
    """Where a lesson comes from."""
    named = (("Source", lesson.source), ("References", lesson.references))
    return [f"**{name}**  {'; '.join(map(_plain, lines))}" for name, lines in named if lines]


def _notes(page: Page) -> str:
    return f"**Notes**  {page.notes}" if page.notes else ""


def _answer(question: Question) -> str:
    right = ""
    if question.answer:
        right = f"**{LETTERS[question.answer - 1]}**  {question.choices[question.answer - 1]}\n\n"
    return f"{right}{question.reveal}" or "—"
