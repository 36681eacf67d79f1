"""What a file holds, and that it is read once by whatever command opens it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.cli import main
from nnviz.errors import InputError
from nnviz.experiment.change import USUAL_GOAL, DataGoal
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.problem import prepare
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.kinds.race.schema import Race
from nnviz.lessons.opening import Opened, opened
from nnviz.runs.run import NetworkRun
from runs import save_parameters

_ROOT = Path(__file__).resolve().parents[2]

_READS = """
import atexit, json, os, sys
names = []
def look(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        names.append(os.path.basename(arguments[0]))
sys.addaudithook(look)
atexit.register(lambda: print(json.dumps(names), file=sys.stderr))
"""
_COMMAND = f"{_READS}\nfrom nnviz.cli import main\nsys.exit(main(sys.argv[1:]))"
_WINDOW = (
    f"{_READS}\nfrom nnviz.bench.opening import see\nfrom nnviz.cli import main\nsee(lambda _: main(sys.argv[1:]))"
)

Reads = Callable[..., dict[str, int]]


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    """How often a command of its own process opens each file of the folder."""
    kept = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"), str(tmp_path / "home"))
    environment = os.environ | kept | {"PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "offscreen"}

    def run(program: str, *words: str) -> dict[str, int]:
        command = [sys.executable, "-W", "error", "-c", program, *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        opened_ = json.loads(done.stderr.splitlines()[-1])
        return {path.name: opened_.count(path.name) for path in tmp_path.iterdir() if path.suffix in _KINDS}

    return run


_KINDS = {".toml", ".csv", ".npz"}
_TABLE = "length,width,kind\n" + "".join(f"{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(40))
_ON_TABLE = 'data = {{ file = "table.csv" }}\n{}'
_LESSON = 'id = "mine"\ntitle = "Mine"\n[[pages]]\ntitle = "One"\n[pages.experiment]\n' + _ON_TABLE.format("")
_RACE = (
    'kind = "race"\nlanes = [{ title = "a" }, { title = "b", change = { network = { hidden = [3] } } }]\n'
    '[base]\ndata = { file = "table.csv" }\n'
)
_STUDY = _RACE.replace("race", "study").replace("lanes", "seeds = 2\nepochs = 1\nvariants")


def write_all(folder: Path) -> None:
    save_parameters(folder / "start.npz", NetworkRun(Experiment()).snapshot().parameters)
    contents = {
        "table.csv": _TABLE,
        "table.toml": _ON_TABLE.format('training = { start = "start.npz" }'),
        "lesson.toml": _LESSON,
        "race.toml": _RACE,
        "study.toml": _STUDY,
        "perceptron.toml": 'kind = "perceptron"\n' + _ON_TABLE.format(""),
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")


ONCE = {
    "table.csv": {"table.csv"},
    "table.toml": {"table.toml", "table.csv", "start.npz"},
    "lesson.toml": {"lesson.toml", "table.csv"},
    "race.toml": {"race.toml", "table.csv"},
    "study.toml": {"study.toml", "table.csv"},
    "perceptron.toml": {"perceptron.toml", "table.csv"},
}
"""Files, and all that must be read to show each."""


@pytest.mark.parametrize("name", ONCE)
def test_the_window_reads_what_it_opens_once(tmp_path: Path, reads: Reads, name: str) -> None:
    write_all(tmp_path)
    counts = reads(_WINDOW, name)
    assert counts == {key: int(key in ONCE[name]) for key in counts}


@pytest.mark.parametrize("name", ["table.csv", "table.toml", "lesson.toml"])
def test_a_picture_reads_what_it_shows_once(tmp_path: Path, reads: Reads, name: str) -> None:
    write_all(tmp_path)
    counts = reads(_COMMAND, "screenshot", name, "out.png")
    assert counts == {key: int(key in ONCE[name]) for key in counts}


@pytest.mark.parametrize("name", ["table.csv", "table.toml"])
def test_training_reads_what_it_trains_on_once(tmp_path: Path, reads: Reads, name: str) -> None:
    write_all(tmp_path)
    counts = reads(_COMMAND, "train", name, "--epochs", "1")
    assert counts == {key: int(key in ONCE[name]) for key in counts}


def network_in(found: Opened) -> Experiment:
    assert isinstance(found.experiment, Experiment)
    return found.experiment


def test_what_is_opened_is_of_its_kind(tmp_path: Path) -> None:
    write_all(tmp_path)
    lesson = opened(tmp_path / "lesson.toml")
    assert lesson.course
    assert lesson.course.path == tmp_path / "lesson.toml"
    assert lesson.begun() is lesson
    assert isinstance(opened(tmp_path / "race.toml").experiment, Race)
    begun = opened(tmp_path / "table.toml").begun()
    assert network_in(begun).data.file == str(tmp_path / "table.csv")
    assert isinstance(begun.run, NetworkRun)
    assert begun.run.experiment == begun.experiment
    usual = opened(None).begun()
    assert (usual.experiment, usual.run) == (Experiment(), None)


def test_a_table_is_for_the_network_of_the_current_experiment_or_for_the_usual_one(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(_TABLE, encoding="utf-8")
    current = Experiment(network=NetworkDesign(hidden=(3,)))
    for before, hidden in ((current, (3,)), (Hopfield(), (4, 2)), (None, (4, 2))):
        found = opened(table, before)
        assert found.is_table
        assert network_in(found).network.hidden == hidden
        assert network_in(found).data == Data(file=str(table), train_fraction=0.7, standardize=True)


def test_a_table_of_values_brings_the_output_for_them(tmp_path: Path) -> None:
    table = tmp_path / "values.csv"
    table.write_text("x,y\n" + "".join(f"{n},{n / 3}\n" for n in range(30)), encoding="utf-8")
    assert network_in(opened(table).begun()).network.output == "identity"


def test_the_usual_goal_is_that_of_the_usual_data() -> None:
    problem = prepare(Experiment())
    assert DataGoal(problem.dataset.task, len(problem.classes)) == USUAL_GOAL


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        (
            "notes.docx",
            b"",
            (
                "{path}: not a kind of file that nnviz opens; "
                "allowed: .nnviz, .toml, .nnlesson, .csv, .tsv, .txt, .data, .dat, .tab, .gz, "
                ".xlsx, .xlsm, .xls, .ods, .npz, .safetensors"
            ),
        ),
        ("missing.toml", None, "{path}: cannot be read: No such file or directory"),
        ("missing.csv", None, "{path} does not exist"),
        ("a.toml", b"a = ", "{path}: not TOML: Invalid value (at end of document)"),
        ("a.toml", b'x = "\xff"', "{path}: not text in UTF-8 (byte 5); allowed: a TOML file"),
        ("a.toml", b"data.noise = 7", "{path}: data.noise: 7 is not allowed; allowed: numbers from 0 to 1"),
        ("a.toml", b"data.file = 'no.csv'", "{path}: {folder}/no.csv does not exist"),
        (
            "a.toml",
            b"training.start = 'no.npz'",
            "{path}: {folder}/no.npz: cannot be read: No such file or directory",
        ),
        (
            "a.toml",
            b"format = 9\npages = []",
            "a.toml: format: 9 is newer than this nnviz reads; allowed: up to 1",
        ),
        ("a.toml", b"pages = []\n" + b"#" * 2**20, "{path}: too large; allowed: up to 1 MiB"),
        ("a.csv", b"a,b\n1,2\n1\n", "a.csv, row 3: 1 fields found, the others have 2"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        opened(path).begun()
    assert str(caught.value) == complaint.format(path=path, folder=tmp_path)


@pytest.mark.parametrize(("name", "key"), [("lesson.toml", "pages"), ("race.toml", "kind")])
def test_only_networks_and_memories_are_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, key: str
) -> None:
    write_all(tmp_path)
    assert main(["train", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert said == f"{tmp_path / name}: {key}: only these are trained here: network, memory\n"
