"""`make bench`: its table, and what is measured beside nnviz where that is installed."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nnviz.bench import training

_FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The folder of scripts, as when one of them is run."""
    monkeypatch.syspath_prepend(str(_FOLDER))
    yield
    for name in ("floors", "run", "rivals"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("benchmarks")
def test_the_table_says_what_is_missed() -> None:
    from floors import table  # noqa: PLC0415 - found by the fixture

    spread = {"vs_sklearn": [17.0, 21.0]}
    figures = {
        "train": {"W1": {"vs_sklearn": 20.0, "vs_torch": 20.0, "spread": spread}},
        "start": {"xcb": {"first_vs_imports": 1.2, "all_vs_imports": 3.0}},
    }
    lines = list(table(figures))
    assert len(lines) == 5
    assert [line.endswith("MISSED") for line in lines[1:]] == [False, True, False, True]
    assert "17 – 21" in lines[1]


@pytest.mark.usefixtures("benchmarks")
def test_every_floor_is_of_its_own_figure() -> None:
    from floors import floors  # noqa: PLC0415 - found by the fixture

    paths = [floor.path for floor in floors()]
    assert len(paths) == len(set(paths)) > 40


@pytest.mark.usefixtures("benchmarks")
def test_all_parts_are_measured_unless_some_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import run  # noqa: PLC0415 - found by the fixture

    done: list[str] = []

    def measured(name: str, _how: object) -> dict[str, float]:
        done.append(name)
        return {}

    monkeypatch.setattr(run, "version", lambda _name: "there or not")
    for place, name, said in (
        (run, "train", "train"),
        (training, "measure_sweep", "sweep"),
        (run, "_screens", "screens"),
    ):
        monkeypatch.setattr(place, name, partial(measured, said))
    out = ["--out", str(tmp_path / "bench.json")]
    assert run.main(out) == run.main(["sweep", *out]) == 0
    assert done == ["train", "sweep", "screens", "screens", "sweep"]
    with pytest.raises(SystemExit):
        run.main(["sleep", *out])
    assert "'sleep' is not known; allowed: train, sweep, window, start" in capsys.readouterr().err


@pytest.mark.usefixtures("benchmarks")
def test_others_are_measured_beside_it() -> None:
    for module in ("sklearn", "torch"):
        pytest.importorskip(module, reason="installed for `make bench` only")
    from run import beside_others, merged  # noqa: PLC0415 - found by the fixture

    from nnviz.bench.workloads import WORKLOADS  # noqa: PLC0415 - beside it

    figures = beside_others(WORKLOADS["W1"], 1)
    assert figures["vs_sklearn"] > 1
    assert figures["vs_torch"] > 1
    both = merged({"epochs_per_s": 1.0, "spread": {"epochs_per_s": [1.0, 1.0]}}, figures)
    assert both["spread"].keys() == {"epochs_per_s", "vs_sklearn", "vs_torch"}
    single = beside_others(WORKLOADS["W5"], 1)
    assert single["vs_sklearn_double"] > 1
