"""Tells of the command line: `python packaging/command_line.py FOLDER`, where nnviz is installed.

It writes the manual's part on the commands, their list for software centres, and what shells complete them from.
All of it comes from the parsers.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

MANUAL, LIST = "commands.man", "commands.xml"
COMPLETIONS = {"bash": "nnviz", "zsh": "_nnviz"}
"""The shells that are told, and what their files are called."""
_COLUMNS = "80"


def helps(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield the name of a command and what its --help says, and those of its parts."""
    os.environ["COLUMNS"] = _COLUMNS
    yield parser.prog, parser.format_help()
    for name in summaries(parser):
        yield from helps(_parts(parser)[name])


def summaries(parser: argparse.ArgumentParser) -> dict[str, str]:
    """Return the parts of a command and what is said of each; one of which nothing is said is left out."""
    choices = (choice for action in _groups(parser) for choice in action._get_subactions())  # noqa: SLF001
    return {choice.dest: str(choice.help) for choice in choices}


def _groups(parser: argparse.ArgumentParser) -> list[argparse._SubParsersAction[argparse.ArgumentParser]]:
    actions = parser._actions  # noqa: SLF001 - argparse has no other way to ask which parts there are
    return [action for action in actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001


def _parts(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {name: part for action in _groups(parser) for name, part in action.choices.items()}


def manual(parser: argparse.ArgumentParser) -> str:
    """Return what the manual says of the commands, as troff: the --help of each, word for word."""
    parts = list(helps(parser))[1:]
    return "".join(f".SS {_troff(name)}\n.nf\n{_troff(text)}.fi\n" for name, text in parts)


def _troff(text: str) -> str:
    """Escape what troff would take for its own: backslashes, hyphens, and dots that begin a line."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines(keepends=True)
    return "".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


def listed(parser: argparse.ArgumentParser) -> str:
    """Return the commands as items of a list in XML."""
    items = (f"nnviz {name}: {summary}" for name, summary in summaries(parser).items())
    return "\n".join(f"      <li>{escape(item)}</li>" for item in items)


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return a shell's completion; files are completed where one is asked for, and where no command fits."""
    import shtab  # noqa: PLC0415 - only where installers are built

    for action in (a for part in _parsers(parser) for a in part._actions):  # noqa: SLF001 - shtab looks here too
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    text: str = shtab.complete(parser, shell)
    return text.replace("complete -o bashdefault", "complete -o bashdefault -o default")


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for part in _parts(parser).values():
        yield from _parsers(part)


def main(words: list[str]) -> int:
    """Write all of it into a folder."""
    from nnviz.cli import whole_parser  # noqa: PLC0415 - the functions above are of use without nnviz

    folder, parser = Path(words[0]), whole_parser()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANUAL).write_text(manual(parser), encoding="utf-8")
    (folder / LIST).write_text(listed(parser), encoding="utf-8")
    for shell, name in COMPLETIONS.items():
        (folder / name).write_text(completion(parser, shell), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
