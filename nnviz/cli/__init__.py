"""The command line: ``nnviz`` opens the window, its subcommands do without."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from nnviz import needs
from nnviz.cli import window
from nnviz.cli.places import place
from nnviz.data.messages import shown
from nnviz.errors import DisplayError, InputError
from nnviz.version import version

_SUBCOMMANDS = {
    "train": "train an experiment without a window",
    "study": "carry out a study without a window, on one machine or on a cluster",
    "export": "write a network as a script, a notebook, ONNX, weights or a table",
    "animate": "draw a run as a moving picture: GIF, WebP or numbered PNGs",
    "screenshot": "draw the window, after some epochs or on a page of a lesson",
    "bench": "measure how fast this machine is",
    "data": "list the data sets",
    "table": "say how a table is understood",
    "handout": "write a lesson to a PDF, every page asked and answered",
    "lessons": "list the lessons, or check the file of one",
}
"""Modules of this room, each with ``add_arguments(parser)`` and ``run(arguments)``: imported when called for.

One may have a ``parse(parser, words)`` of its own.
"""

_FAILED, _WRONG_INPUT = 1, 2
_NO_DISPLAY, _NO_MEMORY, _NOT_WRITTEN = 69, 71, 74
_ENDED_BY_USER, _NOBODY_READS = 130, 141
"""The exit codes: from 64 on those of sysexits.h, from 128 on those that a shell gives for SIGINT and SIGPIPE."""
_CODES = """exit codes:
    0  done                   71  not enough memory
    1  something failed       74  what there is to say could not be written
    2  input of no use       130  interrupted
   69  no screen answers     141  the program that reads the output has ended"""
_LONGEST_LINE = 1000


class Parser(argparse.ArgumentParser):
    """Refuses arguments in one line, as every other input."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where to read what is allowed."""
        raise InputError(f"{self.prog}: {shown(message, 300)}; '{self.prog} --help' says what is allowed")

    def print_help(self, file: Any = None) -> None:
        """Print it as everything else; argparse says nothing of a disk that is full."""
        print(self.format_help(), end="", file=file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; every failure is one line and an exit code, as ``nnviz --help`` lists them."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know no Greek
    try:
        code = _run(words)
        if sys.stdout:
            sys.stdout.flush()
    except (InputError, ImportError, MemoryError, OSError) as error:
        code, line = _told(error)
        _say(line)
    except KeyboardInterrupt:
        return _ENDED_BY_USER
    return code


def _told(error: Exception) -> tuple[int, str]:
    """The exit code of an error and what to say of it; one that nobody foresaw is raised again."""
    match error:
        case DisplayError():
            return _NO_DISPLAY, str(error)
        case InputError():
            return _WRONG_INPUT, str(error)
        case MemoryError():
            return _NO_MEMORY, "nnviz: there is not enough memory for this"
        case BrokenPipeError():
            _write_nowhere()
            return _NOBODY_READS, "nnviz: the program that reads the output has ended"
        case OSError() if error.filename is None:  # of a stream
            _write_nowhere()
            return _NOT_WRITTEN, f"nnviz: the output could not be written: {error.strerror or error}"
        case ImportError() if lacking := needs.told(error):
            return _FAILED, f"nnviz: {lacking}"
        case _:
            raise error


def _say(line: str) -> None:
    """Tell it in one line of bearable length, if there is anywhere to tell it."""
    with suppress(OSError):
        print(shown(line, _LONGEST_LINE), file=sys.stderr, flush=True)


def _write_nowhere() -> None:
    """Let what is still to be written go: at its end Python would try again, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    try:
        return _carry_out(words)
    except SystemExit as ended:  # a parser has told what was asked
        return int(ended.code or 0)


def _carry_out(words: list[str]) -> int:
    if words and words[0] in _SUBCOMMANDS:
        command = import_module(f"nnviz.cli.{words[0]}")
        parser = Parser(prog=f"nnviz {words[0]}", description=f"{_SUBCOMMANDS[words[0]].capitalize()}.")
        command.add_arguments(parser)
        parse = getattr(command, "parse", Parser.parse_args)
        return int(command.run(parse(parser, words[1:])))
    arguments = main_parser().parse_args(words)
    if arguments.version:
        print(f"nnviz {version()}")
        return 0
    return window.run(arguments)


def main_parser() -> argparse.ArgumentParser:
    """What is allowed without a command, with a list of the commands."""
    others = "\n".join(f"  nnviz {name:<12}{summary}" for name, summary in _SUBCOMMANDS.items())
    parser = Parser(
        prog="nnviz",
        description="Open the window: a network that learns in front of you.",
        epilog=f"other commands:\n{others}\n\n'nnviz COMMAND --help' tells more.\n\n{_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        nargs="?",
        type=place,
        help="an experiment (.nnviz, .toml), a lesson (.toml), a table (.csv), weights (.npz, .safetensors), "
        "or a link of TensorFlow Playground",
    )
    _add_options(parser)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--self-test", action="store_true", help="open the window, train, check that it learned, and end"
    )
    parser.add_argument("--version", action="store_true", help="say which nnviz this is")


def whole_parser() -> argparse.ArgumentParser:
    """The whole command line in one parser, for the manual and for shells; every command's module is imported."""
    parser = Parser(prog="nnviz", description="Teach neural networks live.")
    _add_options(parser)
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, summary in _SUBCOMMANDS.items():
        part = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        import_module(f"nnviz.cli.{name}").add_arguments(part)
    return parser
