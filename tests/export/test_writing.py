"""Files of a network for other programs, read back by them."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.convolution import POOLS
from nnviz.engine.network import shapes_between
from nnviz.engine.outputs import OUTPUTS
from nnviz.errors import InputError
from nnviz.export.model import Exported
from nnviz.export.writing import SUFFIXES, export
from nnviz.runs.parameter_files import load_parameters
from nnviz.runs.run import NetworkRun
from runs import run_of

MakeRun = Callable[..., NetworkRun]


def test_weights_are_written_as_numpy_reads_them(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(name="xor", hidden=(3,))
    export(tmp_path / "w.npz", run.snapshot())
    flat = load_parameters(tmp_path / "w.npz", shapes_between((2, 3, 1)))
    assert np.array_equal(flat, run.snapshot().position.parameters)


@pytest.mark.extras
@pytest.mark.parametrize("precision", ["single", "double"])
def test_weights_are_written_as_safetensors_reads_them(make_run: MakeRun, tmp_path: Path, precision: str) -> None:
    library = pytest.importorskip("safetensors.numpy", reason="make test-exports installs safetensors")
    run = make_run(name="xor", hidden=(3, 2), precision=precision)
    export(tmp_path / "w.safetensors", run.snapshot())
    read = library.load_file(tmp_path / "w.safetensors")
    wanted = Exported(run.snapshot()).parameters()
    assert read.keys() == wanted.keys()
    assert all(
        np.array_equal(read[name], wanted[name]) and read[name].dtype == wanted[name].dtype for name in read
    )


@pytest.mark.extras
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_onnxruntime_answers_the_same(make_run: MakeRun, tmp_path: Path, activation: str, output: str) -> None:
    pytest.importorskip("onnx", reason="make test-exports installs onnx")
    runtime = pytest.importorskip("onnxruntime", reason="make test-exports installs onnxruntime")
    run = make_run(
        name="blobs", samples=40, standardize=True, activation=activation, alpha=0.2, output=output, hidden=(4, 3)
    )
    export(tmp_path / "net.onnx", run.snapshot())
    exported = Exported(run.snapshot())
    raw = exported.problem.dataset.inputs.astype(np.float32)
    (answers,) = runtime.InferenceSession(tmp_path / "net.onnx").run(None, {"inputs": raw})
    assert np.allclose(answers, exported.outputs, rtol=1e-5, atol=1e-5)  # single precision


@pytest.mark.extras
@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("activation", ["tanh", "leaky_relu", "gelu"])
def test_onnxruntime_answers_the_same_of_convolutions(tmp_path: Path, pool: str, activation: str) -> None:
    pytest.importorskip("onnx", reason="make test-exports installs onnx")
    runtime = pytest.importorskip("onnxruntime", reason="make test-exports installs onnxruntime")
    maps = f'{{ channels = 3, padding = 1, pool = "{pool}" }}'
    if pool == "none":
        maps = f"{maps}, {{ channels = 4, window = 2, stride = 2 }}"
    run = run_of(
        f'[data]\nname = "digits"\nstandardize = true\n[network]\nhidden = [{maps}, 5]\n'
        f'activation = "{activation}"\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
    )
    export(tmp_path / "net.onnx", run.snapshot())
    exported = Exported(run.snapshot())
    raw = exported.problem.dataset.inputs.astype(np.float32)
    (answers,) = runtime.InferenceSession(tmp_path / "net.onnx").run(None, {"inputs": raw})
    assert np.allclose(answers, exported.outputs, rtol=1e-5, atol=1e-5)  # single precision


def test_without_onnx_it_is_said_how_it_is_had(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match="pip install onnx"):
        export(tmp_path / "net.onnx", make_run().snapshot())
    assert list(tmp_path.iterdir()) == []


def test_samples_are_a_table_with_what_the_network_answers(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(name="blobs", samples=30, output="softmax", loss="cross_entropy", train_fraction=0.5)
    export(tmp_path / "samples.csv", run.snapshot())
    with (tmp_path / "samples.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    data, exported = run.problem.dataset, Exported(run.snapshot())
    assert header == ["x1", "x2", "target", "part", *(f"output {name}" for name in data.class_names)]
    assert np.array_equal([[float(v) for v in row[:2]] for row in rows], data.inputs)
    assert [row[2] for row in rows] == [data.class_names[k] for k in data.targets]
    assert [row[3] for row in rows].count("train") == 15
    assert np.array_equal([[float(v) for v in row[4:]] for row in rows], exported.outputs)


def test_a_name_that_says_nothing_is_refused(make_run: MakeRun, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        export(tmp_path / "net.docx", make_run().snapshot())
    assert str(refused.value).endswith(f"cannot be written; allowed: a name ending in {', '.join(SUFFIXES)}")
    assert list(tmp_path.iterdir()) == []
