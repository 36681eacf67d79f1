"""``nnviz data``: what there is to learn from."""

import argparse

from nnviz.data.catalogue import CATALOGUE


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(_arguments: argparse.Namespace) -> int:
    """List the data sets: name, task, what they are good for."""
    for source in CATALOGUE.values():
        print(f"{source.name:<16}{source.task:<16}{source.summary}")
    return 0
