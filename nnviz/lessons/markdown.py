"""Which words a page can show: a little Markdown, with formulas between dollar signs."""

import re
import unicodedata
from collections.abc import Iterator

from nnviz.data.messages import shown

ALLOWED = "bold, italics, code, lists, and formulas between dollar signs"

CODE = r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)"
DISPLAY = r"(?<!\\)\$\$(?!\s*\$\$)(?P<display>(?:(?!\$\$|\n\s*\n).)+)(?<!\\)\$\$"
INLINE = r"(?<!\\)\$(?P<inline>(?!\s)(?:\\.|[^$\\\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)"
"""As in Pandoc: no blank within the signs and no digit behind, so that a price stays a price; none goes over an
empty line. They are for patterns in which a dot stands for line ends too."""

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


def complaints(words: str) -> Iterator[str]:
    """Everything in the words that cannot be shown, a line each."""
    for character in unreadable(words):
        yield f"holds the character {character!r}; allowed: text, line ends and tabs"
    yield from _of_formulas(_CODE.sub("·", words))


def unreadable(words: str) -> Iterator[str]:
    """Characters that are not for reading: control characters, halves of pairs, those that mean nothing."""
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
