"""The command line: ``nnviz`` opens the window, its subcommands do without."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from nnviz.cli import data, screenshot, train, window
from nnviz.errors import InputError
from nnviz.version import VERSION

_SUBCOMMANDS = {
    "train": (train.add_arguments, train.run, "train an experiment without a window"),
    "screenshot": (screenshot.add_arguments, screenshot.run, "render the window after some epochs"),
    "data": (data.add_arguments, data.run, "list the data sets"),
}

_ENDED_BY_USER = 130
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
    except KeyboardInterrupt:
        return _ENDED_BY_USER


def _run(words: list[str]) -> int:
    if words and words[0] in _SUBCOMMANDS:
        add_arguments, run, summary = _SUBCOMMANDS[words[0]]
        parser = Parser(prog=f"nnviz {words[0]}", description=f"{summary.capitalize()}.")
        add_arguments(parser)
        return run(parser.parse_args(words[1:]))
    return window.run(_parser().parse_args(words))


def _parser() -> argparse.ArgumentParser:
    others = "\n".join(f"  nnviz {name:<12}{summary}" for name, (_, _, summary) in _SUBCOMMANDS.items())
    parser = Parser(
        prog="nnviz",
        description="Open the window: a network that learns in front of you.",
        epilog=f"other commands:\n{others}\n\n'nnviz COMMAND --help' tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, help="an experiment (.toml) or a table (.csv, .tsv)")
    parser.add_argument(
        "--self-test", action="store_true", help="open the window, train, check that it learned, and end"
    )
    parser.add_argument("--version", action="version", version=f"nnviz {VERSION}")
    return parser
