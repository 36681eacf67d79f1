from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data
from nnviz.experiment.files import load_experiment, parse_experiment, save_experiment
from nnviz.kinds.perceptron import Perceptron
from nnviz.runs.begin import begin
from separation import bound

Search = Callable[[Any, Any], int]

OR, AND, XOR = (Perceptron(data=Data(name=name)) for name in ("or", "and", "xor_table"))
CLOUDS = Perceptron(data=Data(name="gaussians", samples=40), mistakes_only=False)

_coordinates = st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(0, 1))
_drawn = st.lists(_coordinates, min_size=2, max_size=12).filter(lambda points: len({p[2] for p in points}) == 2)


def after(experiment: Perceptron, steps: int = 5_000) -> Any:
    run = begin(experiment)
    run.advance(steps)
    return run.snapshot()


def bits(moment: Any) -> tuple[bytes, float, int, int, int, tuple[int, ...]]:
    state = moment.state
    counts = (state.step, state.shown, state.mistakes, state.errors_by_epoch)
    return (state.weights.tobytes(), state.bias, *counts)


def samples_of(moment: Any) -> tuple[Any, Any]:
    return moment.state.inputs, moment.state.targets


@pytest.mark.parametrize("experiment", [AND, OR])
@pytest.mark.parametrize("order", ["in_turn", "shuffled"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0, 3.0])
def test_and_and_or_are_learned_within_the_bound(experiment: Perceptron, order: Any, rate: float) -> None:
    moment = after(structs.replace(experiment, order=order, learning_rate=rate, seed=4))
    assert moment.settled
    assert moment.measures["errors"] == 0
    assert moment.measures["accuracy"] == 1.0
    assert 0 < moment.measures["mistakes"] <= bound(*samples_of(moment))


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_never_learned(fewest_line_errors: Search, seed: int) -> None:
    run = begin(structs.replace(XOR, order="shuffled", seed=seed))
    least = 4
    for _ in range(400):
        run.advance(1)
        moment = run.snapshot()
        least = min(least, int(moment.measures["errors"]))
        assert not moment.settled
    assert least == fewest_line_errors(*samples_of(moment)) == 1


def test_xor_comes_back_to_where_it_was() -> None:
    moment = after(XOR, 60)
    assert moment.state.errors_by_epoch[2:] == (4,) * (moment.state.epochs - 2)


@settings(max_examples=25)
@given(points=_drawn, rate=st.sampled_from([0.25, 1.0]), order=st.sampled_from(["in_turn", "shuffled"]))
def test_what_a_line_parts_is_learned_within_the_bound(
    fewest_line_errors: Search, points: Any, rate: float, order: Any
) -> None:
    data = Data(name="drawn", points=tuple(tuple(map(float, point)) for point in points), train_fraction=1.0)
    run = begin(Perceptron(data=data, learning_rate=rate, order=order))
    inputs, targets = samples_of(run.snapshot())
    most = bound(inputs, targets)
    assert np.isfinite(most) == (fewest_line_errors(inputs, targets) == 0)
    run.advance(400)
    moment = run.snapshot()
    if moment.settled:
        assert moment.measures["mistakes"] <= most * (1.0 + 1e-9)
        assert moment.measures["errors"] == 0
    else:
        assert most >= 400


@pytest.mark.parametrize("experiment", [AND, OR])
def test_stopping_at_every_sample_comes_to_the_same_weights(experiment: Perceptron) -> None:
    one, other = after(experiment), after(structs.replace(experiment, mistakes_only=False))
    assert bits(one)[0:2] == bits(other)[0:2]
    assert bits(one)[3:] == bits(other)[3:]
    assert other.step == other.state.shown > one.step == one.state.mistakes + 1


def test_each_step_is_a_mistake_unless_there_is_none() -> None:
    run = begin(OR)
    for _ in range(5):
        run.advance(1)
        state = run.snapshot().state
        assert state.mistaken
        assert state.mistakes == state.step
        assert [*state.weights, state.bias] != [*state.weights_before, state.bias_before]
    run.advance(1)
    assert run.settled
    assert run.snapshot().state.sample == -1


def test_a_truth_table_is_gone_through_in_counting_order() -> None:
    run = begin(structs.replace(OR, mistakes_only=False))
    seen = []
    for _ in range(4):
        run.advance(1)
        state = run.snapshot().state
        seen.append(state.inputs[state.sample].tolist())
    assert seen == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_shuffled_samples_have_their_turn_once_an_epoch_and_another_order_in_the_next() -> None:
    run = begin(structs.replace(XOR, order="shuffled", mistakes_only=False))
    orders = []
    for _ in range(6):
        epoch = []
        for _ in range(4):
            run.advance(1)
            epoch.append(run.snapshot().state.sample)
        orders.append(tuple(epoch))
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len(set(orders)) > 1


@pytest.mark.parametrize("experiment", [XOR, structs.replace(XOR, order="shuffled"), CLOUDS])
def test_a_step_taken_anew_is_the_same_to_the_bit(experiment: Perceptron) -> None:
    run = begin(experiment)
    run.advance(7)
    kept = run.snapshot()
    run.advance(11)
    first = run.snapshot()
    run.restore(kept)
    run.advance(11)
    assert bits(run.snapshot()) == bits(first) == bits(after(experiment, 18))


def test_another_seed_is_another_order() -> None:
    experiment = structs.replace(CLOUDS, data=Data(name="xor", samples=80), order="shuffled")
    assert bits(after(experiment, 50)) == bits(after(experiment, 50))
    assert bits(after(experiment, 50)) != bits(after(experiment.reseeded(), 50))


def test_epochs_are_counted_as_samples_go_by() -> None:
    moment = after(OR, 3)
    assert moment.measures["epoch"] == moment.state.shown // 4 == 1
    assert dict(moment.figures) == {
        "step": "3",
        "mistakes": "3",
        "wrong now": "1",
        "train accuracy": "75.0 %",
        "sample": f"{moment.state.sample + 1} of 4",
    }
    assert dict(after(OR, 0).figures)["sample"] == "—"


def test_samples_that_were_held_out_have_a_figure() -> None:
    moment = after(Perceptron(data=Data(name="gaussians", samples=60)), 30)
    test = moment.state.problem.test
    right = (test.inputs @ moment.state.weights + moment.state.bias >= 0.0) == (test.targets[:, 0] > 0.0)
    assert dict(moment.figures)["test accuracy"] == f"{100.0 * right.mean():.1f} %"
    assert "sample" not in dict(moment.figures)


def test_weights_and_bias_can_be_set_by_hand() -> None:
    run = begin(XOR)
    run.advance(3)
    for source, value in ((0, 2.0), (1, -3.0), (None, 0.5)):
        run.set_parameter(0, 0, source, value)
        assert run.snapshot().parameter(0, 0, source) == value
    state = run.snapshot().state
    assert state.sample == -1
    assert not state.weights.flags.writeable
    assert state.measures["errors"] == 2


def test_a_perfect_line_that_is_spoilt_by_hand_is_learned_again() -> None:
    run = begin(OR)
    run.advance(50)
    assert run.settled
    run.set_parameter(0, 0, 0, -4.0)
    assert not run.snapshot().settled
    run.advance(200)
    assert run.settled
    assert run.snapshot().measures["errors"] == 0


def test_a_run_resumed_begins_with_the_weights_it_had() -> None:
    moment = after(AND, 5)
    again = begin(moment.as_resumed()).snapshot()
    assert np.array_equal(again.state.weights, moment.state.weights)
    assert again.state.bias == moment.state.bias
    assert again.step == 0


def test_the_learning_rate_changes_while_it_runs() -> None:
    run = begin(AND)
    run.advance(1)
    faster = structs.replace(AND, learning_rate=2.0)
    assert faster.continues(AND)
    run.tune(faster)
    before = run.snapshot().state.bias
    run.advance(1)
    assert abs(run.snapshot().state.bias - before) == 2.0


def test_any_number_of_inputs_will_do() -> None:
    run = begin(Perceptron(data=Data(name="parity", bits=5)))
    assert run.snapshot().state.weights.shape == (5,)
    run.advance(20)
    assert run.snapshot().state.mistakes == 20


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (Perceptron(data=Data(name="blobs")), "data.name: 'blobs' has 3 classes"),
        (Perceptron(data=Data(name="sine")), "data.name: 'sine' has values, no classes"),
        (Perceptron(data=Data(name="nothing")), "data.name: 'nothing' is not known"),
        (Perceptron(weights=(1.0, 2.0, 3.0)), "weights: 3 numbers for 2 inputs"),
        (Perceptron(weights=(1.0, float("nan"))), "weights: holds a number that is not finite"),
        (Perceptron(bias=float("inf")), "bias: holds a number that is not finite"),
        (Perceptron(data=Data(name="xor", features=("x1*x2",))), "data.features: a perceptron takes"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_in_one_line(experiment: Perceptron, words: str) -> None:
    with pytest.raises(InputError) as caught:
        begin(experiment)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_a_table_is_read_anew_when_a_run_begins(tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    experiment = Perceptron(data=Data(file=str(table), train_fraction=1.0))
    for rows, samples in (("0,0,no\n1,1,yes\n", 2), ("0,0,no\n1,1,yes\n0,1,yes\n", 3)):
        table.write_text(f"a,b,kind\n{rows}")
        assert begin(experiment).steps_an_epoch == samples


def test_it_is_saved_and_loaded_whole(tmp_path: Path) -> None:
    experiment = Perceptron(
        data=Data(name="gaussians", samples=33, noise=0.25),
        learning_rate=0.125,
        order="shuffled",
        mistakes_only=False,
        weights=(0.5, -1.0),
        bias=2.0,
        seed=7,
    )
    save_experiment(experiment, tmp_path / "perceptron.toml")
    assert load_experiment(tmp_path / "perceptron.toml") == experiment
    assert parse_experiment('kind = "perceptron"\n', "a file") == Perceptron()


def test_a_file_of_points_stays_beside_the_experiment(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("a,b,kind\n0,0,no\n1,1,yes\n")
    experiment = Perceptron(data=Data(file=str(tmp_path / "points.csv")))
    save_experiment(experiment, tmp_path / "perceptron.toml")
    assert 'file = "points.csv"' in (tmp_path / "perceptron.toml").read_text()
    assert load_experiment(tmp_path / "perceptron.toml").data.file == str(tmp_path / "points.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("learning_rate = 0.0", "learning_rate"),
        ('order = "random"', "order"),
        ("mistakes_only = 1", "mistakes_only"),
        ("colour = 1", "colour: unknown key"),
        ('[data]\nname = "or"\nbits = 40', "data.bits"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_its_key(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_experiment(f'kind = "perceptron"\n{text}\n', "a file")


def test_the_defaults_have_no_complaints() -> None:
    assert [*Perceptron().complaints()] == []
