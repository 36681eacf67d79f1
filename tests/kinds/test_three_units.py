"""Three threshold units: the search against enumeration, the descent against the engine."""

from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.kinds.three_units.schema import WEDGE, ThreeUnits
from nnviz.runs.begin import begin
from nnviz.runs.run import NetworkRun
from runs import moment_of
from separation import bound

AND = NetworkDesign(
    hidden=(2,),
    activation="sigmoid",
    output="sigmoid",
    weights=((), ((10.0, 10.0),)),
    biases=((), (-15.0,)),
    frozen=(2,),
)


def drawn(points: np.ndarray, wanted: np.ndarray) -> Data:
    rows = tuple((float(x), float(y), float(c)) for (x, y), c in zip(points, wanted, strict=True))
    return Data(name="drawn", points=rows, train_fraction=1.0)


def threshold_functions(points: np.ndarray) -> list[np.ndarray]:
    """Every labelling that a line makes, each asked for one by one."""
    labels = [np.array(label) for label in product((0.0, 1.0), repeat=len(points))]
    return [label for label in labels if len(set(label.tolist())) == 1 or np.isfinite(bound(points, label))]


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_the_search_agrees_with_an_enumeration_of_all_threshold_functions(count: int) -> None:
    for seed in range(3):
        rng = np.random.default_rng((count, seed))
        points = rng.uniform(-1.0, 1.0, (count, 2))
        wanted = np.array([0.0, 1.0, *rng.integers(0, 2, count - 2)])
        pairs = combinations_with_replacement(threshold_functions(points), 2)
        expected = sum(bool((a * b == wanted).all()) for a, b in pairs)
        state = moment_of(ThreeUnits(data=drawn(points, wanted))).state
        order = state.problem.train.rows
        assert (state.search.wanted == wanted[order].astype(bool)).all()
        assert len(state.search.solutions) == expected


def test_where_there_is_no_solution_the_search_ends_and_says_so() -> None:
    angles = np.arange(8) * np.pi / 4
    ring = np.column_stack([np.cos(angles), np.sin(angles)])
    run = begin(ThreeUnits(data=drawn(ring, np.arange(8) % 2)))
    run.advance(100_000)
    state = run.snapshot().state
    assert state.settled
    assert (state.step, state.found) == (len(state.search.pairs), 0)


def test_it_stops_at_the_first_solution_or_goes_on() -> None:
    first, every = begin(ThreeUnits()), begin(ThreeUnits(all_pairs=True))
    for run in (first, every):
        run.advance(100_000)
    state = first.snapshot().state
    assert (state.step, state.found, state.solved) == (3517, 1, True)
    state = every.snapshot().state
    assert (state.step, state.found) == (4278, 8)


def test_the_lines_of_a_solution_have_class_1_and_nothing_else_on_both_sides() -> None:
    search = moment_of(ThreeUnits()).state.search
    for pair in search.solutions.tolist():
        (w, b), (v, c) = search.lines(pair)
        assert (((search.points @ w + b > 0.0) & (search.points @ v + c > 0.0)) == search.wanted).all()
        assert search.right(pair) == 10


def test_those_that_hold_all_of_class_1_lose_no_solution() -> None:
    every, held = (moment_of(ThreeUnits(holding=holding)).state.search for holding in (False, True))
    assert (len(held.pairs), len(held.solutions), held.every) == (171, len(every.solutions), 92)
    assert held.ways[:, held.wanted].all()


def test_descent_goes_as_the_engine_goes() -> None:
    run = begin(ThreeUnits(seed=3))
    state = run.snapshot().state
    design = replace(
        AND,
        weights=(tuple(map(tuple, state.weights.tolist())), ((10.0, 10.0),)),
        biases=(tuple(state.biases.tolist()), (-15.0,)),
    )
    network = NetworkRun(
        Experiment(data=WEDGE, network=design, training=Training(batch_size=10, learning_rate=1.0))
    )
    run.advance(40)
    network.advance(40)
    state, moment = run.snapshot().state, network.snapshot()
    np.testing.assert_allclose(state.weights, moment.weights[0], rtol=1e-9)
    np.testing.assert_allclose(state.biases, moment.biases[0], rtol=1e-9)


def test_a_layer_can_be_left_to_the_initializer() -> None:
    one, other = (
        NetworkRun(Experiment(data=WEDGE, network=AND, training=Training(seed=seed))).snapshot() for seed in (0, 1)
    )
    assert (one.weights[0] != other.weights[0]).all()
    for moment in (one, other):
        assert moment.weights[1].tolist() == [[10.0, 10.0]]
        assert moment.biases[1].tolist() == [-15.0]
    experiment = Experiment(data=WEDGE, network=AND)
    assert experiment.reseeded().network == AND


def test_going_back_and_another_seed() -> None:
    run = begin(ThreeUnits())
    run.advance(30)
    kept = run.snapshot()
    run.advance(30)
    run.restore(kept)
    run.advance(30)
    again = begin(ThreeUnits())
    again.advance(60)
    assert (run.snapshot().state.weights == again.snapshot().state.weights).all()
    assert (moment_of(ThreeUnits().reseeded()).state.weights != moment_of(ThreeUnits()).state.weights).all()


def test_counts_grow_by_the_formula() -> None:
    counted = moment_of(ThreeUnits()).state.search.counted
    assert counted[-1] == (10, 4278)
    assert all(pairs == (n * n - n + 2) * (n * n - n + 3) // 2 for n, pairs in counted)


def test_figures_and_measures() -> None:
    moment = moment_of(ThreeUnits(), 3517)
    assert moment.figures == (("step", "3,517"), ("solutions", "1"), ("descent", "9 of 10 right"))
    assert moment.measures["accuracy"] == 1.0
    assert moment.measures["descent"] == 0.9


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (Data(name="sine"), "data.name: 'sine' is not allowed; allowed: data of two inputs and two classes"),
        (Data(name="blobs"), "data.name: 'blobs' is not allowed; allowed: data of two inputs and two classes"),
        (Data(name="circle"), "data.name: 250 training samples; allowed: 3 to 24"),
    ],
)
def test_other_data_are_refused(data: Data, words: str) -> None:
    with pytest.raises(InputError) as caught:
        begin(ThreeUnits(data=data))
    assert str(caught.value).startswith(words)


def test_saved_it_goes_on_where_it_was() -> None:
    run = begin(ThreeUnits(seed=2))
    run.advance(1000)
    resumed = begin(run.snapshot().as_resumed())
    for each in (run, resumed):
        each.advance(600)
    one, other = run.snapshot().state, resumed.snapshot().state
    assert (one.tried, one.found) == (other.tried, other.found) == (1600, 0)
    assert (one.weights == other.weights).all()
    assert resumed.experiment.reseeded() == ThreeUnits(seed=3)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weights": ((1.0, 2.0),)}, "weights: 1 rows, biases: 0; allowed: two each, or none"),
        ({"weights": ((1.0, 2.0), (np.inf, 0.0)), "biases": (0.0, 0.0)}, "weights: holds a number that is not"),
        ({"learning_rate": np.inf}, "learning_rate: inf is not allowed; allowed: finite numbers"),
    ],
)
def test_what_makes_no_sense_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        begin(ThreeUnits(**settings))
    assert str(caught.value).startswith(words)
