"""Scripts and notebooks: the network as a program of its own, short and explained."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nnviz.errors import InputError
from nnviz.export import keras, plain, pytorch, scikit
from nnviz.export.model import Cell, Exported


@dataclass(frozen=True)
class Framework:
    """A library that a script can be for.

    Parameters
    ----------
    lacks : callable (Exported) -> str
        What of a network it has not, in words; empty if it has all.
    cells : callable (Exported) -> list of Cell
        The parts of the script.
    """

    name: str
    lacks: Callable[[Exported], str]
    cells: Callable[[Exported], list[Cell]]


FRAMEWORKS = {
    "pytorch": Framework(pytorch.NAME, pytorch.lacks, pytorch.cells),
    "sklearn": Framework(scikit.NAME, scikit.lacks, scikit.cells),
    "keras": Framework(keras.NAME, keras.lacks, keras.cells),
    "numpy": Framework(plain.NAME, plain.lacks, plain.cells),
}
"""By the name on the command line."""


def script(exported: Exported, framework: str) -> bytes:
    """A Python script."""
    first, *others = _cells(exported, framework)
    head = f'"""{first.words}\n\nRun alone, it prints the outputs of the first five samples.\n"""'
    parts = [f"{head}\n\n{first.code}"]
    for before, cell in zip([first, *others], others, strict=False):
        gap = "\n\n\n" if _ends_in_a_function(before.code) else "\n\n"
        parts.append(f"{gap}# {cell.words}\n{cell.code}")
    return ("".join(parts) + "\n").encode()


def notebook(exported: Exported, framework: str) -> bytes:
    """A Jupyter notebook, format 4.5: a text above each part."""
    cells: list[dict[str, Any]] = []
    for number, cell in enumerate(_cells(exported, framework)):
        words = f"# {cell.words}" if number == 0 else cell.words
        cells.append({"cell_type": "markdown", "id": f"words-{number}", "metadata": {}, "source": words})
        code = {"cell_type": "code", "id": f"code-{number}", "metadata": {}, "source": cell.code}
        cells.append(code | {"execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def _cells(exported: Exported, framework: str) -> Sequence[Cell]:
    target = FRAMEWORKS[framework]
    if lacking := target.lacks(exported):
        raise InputError(f"{target.name} has not: {lacking}; allowed: --framework {_others(exported)}")
    return target.cells(exported)


def _others(exported: Exported) -> str:
    return ", ".join(name for name, framework in FRAMEWORKS.items() if not framework.lacks(exported))


def _ends_in_a_function(code: str) -> bool:
    """Whether two blank lines must follow."""
    return code.splitlines()[-1].startswith("    ")
