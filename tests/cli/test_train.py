"""``nnviz train``, as a person calls it."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli import main
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import load_experiment
from nnviz.runs.document import Work
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline
from nnviz.signals import ending_signals
from runs import moment_of, save_parameters

_ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str, name: str = "experiment.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def records(path: Path) -> list[dict[str, float | None]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_line_of_metrics_an_epoch_and_one_before_any_step(tmp_path: Path) -> None:
    out = tmp_path / "metrics.jsonl"
    assert main(["train", write(tmp_path, ""), "--epochs", "3", "--metrics", str(out)]) == 0
    lines = records(out)
    assert [(line["epoch"], line["step"]) for line in lines] == [(0, 0), (1, 25), (2, 50), (3, 75)]
    keys = ["step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    assert all(list(line) == keys for line in lines)


def test_figures_are_written_as_a_table_too_and_the_last_ones_printed_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, lines, file = tmp_path / "m.csv", tmp_path / "m.jsonl", write(tmp_path, "")
    for out in (table, lines):
        assert main(["train", file, "--epochs", "2", "--metrics", str(out), "--json"]) == 0
    with table.open(newline="", encoding="utf-8") as read:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(read)]
    assert rows == records(lines)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last == records(lines)[-1] | {"diverged": False}


def test_parameters_are_written_for_others_too(tmp_path: Path) -> None:
    out = tmp_path / "p.safetensors"
    assert main(["train", write(tmp_path, ""), "--epochs", "1", "--parameters", str(out)]) == 0
    content = out.read_bytes()
    assert list(json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")]))[1:] == [
        *("W1", "b1", "W2", "b2", "W3", "b3"),
    ]


@pytest.mark.parametrize(
    ("option", "name", "allowed"),
    [
        ("--parameters", "p.onnx", ".npz, .safetensors"),
        ("--parameters", "p", ".npz, .safetensors"),
        ("--metrics", "m.npz", ".jsonl, .csv"),
    ],
)
def test_an_ending_that_would_not_be_true_is_refused_before_anything_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str, allowed: str
) -> None:
    out = tmp_path / name
    assert main(["train", str(tmp_path / "nowhere.toml"), option, str(out)]) == 2
    assert capsys.readouterr().err == f"{out}: cannot be written; allowed: a name ending in {allowed}\n"
    assert not out.exists()


def test_losses_are_without_penalties(tmp_path: Path) -> None:
    lines = []
    for l2 in (0.0, 100.0):
        out = tmp_path / f"{l2}.jsonl"
        file = write(tmp_path, f"training = {{ l2 = {l2} }}")
        assert main(["train", file, "--epochs", "0", "--metrics", str(out)]) == 0
        lines.append(records(out)[0])
    assert lines[0] == lines[1]


def test_without_test_samples_there_are_no_test_figures(tmp_path: Path) -> None:
    out = tmp_path / "metrics.jsonl"
    file = write(tmp_path, "data = { train_fraction = 1.0 }")
    assert main(["train", file, "--epochs", "1", "--metrics", str(out)]) == 0
    assert records(out)[1]["test_loss"] is None
    assert records(out)[1]["test_accuracy"] is None


def test_parameters_have_the_shapes_of_the_lectures(tmp_path: Path) -> None:
    out = tmp_path / "parameters.npz"
    assert main(["train", write(tmp_path, ""), "--epochs", "1", "--parameters", str(out)]) == 0
    with np.load(out) as file:
        shapes = {name: file[name].shape for name in file.files}
    assert shapes == {"W1": (4, 2), "b1": (4,), "W2": (2, 4), "b2": (2,), "W3": (1, 2), "b3": (1,)}


def test_training_goes_on_from_given_parameters(tmp_path: Path) -> None:
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    file = write(tmp_path, "")
    assert main(["train", file, "--epochs", "5", "--parameters", str(first)]) == 0
    words = ["train", file, "--epochs", "0", "--initial-parameters", str(first), "--parameters", str(second)]
    assert main(words) == 0
    with np.load(first) as before, np.load(second) as after:
        assert all(np.array_equal(before[name], after[name]) for name in before.files)


def test_the_same_experiment_gives_the_same_bits(tmp_path: Path) -> None:
    outs = [tmp_path / "a.npz", tmp_path / "b.npz"]
    file = write(tmp_path, 'training = { optimizer = "adam" }')
    for out in outs:
        assert main(["train", file, "--epochs", "4", "--parameters", str(out)]) == 0
    with np.load(outs[0]) as a, np.load(outs[1]) as b:
        assert all(np.array_equal(a[name], b[name]) for name in a.files)


def test_digits_are_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(
        tmp_path,
        """
        [data]
        name = "digits"
        [network]
        hidden = [64, 32]
        activation = "relu"
        output = "softmax"
        initializer = "he_uniform"
        [training]
        loss = "cross_entropy"
        learning_rate = 0.1
        batch_size = 32
        """,
    )
    out = tmp_path / "metrics.jsonl"
    assert main(["train", file, "--epochs", "60", "--metrics", str(out)]) == 0
    accuracy = records(out)[-1]["test_accuracy"]
    assert accuracy is not None
    assert accuracy >= 0.96
    assert f"test accuracy {100 * accuracy:.2f} %" in capsys.readouterr().out


def test_a_table_of_ones_own_is_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(5)
    rows = [f"{x:.3f};{y:.3f};{'red' if x * y > 0 else 'blue'}" for x, y in rng.normal(size=(400, 2))]
    table = "length;width;colour\n" + "\n".join([*rows, "1.0;;red"]).replace(".", ",")
    write(tmp_path, table, "points.csv")
    file = write(
        tmp_path,
        """
        data = { file = "points.csv", target = "colour" }
        network = { hidden = [8] }
        training = { learning_rate = 0.1 }
        """,
    )
    out = tmp_path / "metrics.jsonl"
    assert main(["train", file, "--epochs", "300", "--metrics", str(out)]) == 0
    assert "1 row left out: 1 without width" in capsys.readouterr().err
    accuracy = records(out)[-1]["test_accuracy"]
    assert accuracy is not None
    assert accuracy >= 0.9


def test_a_run_that_diverges_says_so_and_writes_no_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, 'network = { output = "identity" }\ntraining = { learning_rate = 1000.0 }')
    out, metrics = tmp_path / "parameters.npz", tmp_path / "metrics.jsonl"
    words = ["train", file, "--epochs", "50", "--parameters", str(out), "--metrics", str(metrics)]
    assert main(words) == 1
    assert "diverged" in capsys.readouterr().err
    assert not out.exists()
    assert records(metrics)[-1]["train_loss"] is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data]\nnoise = 7", "data.noise"),
        ("[data]\nfoo = 1", "data.foo"),
        ("[data]\nfile = 'nowhere.csv'", "nowhere.csv"),
        ("[network]\nhidden = [5000]", "network.hidden"),
        ("[training]\nloss = 'cross_entropy'\n[network]\noutput = 'identity'", "training.loss"),
        ("[training]\nstart = 'nowhere.npz'", "nowhere.npz"),
        ("format = 99", "format"),
        ("[data", "not TOML"),
    ],
)
def test_bad_experiments_give_one_line_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    out, metrics = tmp_path / "parameters.npz", tmp_path / "metrics.jsonl"
    arguments = ["train", write(tmp_path, text), "--parameters", str(out), "--metrics", str(metrics)]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(arguments[1])
    assert words in said
    assert not out.exists()
    assert not metrics.exists()


@pytest.mark.parametrize(
    "arguments",
    [["--epochs", "x"], ["--epochs", "-1"], ["--epochs", "99999999"], ["--metrics", "no/such/folder/m"]],
)
def test_bad_arguments_give_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["train", write(tmp_path, ""), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_initial_parameters_of_another_network_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "parameters.npz"
    assert main(["train", write(tmp_path, ""), "--epochs", "0", "--parameters", str(out)]) == 0
    capsys.readouterr()
    other = write(tmp_path, "network = { hidden = [3] }", "other.toml")
    assert main(["train", other, "--initial-parameters", str(out)]) == 2
    said = capsys.readouterr().err
    assert "W1" in said
    assert said.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_told_to_end_writes_what_it_has(tmp_path: Path, number: signal.Signals) -> None:
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("it is ignored here, as under nohup, and a program that is begun ignores it too")
    metrics, parameters = tmp_path / "metrics.jsonl", tmp_path / "parameters.npz"
    table = write(tmp_path, "a,b,c\n1,,0\n" + "1,2,0\n3,4,1\n" * 9, "table.csv")
    words = ["train", table, "--epochs", "10000000", "--metrics", metrics, "--parameters", parameters]
    command = [sys.executable, "-m", "nnviz", *map(str, words)]
    with subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr
        assert "left out" in program.stderr.readline()
        assert "shares" in program.stderr.readline()  # training is about to begin
        program.send_signal(number)
        assert program.wait(30) == 128 + number
        assert program.stderr.read() == ""
    assert metrics.exists()
    with np.load(parameters) as file:
        assert file["W1"].shape == (4, 2)


def test_a_signal_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda _number: signal.SIG_IGN)
    assert ending_signals() == ()


def test_a_document_is_gone_on_with_where_it_was(tmp_path: Path) -> None:
    run, timeline = NetworkRun(Experiment()), Timeline()
    run.advance(40)
    run.measure()
    timeline.add(run.snapshot())
    document, out = tmp_path / "a.nnviz", tmp_path / "metrics.jsonl"
    Work.of(run.experiment, run.snapshot(), timeline).save(document)
    assert main(["train", str(document), "--epochs", "2", "--metrics", str(out)]) == 0
    assert [(line["epoch"], line["step"]) for line in records(out)] == [(1, 40), (2, 50), (3, 75)]
    first = tmp_path / "first.npz"
    save_parameters(first, run.snapshot().parameters)
    words = ["--epochs", "0", "--initial-parameters", str(first), "--metrics", str(out)]
    assert main(["train", str(document), *words]) == 0
    assert records(out)[0]["step"] == 0


def test_a_network_with_a_memory_is_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, lines, table, out = (tmp_path / name for name in ("m.toml", "m.jsonl", "m.csv", "m.npz"))
    file.write_text('kind = "memory"\nlength = 4\nunits = 3\ncell = "lstm"\n', encoding="utf-8")
    for metrics in (lines, table):
        words = ["--epochs", "3", "--metrics", str(metrics), "--parameters", str(out)]
        assert main(["train", str(file), *words]) == 0
    found = records(lines)
    assert [(line["epoch"], line["step"]) for line in found] == [(0, 0), (1, 10), (2, 20), (3, 30)]
    moment = moment_of(load_experiment(file), 30)
    assert (found[-1]["test_accuracy"], found[-1]["test_loss"]) == (moment.state.right, moment.loss)
    assert found[-1]["train_loss"] is None
    assert table.read_text(encoding="utf-8").splitlines()[0].startswith("step,epoch,train_loss,test_loss")
    with np.load(out) as arrays:
        assert arrays["W"].shape == (12, 5)
        assert np.concatenate([arrays["W"].ravel(), arrays["v"]]).tolist() == moment.state.parameters.tolist()
    printed = capsys.readouterr().out.splitlines()[-1]
    assert printed == (
        f"epoch 3  step 30  test loss {moment.loss:.6g}  test accuracy {100 * moment.state.right:.2f} %"
    )


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ('kind = "hopfield"', [], "kind: only these are trained here: network, memory"),
        (
            'kind = "memory"',
            ["--parameters", "x.safetensors"],
            "x.safetensors: cannot be written; allowed: ",
        ),
        ('kind = "memory"', ["--initial-parameters", "x.npz"], "--initial-parameters: only a network"),
        ('kind = "memory"\nunits = 0', [], "units: 0 is not allowed; allowed: whole numbers from 1 to 64"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str], said: str
) -> None:
    assert main(["train", write(tmp_path, text), *words]) == 2
    assert said in capsys.readouterr().err
