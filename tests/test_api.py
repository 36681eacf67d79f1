"""nnviz from Python: every example of docs/python.md, models of other libraries, and what is refused."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import nnviz
from nnviz.api import run_of
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.export.model import Exported
from nnviz.lessons.opening import opened
from nnviz.models import model_of
from nnviz.runs.run import NetworkRun

_PAGE = Path(__file__).parents[1] / "docs" / "python.md"
_CODE = re.compile(r"```(python|py)\n(.*?)```", re.DOTALL)
_FILTERED = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of other libraries


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The words with which windows would be opened; what they are opened on lies in a folder of the test's."""
    opened_with: list[list[str]] = []
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("nnviz.api.subprocess.Popen", lambda words, **_: opened_with.append(words))
    return opened_with


def examples(language: str) -> str:
    """Those of nnviz alone, ``python``, or those with other libraries, ``py``."""
    return "\n".join(code for said, code in _CODE.findall(_PAGE.read_text(encoding="utf-8")) if said == language)


def shown(windows: list[list[str]]) -> NetworkRun:
    """The run that the last window would show."""
    run = opened(Path(windows[-1][-1])).begun().run
    assert isinstance(run, NetworkRun)
    return run


def test_the_examples_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown_: list[Any] = []
    monkeypatch.setattr("nnviz.api.show", lambda *what: shown_.append(what))
    names: dict[str, Any] = {}
    exec(examples("python"), names)  # noqa: S102
    out = capsys.readouterr().out
    assert "<nnviz.Run of 2-4-1 units: epoch 60, " in out
    assert "data.name: 'nowhere' is not known" in out
    assert names["run"].epoch == 80
    assert names["run"].metrics["test_accuracy"] > 0.9
    inside, outside = names["run"].predict([[0.0, 0.0], [4.0, 4.0]])
    assert inside > 0.5 > outside
    assert names["again"].epoch == 90
    assert {path.name for path in tmp_path.iterdir()} == {"loss.pdf", "circle.nnviz", "circle.py", "circle.npz"}
    assert shown_ == [(names["run"],)]
    in_a_notebook = names["run"]._repr_svg_()
    assert ET.fromstring(in_a_notebook).tag.endswith("svg")  # noqa: S314 - our own
    assert "tanh" in in_a_notebook


@pytest.mark.extras
@_FILTERED
@pytest.mark.filterwarnings("ignore")  # it need not converge
def test_the_examples_with_other_libraries_work(windows: list[list[str]]) -> None:
    for name in ("sklearn", "torch"):
        pytest.importorskip(name, reason=f"make test-exports installs {name}")
    exec(f"import nnviz\n{examples('py')}", {})  # noqa: S102
    assert len(windows) == 2
    assert shown(windows).problem.network.layer_sizes == (2, 8, 2)


def test_importing_is_quick_and_brings_no_qt() -> None:
    code = "import sys, nnviz; print('numpy' in sys.modules, len(sys.modules)); nnviz.train(epochs=1)"
    code += "; print(any(name.startswith('PySide6') for name in sys.modules)); print(nnviz.Run, dir(nnviz))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, qt, names = done.stdout.splitlines()
    assert first.startswith("False ")
    assert qt == "False"
    assert "<class 'nnviz.api.Run'>" in names
    assert "picture" in names
    with pytest.raises(AttributeError, match="has no attribute 'Experimentt'"):
        nnviz.Experimentt  # noqa: B018


def test_a_run_is_that_of_the_window(tmp_path: Path) -> None:
    experiment = nnviz.Experiment(data=nnviz.Data(name="moons", samples=40))
    run = nnviz.train(experiment, epochs=3)
    alike = NetworkRun(experiment)
    for _ in range(3):
        alike.advance(alike.steps_to_epoch_end)
    assert np.array_equal(run.weights[0], alike.snapshot().weights[0])
    assert [moment["epoch"] for moment in run.history] == [0, 1, 2, 3]
    exported = Exported(alike.snapshot())
    assert np.allclose(run.predict(exported.problem.dataset.inputs), exported.outputs)
    run.save(tmp_path / "moons.nnviz")
    again = nnviz.Run(tmp_path / "moons.nnviz")
    assert (again.epoch, len(again.history)) == (3, 4)
    assert np.array_equal(again.train(1).weights[1], run.train(1).weights[1])


def test_a_link_is_an_experiment() -> None:
    run = nnviz.train("https://playground.tensorflow.org/#dataset=xor&networkShape=3", epochs=1)
    assert (run.experiment.data.name, run.experiment.network.hidden) == ("xor", (3,))


def test_training_ends_when_it_diverges() -> None:
    run = nnviz.train(nnviz.Experiment(training=nnviz.Training(learning_rate=1000.0), network=_LINEAR), epochs=50)
    assert not run.finite
    assert run.epoch < 50


_LINEAR = nnviz.NetworkDesign(hidden=(8,), activation="identity", output="identity")


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda: nnviz.show(object()), "object is no model that nnviz shows; allowed: an experiment or a run"),
        (
            lambda: nnviz.train(epochs=0).save("a.docx"),
            "a.docx: cannot be written; allowed: a name ending in .nnviz",
        ),
        (lambda: nnviz.train(epochs=0).predict([1.0, 2.0]), "inputs of shape (2,); allowed: (samples, 2)"),
        (
            lambda: nnviz.picture(nnviz.Experiment(), view="relief"),
            "--view: relief is not there; allowed here: net",
        ),
        (lambda: nnviz.train("nowhere.toml"), "nowhere.toml: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(do: Any, said: str) -> None:
    with pytest.raises(InputError) as refused:
        do()
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def _data(classes: int) -> tuple[Array, Any]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 3))
    y = x @ [1.0, -2.0, 0.5]
    return x, (y if not classes else np.digitize(y, np.linspace(-1, 1, classes + 1)[1:-1]))


@pytest.mark.extras
@_FILTERED
@pytest.mark.filterwarnings("ignore")  # it need not converge
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_scikit_learns_models_answer_the_same(
    windows: list[list[str]], activation: str, classes: int, solver: str
) -> None:
    library = pytest.importorskip("sklearn.neural_network", reason="make test-exports installs scikit-learn")
    x, y = _data(classes)
    kind = library.MLPClassifier if classes else library.MLPRegressor
    labels = y if not classes else np.array(["red", "blue", "amber"])[y]
    model = kind(hidden_layer_sizes=(5, 4), activation=activation, solver=solver, max_iter=20, random_state=1).fit(
        x, labels
    )
    nnviz.show(model, x, labels)
    run = shown(windows)
    outputs = Exported(run.snapshot()).outputs
    wanted = model.predict(x).reshape(-1, 1) if not classes else model.predict_proba(x)[:, -outputs.shape[1] :]
    assert np.allclose(outputs, wanted, atol=1e-9)
    assert run.problem.classes == (() if not classes else tuple(model.classes_))
    training = run.experiment.training
    assert training.optimizer == ("adam" if solver == "adam" else "nesterov")
    assert (training.learning_rate, training.batch_size) == (0.001, 200)
    assert training.l2 == pytest.approx(0.0001 / 60)
    assert run.metrics.train.accuracy == (None if not classes else pytest.approx(model.score(x, labels)))


@pytest.mark.extras
@_FILTERED
@pytest.mark.parametrize(
    "name", ["Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "Softplus", "GELU", "SiLU"]
)
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_pytorchs_models_answer_the_same(windows: list[list[str]], name: str, classes: int) -> None:
    torch = pytest.importorskip("torch", reason="make test-exports installs torch")
    torch.manual_seed(1)
    kind = getattr(torch.nn, name)
    inner = torch.nn.Sequential(torch.nn.Linear(3, 5), kind())
    model = torch.nn.Sequential(inner, torch.nn.Linear(5, 4, bias=False), kind(), torch.nn.Linear(4, classes or 1))
    x, y = _data(classes)
    nnviz.show(model.double(), torch.tensor(x), torch.tensor(y))
    run = shown(windows)
    answer = model(torch.tensor(x)).detach()
    wanted = torch.softmax(answer, 1) if classes else answer
    assert np.allclose(Exported(run.snapshot()).outputs, wanted.numpy(), atol=1e-9)


@pytest.mark.extras
@_FILTERED
def test_pytorchs_outputs_are_what_they_say(tmp_path: Path) -> None:
    nn = pytest.importorskip("torch", reason="make test-exports installs torch").nn
    x, y = _data(2)
    for last, output in (((), "sigmoid"), ((nn.Sigmoid(),), "sigmoid"), ((nn.Tanh(),), "tanh")):
        model = model_of(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1), *last))
        experiment = run_of(model, x, y, tmp_path).experiment
        assert (experiment.network.output, experiment.training.loss) == (output, "cross_entropy")
    refusals = {
        "Dropout, which nnviz has not": (nn.Linear(3, 4), nn.Dropout(), nn.Linear(4, 1)),
        "Tanh that follows no Linear": (nn.Tanh(), nn.Linear(3, 1)),
        "Softmax between layers": (nn.Linear(3, 4), nn.Softmax(1), nn.Linear(4, 1)),
        "ends in relu": (nn.Linear(3, 1), nn.ReLU()),
        "several slopes": (nn.Linear(3, 4), nn.ELU(0.5), nn.Linear(4, 4), nn.ELU(0.7), nn.Linear(4, 1)),
        "approximate GELU": (nn.Linear(3, 4), nn.GELU("tanh"), nn.Linear(4, 1)),
        "has no Linear": (),
    }
    for said, modules in refusals.items():
        with pytest.raises(InputError, match=said):
            model_of(nn.Sequential(*modules))
    model = model_of(nn.Sequential(nn.Linear(3, 4)))
    for said, inputs, targets in (
        ("4 outputs, y 2 classes; allowed: 1", x, y),
        ("2 features; allowed: 3", x[:, :2], y),
        ("X has shape", x, y[:3]),
        ("not finite", x * np.nan, y),
        ("no number", [["a"]], ["b"]),
    ):
        with pytest.raises(InputError, match=said):
            run_of(model, inputs, targets, tmp_path)


@pytest.mark.extras
@_FILTERED
def test_a_model_that_is_not_fitted_is_refused() -> None:
    library = pytest.importorskip("sklearn.neural_network", reason="make test-exports installs scikit-learn")
    with pytest.raises(InputError, match="has no weights yet; allowed: one that is fitted"):
        nnviz.show(library.MLPClassifier())
