"""Large tables: read in parts that say how far they are, and given up between any two of them."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.data import decoding, rows
from nnviz.data.table import read_table
from nnviz.progress import GivenUpError, Work


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
    assert set(words) == {"Loading", "Reading large.csv", "Keeping a copy of the table"}
    assert len({share for words, share in work.said if words == "Reading large.csv"}) > 4


def test_it_is_given_up_between_any_two_parts(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_PIECE", 50_007)
    monkeypatch.setattr(rows, "BLOCK", 501)
    parts = Watched(after=10_000)
    with parts.under_way():
        read_table(large)
    for after in range(1, len(parts.said), 5):
        with pytest.raises(GivenUpError), Watched(after).under_way():
            read_table(large)
