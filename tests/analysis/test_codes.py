from typing import Any

import numpy as np
import pytest

from nnviz.analysis.codes import STEPS, CodePicture, Codes, agreement, code_layer
from nnviz.engine.network import Network, forward
from nnviz.runs.run import NetworkRun
from runs import experiment_of, run_of

AUTO = (
    '[data]\nname = "digits"\ntarget = "inputs"\ntrain_fraction = 0.7\n[network]\nhidden = [12, {}, 12]\n'
    'output = "sigmoid"\n[training]\noptimizer = "adam"\nlearning_rate = 0.01\nbatch_size = 32\n'
)


def picture_of(run: NetworkRun, wanted: Codes | None = None) -> CodePicture:
    picture = (wanted or Codes()).prepare(run.problem)(run.snapshot())
    assert picture
    return picture


def test_the_inputs_are_the_targets_and_classes_are_only_known() -> None:
    run = run_of(AUTO.format(2), 1)
    problem = run.problem
    np.testing.assert_array_equal(problem.train.targets, problem.train.inputs)
    assert problem.network.layer_sizes == (64, 12, 2, 12, 64)
    assert problem.classes == ()
    assert problem.labels == tuple("0123456789")
    assert problem.train.classes is None
    labelled = run_of(AUTO.format(2).replace('target = "inputs"\n', "").replace("sigmoid", "softmax")).problem
    assert problem.train.labels is not None
    assert labelled.train.classes is not None
    np.testing.assert_array_equal(problem.train.labels, labelled.train.classes)


@pytest.mark.parametrize("name", ["iris", "circle", "sine", "plane"])
def test_any_data_can_be_given_back(name: str) -> None:
    values: dict[str, Any] = {"name": name, "target": "inputs", "output": "identity", "standardize": True}
    run = NetworkRun(experiment_of(**values, hidden=(3, 1, 3)))
    problem = run.problem
    np.testing.assert_array_equal(problem.train.targets, problem.train.inputs)
    assert problem.train.inputs.mean() == pytest.approx(0.0, abs=1e-9)
    run.advance(20)
    assert run.finite


@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_code_comes_back_as_the_network_gives_it_back(width: int) -> None:
    run = run_of(AUTO.format(width), 3)
    picture, problem = picture_of(run), run.problem
    assert (picture.width, code_layer(problem)) == (width, 2)
    layers = list(forward(problem.network, run.snapshot().parameters, problem.test.inputs.T))
    outputs = layers[-1][1].T
    assert picture.codes.error == pytest.approx(float(((outputs - problem.test.inputs) ** 2).mean()))
    first, second = picture.pair
    assert problem.test.labels is not None
    assert problem.test.labels[first] != problem.test.labels[second]
    if width <= 2:  # of more, the plane holds only a part of the code
        np.testing.assert_allclose(picture.codes.walk[0], outputs[first], atol=1e-9)
        np.testing.assert_allclose(picture.codes.walk[-1], outputs[second], atol=1e-9)
    if width == 2:
        np.testing.assert_allclose(picture.codes.points, layers[1][1].T, atol=1e-12)


def test_components_are_those_of_the_training_samples() -> None:
    run = run_of(AUTO.format(2))
    coding, train, test = picture_of(run).components, run.problem.train.inputs, run.problem.test.inputs
    mean = train.mean(axis=0)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2][:2]
    back = mean + (test - mean) @ axes.T @ axes
    assert coding.error == pytest.approx(float(((back - test) ** 2).mean()))
    np.testing.assert_allclose(coding.walk[0], back[picture_of(run).pair[0]], atol=1e-9)


def test_the_walk_is_straight_and_a_point_is_decoded_in_its_own_plane() -> None:
    run = run_of(AUTO.format(2), 2)
    plain = picture_of(run, Codes((3, 8)))
    middle = (plain.codes.points[3] + plain.codes.points[8]) / 2
    picture = picture_of(run, Codes((3, 8), ("codes", float(middle[0]), float(middle[1]))))
    assert picture.pair == (3, 8)
    assert picture.codes.walk.shape == (STEPS, 64)
    assert picture.codes.decoded is not None
    np.testing.assert_allclose(picture.codes.decoded, picture.codes.walk[STEPS // 2], atol=1e-12)
    assert picture.components.decoded is None


def test_neighbours_agree_where_classes_are_apart() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    centers = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    known, points = (centers[labels] + rng.normal(size=(60, 2)) for _ in range(2))
    assert agreement(known, labels, points, labels) == 1.0
    assert agreement(known, labels, points, (labels + 1) % 3) == 0.0
    far = agreement(rng.normal(size=(60, 2)), labels, rng.normal(size=(60, 2)), labels)
    assert far < 0.6


def test_what_gives_nothing_back_has_no_codes() -> None:
    for run in (run_of(), run_of('[data]\nname = "digits"\ntarget = "inputs"\n[network]\nhidden = []\n')):
        assert Codes().prepare(run.problem)(run.snapshot()) is None


def test_a_diverged_network_has_no_codes() -> None:
    run = run_of(AUTO.format(5), 1)
    run.set_parameter(0, 0, 0, float("nan"))
    assert Codes().prepare(run.problem)(run.snapshot()) is None


def test_data_without_classes_have_no_agreement() -> None:
    run = run_of(
        '[data]\nname = "plane"\ntarget = "inputs"\n[network]\nhidden = [3, 2, 3]\noutput = "identity"\n', 1
    )
    picture = picture_of(run)
    assert picture.codes.agreement is picture.components.agreement is None
    assert isinstance(run.problem.network, Network)
