"""Large tables: read in parts that say how far they are, and given up between any two of them."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nnviz.data import dataset, decoding, rows
from nnviz.data.table import read_table
from nnviz.engine import descent as engine
from nnviz.experiment.experiment import Data, Experiment
from nnviz.progress import GivenUpError, Work
from nnviz.runs import metrics
from nnviz.runs.begin import begin
from nnviz.runs.run import NetworkRun


class Watched(Work):
    """Work that notes all that is said of it, and is given up after so many words."""

    def __init__(self, after: int) -> None:
        self.said: list[tuple[str, float | None]] = []
        self._after = after
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "share":
            self.said.append((self.words, self.share))
            if len(self.said) > self._after:
                self.give_up()


ROWS = 3_000


@pytest.fixture(params=["plain", "quoted", "comma"])
def large(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The same numbers three times: read by NumPy, row by row, and with decimal commas."""
    values = np.random.default_rng(0).normal(size=(ROWS, 40)).round(3)
    quote = '"' if request.param == "quoted" else ""
    mark, delimiter = (",", ";") if request.param == "comma" else (".", ",")
    lines = [delimiter.join(map(str, row)).replace(".", mark) for row in values]
    header = delimiter.join(f"c{k}" for k in range(40)) + f"{delimiter}y"
    body = "".join(f"{line}{delimiter}{quote}{'ab'[n % 2]}{quote}\n" for n, line in enumerate(lines))
    path = tmp_path / "large.csv"
    path.write_text(f"{header}\n{body}", encoding="utf-8")
    return path


def test_it_is_read_whole_whatever_part_a_row_is_in(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_PIECE", 10_007)
    monkeypatch.setattr(rows, "BLOCK", 101)
    data = read_table(large)
    values = np.random.default_rng(0).normal(size=(ROWS, 40)).round(3)
    assert np.array_equal(data.inputs, values)
    assert np.array_equal(data.targets, np.arange(ROWS) % 2)


def test_it_says_how_far_it_is(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_PIECE", 10_007)
    monkeypatch.setattr(rows, "BLOCK", 101)
    work = Watched(after=10_000)
    with work.under_way():
        read_table(large)
    words = [words for words, _ in work.said]
    asked = {"Loading", "Reading large.csv", "Keeping a copy of the table", "Looking through large.csv"}
    assert set(words) == asked
    assert len({share for words, share in work.said if words == "Reading large.csv"}) > 4


def test_it_is_given_up_between_any_two_parts(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_PIECE", 50_007)
    monkeypatch.setattr(rows, "BLOCK", 501)
    parts = Watched(after=10_000)
    with parts.under_way():
        read_table(large)
    for after in range(1, len(parts.said), max(5, len(parts.said) // 16)):
        with pytest.raises(GivenUpError), Watched(after).under_way():
            read_table(large)


def test_it_takes_little_more_memory_than_its_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, inputs = 2_000, 400
    monkeypatch.setattr(dataset, "_NUMBERS", 50_000)
    monkeypatch.setattr(engine, "_MOST_COPIED", 0)
    monkeypatch.setattr(metrics, "_MOST_KEPT", 0)
    monkeypatch.setattr(metrics, "_AT_ONCE", 100)
    path, rng = tmp_path / "large.csv", np.random.default_rng(0)
    table = np.column_stack([rng.integers(0, 2, samples), rng.integers(0, 256, (samples, inputs))])
    np.savetxt(path, table, "%d", ",", header=",".join(["label", *(f"p{k}" for k in range(inputs))]), comments="")
    wanted = Experiment(data=Data(file=str(path), train_fraction=0.7, standardize=True))
    tracemalloc.start()
    run = begin(wanted, fit=True)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    numbers, others = 8 * samples * inputs, 8 * 2**20  # buffers of batches, modules that are needed first here
    assert isinstance(run, NetworkRun)
    assert run.problem.train.inputs.shape == (1_400, inputs)
    assert kept < 2.1 * numbers + others  # as they are in the file, and as the network gets them
    assert most < 3.1 * numbers + others
