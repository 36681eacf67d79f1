"""Scripts for other programs, each run by the program it is for: same outputs, same way of learning."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES
from nnviz.errors import InputError
from nnviz.export.functions import FUNCTIONS, OUTPUT_CODES
from nnviz.export.model import Exported
from nnviz.export.scripts import FRAMEWORKS, notebook, script
from nnviz.runs.run import NetworkRun
from runs import run_of

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning"
)  # of other libraries
MakeRun = Callable[..., NetworkRun]
_MODULES = {"pytorch": "torch", "sklearn": "sklearn", "keras": "keras", "numpy": "numpy"}
os.environ["KERAS_BACKEND"] = "torch"
_EPOCHS = 3
_CLASSES = {"name": "blobs", "classes": 3, "samples": 60, "standardize": True}
_VALUES = {"name": "plane", "samples": 60, "noise": 0.1}


def execute(run: NetworkRun, framework: str) -> dict[str, Any]:
    """Run the script; what it has defined."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(script(Exported(run.snapshot()), framework), f"{framework}.py", "exec"), names)  # noqa: S102
    return names


def answers(run: NetworkRun) -> Any:
    return Exported(run.snapshot()).outputs


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    """A library that is installed."""
    module = _MODULES[request.param]
    if not importlib.util.find_spec(module):
        pytest.skip(f"{module} is not installed: make test-exports installs it")
    return str(request.param)


def assert_it_learns_alike(run: NetworkRun, framework: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script prints the run's outputs, and after some epochs it has learned what the run has."""
    if lacking := FRAMEWORKS[framework].lacks(Exported(run.snapshot())):
        with pytest.raises(InputError, match="has not"):
            script(Exported(run.snapshot()), framework)
        pytest.skip(f"{framework} has not: {lacking}")
    names = execute(run, framework)
    lines = [[float(value) for value in line.split()] for line in capsys.readouterr().out.splitlines()]
    wanted = answers(run)
    assert np.allclose(lines, wanted[:5], rtol=0, atol=1e-6)
    assert np.allclose(names["predict"](names["inputs"]), wanted, rtol=0, atol=1e-6)
    names["train"](_EPOCHS)
    run.advance(_EPOCHS * run.steps_an_epoch)
    learned = answers(run)
    assert np.abs(learned - wanted).max() > 1e-4
    exact = 1e-5 if framework == "keras" else 1e-6  # on PyTorch it multiplies matrices in single precision
    assert np.allclose(names["predict"](names["inputs"]), learned, rtol=0, atol=exact)


@pytest.mark.extras
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(
    make_run: MakeRun, framework: str, activation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(
        **_CLASSES,
        hidden=(4, 3),
        activation=activation,
        output="softmax",
        loss="cross_entropy",
        shuffle=False,
        learning_rate=0.005,
    )
    run.advance(2 * run.steps_an_epoch)
    assert_it_learns_alike(run, framework, capsys)


@pytest.mark.extras
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_every_optimizer(
    make_run: MakeRun, framework: str, optimizer: str, l2: float, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(
        name="moons",
        samples=60,
        train_fraction=0.5,
        output="sigmoid",
        loss="cross_entropy",
        optimizer=optimizer,
        momentum=0.5,
        learning_rate=0.02,
        batch_size=10,
        l2=l2,
        shuffle=False,
    )
    assert_it_learns_alike(run, framework, capsys)


@pytest.mark.extras
@pytest.mark.parametrize(
    ("output", "loss"), [(output, name) for name, loss in LOSSES.items() for output in loss.outputs]
)
@pytest.mark.parametrize("data", [_CLASSES, {"name": "moons", "samples": 60}, _VALUES], ids=["3", "2", "values"])
def test_every_output_and_loss(
    make_run: MakeRun,
    framework: str,
    output: str,
    loss: str,
    data: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    if data is _VALUES and (output == "softmax" or loss == "cross_entropy"):
        pytest.skip("for classes only")
    run = make_run(**data, hidden=(3,), output=output, loss=loss, shuffle=False, l1=0.0)
    assert_it_learns_alike(run, framework, capsys)


@pytest.mark.extras
@pytest.mark.parametrize(
    "settings",
    [
        {"features": ("x1", "x1^2", "x1*x2", "sin(x2)"), "standardize": True},
        {"hidden": (), "features": ("x2", "x2^2", "sin(x1)")},
        {"l1": 0.01, "l2": 0.02},
        {"frozen": (1,), "optimizer": "adamw", "l2": 0.01},
        {"cut": ((1, 1, 2), (2, 1, 3)), "optimizer": "adam"},
        {"activation": ("relu", "tanh")},
        {"precision": "single"},
        {"optimizer": "nesterov", "momentum": 0.9, "batch_size": 7},
    ],
    ids=["features", "no hidden layer", "penalties", "frozen", "cut", "mixed", "single", "short batch"],
)
def test_every_setting(
    make_run: MakeRun, framework: str, settings: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(**{"name": "circle", "samples": 50, "noise": 0.1, "shuffle": False} | settings)
    assert_it_learns_alike(run, framework, capsys)


@pytest.mark.extras
def test_shuffled_it_learns_too(make_run: MakeRun, framework: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(name="xor", samples=80, output="sigmoid", loss="cross_entropy", optimizer="adam")
    names = execute(run, framework)
    names["train"](60)
    capsys.readouterr()
    outputs = names["predict"](names["inputs"])
    assert ((outputs[:, 0] > 0.5) == (np.asarray(names["targets"])[:, 0] > 0.5)).mean() > 0.9


def test_every_function_is_written_in_every_language() -> None:
    assert list(FUNCTIONS) == list(ACTIVATIONS)
    assert set(OUTPUT_CODES) == {output for loss in LOSSES.values() for output in loss.outputs}


def test_what_a_library_has_not_is_said_with_those_that_have_it(make_run: MakeRun) -> None:
    exported = Exported(make_run(name="xor", samples=20, output="tanh").snapshot())
    with pytest.raises(InputError) as refused:
        script(exported, "sklearn")
    assert str(refused.value) == (
        "scikit-learn has not: tanh outputs with squared error; allowed: --framework pytorch, keras, numpy"
    )


def test_a_script_is_short(make_run: MakeRun, framework: str) -> None:
    run = make_run(name="moons", samples=500, output="sigmoid", loss="cross_entropy")
    lines = script(Exported(run.snapshot()), framework).decode().splitlines()
    assert len(lines) < 100
    assert sorted(map(len, lines))[-2] < 110


@pytest.mark.extras
def test_a_notebook_is_one_and_does_the_same(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: make test-exports installs it")
    run = make_run(name="xor", samples=20)
    path = tmp_path / "xor.ipynb"
    path.write_bytes(notebook(Exported(run.snapshot()), "numpy"))
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    names: dict[str, Any] = {}
    for cell in read.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)  # noqa: S102
    lines = capsys.readouterr().out.splitlines()
    assert np.allclose([float(line) for line in lines], answers(run)[:5, 0], rtol=0, atol=1e-6)


def test_data_that_no_script_holds_are_refused(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.export.model.MOST_NUMBERS", 100)
    with pytest.raises(InputError, match="a script holds up to 100"):
        script(Exported(make_run(name="xor", samples=60).snapshot()), "numpy")


_MAPS = {
    "pools": '{ channels = 4, padding = 1, pool = "mean_2x2" }, { channels = 5, pool = "max_map" }, 6',
    "strides": '{ channels = 3, stride = 2, padding = 2, pool = "max_2x2" }',
    "none": '{ channels = 3, window = 4 }, { channels = 2, window = 2, pool = "mean_map" }',
}


@pytest.mark.extras
@pytest.mark.parametrize("maps", _MAPS)
@pytest.mark.parametrize("activation", ["tanh", "leaky_relu"])
def test_convolutions_learn_alike(
    maps: str, activation: str, framework: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        f'[data]\nname = "digits"\ntrain_fraction = 0.1\nshift = 1\n[network]\nhidden = [{_MAPS[maps]}]\n'
        f'activation = "{activation}"\noutput = "softmax"\n'
        '[training]\nloss = "cross_entropy"\nshuffle = false\nlearning_rate = 0.1\nl2 = 0.001\n'
    )
    assert_it_learns_alike(run_of(text), framework, capsys)


def test_scikit_learn_has_no_convolutions() -> None:
    run = run_of('[data]\nname = "digits"\n[network]\nhidden = [{ channels = 2 }]\noutput = "softmax"\n')
    with pytest.raises(InputError) as refused:
        script(Exported(run.snapshot()), "sklearn")
    assert str(refused.value) == ("scikit-learn has not: convolutions; allowed: --framework pytorch, keras, numpy")
