"""Tables of a run: losses over the epochs, and the moments of a timeline with its branches."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli import main
from nnviz.export.model import Exported
from nnviz.export.tables import MOST_PARAMETERS, metrics, timeline
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline

MakeRun = Callable[..., NetworkRun]


def grown(run: NetworkRun, epochs: int) -> Timeline:
    past = Timeline()
    past.add(run.snapshot())
    for _ in range(epochs):
        run.advance(run.steps_to_epoch_end)
        run.measure()
        past.add(run.snapshot())
    return past


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


def test_losses_are_those_of_each_epoch(make_run: MakeRun) -> None:
    run = make_run(name="moons", samples=40)
    past = grown(run, 3)
    rows = rows_of(metrics(Exported(run.snapshot()), past))
    assert [float(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    for row, moment in zip(rows, past.line.moments, strict=True):
        record = moment.metrics.as_record()
        assert {name: float(row[name]) for name in row if name != "epoch"} == pytest.approx(
            {name: record[name] for name in row if name != "epoch"}
        )


def test_values_have_no_accuracy(make_run: MakeRun) -> None:
    run = make_run(name="plane", samples=40, output="identity", train_fraction=1.0)
    last = rows_of(metrics(Exported(run.snapshot()), grown(run, 1)))[-1]
    assert last["train_loss"]
    assert not last["test_loss"] + last["train_accuracy"] + last["test_accuracy"]


def test_a_timeline_has_every_moment_once_with_its_weights(make_run: MakeRun) -> None:
    run = make_run(name="xor", samples=40, hidden=(2,), learning_rate=0.1)
    past = grown(run, 3)
    past.branch(past.line.moments[1].step)
    first = past.lines[0]
    run.restore(past.line.moments[-1])
    run.advance(2)
    run.measure()
    past.add(run.snapshot())
    rows = rows_of(timeline(Exported(run.snapshot()), past))
    assert [row["line"] for row in rows] == ["1"] * 4 + ["2"]
    assert [row["branch_of"] for row in rows] == [""] * 4 + ["1"]
    assert [int(row["step"]) for row in rows] == [*(m.step for m in first.moments), run.step]
    moment = past.line.moments[-1]
    assert float(rows[-1]["W1[2,1]"]) == moment.weights[0][1, 0]
    assert float(rows[-1]["W2[1,2]"]) == moment.weights[1][0, 1]
    assert float(rows[-1]["b1[2]"]) == moment.biases[0][1]
    assert float(rows[-1]["learning_rate"]) == 0.1


def test_a_large_network_has_no_columns_of_weights(make_run: MakeRun) -> None:
    run = make_run(name="xor", samples=4, hidden=(300,))
    assert run.snapshot().effort > MOST_PARAMETERS
    (row,) = rows_of(timeline(Exported(run.snapshot()), grown(run, 0)))
    assert "W1[1,1]" not in row


def test_a_command_writes_each_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    experiment = tmp_path / "xor.toml"
    experiment.write_text("data = { samples = 40 }\nnetwork = { hidden = [2] }", encoding="utf-8")
    for name, count in (("samples", 40), ("metrics", 6), ("timeline", 6)):
        out = tmp_path / f"{name}.csv"
        assert main(["export", str(experiment), str(out), "--table", name, "--epochs", "5"]) == 0
        rows = rows_of(out.read_bytes())
        assert len(rows) == count
    assert np.isfinite(float(rows[-1]["W2[1,2]"]))
    assert main(["export", str(experiment), str(tmp_path / "w.npz"), "--table", "metrics"]) == 2
    assert "--table" in capsys.readouterr().err
