"""Networks that were trained elsewhere, opened by their weights alone: npz and safetensors."""

import json
import pickle
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.cli import main
from nnviz.engine.network import shapes_between
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.export.writing import export
from nnviz.lessons.opening import opened
from nnviz.runs.parameter_files import layer_sizes_in, load_parameters
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.trained_elsewhere import experiment_with

MakeRun = Callable[..., NetworkRun]


def arrays_of(
    *sizes: int, names: Callable[[int], tuple[str, str]] = lambda l: (f"W{l}", f"b{l}")
) -> dict[str, Array]:
    rng = np.random.default_rng(1)
    made: dict[str, Array] = {}
    for l, (inputs, units) in enumerate(pairwise(sizes), start=1):
        weights, biases = names(l)
        made |= {weights: rng.normal(size=(units, inputs)), biases: rng.normal(size=units)}
    return made


def npz(path: Path, arrays: dict[str, Any]) -> Path:
    np.savez(path, **arrays)
    return path


def safetensors(path: Path, arrays: dict[str, Array], **changed: Any) -> Path:
    """A file as its format says, written anew here; ``changed`` takes the place of entries in the index."""
    index: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, array in arrays.items():
        kind = {"f8": "F64", "f4": "F32", "f2": "F16"}[array.dtype.str[1:]]
        index[name] = {
            "dtype": kind,
            "shape": array.shape,
            "data_offsets": [len(content), len(content) + array.nbytes],
        }
        content += array.tobytes()
    words = json.dumps(index | changed).encode()
    path.write_bytes(len(words).to_bytes(8, "little") + words + content)
    return path


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_what_was_written_comes_back(make_run: MakeRun, tmp_path: Path, ending: str) -> None:
    run = make_run(name="blobs", classes=4, hidden=(5, 3), output="softmax", loss="cross_entropy", samples=40)
    path = tmp_path / f"w{ending}"
    export(path, run.snapshot())
    assert layer_sizes_in(path) == (2, 5, 3, 4)
    experiment, words = experiment_with(path)
    assert (experiment.data.name, experiment.data.classes) == ("blobs", 4)
    assert (experiment.network.hidden, experiment.network.output) == ((5, 3), "softmax")
    assert np.array_equal(
        NetworkRun(experiment).snapshot().position.parameters, run.snapshot().position.parameters
    )
    assert "2-5-3-4" in words
    assert "activation functions" in words


@pytest.mark.parametrize("kind", ["<f8", "<f4", "<f2"])
def test_pytorchs_names_and_kinds_of_numbers_are_understood(tmp_path: Path, kind: str) -> None:
    names = lambda l: (f"net.{4 * l}.weight", f"net.{4 * l}.bias")  # noqa: E731 - 4, 8, 12: to be counted, not spelt
    arrays = {name: array.astype(kind) for name, array in arrays_of(2, 3, 4, 1, names=names).items()}
    path = safetensors(tmp_path / "w.safetensors", dict(reversed(arrays.items())))
    flat = load_parameters(path, shapes_between((2, 3, 4, 1)))
    assert flat[:2].tolist() == arrays["net.4.weight"][0].astype(float).tolist()
    assert flat[-1] == arrays["net.12.bias"][0]


def test_bfloat16_is_half_a_single(tmp_path: Path) -> None:
    halves = np.array([[0x3F80, 0xC000]], "<u2")  # 1 and −2
    index = {"W1": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}}
    index["b1"] = {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}
    words = json.dumps(index).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(words).to_bytes(8, "little") + words + halves.tobytes())
    assert load_parameters(path, shapes_between((2, 1))).tolist() == [1.0, -2.0, 1.0]


@pytest.mark.parametrize(
    ("sizes", "data"),
    [((4, 3), "iris"), ((64, 5, 10), "digits"), ((1, 4, 1), "sine"), ((6, 2, 1), "parity"), ((2, 9, 1), "xor")],
)
def test_data_that_fit_are_found(tmp_path: Path, sizes: tuple[int, ...], data: str) -> None:
    found = opened(npz(tmp_path / "w.npz", arrays_of(*sizes)))
    assert isinstance(found.experiment, Experiment)
    assert found.experiment.data.name == data
    run = found.begun().run
    assert isinstance(run, NetworkRun)
    assert run.problem.network.layer_sizes == sizes


def test_the_data_of_the_present_experiment_stay_if_they_fit(tmp_path: Path) -> None:
    present = Experiment(
        data=Data(name="circle"), network=NetworkDesign(hidden=(3,), activation="relu", output="sigmoid")
    )
    experiment, _ = experiment_with(npz(tmp_path / "w.npz", arrays_of(2, 8, 8, 1)), present)
    assert experiment.data == present.data
    assert (experiment.network.activation, experiment.network.output) == ("relu", "sigmoid")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (arrays_of(20, 3, 2), "from 20 inputs to 2 outputs, and no data here have as many; allowed: open a table"),
        ({"a": np.zeros(2)}, "W1 is missing; allowed: W1, b1"),
        (
            arrays_of(2, 3) | {"W2": np.zeros((1, 4))},
            "W2 has 4 inputs; allowed: 3, as the layer before it has units",
        ),
        (
            {"c.weight": np.zeros((4, 3, 3, 3)), "c.bias": np.zeros(4)},
            "c.weight is of shape (4, 3, 3, 3); allowed",
        ),
        (
            {"0.weight": np.zeros((1, 2)), "0.bias": np.zeros(1), "0.running_mean": np.zeros(1)},
            "0.running_mean is no",
        ),
        (arrays_of(2, 5000, 1), "network.hidden: (5000,) is not allowed"),
        ({"W1": np.array([[None, None]], object), "b1": np.zeros(1)}, "not a file of parameters"),
    ],
    ids=["data", "names", "chain", "convolution", "more", "wide", "pickle"],
)
def test_what_cannot_be_opened_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arrays: dict[str, Any], said: str
) -> None:
    path = npz(tmp_path / "w.npz", arrays)
    assert main(["train", str(path), "--epochs", "0"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith(str(path)[:20])
    assert error.count("\n") == 1


def test_a_pickle_is_not_even_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(pickle.dumps({"W1": 1}))
    with pytest.raises(InputError, match="not a file of parameters"):
        layer_sizes_in(path)
    with pytest.raises(InputError, match="not a kind of file"):
        opened(tmp_path / "w.pt")


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F64", "shape": [1, 10**9], "data_offsets": [0, 8 * 10**9]},
        {"dtype": "F64", "shape": [1, 2], "data_offsets": [0, 8]},
        {"dtype": "F64", "shape": [-1, -2], "data_offsets": [0, 16]},
        {"dtype": "C64", "shape": [1, 2], "data_offsets": [0, 16]},
        {"dtype": "F64", "shape": [1, 2]},
        [],
    ],
)
def test_an_index_that_lies_is_refused_before_its_numbers_are_read(tmp_path: Path, entry: Any) -> None:
    path = safetensors(tmp_path / "w.safetensors", arrays_of(2, 1), W1=entry)
    with pytest.raises(InputError, match="not a file of parameters"):
        layer_sizes_in(path)


@given(content=st.binary(max_size=60), length=st.integers(0, 2**64 - 1))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, length: int) -> None:
    path = tmp_path_factory.getbasetemp() / "random.safetensors"
    path.write_bytes(length.to_bytes(8, "little") + content)
    with pytest.raises(InputError):
        layer_sizes_in(path)


def test_it_trains_on_from_there_and_is_saved_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = safetensors(tmp_path / "w.safetensors", arrays_of(2, 3, 1))
    assert main(["train", str(path), "--epochs", "2", "--parameters", str(tmp_path / "out.npz")]) == 0
    assert "has the weights of 2-3-1 units, but not their activation functions" in capsys.readouterr().err
    assert layer_sizes_in(tmp_path / "out.npz") == (2, 3, 1)


@pytest.mark.extras
def test_what_safetensors_and_pytorch_write_is_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="make test-exports installs torch")
    library = pytest.importorskip("safetensors.torch", reason="make test-exports installs safetensors")
    torch.manual_seed(1)
    layers = [torch.nn.Linear(2, 11), torch.nn.Tanh(), torch.nn.Linear(11, 1), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers)
    for kind in (torch.float32, torch.float64, torch.bfloat16):
        library.save_file(model.to(kind).state_dict(), tmp_path / "w.safetensors")
        run = opened(tmp_path / "w.safetensors").begun().run
        assert isinstance(run, NetworkRun)
        snapshot: Snapshot = run.snapshot()
        assert np.array_equal(snapshot.weights[0], layers[0].weight.detach().to(torch.float64).numpy())
        assert np.array_equal(snapshot.biases[1], layers[2].bias.detach().to(torch.float64).numpy())
