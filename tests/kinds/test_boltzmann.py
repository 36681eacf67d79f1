import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.errors import InputError
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.kinds.boltzmann import DREAMS, Boltzmann, digits
from nnviz.runs.begin import begin
from runs import moment_of


def test_digits_are_black_and_white_and_split() -> None:
    data = digits(0)
    assert (len(data.train), len(data.test)) == (1258, 539)
    assert set(np.unique(data.train).tolist()) == {0.0, 1.0}
    assert not data.train.flags.writeable
    assert digits(1).train.tobytes() != data.train.tobytes()


def test_every_run_has_the_same_bits_and_goes_back_and_on() -> None:
    run = begin(Boltzmann(hidden=8))
    run.advance(20)
    kept = run.snapshot()
    run.advance(60)
    ended = run.snapshot()
    run.restore(kept)
    run.advance(60)
    assert run.snapshot().state.weights.tobytes() == ended.state.weights.tobytes()
    assert moment_of(Boltzmann(hidden=8), 80).state.weights.tobytes() == ended.state.weights.tobytes()


def test_what_was_trained_before_is_as_if_it_had_been_now() -> None:
    before, now = moment_of(Boltzmann(hidden=8, trained=2)), moment_of(Boltzmann(hidden=8), 2 * 63)
    assert before.state.weights.tobytes() == now.state.weights.tobytes()
    assert (before.step, before.state.learned, now.epoch) == (0, 126, 2)
    assert before.state.errors[:, 0].tolist() == [0.0, 1.0, 2.0]


def test_what_is_saved_begins_with_what_was_learned() -> None:
    moment = moment_of(Boltzmann(hidden=8, trained=1), 70)
    assert moment.as_resumed() == Boltzmann(hidden=8, trained=2)


def test_the_error_falls() -> None:
    state = moment_of(Boltzmann(hidden=16, trained=10)).state
    assert state.errors[0, 1] == pytest.approx(0.133, abs=0.002)
    assert state.error < 0.08


def test_while_it_dreams_it_learns_nothing() -> None:
    run = begin(Boltzmann(hidden=8, trained=1))
    before = run.snapshot().state
    dreaming = Boltzmann(hidden=8, trained=1, dreaming=True)
    assert dreaming.continues(before and Boltzmann(hidden=8, trained=1))
    run.tune(dreaming)
    run.advance(5)
    state = run.snapshot().state
    assert (state.dreamt, state.learned) == (5, before.learned)
    assert state.weights.tobytes() == before.weights.tobytes()
    assert state.dreams.shape == (DREAMS, 64)
    assert state.dreams.tobytes() != before.dreams.tobytes()
    run.tune(replace(dreaming, dreaming=False))
    assert run.snapshot().state.dreamt == 0


@pytest.mark.parametrize(("text", "said"), [("hidden = 0", "hidden"), ("learning_rate = inf", "learning_rate")])
def test_what_is_not_allowed_is_said_in_a_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_experiment(f'kind = "boltzmann"\n{text}', "lecture.toml")
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_gives_the_same() -> None:
    experiment = Boltzmann(hidden=32, learning_rate=0.05, trained=3, dreaming=True, seed=4)
    assert parse_experiment(format_experiment(experiment), "test") == experiment
