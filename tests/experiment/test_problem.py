from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.data.dataset import FloatArray, stratified
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare
from nnviz.runs.run import NetworkRun

MakeExperiment = Callable[..., Experiment]


@pytest.fixture(scope="module")
def make_problem(make_experiment: MakeExperiment) -> Callable[..., Problem]:
    return lambda **values: prepare(make_experiment(**values))


MakeProblem = Callable[..., Problem]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "pets.csv"
    rows = [f"{100 - i},{i * i % 7},{['dog', 'cat', 'bird'][i % 3]}" for i in range(30)]
    path.write_text("mass,age,kind\n" + "\n".join(rows))
    return path


def _values(targets: FloatArray) -> set[float]:
    return set(targets.ravel().tolist())


@pytest.mark.parametrize(
    ("output", "values", "count"),
    [("tanh", {-1, 1}, 1), ("identity", {-1, 1}, 1), ("sigmoid", {0, 1}, 1), ("softmax", {0, 1}, 2)],
)
def test_two_classes_are_encoded_for_the_output(
    make_problem: MakeProblem, output: str, values: set[float], count: int
) -> None:
    problem = make_problem(name="xor", output=output)
    for samples in (problem.train, problem.test):
        assert samples.targets.shape == (250, count)
        assert _values(samples.targets) == values
        assert samples.classes is not None
        assert np.array_equal(samples.targets[:, -1] == 1, samples.classes == 1)
    assert problem.network.layer_sizes == (2, 4, 2, count)


@pytest.mark.parametrize("output", ["tanh", "identity", "sigmoid", "softmax"])
def test_several_classes_have_an_output_each_in_sorted_order(
    make_problem: MakeProblem, table: Path, output: str
) -> None:
    problem = make_problem(file=str(table), output=output)
    assert problem.classes == ("bird", "cat", "dog")
    assert problem.input_labels == ("mass", "age")
    targets, classes = problem.train.targets, problem.train.classes
    assert classes is not None
    assert targets.shape == (15, 3)
    assert np.array_equal(targets.argmax(axis=1), classes)
    assert np.array_equal(targets == 1, np.eye(3, dtype=bool)[classes])
    masses = problem.train.inputs[:, 0].astype(int)
    assert [problem.classes[k] for k in classes] == [["dog", "cat", "bird"][(100 - m) % 3] for m in masses]


def test_values_are_targets_as_they_are(make_problem: MakeProblem) -> None:
    problem = make_problem(name="sine", output="identity")
    assert problem.classes == ()
    assert problem.train.classes is None
    assert np.allclose(problem.train.targets, np.sin(problem.train.inputs), rtol=0, atol=1e-15)
    assert np.array_equal(problem.train.points[:, 1], problem.train.targets[:, 0])
    assert problem.flat


def test_what_is_standardized_was_measured_on_the_training_part_only(make_problem: MakeProblem) -> None:
    plain, scaled = (make_problem(name="plane", output="identity", standardize=s) for s in (False, True))
    for before, after in ((plain.train.inputs, scaled.train.inputs), (plain.train.targets, scaled.train.targets)):
        expected = (before - before.mean(axis=0)) / before.std(axis=0)
        assert np.allclose(after, expected, rtol=0, atol=1e-12)
    mean, deviation = plain.train.inputs.mean(axis=0), plain.train.inputs.std(axis=0)
    assert np.allclose(scaled.test.inputs, (plain.test.inputs - mean) / deviation, rtol=0, atol=1e-12)
    assert np.abs(scaled.test.inputs.mean(axis=0)).max() > 1e-3
    mean, deviation = plain.train.targets.mean(axis=0), plain.train.targets.std(axis=0)
    assert np.allclose(scaled.test.targets, (plain.test.targets - mean) / deviation, rtol=0, atol=1e-12)


def test_no_test_sample_reaches_what_is_learned(make_experiment: MakeExperiment, tmp_path: Path) -> None:
    """Other numbers in the test rows leave every trained bit as it is."""
    rng = np.random.default_rng(0)
    rows = np.column_stack([rng.normal(size=(40, 2)), np.arange(40) % 2])
    path = tmp_path / "table.csv"
    values = {"file": str(path), "standardize": True, "task": "classification"}
    finals = []
    for disturbance in (0.0, 100.0):
        np.savetxt(path, rows + disturbance * np.array([1.0, 1.0, 0.0]) * _held_out(40)[:, None], delimiter=",")
        run = NetworkRun(make_experiment(**values))
        run.advance(50)
        finals.append(run.snapshot())
    one, other = finals
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.metrics.train.loss == other.metrics.train.loss
    assert one.problem.test.inputs.mean() < 10 < other.problem.test.inputs.mean()


def _held_out(count: int) -> FloatArray:
    """1 for the rows that the split of seed 0 holds out."""
    _, held_out = stratified(np.arange(count) % 2, 0.5, np.random.default_rng(0))
    return np.isin(np.arange(count), held_out).astype(float)


def test_the_split_follows_from_the_data_seed_alone(make_problem: MakeProblem) -> None:
    one, same = make_problem(name="iris", seed=1), make_problem(name="iris", seed=2, hidden=(3,))
    other = make_problem(name="iris", data_seed=1)
    assert np.array_equal(one.train.inputs, same.train.inputs)
    assert np.array_equal(one.test.inputs, same.test.inputs)
    assert not np.array_equal(one.train.inputs, other.train.inputs)


@pytest.mark.parametrize(("fraction", "count"), [(0.0001, 1), (0.3, 45), (0.8, 120), (1.0, 150)])
def test_every_sample_is_in_one_part(make_problem: MakeProblem, fraction: float, count: int) -> None:
    problem = make_problem(name="iris", train_fraction=fraction)
    assert (len(problem.train), len(problem.test)) == (count, 150 - count)
    together = np.concatenate([problem.train.inputs, problem.test.inputs])
    assert np.array_equal(np.sort(together, axis=0), np.sort(problem.dataset.inputs, axis=0))


def test_a_truth_table_is_learned_as_a_whole(make_problem: MakeProblem) -> None:
    problem = make_problem(name="xor_table", train_fraction=0.5)
    assert (len(problem.train), len(problem.test)) == (4, 0)


def test_features_are_computed_in_the_order_they_are_named(make_problem: MakeProblem) -> None:
    plain = make_problem(name="circle")
    problem = make_problem(name="circle", features=("x2", "x1^2", "x1*x2", "sin(x2)"))
    x, y = plain.train.inputs.T
    assert np.array_equal(problem.train.inputs, np.column_stack([y, x * x, x * y, np.sin(y)]))
    assert problem.input_labels == ("x₂", "x₁²", "x₁x₂", "sin x₂")
    assert problem.network.layer_sizes[0] == 4
    assert np.array_equal(problem.train.points, plain.train.points)


def test_iris_and_digits_are_seen_through_principal_components(make_problem: MakeProblem) -> None:
    for name, features in (("iris", 4), ("digits", 64)):
        problem = make_problem(name=name, output="softmax", hidden=(3,))
        assert problem.network.layer_sizes == (features, 3, len(problem.classes))
        points = np.concatenate([problem.train.points, problem.test.points])
        inputs = np.concatenate([problem.train.inputs, problem.test.inputs])
        values = np.linalg.svd(inputs - inputs.mean(axis=0), compute_uv=False)
        assert np.allclose((points**2).sum(axis=0), values[:2] ** 2)


def test_chosen_axes_are_the_plane(make_problem: MakeProblem) -> None:
    problem = make_problem(name="iris", axes=("petal width", "sepal length"))
    names = problem.dataset.input_names
    right, up = names.index("petal width"), names.index("sepal length")
    assert np.array_equal(problem.train.points, problem.train.inputs[:, [right, up]])
    with pytest.raises(InputError, match=r"data\.axes: no input is called 'colour'; allowed: sepal length, "):
        make_problem(name="iris", axes=("petal width", "colour"))


def test_a_table_is_read_with_its_target_and_task(make_problem: MakeProblem, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n4,0,5\n2,1,6\n3,0,7\n1,1,8\n")
    classes = make_problem(file=str(path), target="b")
    assert (classes.classes, classes.input_labels) == (("0", "1"), ("a", "c"))
    values = make_problem(file=str(path), target="b", task="regression", output="identity")
    assert values.classes == ()
    assert _values(values.train.targets) | _values(values.test.targets) == {0, 1}


def _refused(make_experiment: MakeExperiment, **values: Any) -> str:
    with pytest.raises(InputError) as caught:
        NetworkRun(make_experiment(**values))
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_data_that_cannot_be_had_is_an_input_error_of_the_run(
    make_experiment: MakeExperiment, tmp_path: Path, table: Path
) -> None:
    (tmp_path / "words.csv").write_text("a,b\n1,x\ntwo,y\n3,x\n4,y\n")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"file": str(tmp_path / "missing.csv")}, "missing.csv does not exist"),
        ({"file": str(tmp_path)}, "is a directory"),
        ({"file": str(tmp_path / "nul\0.csv")}, "does not exist"),
        ({"file": str(tmp_path / "binary.csv")}, "binary.csv is "),
        ({"file": str(tmp_path / "words.csv")}, "'two' is not a number"),
        ({"file": str(table), "target": "colour"}, "has no column 'colour'; its columns are mass, age, kind"),
        ({"name": "drawn", "points": ((0.0, 0.0, 0.0),)}, "1 points are drawn; allowed are 2 to"),
        ({"name": "drawn", "points": ((0.0, 0.0), (1.0, 1.0))}, "drawn point 1 is (0.0, 0.0)"),
        ({"name": "iris", "features": ("x1^2",)}, "features are for data with 1 or 2 inputs; this has 4"),
        ({"name": "sine", "features": ("x2^2",), "output": "identity"}, "have no feature 'x2^2'"),
        ({"start": str(tmp_path / "missing.npz")}, "missing.npz: cannot be read: No such file"),
        ({"start": str(tmp_path / "nul\0.npz")}, "cannot be read: no file can be called so"),
        ({"cut": ((1, 5, 1),)}, "network.cut: there is no connection [1, 5, 1]"),
        ({"cut": ((4, 1, 1),)}, "network.cut: there is no connection [4, 1, 1]"),
        ({"hidden": (4096,) * 4}, "network.hidden: 50,360,321 parameters; allowed: up to 50,000,000"),
    ]
    for values, reason in cases:
        assert reason in _refused(make_experiment, **values)


def test_what_is_for_classes_is_refused_where_there_are_values(make_experiment: MakeExperiment) -> None:
    assert (
        _refused(make_experiment, name="sine", output="softmax")
        == "network.output: softmax is for classes, this data has values; allowed: identity, tanh, sigmoid"
    )
    assert (
        _refused(make_experiment, name="plane", output="sigmoid", loss="cross_entropy")
        == "training.loss: cross_entropy is for classes, this data has values; allowed: squared_error"
    )


def test_an_experiment_that_makes_no_sense_is_refused_also_when_no_file_said_it(
    make_experiment: MakeExperiment,
) -> None:
    assert _refused(make_experiment, activation=("tanh",)).startswith("network.activation: 1 for 2 hidden layers")
    assert _refused(make_experiment, output="identity", loss="cross_entropy").startswith("training.loss: ")
