"""What the lessons of the zoo say is true: measured on their own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.codes import CodePicture, Codes
from nnviz.data.dataset import FloatArray
from nnviz.engine.network import logits
from nnviz.engine.spiking import STEP
from nnviz.engine.tape import Array
from nnviz.runs.run import NetworkRun
from runs import moment_of, run_of

Played = Callable[[str, int], Any]

AUTOENCODER = "autoencoder"
EPOCHS = 40
SEEDS = range(4)
CLASSIFIER = (
    '[data]\nname = "digits"\ntrain_fraction = 0.7\n[network]\nhidden = [64]\nactivation = "relu"\n'
    'output = "softmax"\n'
    '[training]\nloss = "cross_entropy"\noptimizer = "adam"\nlearning_rate = 0.003\nbatch_size = 32\n'
)


def trained(experiment: Any, seed: int, epochs: int = EPOCHS) -> NetworkRun:
    run = NetworkRun(replace(experiment, training=replace(experiment.training, seed=seed)))
    run.advance(epochs * run.steps_an_epoch)
    run.measure()
    return run


def coded(run: NetworkRun) -> CodePicture:
    picture = Codes().prepare(run.problem)(run.snapshot())
    assert picture
    return picture


def component_errors(run: NetworkRun, most: int) -> list[float]:
    """Mean squared error of a test pixel with one, two, … principal components of the training samples."""
    train, test = run.problem.train.inputs, run.problem.test.inputs
    mean = train.mean(axis=0)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2]
    away = test - mean
    parts = (away @ axes[:count].T @ axes[:count] for count in range(1, most + 1))
    return [float(((away - part) ** 2).mean()) for part in parts]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_numbers_do_the_work_of_five_or_six_components(experiment: Played, seed: int) -> None:
    run = trained(experiment(AUTOENCODER, 1), seed)
    picture, errors = coded(run), component_errors(run, 6)
    assert 0.0315 < picture.codes.error < 0.0345
    assert picture.components.error == pytest.approx(errors[1]) == pytest.approx(0.053, abs=5e-4)
    assert errors[3] > picture.codes.error > errors[5]
    assert picture.codes.agreement is not None
    assert picture.components.agreement is not None
    assert 0.85 < picture.codes.agreement < 0.91
    assert 0.61 < picture.components.agreement < 0.65


def test_every_page_has_the_same_network(experiment: Played) -> None:
    first, *others = (experiment(AUTOENCODER, page) for page in range(1, 5))
    assert all(other == first for other in others)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_ten_epochs_it_is_better_than_the_components(experiment: Played, seed: int) -> None:
    picture = coded(trained(experiment(AUTOENCODER, 1), seed, 10))
    assert picture.codes.error < picture.components.error


def test_with_identities_it_finds_the_components(experiment: Played) -> None:
    given = experiment(AUTOENCODER, 1)
    linear = replace(
        given,
        network=replace(given.network, activation="identity", output="identity"),
        training=replace(given.training, learning_rate=0.003),
    )
    picture = coded(trained(linear, 0, 60))
    assert picture.codes.error == pytest.approx(picture.components.error, abs=0.001)


@pytest.mark.parametrize("seed", SEEDS)
def test_half_way_between_two_digits_there_is_often_a_third(experiment: Played, seed: int) -> None:
    reader, run = run_of(CLASSIFIER, 30), trained(experiment(AUTOENCODER, 1), seed)
    labels, rng = run.problem.test.labels, np.random.default_rng(seed)
    assert labels is not None
    pairs = [pair for pair in rng.integers(0, len(labels), (300, 2)) if labels[pair[0]] != labels[pair[1]]]
    points = coded(run).codes.points
    middles = decoded(run, np.array([points[pair].mean(axis=0) for pair in pairs]))
    third = read(reader, middles)
    share = np.mean([digit not in labels[pair] for digit, pair in zip(third, pairs, strict=True)])
    assert 0.5 <= share <= 0.7


def decoded(run: NetworkRun, codes: FloatArray) -> FloatArray:
    """What the layers after the third make of codes, shape (codes, 2)."""
    o: Array = codes.T
    for layer, function in zip(
        run.snapshot().parameters.layers[3:], run.problem.network.activations[3:], strict=True
    ):
        o = function(layer[:, :-1] @ o + layer[:, -1:])
    return np.asarray(o.T, np.float64)


def read(reader: NetworkRun, pictures: FloatArray) -> FloatArray:
    """The digits that a trained classifier takes pictures for."""
    return np.asarray(logits(reader.problem.network, reader.snapshot().parameters, pictures.T).argmax(axis=0))


class TestSpikes:
    LATER = 1500

    @pytest.mark.parametrize("current", [1.501, 1.55, 1.6, 2.0, 2.5, 4.0, 10.0])
    def test_the_rate_meets_the_formula_to_one_time_step(self, experiment: Played, current: float) -> None:
        posed = replace(experiment("spikes", 1), current=current)
        spikes = moment_of(posed, 500).state.spikes
        late = np.diff(spikes) - 1000.0 / posed.membrane.rate(current)
        assert len(late)
        assert -1e-9 < late.min() <= late.max() < STEP + 1e-9

    def test_twice_the_current_fires_2_6_times_as_fast(self, experiment: Played) -> None:
        rates = [moment_of(experiment("spikes", page), 1000).state.rate for page in (1, 2)]
        assert rates == pytest.approx([33.6, 87.0], abs=0.05)
        assert rates[1] / rates[0] == pytest.approx(2.6, abs=0.05)

    def test_below_the_threshold_it_never_fires(self, experiment: Played) -> None:
        state = moment_of(experiment("spikes", 3), 3000).state
        assert (len(state.spikes), state.potential) == (0, pytest.approx(14.0))

    def test_one_inhibitory_synapse_silences_three_and_four(self, experiment: Played) -> None:
        posed = experiment("spikes", 4)
        rates = {}
        for inhibited in (False, True):
            for count in range(5):
                switches = tuple(k < count for k in range(4))
                other = replace(posed, excitatory=switches, inhibitory=(inhibited,))
                rates[inhibited, count] = moment_of(other, 400).state.rate
        assert [rates[False, count] for count in range(3)] == [0.0, 0.0, 0.0]
        assert (rates[False, 3], rates[False, 4]) == (pytest.approx(16.7, abs=0.2), pytest.approx(33.3, abs=0.2))
        assert not any(rates[True, count] for count in range(5))

    @pytest.mark.parametrize("seed", range(2))
    @pytest.mark.parametrize(("noise", "rounded"), [(2.0, 18), (4.0, 23)])
    def test_with_noise_softplus_fits_and_the_sigmoid_does_not(
        self, experiment: Played, noise: float, rounded: int, seed: int
    ) -> None:
        state = moment_of(replace(experiment("spikes", 5), noise=noise, seed=seed), self.LATER).state
        softplus, sigmoid = state.fits["softplus"].misfit, state.fits["sigmoid"].misfit
        assert softplus < 0.015
        assert 0.018 < sigmoid < 0.032
        assert state.rates[15] == pytest.approx(rounded, abs=1.0)

    def test_without_noise_neither_fits(self, experiment: Played) -> None:
        fits = moment_of(replace(experiment("spikes", 5), noise=0.0), self.LATER).state.fits
        assert all(0.05 < fit.misfit < 0.06 for fit in fits.values())
