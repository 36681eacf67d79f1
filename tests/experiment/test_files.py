import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from nnviz.data.catalogue import CATALOGUE
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import format_experiment, load_experiment, parse_experiment, save_experiment
from nnviz.runs.run import NetworkRun


def _complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_experiment(text, "lecture.toml")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.isprintable()
    return message


GUIDE = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")
SAMPLE = GUIDE.split("```toml\n")[1].split("```")[0]


def test_the_file_in_the_guide_is_the_default_experiment_with_its_inputs_named() -> None:
    assert parse_experiment(SAMPLE, "files.md") == Experiment(data=Data(features=("x1", "x2")))


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("name", CATALOGUE),
        ("activation", ACTIVATIONS),
        ("output", OUTPUTS),
        ("initializer", INITIALIZERS),
        ("loss", LOSSES),
        ("optimizer", OPTIMIZERS),
    ],
)
def test_the_file_in_the_readme_lists_every_name_and_no_other(key: str, table: Mapping[str, object]) -> None:
    given = re.search(rf'^{key} = "(\w+)"', SAMPLE, re.MULTILINE)
    others = re.search(rf"^\| `{key}` \| ([^;|]*)", GUIDE, re.MULTILINE)
    assert given
    assert others
    names = re.findall(r"`(\w+)`", others[1])
    assert {given[1], *names} == set(table)
    assert names == [name for name in table if name in names]


def test_an_empty_file_is_the_default_experiment() -> None:
    assert parse_experiment("", "empty") == Experiment(
        format=1,
        data=Data(name="xor", samples=500, noise=0.0, train_fraction=0.5, standardize=False, features=(), seed=0),
        network=NetworkDesign(
            hidden=(4, 2), activation="tanh", alpha=0.1, output="tanh", initializer="glorot_uniform"
        ),
        training=Training(
            loss="squared_error",
            optimizer="sgd",
            learning_rate=0.03,
            momentum=0.0,
            batch_size=10,
            shuffle=True,
            l1=0.0,
            l2=0.0,
            seed=0,
            precision="double",
        ),
    )


def test_the_default_experiment_is_written_in_full() -> None:
    assert (
        format_experiment(Experiment())
        == """\
format = 1

[data]
name = "xor"
task = "auto"
samples = 500
noise = 0.0
train_fraction = 0.5
standardize = false
classes = 3
bits = 4
folds = 3
dimensions = 2
waves = 30
frequency = 3.0
singular_values = [
    2.0,
    1.0,
]
test_samples = 0
test_noise = true
random_labels = false
shift = 0
seed = 0

[network]
hidden = [
    4,
    2,
]
activation = "tanh"
alpha = 0.1
output = "tanh"
initializer = "glorot_uniform"
initial_scale = 1.0
initial_biases = "zero"
initial_noise = 0.0

[training]
loss = "squared_error"
optimizer = "sgd"
learning_rate = 0.03
momentum = 0.0
batch_size = 10
shuffle = true
l1 = 0.0
l2 = 0.0
seed = 0
precision = "double"
detour = 0
stop_accuracy = 0.0
stop_loss = 0.0
"""
    )


def test_naming_both_inputs_as_features_is_leaving_them_out() -> None:
    runs = [NetworkRun(parse_experiment(text, "test")) for text in ("", '[data]\nfeatures = ["x1", "x2"]\n')]
    for run in runs:
        run.advance(100)
    left, right = (run.snapshot() for run in runs)
    assert left.problem.features == right.problem.features == ()
    assert left.problem.input_labels == right.problem.input_labels
    assert left.position.parameters.tobytes() == right.position.parameters.tobytes()


@given(data=st.data())
def test_what_is_written_is_read_back(data: st.DataObject, experiments: st.SearchStrategy[Experiment]) -> None:
    experiment = data.draw(experiments)
    assert parse_experiment(format_experiment(experiment), "test") == experiment


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_bytes(b'\xef\xbb\xbf[data]\r\nname = "moons"\r\n')
    assert load_experiment(path).data.name == "moons"


def test_files_are_found_beside_the_experiment_wherever_both_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after, elsewhere = tmp_path / "before", tmp_path / "after", tmp_path / "elsewhere"
    (before / "tables").mkdir(parents=True)
    elsewhere.mkdir()
    experiment = Experiment(
        data=Data(file=str(before / "tables" / "weights.csv"), target="kind"),
        training=Training(start=str(before / "start.npz")),
    )
    (before / "tables" / "weights.csv").write_text("mass,kind\n1,a\n2,b\n3,a\n")
    save_experiment(experiment, before / "experiment.toml")
    assert load_experiment(before / "experiment.toml") == experiment
    before.rename(after)
    monkeypatch.chdir(elsewhere)
    for path in (after / "experiment.toml", Path("../after/experiment.toml")):
        loaded = load_experiment(path)
        assert loaded.data.file == str(after / "tables" / "weights.csv")
        assert loaded.data.target == "kind"
        assert loaded.training.start == str(after / "start.npz")
    assert str(tmp_path) not in (after / "experiment.toml").read_text()
    moved = structs.replace(loaded, training=Training())
    assert NetworkRun(moved).problem.classes == ("a", "b")


def test_an_experiment_named_from_the_working_folder_is_saved_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    save_experiment(Experiment(data=Data(file="table.csv")), Path("deep/experiment.toml"))
    assert load_experiment(Path("deep/experiment.toml")).data.file == str(tmp_path / "table.csv")


_BY_HAND = "a list of 3 whole numbers from 1"
_ACTIVATIONS, _OPTIMIZERS = (", ".join(sorted(table)) for table in (ACTIVATIONS, OPTIMIZERS))
_DATA_KEYS = (
    "name, file, target, task, inputs, leave_out, categories, separator, decimal, encoding, sheet, header, "
    "missing, samples, noise, train_fraction, standardize, features, classes, bits, folds, points, "
    "dimensions, waves, frequency, singular_values, axes, test_samples, test_noise, random_labels, shift, seed"
)
_SEEDS = "whole numbers from 0 to 9,223,372,036,854,775,807"

MALFORMED = {
    "datas = 1": "datas: unknown key; allowed: format, data, network, training",
    "[data]\nnoize = 0.1": f"data.noize: unknown key; allowed: {_DATA_KEYS}",
    "[network]\nlayers = [2]": "network.layers: unknown key; allowed: hidden, activation, ",
    "[training]\nlearnig_rate = 1": (
        "training.learnig_rate: unknown key; allowed: loss, optimizer, learning_rate, momentum, batch_size, "
        "shuffle, l1, l2, seed, precision, start"
    ),
    "data = 1": f"data: 1 is not allowed; allowed: a table with {_DATA_KEYS}",
    "[[data]]\nname = 'xor'": f"data: [{{'name': 'xor'}}] is not allowed; allowed: a table with {_DATA_KEYS}",
    "[data]\nname = 3": "data.name: 3 is not allowed; allowed: text in quotation marks",
    "[data]\nname = 'mnist'": "data.name: 'mnist' is not known; allowed: ",
    "[data]\nname = ''": "data.name: '' is not known; allowed: ",
    "[data]\nname = 'xor'\nfile = 'a.csv'": "data: both name and file are given; allowed: one of them",
    "[data]\nname = 'drawn'": "data.points: missing; data drawn by hand (data.name = 'drawn') needs its points",
    "[data]\nname = 'curve'\npoints = []": "data.points: missing; ",
    "[data]\nsamples = 1": "data.samples: 1 is not allowed; allowed: whole numbers from 2 to 100,000",
    "[data]\nsamples = 100001": "data.samples: 100001 is not allowed; allowed: whole numbers from 2 to 100,000",
    "[data]\nsamples = 10.0": "data.samples: 10.0 is not allowed; allowed: whole numbers from 2 to 100,000",
    "[data]\nsamples = 1" + "0" * 400: "data.samples: 1",
    "[data]\nsamples = 0x" + "f" * 9000: "data.samples: this int is not allowed; allowed: whole numbers from 2",
    "[data]\nsamples = 2020-01-01": "data.samples: datetime.date(2020, 1, 1) is not allowed; allowed: whole",
    "[data]\nnoise = 1.5": "data.noise: 1.5 is not allowed; allowed: numbers from 0 to 1",
    "[data]\nnoise = -0.1": "data.noise: -0.1 is not allowed; allowed: numbers from 0 to 1",
    "[data]\nnoise = nan": "data.noise: nan is not allowed; allowed: numbers from 0 to 1",
    "[data]\nnoise = 1" + "0" * 400: "data.noise: 1",
    "[data]\ntrain_fraction = 0": "data.train_fraction: 0 is not allowed; allowed: numbers above 0 to 1",
    "[data]\nstandardize = 1": "data.standardize: 1 is not allowed; allowed: true or false",
    "[data]\nfeatures = 'x1'": "data.features: 'x1' is not allowed; allowed: a list of text in quotation marks",
    "[data]\nfeatures = ['x1', 'x3']": "data.features, item 2: 'x3' is not known; allowed: x1, x2, x1^2, ",
    "[data]\nclasses = 11": "data.classes: 11 is not allowed; allowed: whole numbers from 2 to 10",
    "[data]\nbits = 17": "data.bits: 17 is not allowed; allowed: whole numbers from 2 to 16",
    "[data]\nseed = -1": f"data.seed: -1 is not allowed; allowed: {_SEEDS}",
    "[data]\naxes = ['x1']": "data.axes: ['x1'] is not allowed; allowed: two different inputs, or none",
    "[data]\naxes = ['', '']": "data.axes: ['', ''] is not allowed; allowed: two different inputs, or none",
    "[data]\naxes = ['a', 'b', 'c']": "data.axes: ['a', 'b', 'c'] is not allowed; allowed: a list of up to 2 text",
    "[data]\npoints = [[1, 2], [1]]": (
        "data.points, item 2: [1] is not allowed; allowed: a list of 2 to 3 finite numbers"
    ),
    "[data]\npoints = [[1, 'a']]": "data.points, item 1, item 2: 'a' is not allowed; allowed: finite numbers",
    "[data]\npoints = [[1, inf]]": "data.points: inf is not allowed; allowed: a list of up to 10,000 lists",
    "[data]\ntask = 'guess'": "data.task: 'guess' is not allowed; allowed: auto, classification, regression",
    '[data]\n"a\\nb" = 1': "data.a b: unknown key",
    "[network]\nhidden = 4": "network.hidden: 4 is not allowed; allowed: a list of up to 32 whole numbers",
    "[network]\nhidden = [4, 0]": "network.hidden, item 2: 0 is not allowed; allowed: whole numbers from 1 to",
    "[network]\nhidden = [4097]": "network.hidden, item 1: 4097 is not allowed; allowed: whole numbers from 1 to",
    f"[network]\nhidden = {[1] * 33}": "is not allowed; allowed: a list of up to 32 whole numbers from 1 to 4,096",
    "[network]\nhidden = " + "[" * 90 + "]" * 90: "network.hidden, item 1: [[[",
    "[network]\nhidden = [{ size = 3 }]": "network.hidden, item 1.size: unknown key; allowed: channels",
    "[network]\nactivation = 'relo'": f"network.activation: 'relo' is not allowed; allowed: {_ACTIVATIONS}; or a",
    "[network]\nactivation = 'softmax'": "network.activation: 'softmax' is not allowed; allowed: ",
    "[network]\nactivation = ['tanh', 'relo']": (
        f"network.activation, item 2: 'relo' is not allowed; allowed: {_ACTIVATIONS}"
    ),
    "[network]\nactivation = ['tanh']": (
        "network.activation: 1 for 2 hidden layers; allowed: one name for all, or a list with one for each"
    ),
    "[network]\nalpha = -0.1": "network.alpha: -0.1 is not allowed; allowed: numbers from 0 to 1",
    "[network]\nalpha = nan": "network.alpha: nan is not allowed; allowed: numbers from 0 to 1",
    "[network]\noutput = 'relu'": "network.output: 'relu' is not allowed; allowed: identity, sigmoid, softmax, ",
    "[network]\ninitializer = 'xavier'": "network.initializer: 'xavier' is not allowed; allowed: glorot_normal, ",
    "[network]\ncut = [[1, 1]]": f"network.cut, item 1: [1, 1] is not allowed; allowed: {_BY_HAND}",
    "[network]\ncut = [[1, 1, 0]]": "network.cut, item 1, item 3: 0 is not allowed; allowed: whole numbers from 1",
    "[network]\noutput = 'identity'\n[training]\nloss = 'cross_entropy'": (
        "training.loss: cross_entropy makes no sense with network.output = 'identity'; "
        "allowed with it: output softmax, sigmoid, tanh"
    ),
    "[training]\nlearning_rate = 0": "training.learning_rate: 0 is not allowed; allowed: numbers above 0 to 1,000",
    "[training]\nlearning_rate = inf": "training.learning_rate: inf is not allowed; allowed: numbers above 0 to",
    "[training]\nlearning_rate = '0.1'": "training.learning_rate: '0.1' is not allowed; allowed: numbers above 0",
    "[training]\nmomentum = 1": "training.momentum: 1 is not allowed; allowed: numbers from 0 to below 1",
    "[training]\nbatch_size = 0": "training.batch_size: 0 is not allowed; allowed: whole numbers from 1 to 100,",
    "[training]\nl1 = -1": "training.l1: -1 is not allowed; allowed: numbers from 0 to 1,000",
    "[training]\noptimizer = 'Adam'": f"training.optimizer: 'Adam' is not allowed; allowed: {_OPTIMIZERS}",
    "[training]\nprecision = 32": "training.precision: 32 is not allowed; allowed: double, single",
    "[training]\nseed = 9223372036854775808": f"is not allowed; allowed: {_SEEDS}",
    "format = 2\nnew = 'key'": "format: 2 is newer than this nnviz reads; allowed: up to 1",
    "format = 0": "format: 0 is not allowed; allowed: whole numbers from 1",
    "format = '1'": "format: '1' is not allowed; allowed: whole numbers from 1",
    "format = true": "format: True is not allowed; allowed: whole numbers from 1",
    "[data": "not TOML: Expected ']' at the end of a table declaration (at end of document)",
    "[data]\nname = 'a'\nname = 'b'": "not TOML: Cannot overwrite a value (",
    "x = " + "[" * 5000: "not TOML that can be read: lists or tables too deep in each other",
    "x = " + "9" * 5000: "not TOML that can be read: a number of thousands of digits",
    "\0": "not TOML: ",
}


@pytest.mark.parametrize("text", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_file_is_refused_in_one_line(text: str) -> None:
    message = _complaint(text)
    assert message.startswith("lecture.toml: ")
    assert MALFORMED[text] in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[data]\nname = "\xff"', "not text in UTF-8 (byte 15); allowed: a TOML file"),
        (bytes(range(256)), "not text in UTF-8 (byte 128)"),
        (b"\x7fELF\x02\x01\x01\0\0", "not TOML: "),
        (b"#" * (8 * 2**20 + 1), "too large; allowed: up to 1 MiB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "experiment.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_experiment(path)
    assert f"{path}: {reason}" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_or_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: it is a directory$"):
        load_experiment(tmp_path)
    with pytest.raises(InputError, match=r"cannot be read: No such file or directory$"):
        load_experiment(tmp_path / "missing\n.toml")


@pytest.mark.skipif(os.name != "posix", reason="file names are text elsewhere")
def test_a_file_name_that_is_no_text_cannot_be_saved(tmp_path: Path) -> None:
    experiment = Experiment(data=Data(file=os.fsdecode(b"/tmp/\xff.csv")))
    with pytest.raises(InputError, match=r"is no text$"):
        save_experiment(experiment, tmp_path / "experiment.toml")
    assert list(tmp_path.iterdir()) == []


def _is_read_or_refused(text: str) -> None:
    try:
        experiment = parse_experiment(text, "test")
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(experiment, Experiment)


_keys = sorted({key for table in (Data, NetworkDesign, Training) for key in table.__struct_fields__})
_scalars = (
    st.integers()
    | st.integers(2**62, 2**70)
    | st.floats()
    | st.booleans()
    | st.text(max_size=8)
    | st.sampled_from(["tanh", "softmax", "xor", "x1", "cross_entropy", "curve"])
    | st.dates()
    | st.times()
    | st.datetimes()
)
_values: st.SearchStrategy[Any] = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
_tables = st.dictionaries(st.sampled_from(_keys) | st.text(max_size=5), _values, max_size=4)
_files = st.dictionaries(
    st.sampled_from(["data", "network", "training", "format"]) | st.text(max_size=5), _tables | _values, max_size=4
)


@given(_files)
def test_any_toml_is_read_or_refused(tables: dict[str, Any]) -> None:
    _is_read_or_refused(tomli_w.dumps(tables))


@given(st.text())
@example("a = 1e999")
@example("a = 0000-00-00")
@example("a." * 3000 + "a = 1")
def test_any_text_is_read_or_refused(text: str) -> None:
    _is_read_or_refused(text)


@given(st.binary())
def test_any_content_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        load_experiment(path)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
