"""``nnviz data``: what there is to learn from."""

import argparse
import json

from nnviz.data.catalogue import CATALOGUE

_TOLD = ("name", "title", "task", "summary")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether a program reads the answer."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    """List the data sets: name, task, what they are good for."""
    if arguments.json:
        told = [{key: getattr(source, key) for key in _TOLD} for source in CATALOGUE.values()]
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    for source in CATALOGUE.values():
        print(f"{source.name:<16}{source.task:<16}{source.summary}")
    return 0
