from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnviz.runs.run import NetworkRun
from nnviz.window.notice import divergence

MakeRun = Callable[..., NetworkRun]


def diverged(run: NetworkRun) -> str:
    """What is said of a run once it has diverged."""
    run.advance(100_000)
    run.measure()
    assert not run.finite
    return divergence(run.snapshot())


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"learning_rate": 1000.0}, "The learning rate η = 1,000 is too large"),
        ({"learning_rate": 1000.0, "precision": "single"}, "The learning rate η = 1,000 is too large"),
        ({"learning_rate": 0.5, "l2": 5.0}, "The penalty λ₂ = 5 is too large for η = 0.5"),
        (
            {"learning_rate": 0.5, "name": "drawn", "points": ((-90.0, 0.0, 0.0), (90.0, 50.0, 1.0))},
            "The inputs reach ±90, which is much for η = 0.5. Standardize the data",
        ),
    ],
)
def test_the_cause_of_a_divergence_is_named(make_run: MakeRun, values: dict[str, Any], cause: str) -> None:
    said = diverged(make_run(output="identity", activation="identity", **values))
    assert said.startswith("Stopped at step ")
    assert cause in said
    assert "\n" not in said


@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_weight_set_by_hand_is_what_diverges(make_run: MakeRun, precision: str) -> None:
    run = make_run(output="identity", precision=precision)
    run.set_parameter(0, 0, 0, 1e25)
    edited = run.snapshot().as_edited()
    run.advance(1000)
    after = run.snapshot() if not run.finite else edited
    assert "One that was set by hand, to 1e+25, is too large." in divergence(after, edited)


def test_a_loss_beyond_single_precision_is_a_divergence_and_named(make_run: MakeRun, tmp_path: Path) -> None:
    table = tmp_path / "huge.csv"
    table.write_text("x,y\n" + "".join(f"{k},{k - 10}.5e25\n" for k in range(20)))
    single, double = (
        make_run(file=str(table), output="identity", precision=precision) for precision in ("single", "double")
    )
    assert double.finite
    assert not single.finite
    assert not single.snapshot().finite
    said = divergence(single.snapshot())
    assert "the loss is above all numbers of single precision. Standardize the data" in said
