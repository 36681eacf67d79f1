from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.files import load_experiment, parse_experiment, save_experiment
from nnviz.kinds.hebb import LONGEST_TRACE, Hebb, Presentation, presented
from nnviz.runs.begin import begin

BOTH = (Presentation(shown=("food", "bell")),)
PAIRED = Hebb(protocol=BOTH, repeat=True)
CLOUD = Hebb(source="cloud", learning_rate=0.01)
OJA = structs.replace(CLOUD, rule="oja")


def after(experiment: Hebb, steps: int) -> Any:
    run = begin(experiment)
    run.advance(steps)
    return run.snapshot()


def bits(moment: Any) -> tuple[Any, ...]:
    state = moment.state
    return (state.step, state.weights.tobytes(), state.trace.tobytes(), state.stride, state.responses, state.still)


@given(st.integers(0, 60), st.integers(1, 32).map(lambda k: k / 32.0), st.integers(-8, 8).map(lambda k: k / 8.0))
def test_after_k_equal_pairings_the_weights_have_grown_by_k_alpha_x_y_exactly(
    pairings: int, rate: float, start: float
) -> None:
    forced = (Presentation(shown=("food", "bell"), forced=True),)
    moment = after(structs.replace(PAIRED, protocol=forced, learning_rate=rate, weights=(1.0, start)), pairings)
    expected = [float(Fraction(first) + pairings * Fraction(rate)) for first in (1.0, start)]
    assert moment.state.weights.tolist() == expected


@settings(max_examples=30)
@given(st.integers(1, 200), st.floats(0.001, 1.0))
def test_at_any_rate_they_have_but_for_rounding(pairings: int, rate: float) -> None:
    weights = after(structs.replace(PAIRED, learning_rate=rate), pairings).state.weights
    assert weights == pytest.approx([1.0 + pairings * rate, pairings * rate], rel=1e-12)


def test_the_bell_alone_is_answered_once_it_was_paired_often_enough() -> None:
    run = begin(Hebb())
    answers = []
    for _ in range(run.steps_an_epoch):
        run.advance(1)
        answers.append(run.snapshot().state.output)
    assert answers == [1.0, 0.0, *[1.0] * 6, 1.0, 1.0]
    assert run.settled
    assert begin(structs.replace(Hebb(), learning_rate=0.05)).steps_an_epoch == 10
    assert after(structs.replace(Hebb(), learning_rate=0.05), 9).state.output == 0.0


def test_what_is_not_answered_is_not_learned() -> None:
    protocol = (Presentation(shown=("bell",), times=5),)
    assert after(Hebb(protocol=protocol), 5).state.weights.tolist() == [1.0, 0.0]


def test_a_forced_answer_is_learned() -> None:
    protocol = (Presentation(shown=("bell",), forced=True, times=4),)
    moment = after(Hebb(protocol=protocol, learning_rate=0.25), 3)
    assert moment.state.weights.tolist() == [1.0, 0.75]
    assert moment.state.responses == (1.0, 1.0, 1.0)


def test_hebbs_weights_grow_without_bound_and_ojas_do_not() -> None:
    hebb, oja = after(PAIRED, 2000), after(structs.replace(PAIRED, rule="oja"), 2000)
    assert hebb.measures["norm"] > 280.0
    assert oja.state.weights == pytest.approx([1.0, 1.0], abs=1e-4)
    assert oja.settled
    assert not hebb.settled


@settings(max_examples=15)
@given(st.floats(-0.95, 0.95), st.integers(0, 1000), st.sampled_from([0.003, 0.01, 0.02]))
def test_ojas_weights_in_a_cloud_tend_to_length_1(correlation: float, seed: int, rate: float) -> None:
    moment = after(structs.replace(OJA, correlation=correlation, seed=seed, learning_rate=rate), 20_000)
    assert moment.measures["norm"] == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("correlation", [-0.8, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(3))
def test_ojas_weights_settle_along_the_main_direction(correlation: float, seed: int) -> None:
    experiment = structs.replace(OJA, correlation=correlation, seed=seed, learning_rate=0.002)
    moment = after(experiment, 100_000)
    assert moment.settled
    inputs = presented(experiment)[0]
    main = np.linalg.eigh(inputs.T @ inputs)[1][:, -1]
    assert abs(main.dot(moment.state.weights)) == pytest.approx(1.0, abs=0.01)


def test_hebbs_weights_in_a_cloud_outgrow_all_numbers_and_the_run_ends_there() -> None:
    run = begin(structs.replace(CLOUD, learning_rate=0.1))
    run.advance(100_000)
    assert not run.finite
    assert run.step < 10_000
    assert run.snapshot().measures["norm"] == np.inf
    assert run.snapshot().as_resumed() == run.experiment


def test_before_that_they_point_along_the_main_direction() -> None:
    moment = after(CLOUD, 2000)
    inputs = presented(CLOUD)[0]
    main = np.linalg.eigh(inputs.T @ inputs)[1][:, -1]
    assert moment.measures["norm"] > 1e6
    assert abs(main.dot(moment.state.weights)) / moment.measures["norm"] > 0.99


def test_ojas_rule_is_a_cure_while_it_runs() -> None:
    run = begin(CLOUD)
    run.advance(400)
    assert run.snapshot().measures["norm"] > 2.0
    cure = structs.replace(CLOUD, rule="oja")
    assert cure.continues(CLOUD)
    run.tune(cure)
    run.advance(3000)
    assert run.snapshot().measures["norm"] == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("experiment", [Hebb(repeat=True), PAIRED, CLOUD, OJA])
def test_a_step_taken_anew_is_the_same_to_the_bit(experiment: Hebb) -> None:
    run = begin(experiment)
    run.advance(137)
    kept = run.snapshot()
    run.advance(300)
    first = run.snapshot()
    run.restore(kept)
    run.advance(300)
    assert bits(run.snapshot()) == bits(first) == bits(after(experiment, 437))


def test_another_seed_is_another_cloud_with_the_correlation_asked_for() -> None:
    experiment = structs.replace(CLOUD, samples=10_000, correlation=0.6)
    one, other = presented(experiment)[0], presented(experiment.reseeded())[0]
    assert np.asarray(np.corrcoef(one.T))[0, 1] == pytest.approx(0.6, abs=0.03)
    assert not np.array_equal(one, other)


@settings(max_examples=20)
@given(st.integers(0, 3000))
def test_the_trace_leads_from_the_start_to_now_and_stays_short(steps: int) -> None:
    state = after(structs.replace(PAIRED, learning_rate=0.125), steps).state
    assert 1 <= len(state.trace) <= LONGEST_TRACE
    assert state.trace[:, 1].tolist() == [0.125 * state.stride * k for k in range(len(state.trace))]
    assert steps - state.stride < (len(state.trace) - 1) * state.stride <= steps


def test_a_weight_can_be_set_by_hand_and_is_the_traces_end() -> None:
    run = begin(PAIRED)
    run.advance(3)
    run.set_parameter(0, 0, 1, -2.0)
    moment = run.snapshot()
    assert moment.parameter(0, 0, 1) == moment.state.trace[-1, 1] == -2.0
    assert moment.parameter(0, 0, None) == 0.0
    assert not moment.state.weights.flags.writeable


def test_a_run_resumed_begins_with_the_weights_it_had() -> None:
    moment = after(CLOUD, 57)
    again = begin(moment.as_resumed()).snapshot()
    assert np.array_equal(again.state.weights, moment.state.weights)


def test_its_figures_say_how_long_the_weights_are() -> None:
    assert after(PAIRED, 0).figures == (("step", "0"), ("|w|", "1"), ("y", "0"), ("weights", "changing"))
    assert dict(after(Hebb(), 10).figures)["weights"] == "still"


def test_it_is_saved_and_loaded_whole(tmp_path: Path) -> None:
    experiment = Hebb(
        rule="oja",
        learning_rate=0.25,
        weights=(1.0, 0.0, -0.5),
        stimuli=("food", "bell", "light"),
        response="drool",
        threshold=0.75,
        protocol=(Presentation(shown=("light", "bell"), forced=True, times=3), Presentation()),
        repeat=True,
        samples=77,
        correlation=-0.25,
        seed=5,
    )
    save_experiment(experiment, tmp_path / "hebb.toml")
    assert load_experiment(tmp_path / "hebb.toml") == experiment
    assert parse_experiment('kind = "hebb"\n', "a file") == Hebb()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[protocol]]\nshown = ["horn"]', "protocol, item 1: 'horn' is no stimulus; allowed: food, bell"),
        ("weights = [1.0]", "weights: 1 numbers for 2 inputs"),
        ('source = "cloud"\nweights = [1.0, 2.0, 3.0]', "weights: 3 numbers for 2 inputs"),
        ("weights = [nan, 1.0]", "weights: holds a number that is not finite"),
        ("threshold = inf", "threshold: is not finite"),
        ('stimuli = ["bell", "bell"]\nprotocol = [{shown = ["bell"]}]', "stimuli: two have the same name"),
        ("correlation = 2.0", "correlation"),
        ('rule = "delta"', "rule"),
        ("protocol = []", "protocol"),
        ("[[protocol]]\ntimes = 0", "protocol"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_its_key(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_experiment(f'kind = "hebb"\n{text}\n', "a file")
    assert str(caught.value).startswith(f"a file: {words}")
    assert "\n" not in str(caught.value)
