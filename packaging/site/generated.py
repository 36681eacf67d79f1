"""Pages in docs/ that follow from the program: its keys and its commands, as a test checks."""

from __future__ import annotations

from collections.abc import Callable

from command_line import helps

_KEYS = """# Keys

Keys are for the window; while a field is being typed in they belong to the field. A clicker needs Page ↓
and Page ↑ alone.

"""
_COMMANDS = """# Command line

The parameters' files hold `W1, b1, W2, b2, …`, W of shape (units, inputs); those of a network with
a memory `W`, whose columns are for state, inputs and 1, and `v` of the output. The metrics have step, epoch,
train_loss, test_loss, train_accuracy and test_accuracy; the first are from before any step.

What cannot be used is refused in one line that names file, key or row and what is allowed, with exit code 2.

"""


def keys() -> str:
    """Return all keys and what they do."""
    from nnviz.window.keys_page import keys_page  # noqa: PLC0415 - Qt is imported for this page alone

    return _KEYS + keys_page().replace("<tr>", "\n<tr>") + "\n"


def commands() -> str:
    """Return every command with what its --help says."""
    from nnviz.cli import main_parser, whole_parser  # noqa: PLC0415 - as above

    parts = [("nnviz", main_parser().format_help()), *list(helps(whole_parser()))[1:]]
    return _COMMANDS + "\n\n".join(f"## {name}\n\n```text\n{text.rstrip()}\n```" for name, text in parts) + "\n"


PAGES: dict[str, Callable[[], str]] = {"keys.md": keys, "command-line.md": commands}
