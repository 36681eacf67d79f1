import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nnviz.errors import InputError
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.kinds.spikes import ALIKE, CURRENTS, SWEEP, Spikes, arriving
from nnviz.runs.begin import begin
from runs import moment_of


@st.composite
def spikes(draw: st.DrawFn) -> Spikes:
    switches = st.lists(st.booleans(), max_size=5).map(tuple)
    return Spikes(
        current=draw(st.floats(0.0, 10.0)),
        noise=draw(st.floats(0.0, 4.0)),
        excitatory=draw(switches),
        inhibitory=draw(switches),
        train=draw(st.floats(1.0, 200.0)),
        refractory=draw(st.floats(0.0, 10.0)),
        seed=draw(st.integers(0, 99)),
    )


@given(spikes())
@settings(max_examples=30)
def test_a_file_gives_the_same_and_every_run_of_it_the_same_bits(experiment: Spikes) -> None:
    assert parse_experiment(format_experiment(experiment), "test") == experiment
    one, other = moment_of(experiment, 30).state, moment_of(experiment, 30).state
    assert one.trace.tobytes() == other.trace.tobytes()
    assert one.counts.tobytes() == other.counts.tobytes()
    assert one.spikes.tobytes() == other.spikes.tobytes()
    assert (one.trace < experiment.threshold).all()


def test_a_step_back_and_on_again_ends_at_the_same() -> None:
    run = begin(Spikes(current=1.4, noise=3.0))
    run.advance(20)
    kept = run.snapshot()
    run.advance(30)
    after = run.snapshot()
    run.restore(kept)
    run.advance(30)
    assert run.snapshot().state.trace.tobytes() == after.state.trace.tobytes()


def test_settings_change_while_it_runs_and_rates_are_counted_anew() -> None:
    run = begin(Spikes())
    run.advance(SWEEP)
    other = Spikes(current=4.0)
    assert other.continues(run.experiment)
    assert not replace(other, tau=10.0).continues(other)
    run.tune(other)
    state = run.snapshot().state
    assert (state.rate, state.counts.sum(), state.since, state.fits) == (0.0, 0, SWEEP, {})
    run.advance(SWEEP)
    assert run.snapshot().state.rate == pytest.approx(other.membrane.rate(4.0), rel=0.01)


def test_a_sweep_is_an_epoch() -> None:
    moment = moment_of(Spikes(), SWEEP + 3)
    assert (moment.epoch, moment.step_in_epoch) == (1, 3)


def test_what_arrives_is_regular_and_staggered() -> None:
    experiment = Spikes(excitatory=(True, True, False, True), inhibitory=(True,))
    arrived = {at: current for at in range(400) if (current := arriving(experiment, at))}
    assert arrived == {0: -2.0, 50: 2.0, 150: 2.0, 200: -2.0, 250: 2.0, 350: 2.0}


def test_a_synapse_is_switched_on_and_off() -> None:
    once = Spikes().switched("inhibitory", 0)
    assert once.inhibitory == (True,)
    assert once.switched("excitatory", 2).excitatory == (False, False, True, False)
    assert once.switched("inhibitory", 0) == Spikes()


def test_the_neurons_beside_it_have_the_rates_of_the_formula_without_noise() -> None:
    state, membrane = moment_of(Spikes(current=0.0), 2000).state, Spikes().membrane
    expected = np.array([membrane.rate(current) for current in CURRENTS.tolist()])
    assert np.abs(state.rates - expected).max() < 0.6
    assert state.bank.shape == (len(CURRENTS), ALIKE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("current = -1.0", "current"),
        ("noise = 100.0", "noise"),
        ("refractory = nan", "refractory"),
        ("excitatory = [1]", "excitatory"),
        ("inhibitory = [" + "true, " * 9 + "]", "inhibitory"),
    ],
)
def test_what_is_not_allowed_is_said_in_a_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_experiment(f'kind = "spikes"\n{text}', "lecture.toml")
    assert len(str(caught.value).splitlines()) == 1
