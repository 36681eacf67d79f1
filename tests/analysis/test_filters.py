"""What the first layer's units look for, and which samples are confused."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.analysis.confused import MOST_SHOWN, Confused, ConfusedSamples
from nnviz.analysis.filters import (
    INK,
    MOST_SAMPLES,
    STRONGEST,
    FilterPicture,
    Filters,
    cells_shape,
    pictures,
    raw_inputs,
)
from nnviz.engine.network import forward
from nnviz.runs.run import NetworkRun

MakeRun = Callable[..., NetworkRun]


@pytest.fixture
def digits(make_run: MakeRun) -> NetworkRun:
    run = make_run(
        name="digits", hidden=(12,), output="softmax", loss="cross_entropy", learning_rate=0.1, standardize=True
    )
    run.advance(200)
    run.measure()
    return run


def filters_of(run: NetworkRun, unit: int | None = None) -> FilterPicture:
    return Filters(unit).prepare(run.problem)(run.snapshot())


def confused_of(run: NetworkRun, wanted: Confused) -> ConfusedSamples:
    found = wanted.prepare(run.problem)(run.snapshot())
    assert found
    return found


def first_activations(run: NetworkRun) -> np.ndarray:
    columns = run.problem.train.inputs[:MOST_SAMPLES].T
    return next(forward(run.problem.network, run.snapshot().parameters, columns))[1]


def test_weights_are_the_first_layers(digits: NetworkRun) -> None:
    np.testing.assert_array_equal(filters_of(digits).weights, digits.snapshot().weights[0])


def test_use_is_spread_times_outgoing_weights(digits: NetworkRun) -> None:
    picture = filters_of(digits)
    outgoing = np.sqrt((digits.snapshot().weights[1] ** 2).sum(axis=0))
    np.testing.assert_allclose(picture.uses, first_activations(digits).std(axis=1) * outgoing)
    assert (np.diff(picture.uses[picture.order]) <= 0.0).all()


def test_without_a_hidden_layer_use_is_spread_alone(make_run: MakeRun) -> None:
    run = make_run(hidden=())
    np.testing.assert_allclose(filters_of(run).uses, first_activations(run).std(axis=1))


def test_units_change_places_only_when_their_uses_differ_clearly(make_run: MakeRun) -> None:
    run = make_run(hidden=(2,))
    picture = Filters().prepare(run.problem)
    first, second = picture(run.snapshot()).order.tolist()
    for factor, order in ((0.9, [first, second]), (0.3, [second, first])):
        uses = picture(run.snapshot()).uses
        weight = run.snapshot().weights[1][0, first] * factor * uses[second] / uses[first]
        run.set_parameter(1, 0, first, float(weight))
        assert picture(run.snapshot()).order.tolist() == order


def test_the_strongest_samples_are_those_with_the_largest_activation(digits: NetworkRun) -> None:
    picture, of_unit = filters_of(digits, 3), first_activations(digits)[3]
    assert len(picture.strongest) == STRONGEST
    np.testing.assert_array_equal(picture.activations, of_unit[picture.strongest])
    assert picture.activations[-1] >= np.sort(of_unit)[-STRONGEST]
    assert filters_of(digits).unit is None
    assert not len(filters_of(digits, 99).strongest)


def test_confused_samples_are_as_many_as_the_matrix_says(digits: NetworkRun) -> None:
    metrics = digits.metrics
    assert metrics.test
    for training, score in ((False, metrics.test), (True, metrics.train)):
        assert score.confusion is not None
        for actual in range(10):
            for predicted in range(10):
                found = confused_of(digits, Confused(actual, predicted, training))
                assert found.count == score.confusion[actual, predicted]
                assert len(found.indices) == min(MOST_SHOWN, found.count)


def test_what_they_are_is_what_the_network_answers(digits: NetworkRun) -> None:
    found = confused_of(digits, Confused(3, 3))
    assert found.samples is digits.problem.test
    assert found.samples.classes is not None
    assert (found.samples.classes[found.indices] == 3).all()
    *_, (_, outputs) = forward(
        digits.problem.network, digits.snapshot().parameters, found.samples.inputs[found.indices].T
    )
    np.testing.assert_allclose(found.outputs, outputs.T, rtol=1e-12)
    assert (found.outputs.argmax(axis=1) == 3).all()
    assert (np.diff(found.outputs[:, 3]) <= 0.0).all()


def test_one_output_tells_two_classes_apart(make_run: MakeRun) -> None:
    run = make_run(hidden=(2,))
    run.advance(20)
    run.measure()
    assert run.metrics.test
    assert run.metrics.test.confusion is not None
    for actual, predicted in ((0, 0), (0, 1), (1, 0), (1, 1)):
        found = confused_of(run, Confused(actual, predicted))
        assert found.count == run.metrics.test.confusion[actual, predicted]
        assert ((found.outputs[:, 0] > 0.0) == bool(predicted)).all()


def test_without_test_samples_training_samples_are_meant(make_run: MakeRun) -> None:
    run = make_run(name="xor", train_fraction=1.0)
    assert confused_of(run, Confused(0, 1)).samples is run.problem.train


def test_classes_that_are_not_there_are_confused_with_none(make_run: MakeRun) -> None:
    for run in (make_run(name="sine", output="identity"), make_run(name="xor"), make_run(name="iris")):
        assert Confused(0, 4).prepare(run.problem)(run.snapshot()) is None


def test_digits_are_pictures_as_they_were_drawn(digits: NetworkRun) -> None:
    problem = digits.problem
    assert problem.picture
    assert problem.picture.shape == cells_shape(problem) == (8, 8)
    drawn = pictures(problem, problem.train.inputs)
    assert drawn.shape == (len(problem.train), 8, 8)
    assert (drawn.min(), drawn.max()) == (0, INK)
    raw = raw_inputs(problem, problem.train.inputs)
    np.testing.assert_allclose(drawn.reshape(-1, 64), raw * INK, atol=0.5 + 1e-9)
    np.testing.assert_allclose(raw * 16.0, np.round(raw * 16.0), atol=1e-9)  # they have 17 shades of grey


@pytest.mark.parametrize(("name", "shape"), [("xor", (1, 2)), ("iris", (1, 4)), ("sine", (1, 1))])
def test_other_data_are_rows_of_cells(make_run: MakeRun, name: str, shape: tuple[int, int]) -> None:
    problem = make_run(name=name, output="identity").problem
    assert problem.picture is None
    assert cells_shape(problem) == shape
