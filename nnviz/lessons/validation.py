"""Checks each page of a lesson by itself, and whether its Markdown can be shown."""

import re
import unicodedata
from collections.abc import Iterator

from nnviz.data.messages import shown
from nnviz.lessons.lesson import FORMAT, Lesson, Page, Question

ALLOWED = "bold, italics, code, lists, and formulas between dollar signs"
CODE = r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)"
DISPLAY = r"(?<!\\)\$\$(?!\s*\$\$)(?P<display>(?:(?!\$\$|\n\s*\n).)+)(?<!\\)\$\$"
INLINE = r"(?<!\\)\$(?P<inline>(?!\s)(?:\\.|[^$\\\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)"
"""As in Pandoc: no space just inside the signs and no digit after them, so that a price is not a formula, and no
empty line inside. For patterns in which a dot also matches a line end."""
_CODE = re.compile(CODE, re.DOTALL)
_FORMULA = re.compile(f"{DISPLAY}|{INLINE}", re.DOTALL)
_FORBIDDEN = {
    "HTML": re.compile(r"<[A-Za-z/!?]"),
    "an image": re.compile(r"!\["),
    "a link": re.compile(r"\][(\[]|^ {0,3}\[[^\]]*\]:|\b\w+://|\bwww\.", re.MULTILINE),
    "a heading": re.compile(r"^ {0,3}(#{1,6}(\s|$)|=+\s*$|--+\s*$)", re.MULTILINE),
    "a quotation": re.compile(r"^ {0,3}>", re.MULTILINE),
    "a table": re.compile(r"^(?=.*\|)(?=.*-)[ \t|:-]+$", re.MULTILINE),
    "a line across": re.compile(r"^ {0,3}([*_-])\s*(\1\s*){2,}$", re.MULTILINE),
}
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "figures", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}
)
"""Names that no lesson may have: some systems reserve them, and ``figures`` is the folder of the figures."""


def unshowable(words: str) -> Iterator[str]:
    """Errors for everything in the text that cannot be shown, a line each."""
    for character in unreadable(words):
        yield f"holds the character {character!r}; allowed: text, line ends and tabs"
    yield from _of_formulas(_CODE.sub("·", words))


def unreadable(words: str) -> Iterator[str]:
    """Errors for unreadable characters: control characters, lone surrogates, unassigned ones."""
    for character in words:
        if character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}:
            yield character


def _of_formulas(words: str) -> Iterator[str]:
    plain = _FORMULA.sub("·", words)
    for lone in re.finditer(r"(?<!\\)\$", plain):
        rest = shown(plain[lone.start() :], 20)
        yield f"a dollar sign without its partner at {rest!r}; allowed: formulas as $w x$, and \\$ for a dollar"
    for what, pattern in _FORBIDDEN.items():
        if found := pattern.search(plain):
            yield f"holds {what} at {shown(plain[found.start() :].strip(), 20)!r}; allowed: {ALLOWED}"


def complaints(lesson: Lesson) -> Iterator[str]:
    """Errors of a lesson, a line each, beginning with page and key."""
    if lesson.format > FORMAT:
        yield f"format: {lesson.format} is newer than this nnviz reads; allowed: up to {FORMAT}"
    if lesson.id in RESERVED:
        yield f"id: {lesson.id!r} is reserved; allowed: any other"
    plain = {"title": lesson.title, "summary": lesson.summary}
    plain |= _items("source", lesson.source) | _items("references", lesson.references)
    for key, line in plain.items():
        yield from _of_line(key, line)
    for number, page in enumerate(lesson.pages, start=1):
        yield from (f"page {number}, {complaint}" for complaint in _of_page(page))


def _items(key: str, lines: tuple[str, ...]) -> dict[str, str]:
    return {f"{key}, item {number}": line for number, line in enumerate(lines, start=1)}


def _of_page(page: Page) -> Iterator[str]:
    yield from _of_line("title", page.title)
    for key, line in _items("light", page.light).items():
        yield from _of_line(key, line)
    for key in ("words", "notes", "look", "next"):
        yield from (f"{key}: {complaint}" for complaint in unshowable(getattr(page, key)))
    if page.experiment and page.change:
        yield "change: both experiment and change are given; allowed: one of them"
    if sum((page.run.play, page.run.steps > 0, page.run.epochs > 0)) > 1:
        yield "run: more than one of play, steps and epochs is given; allowed: one of them"
    if page.question:
        yield from (f"question.{complaint}" for complaint in _of_question(page.question))


def _of_question(question: Question) -> Iterator[str]:
    lines = {"ask": question.ask} | _items("choices", question.choices)
    for key, line in lines.items():
        yield from _of_line(key, line)
    for key, words in (lines | {"reveal": question.reveal}).items():
        yield from (f"{key}: {complaint}" for complaint in unshowable(words))
    count = len(question.choices)
    if question.draw and count:
        yield "choices: both choices and draw are given; allowed: one of them"
    elif not question.draw and not count:
        yield "choices: missing; allowed: 2 to 6 choices, or draw with plane or curve"
    elif count == 1:
        yield "choices: there is only 1; allowed: 2 to 6"
    if question.answer > count:
        among = f"whole numbers from 1 to {count}, or 0 for none" if count else "0, as there are no choices"
        yield f"answer: {question.answer} is none of the choices; allowed: {among}"


def _of_line(key: str, line: str) -> Iterator[str]:
    if line and (not line.strip() or "\n" in line or "\t" in line or any(unreadable(line))):
        yield f"{key}: {shown(repr(line))} is not allowed; allowed: one line of text"
