from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.experiment.change import changed, merged, with_paths, with_seed_after
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training


def _complaint(change: dict[str, Any], experiment: Experiment | None = None, where: str = "page 3.change") -> str:
    with pytest.raises(InputError) as caught:
        changed(experiment or Experiment(), change, where)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(where)
    return message


def test_a_change_of_nothing_changes_nothing() -> None:
    experiment = Experiment(data=Data(name="circle", points=((1.0, 2.0, 0.0),)))
    assert changed(experiment, {}) == experiment


def test_tables_are_merged_key_by_key() -> None:
    before = Experiment(training=Training(learning_rate=0.5, optimizer="adam"))
    after = changed(before, {"training": {"batch_size": 3}, "network": {"output": "sigmoid"}})
    assert after.training == Training(learning_rate=0.5, optimizer="adam", batch_size=3)
    assert after.network == NetworkDesign(output="sigmoid")
    assert after.data == before.data


def test_lists_take_the_place_of_what_was_there() -> None:
    before = Experiment(network=NetworkDesign(hidden=(9, 9, 9)))
    assert changed(before, {"network": {"hidden": [3]}}).network.hidden == (3,)


def test_one_activation_stays_for_other_layers() -> None:
    before = Experiment(network=NetworkDesign(hidden=(2,), activation="relu"))
    assert changed(before, {"network": {"hidden": [3, 3, 3]}}).network.activations == ("relu",) * 3


def test_a_list_of_activations_follows_the_layers() -> None:
    before = Experiment(network=NetworkDesign(hidden=(2, 2), activation=("relu", "tanh")))
    assert changed(before, {"network": {"hidden": [5]}}).network.activations == ("relu",)
    assert changed(before, {"network": {"hidden": [5, 5, 5]}}).network.activations == ("relu", "tanh", "tanh")


def test_activations_that_the_change_names_are_taken_at_their_word() -> None:
    change = {"network": {"hidden": [5], "activation": ["relu", "tanh"]}}
    assert _complaint(change) == (
        "page 3.change.network.activation: 2 for 1 hidden layers; "
        "allowed: one name for all, or a list with one for each"
    )


def test_weights_to_start_from_go_with_their_layers() -> None:
    design = NetworkDesign(hidden=(), weights=(((1.0, 2.0),),), biases=((0.0,),))
    before = Experiment(network=design)
    assert changed(before, {"training": {"seed": 4}}).network == design
    other = changed(before, {"network": {"hidden": [2]}}).network
    assert (other.weights, other.biases) == ((), ())


def test_other_data_by_name_take_the_place_of_a_table() -> None:
    before = Experiment(data=Data(file="lecture.csv", target="y", task="regression"))
    assert changed(before, {"data": {"name": "circle"}}).data == Data(name="circle")
    assert changed(before, {"data": {"samples": 20}}).data.file == "lecture.csv"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"network": {"hiden": [3]}}, ".network.hiden: unknown key; allowed: hidden, activation, "),
        ({"netwerk": {}}, ".netwerk: unknown key; allowed: format, data, network, training"),
        ({"kind": "race"}, ".kind: unknown key; allowed: format, data, network, training"),
        (
            {"training": {"learning_rate": -1.0}},
            ".training.learning_rate: -1.0 is not allowed; allowed: numbers above 0",
        ),
        (
            {"training": {"learning_rate": float("inf")}},
            ".training.learning_rate: inf is not allowed; allowed: numbers",
        ),
        ({"training": 3}, ".training: 3 is not allowed; allowed: a table with loss, optimizer, "),
        ({"data": {"name": "cat"}}, ".data.name: 'cat' is not known; allowed: gaussians, "),
        (
            {"training": {"loss": "cross_entropy"}, "network": {"output": "identity"}},
            ".training.loss: cross_entropy makes no sense with",
        ),
        ({"format": 99}, ".format: 99 is newer than this nnviz reads; allowed: up to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(change: dict[str, Any], words: str) -> None:
    assert _complaint(change).startswith(f"page 3.change{words}")


_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_tables = st.fixed_dictionaries({}, optional={"data": _trees, "network": _trees, "training": _trees, "x": _trees})


def _outcome(change: dict[str, Any]) -> Experiment | str:
    try:
        return changed(Experiment(), change)
    except InputError as error:
        return str(error)


@given(change=_tables)
def test_whatever_a_change_says_it_is_taken_or_refused_in_one_line(change: dict[str, Any]) -> None:
    outcome = _outcome(change)
    assert isinstance(outcome, Experiment) or (outcome.startswith("change") and outcome.isprintable())


def test_laying_tables_over_others_leaves_both_as_they_are() -> None:
    below, above = {"a": {"b": 1, "c": [1, 2]}, "d": 4}, {"a": {"c": [3]}, "e": {"f": 5}}
    assert merged(below, above) == {"a": {"b": 1, "c": [3]}, "d": 4, "e": {"f": 5}}
    assert below == {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    assert above == {"a": {"c": [3]}, "e": {"f": 5}}


def test_names_of_files_in_a_change_are_converted() -> None:
    change = {"data": {"file": "a.csv", "noise": 0.1}, "training": {"start": "b.npz"}, "network": {"hidden": [1]}}
    assert with_paths(change, lambda name: f"/lectures/{name}") == {
        "data": {"file": "/lectures/a.csv", "noise": 0.1},
        "training": {"start": "/lectures/b.npz"},
        "network": {"hidden": [1]},
    }
    assert with_paths({"data": {"file": ""}, "training": 3}, str.upper) == {"data": {"file": ""}, "training": 3}


def test_a_seed_that_a_change_names_is_moved_on() -> None:
    assert with_seed_after({"training": {"seed": 4, "l2": 0.1}}, 50) == {"training": {"seed": 54, "l2": 0.1}}
    assert with_seed_after({"network": {}}) == {"network": {}}
