from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.engine.landscape import landscape
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters, Optimizer
from nnviz.engine.tape import Array, Tape
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.files import load_experiment, parse_experiment, save_experiment
from nnviz.experiment.kind import SCHEMAS
from nnviz.kinds.surface.rule import HEAD, LONGEST_PATH
from nnviz.kinds.surface.schema import SURFACES, Racer, Surface, gentle_rate, ground
from nnviz.runs.begin import begin

GD = Surface(racers=(Racer(learning_rate=0.1),))
SADDLE = Surface(surface="saddle")


def after(experiment: Surface, steps: int) -> Any:
    run = begin(experiment)
    run.advance(steps)
    return run.snapshot()


def bits(moment: Any) -> tuple[bytes | int | bool, ...]:
    state = moment.state
    arrays = (state.positions, state.memories, state.diverged, state.paths, state.losses)
    return (state.step, state.stride, state.still, *(array.tobytes() for array in arrays))


def by_hand(experiment: Surface, steps: int) -> Any:
    """Where gradient descent with momentum comes to, by the formula."""
    surface, racer = experiment.landscape, experiment.racers[0]
    theta, v = np.array(surface.start), np.zeros(surface.dimension)
    for _ in range(steps):
        v = racer.momentum * v + surface.gradient(theta)
        theta = theta - racer.learning_rate * v
    return theta


@pytest.mark.parametrize("surface", [name for name in SURFACES if name != "rosenbrock"])
def test_a_step_is_the_rule(surface: str) -> None:
    racers = (Racer(optimizer="momentum", learning_rate=0.05, momentum=0.7), Racer(learning_rate=0.05))
    experiment = Surface(surface=surface, racers=racers)
    positions = after(experiment, 10).state.positions
    plain = structs.replace(experiment, racers=(structs.replace(racers[1], momentum=0.0),))
    assert positions[0] == pytest.approx(by_hand(experiment, 10))
    assert positions[1] == pytest.approx(by_hand(plain, 10))


def test_an_optimizer_may_remember_as_many_vectors_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    def update(theta: Array, gradient: Array, memory: Array, h: Hyperparameters) -> Tape:
        counts = [(np.add, (slot, 1.0, slot)) for slot in memory]
        return [*counts, *OPTIMIZERS["momentum"].update(theta, gradient, np.zeros((2, theta.size)), h)]

    four = Optimizer(name="four", title="Four", rule="w ← w − η g", update=update, slots=4, stride=0.1)
    monkeypatch.setitem(OPTIMIZERS, four.name, four)
    state = after(Surface(racers=(Racer(optimizer="four", learning_rate=0.05),)), 3).state
    assert (state.memories[0] == 3.0).all()
    assert (state.values < after(Surface(), 0).state.values[0]).all()


@pytest.mark.parametrize("surface", SURFACES)
def test_every_optimizer_comes_down_every_surface(surface: str) -> None:
    experiment = Surface().on(surface)
    before, moment = after(experiment, 0).state, after(experiment, 300)
    assert (moment.state.values < before.values).all()
    assert moment.measures["loss"] == min(moment.measures[f"loss_{k}"] for k in range(1, 6))
    assert moment.finite


@settings(max_examples=30)
@given(st.floats(1.0, 300.0), st.floats(0.1, 0.98), st.sampled_from(["bowl", "ravine"]))
def test_below_the_stable_rate_it_converges_and_above_it_it_diverges(
    ratio: float, share: float, name: str
) -> None:
    limit = 2.0 / ratio
    rates = [share * limit, (2.0 - share) * limit]
    racers = tuple(Racer(learning_rate=rate) for rate in rates)
    state = after(Surface(surface=name, curvature=ratio, racers=racers), 1000).state
    assert state.stable_rates(racers) == pytest.approx([limit, limit])
    assert state.values[0] < state.losses[0, 0]
    assert state.diverged.tolist() == [False, True]


def test_one_that_diverges_stops_alone() -> None:
    experiment = structs.replace(GD, racers=(Racer(learning_rate=5.0), Racer(learning_rate=0.1)))
    moment = after(experiment, 50)
    assert moment.state.diverged.tolist() == [True, False]
    assert moment.finite
    assert np.isfinite(moment.state.positions).all()
    assert np.isnan(moment.state.paths[0, -1]).all()
    assert moment.state.values[1] < 0.01
    assert dict(moment.figures)["diverged"] == "1 of 2"
    assert moment.measures["diverged"] == 1.0


def test_when_all_have_diverged_it_is_settled() -> None:
    moment = after(structs.replace(GD, racers=(Racer(learning_rate=5.0),)), 1000)
    assert moment.settled
    assert moment.step < 100
    assert np.isnan(moment.measures["loss"])


def test_at_the_bottom_it_is_settled() -> None:
    moment = after(GD, 10_000)
    assert moment.settled
    assert moment.step < 500
    assert moment.state.slopes[0] < 1e-9


def test_on_the_ridge_it_is_stuck_and_noise_frees_it() -> None:
    stuck = after(structs.replace(SADDLE, racers=GD.racers), 10_000)
    assert stuck.settled
    assert stuck.measures["loss"] == pytest.approx(0.0, abs=1e-12)
    assert (stuck.state.positions[:, 1] == 0.0).all()
    free = after(structs.replace(SADDLE, racers=GD.racers, noise=0.02), 400)
    assert not free.settled
    assert free.measures["loss"] == pytest.approx(-0.25, abs=0.01)


def test_noise_is_the_same_for_all_and_another_with_every_seed() -> None:
    noisy = structs.replace(GD, noise=0.1, racers=GD.racers * 2)
    first, second = after(noisy, 20), after(noisy.reseeded(), 20)
    assert first.state.positions[0].tolist() == first.state.positions[1].tolist()
    assert first.state.positions.tolist() != second.state.positions.tolist()
    assert bits(first) == bits(after(noisy, 20))


@settings(max_examples=10)
@given(st.integers(0, 80), st.integers(0, 80))
def test_from_any_moment_it_goes_on_bit_for_bit(first: int, second: int) -> None:
    experiment = structs.replace(Surface().on("ravine"), noise=0.1)
    run, other = begin(experiment), begin(experiment)
    run.advance(first)
    other.restore(run.snapshot())
    other.advance(second)
    assert bits(other.snapshot()) == bits(after(experiment, first + second))


def test_paths_keep_their_beginning_and_every_third_place_after_it_when_they_grow_too_long() -> None:
    racers = (Racer(learning_rate=0.5), Racer(optimizer="adam"))
    state = after(structs.replace(GD, racers=racers), 4 * LONGEST_PATH).state
    assert state.stride == 9
    assert len(state.steps) == state.paths.shape[1] == state.losses.shape[1] <= LONGEST_PATH
    assert state.steps[:HEAD].tolist() == [*range(HEAD)]
    assert state.steps[HEAD:].tolist() == [*range(HEAD, 4 * LONGEST_PATH + 1, 9)]
    for k in (9, HEAD - 1, HEAD + 2):
        short = after(structs.replace(GD, racers=racers), int(state.steps[k])).state
        assert state.paths[:, k].tolist() == short.positions.tolist()
        assert state.losses[:, k] == pytest.approx(short.values)


def test_curvatures_are_the_hessians() -> None:
    state = after(structs.replace(SADDLE, start=(0.0, 0.0)), 0).state
    assert state.sharpness_here == pytest.approx(np.full(5, 1.0))
    assert state.sharpness_at_minimum == pytest.approx(np.full(5, 2.0))
    racers = SADDLE.racers
    assert state.stable_rates(racers)[:2] == pytest.approx([1.0, 1.9])


def test_the_neurons_surface_says_how_curved_it_is_where_the_racer_is() -> None:
    state = after(Surface().on("neuron"), 30).state
    assert np.isnan(state.sharpness_at_minimum).all()
    assert state.stable_rates(GD.racers * 5)[0] == pytest.approx(2.0 / state.sharpness_here[0])


@pytest.mark.parametrize(("name", "names"), [("gaussians", ("w₁", "w₂")), ("sine", ("w", "b"))])
def test_a_neuron_has_the_parameters_that_its_data_asks_for(name: str, names: tuple[str, ...]) -> None:
    surface = Surface(surface="neuron", data=Data(name=name)).landscape
    assert surface.parameters == names
    assert surface.dimension == 2


def test_a_neuron_on_data_of_many_classes_is_refused() -> None:
    with pytest.raises(InputError, match=r"data.name: 'blobs' takes 2 inputs and 3 outputs; allowed"):
        begin(Surface(surface="neuron", data=Data(name="blobs")))


def test_learning_rates_and_momentum_change_while_it_runs() -> None:
    run = begin(GD)
    run.advance(5)
    faster = GD.with_racer(0, learning_rate=0.2, momentum=0.5)
    assert faster.continues(GD)
    run.tune(faster)
    run.advance(1)
    before = after(GD, 5).state.positions[0]
    expected = before - 0.2 * GD.landscape.gradient(before)
    assert run.snapshot().state.positions[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "other",
    [
        GD.with_racer(0, optimizer="adam"),
        GD.with_racer(0, start=(1.0, 1.0)),
        structs.replace(GD, racers=GD.racers * 2),
        structs.replace(GD, noise=0.1),
        structs.replace(GD, start=(1.0, 1.0)),
        GD.on("ravine"),
        Experiment(),
    ],
)
def test_all_else_begins_anew(other: Any) -> None:
    assert not other.continues(GD)
    assert not GD.continues(other)


def test_a_racer_put_elsewhere_goes_on_from_there_at_rest() -> None:
    experiment = Surface(racers=(Racer(optimizer="momentum"), Racer(learning_rate=9.0)))
    run = begin(experiment)
    run.advance(30)
    run.set_parameter(0, 1, None, 1.25)
    moment = run.snapshot()
    assert moment.parameter(0, 1, None) == 1.25
    assert (moment.state.memories[0] == 0.0).all()
    assert np.isnan(moment.state.paths[0, :-1]).all()
    run.set_parameter(1, 0, None, 0.5)
    assert not run.snapshot().state.diverged[1]


def test_a_settled_one_put_elsewhere_runs_again() -> None:
    run = begin(GD)
    run.advance(1000)
    assert run.snapshot().settled
    run.set_parameter(0, 0, None, 2.0)
    assert not run.settled
    run.advance(1)
    assert run.snapshot().parameter(0, 0, None) == pytest.approx(1.8)


def test_it_is_resumed_from_where_the_racers_are() -> None:
    moment = after(Surface(), 20)
    resumed = moment.as_resumed()
    assert begin(resumed).snapshot().state.positions.tolist() == moment.state.positions.tolist()
    assert after(Surface(), 0).as_resumed() == Surface()


def test_on_another_surface_rates_suit_it_and_starts_are_its_own() -> None:
    experiment = structs.replace(Surface(), start=(1.0, 1.0), curvature=9.0).on("rosenbrock")
    assert experiment.start == ()
    assert experiment.curvature == 0.0
    assert experiment.racers[0].learning_rate == gentle_rate(landscape("rosenbrock")) < 2.0 / 1001.6
    assert Surface().on("parabola").starts == (landscape("parabola").start,) * 5


def test_racers_of_one_kind_are_told_apart_by_their_rate() -> None:
    racers = (Racer(learning_rate=0.3), Racer(learning_rate=0.5), Racer(title="mine"), Racer(optimizer="adam"))
    assert structs.replace(GD, racers=racers).names == ("GD, η = 0.3", "GD, η = 0.5", "mine", "Adam")


def test_it_is_saved_and_read_back(tmp_path: Path) -> None:
    experiment = structs.replace(
        Surface().on("tilted_double_well"), start=(0.25,), noise=0.125, racers=(Racer(title="one", start=(1.5,)),)
    )
    save_experiment(experiment, tmp_path / "surface.toml")
    assert load_experiment(tmp_path / "surface.toml") == experiment
    assert SCHEMAS["surface"] is Surface


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('surface = "hill"', "surface: 'hill' is not known; allowed: parabola"),
        ("start = [1.0]", "start: 1 numbers; allowed: 2 for the surface 'bowl', or none"),
        ('surface = "parabola"\nstart = [1.0, 2.0]', "start: 2 numbers; allowed: 1"),
        ("racers = [{ start = [1.0] }]", "racers, item 1, start: 1 numbers; allowed: 2"),
        ("start = [nan, 1.0]", "start: holds a number that is not finite"),
        ("racers = []", "racers"),
        ("noise = 2.0", "noise"),
    ],
)
def test_what_makes_no_sense_is_said(text: str, complaint: str) -> None:
    with pytest.raises(InputError) as error:
        begin(parse_experiment(f'kind = "surface"\n{text}', "test"))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["bowl", "ravine", "two_valleys", "saddle", "rosenbrock"])
def test_the_map_is_dark_where_it_is_low_and_its_lines_are_level(name: str) -> None:
    surface = landscape(name)
    x_min, x_max, y_min, y_max = surface.extent
    picture = ground(surface, (x_min, x_max, y_min, y_max))
    rows, columns = picture.shades.shape
    x, y = surface.minima[0]
    row = round((y_max - y) / (y_max - y_min) * (rows - 1))
    column = round((x - x_min) / (x_max - x_min) * (columns - 1))
    assert picture.shades[row, column] < 40
    assert 100 < np.median(picture.shades) < 155
    breaks = np.flatnonzero(np.isnan(picture.lines[:, 0]))
    for line in np.split(picture.lines, breaks)[:3]:
        values = surface.value(line[np.isfinite(line[:, 0])])
        assert np.ptp(values) < 0.05 * np.ptp(surface.value(np.array([[x_min, y_min], [x, y]])))
