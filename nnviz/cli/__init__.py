"""The command line: ``nnviz`` opens the window, its subcommands do without."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from nnviz import needs
from nnviz.cli import window
from nnviz.errors import InputError
from nnviz.version import version

_SUBCOMMANDS = {
    "train": "train an experiment without a window",
    "screenshot": "draw the window, after some epochs or on a page of a lesson",
    "bench": "measure how fast this machine is",
    "data": "list the data sets",
    "lessons": "list the lessons, or check the file of one",
}
"""Modules of this room, each with ``add_arguments(parser)`` and ``run(arguments)``: imported when called for.

One may have a ``parse(parser, words)`` of its own.
"""

_ENDED_BY_USER = 130
_FAILED = 1
_WRONG_INPUT = 2


class Parser(argparse.ArgumentParser):
    """Refuses arguments in one line, as every other input."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where to read what is allowed."""
        raise InputError(f"{self.prog}: {message}; '{self.prog} --help' says what is allowed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; exit with 0, with 1 where something failed, with 2 for input of no use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except InputError as error:
        print(error, file=sys.stderr)
        return _WRONG_INPUT
    except ImportError as error:
        if lacking := needs.told(error):
            print(f"nnviz: {lacking}", file=sys.stderr)
            return _FAILED
        raise
    except KeyboardInterrupt:
        return _ENDED_BY_USER


def _run(words: list[str]) -> int:
    if words and words[0] in _SUBCOMMANDS:
        command = import_module(f"nnviz.cli.{words[0]}")
        parser = Parser(prog=f"nnviz {words[0]}", description=f"{_SUBCOMMANDS[words[0]].capitalize()}.")
        command.add_arguments(parser)
        parse = getattr(command, "parse", Parser.parse_args)
        return int(command.run(parse(parser, words[1:])))
    arguments = _parser().parse_args(words)
    if arguments.version:
        print(f"nnviz {version()}")
        return 0
    return window.run(arguments)


def _parser() -> argparse.ArgumentParser:
    others = "\n".join(f"  nnviz {name:<12}{summary}" for name, summary in _SUBCOMMANDS.items())
    parser = Parser(
        prog="nnviz",
        description="Open the window: a network that learns in front of you.",
        epilog=f"other commands:\n{others}\n\n'nnviz COMMAND --help' tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="an experiment (.nnviz, .toml), a lesson (.toml), or a table (.csv)"
    )
    parser.add_argument(
        "--self-test", action="store_true", help="open the window, train, check that it learned, and end"
    )
    parser.add_argument("--version", action="store_true", help="say which nnviz this is")
    return parser
