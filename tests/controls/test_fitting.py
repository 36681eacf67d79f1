from typing import Any

import pytest
from msgspec import structs

from nnviz.experiment.change import DataGoal, fitted, resized
from nnviz.experiment.experiment import Experiment, NetworkDesign, Training
from nnviz.experiment.validation import complaints

TWO, FIVE, VALUES = DataGoal("classification", 2), DataGoal("classification", 5), DataGoal("regression", 0)


def with_head(output: Any, loss: Any = "squared_error", **network: Any) -> Experiment:
    return Experiment(network=NetworkDesign(output=output, **network), training=Training(loss=loss))


def head(experiment: Experiment) -> tuple[str, str]:
    return experiment.network.output, experiment.training.loss


@pytest.mark.parametrize(
    ("before", "given", "goal", "expected"),
    [
        # values instead of classes: a line through them, not a squashed one
        (TWO, ("tanh", "squared_error"), VALUES, ("identity", "squared_error")),
        (TWO, ("sigmoid", "cross_entropy"), VALUES, ("identity", "squared_error")),
        (FIVE, ("softmax", "cross_entropy"), VALUES, ("identity", "squared_error")),
        # many classes instead of two, or of values
        (TWO, ("tanh", "squared_error"), FIVE, ("softmax", "cross_entropy")),
        (TWO, ("sigmoid", "cross_entropy"), FIVE, ("softmax", "cross_entropy")),
        (VALUES, ("identity", "squared_error"), FIVE, ("softmax", "cross_entropy")),
        (TWO, ("softmax", "squared_error"), FIVE, ("softmax", "squared_error")),
        # two classes instead of values
        (VALUES, ("identity", "squared_error"), TWO, ("tanh", "squared_error")),
        (VALUES, ("sigmoid", "squared_error"), TWO, ("sigmoid", "squared_error")),
        # what still makes sense stays
        (FIVE, ("softmax", "cross_entropy"), TWO, ("softmax", "cross_entropy")),
        (FIVE, ("sigmoid", "cross_entropy"), FIVE, ("sigmoid", "cross_entropy")),
        (TWO, ("identity", "squared_error"), TWO, ("identity", "squared_error")),
        (VALUES, ("tanh", "squared_error"), VALUES, ("tanh", "squared_error")),
    ],
)
def test_other_data_get_the_output_and_loss_one_expects(
    before: DataGoal, given: tuple[str, str], goal: DataGoal, expected: tuple[str, str]
) -> None:
    assert head(fitted(with_head(*given), *goal, before)) == expected


@pytest.mark.parametrize(
    ("given", "goal", "expected"),
    [
        (("identity", "cross_entropy"), TWO, ("identity", "squared_error")),
        (("softmax", "squared_error"), VALUES, ("identity", "squared_error")),
        (("sigmoid", "cross_entropy"), VALUES, ("sigmoid", "squared_error")),
        (("tanh", "squared_error"), VALUES, ("tanh", "squared_error")),
        (("tanh", "squared_error"), FIVE, ("tanh", "squared_error")),
        (("softmax", "cross_entropy"), TWO, ("softmax", "cross_entropy")),
    ],
)
def test_without_a_change_of_data_only_the_impossible_is_mended(
    given: tuple[str, str], goal: DataGoal, expected: tuple[str, str]
) -> None:
    assert head(fitted(with_head(*given), *goal)) == expected


@pytest.mark.parametrize(
    ("given", "hidden", "expected"),
    [
        (("relu", "tanh"), (4, 4, 4, 4), ("relu", "tanh", "tanh", "tanh")),
        (("relu", "tanh", "elu"), (4,), ("relu",)),
        (("relu", "relu"), (), "relu"),
        ((), (3, 3), ("tanh", "tanh")),
        ("relu", (3, 3), "relu"),
    ],
)
def test_activations_follow_the_number_of_layers(given: Any, hidden: Any, expected: Any) -> None:
    experiment = with_head("tanh", hidden=hidden, activation=given)
    mended = fitted(experiment, *TWO)
    assert mended.network.activation == expected
    assert not list(complaints(mended))


def test_what_makes_sense_comes_back_as_it_was() -> None:
    experiment = Experiment()
    assert fitted(experiment, *TWO, TWO) == experiment


def test_a_cut_connection_goes_with_its_neuron() -> None:
    network = NetworkDesign(hidden=(4, 3), cut=((1, 4, 9), (1, 2, 1), (2, 3, 4), (3, 1, 3)))
    assert resized(network, (3, 3)).cut == ((1, 2, 1), (3, 1, 3))


def test_other_layers_have_no_cut_connections() -> None:
    network = NetworkDesign(hidden=(4, 3), cut=((1, 2, 1),))
    assert resized(network, (4, 3, 3)).cut == ()


def test_a_cut_in_a_layer_that_is_not_there_goes() -> None:
    experiment = structs.replace(Experiment(), network=NetworkDesign(hidden=(2,), cut=((3, 1, 1), (2, 1, 2))))
    assert fitted(experiment, *TWO).network.cut == ((2, 1, 2),)
