"""The page of all keys, made from the table of commands."""

from itertools import groupby

from nnviz.window.command import Section
from nnviz.window.commands import SECTIONS

_BY_TAB = (
    ("F6, then → ← ↑ ↓", "in a network, a circuit, a graph: from neuron to neuron, which is enlarged"),
    ("Shift with ↑ ↓", "in the network: from the bias to the weights"),
    ("Return", "in the network: set a bias or weight; elsewhere: press a button"),
    ("→ ← ↑ ↓", "move a slider, a list, the drawer's tabs, or the pad's picture, and do not train"),
    ("Esc", "gives the keyboard back to the window; so does a click"),
)
"""Keys of what Tab or F6 has led to, which are not commands."""
_HEADING = "<tr><th colspan='2' align='left'>{}</th></tr>"


def keys_page() -> str:
    """All keys and what they do, as an HTML table with a heading for each part of a menu."""
    by_tab = "".join(_told(keys, words) for keys, words in _BY_TAB)
    rows = "".join((*map(_part, SECTIONS), _HEADING.format("Where Tab or F6 has led"), by_tab))
    return f"<table cellspacing='0' cellpadding='5'>{rows}</table>"


def _part(section: Section) -> str:
    by_words = groupby((command for command in section.commands if command.keys), lambda command: command.words)
    rows = "".join(_row(words, [command.keys for command in alike]) for words, alike in by_words)
    return _HEADING.format(section.heading) + rows if rows else ""


def _row(words: str, keys: list[tuple[str, ...]]) -> str:
    """A row for one command, or for several with the same words, such as the guesses A to F."""
    shown = " or ".join(map(_readable, keys[0])) if len(keys) == 1 else f"{keys[0][0]} … {keys[-1][0]}"
    return _told(shown, words)


def _told(keys: str, words: str) -> str:
    return f"<tr><td><b>{keys}</b></td><td>{words.rstrip('…')}</td></tr>"


def _readable(key: str) -> str:
    words = {
        "PgDown": "Page ↓",
        "PgUp": "Page ↑",
        "Right": "→",
        "Left": "←",
        "Up": "↑",
        "Down": "↓",
        "Ctrl++": "Ctrl and +",
        "Ctrl+-": "Ctrl and −",
    }
    for name, sign in words.items():
        key = key.replace(name, sign)
    return key
