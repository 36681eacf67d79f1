"""Random files and arguments: each is accepted, or refused in one line, and soon.

Beside the other tests a few of each kind; `make stress` tries 20,000 and more.
"""

import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from time import process_time

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

import random_inputs
from nnviz.cli import main
from nnviz.data.table import read_table
from nnviz.engine.network import shapes_between
from nnviz.errors import InputError
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.drawings import read_drawing
from nnviz.lessons.local_files import bundled_folder
from nnviz.lessons.reading import parse_lesson
from nnviz.presenter.typeset import Formula, typeset, valid
from nnviz.runs.parameter_files import load_parameters
from stress import seeds, tried

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="a case that does not end is ended by POSIX's alarm"),
    pytest.mark.qt_log_ignore("link #", "Duplicate unique", "QSvgHandler: ", "qt.svg"),  # drawn nevertheless
]

_CODES = {0, 1, 2, 71, 74}
_LONGEST_FORMULA = 0.2


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    random_inputs.files_for_arguments(tmp_path)
    valid("x")  # the typesetter takes its time once


def read_experiment(random: Random) -> None:
    parse_experiment(random_inputs.experiment(random), "e.toml")


def read_lesson(random: Random) -> None:
    parse_lesson(random_inputs.lesson(random), "l.toml", bundled_folder())


def read_a_table(random: Random) -> None:
    path = Path("random.csv")
    path.write_bytes(random_inputs.table(random))
    dataset = read_table(path)
    assert len(dataset.inputs) == len(dataset.targets) > 0


def read_parameters(random: Random) -> None:
    path = Path("random.npz")
    path.write_bytes(random_inputs.parameters(random))
    load_parameters(path, shapes_between((2, 4, 2, 1)))


def draw_formula(random: Random) -> None:
    formula = Formula(random_inputs.formula(random), random.random() < 0.5)
    began = process_time()
    try:
        drawing = typeset(formula)
    finally:
        assert process_time() - began < _LONGEST_FORMULA
    assert drawing.width >= 0.0
    assert drawing.ascent + drawing.descent > -1e-6


def draw_figure(random: Random) -> None:
    path = Path("random.svg")
    path.write_text(random_inputs.drawing(random), encoding="utf-8", errors="replace")
    assert QSvgRenderer(QByteArray(read_drawing(path).encode())).isValid()


def obey_arguments(random: Random) -> None:
    told = StringIO()
    with redirect_stdout(StringIO()), redirect_stderr(told):
        code = main(random_inputs.arguments(random))
    assert code in _CODES
    if code:
        raise InputError(told.getvalue().removesuffix("\n"))


_KINDS = [read_experiment, read_lesson, read_a_table, read_parameters, draw_formula, draw_figure, obey_arguments]
_PARTS = 4


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_it_is_accepted_or_refused_in_one_line(kind: Callable[[Random], None], part: int) -> None:
    def attempt(seed: int) -> bool:
        try:
            kind(Random(f"{part} {seed}"))
        except InputError as error:
            line = str(error)
        else:
            return True
        assert line.isprintable()
        assert 0 < len(line) < 1100
        return False

    told = tried(f"{kind.__name__}, part {part}", seeds(15, 1 / len(_KINDS) / _PARTS), attempt)
    print(told)  # noqa: T201 - what make stress shows
