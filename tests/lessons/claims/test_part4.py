"""What the lessons of the zoo say is true: measured on their own pages."""

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.codes import CodePicture, Codes
from nnviz.data.dataset import FloatArray
from nnviz.engine.boltzmann import energies, swept
from nnviz.engine.network import logits
from nnviz.engine.rules import Spins, store
from nnviz.engine.spiking import STEP
from nnviz.engine.tape import Array
from nnviz.kinds.boltzmann import digits
from nnviz.kinds.composition.formula import read as read_formula
from nnviz.kinds.composition.formula import written
from nnviz.kinds.composition.schema import from_formula
from nnviz.kinds.hopfield.start import patterns_of
from nnviz.kinds.memory.schema import Memory
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


def cooled(patterns: Spins, temperatures: list[float], seed: int, start: Spins | None = None) -> Spins:
    """Two hundred nets that store patterns, from noise or from one of them, after a sweep at each temperature."""
    rng, units = np.random.default_rng(seed), patterns.shape[1]
    noise = rng.choice(np.array([-1, 1], np.int8), (200, units))
    spins = noise if start is None else np.repeat(start[None], 20, axis=0)
    for temperature in temperatures:
        spins = swept(store(patterns), spins, temperature, rng.random((units, len(spins))))
    return spins


def found(patterns: Spins, temperatures: list[float]) -> float:
    """The share of nets that end in a stored pattern or its negative, from noise."""
    ended = cooled(patterns, temperatures, 0)
    return float((np.abs(ended @ patterns.T.astype(float)).max(axis=1) > 0.9 * patterns.shape[1]).mean())


def improbable(counted: Array, expected: Array) -> float:
    """The p-value of Pearson's χ², the rarest states merged until five are expected (by Wilson and Hilferty)."""
    order = np.argsort(expected)
    groups = np.searchsorted(np.cumsum(expected[order]), 5.0) + 1
    merged = [np.append(each[order][:groups].sum(), each[order][groups:]) for each in (counted, expected)]
    square, freedom = ((merged[0] - merged[1]) ** 2 / merged[1]).sum(), len(merged[0]) - 1
    share = 2.0 / (9.0 * freedom)
    return 0.5 * math.erfc(((square / freedom) ** (1 / 3) - 1.0 + share) / math.sqrt(2.0 * share))


class TestBoltzmann:
    NAME = "boltzmann"
    COLD: ClassVar[list[float]] = [0.0] * 12
    COOLING: ClassVar[list[float]] = [0.93**k for k in range(42)] + [0.0] * 6

    @pytest.mark.parametrize("seed", range(4))
    def test_near_zero_it_is_the_hopfield_net(self, experiment: Played, seed: int) -> None:
        cold = replace(experiment(self.NAME, 2), temperature=0.0, damage=0.2, seed=seed)
        ended = moment_of(cold, 2000).state
        assert moment_of(replace(cold, temperature=0.02), 2000).state.spins.tobytes() == ended.spins.tobytes()
        assert ended.overlaps[0] == 1.0

    def test_at_three_tenths_the_memory_stays(self, experiment: Played) -> None:
        assert moment_of(experiment(self.NAME, 1), 6000).state.overlaps[0] > 0.9

    def test_the_memory_melts_between_a_half_and_seven_tenths(self, experiment: Played) -> None:
        overlaps = {}
        for temperature in (0.3, 0.4, 0.5, 0.6, 0.7, 0.9):
            each = []
            for seed in range(5):
                patterns = patterns_of(replace(experiment(self.NAME, 2), seed=seed))
                ended = cooled(patterns, [temperature] * 40, seed, patterns[0])
                each.append((ended @ patterns[0].astype(float)).mean() / 100)
            overlaps[temperature] = np.mean(each)
        assert overlaps[0.3] > 0.98
        assert overlaps[0.4] == pytest.approx(0.97, abs=0.02)
        assert overlaps[0.5] > 0.75
        assert overlaps[0.7] < 0.4
        assert overlaps[0.9] < 0.15
        assert abs(moment_of(experiment(self.NAME, 2), 6000).state.overlaps[0]) < 0.4

    def test_cooling_finds_a_stored_picture_where_they_are_unlike(self, experiment: Played) -> None:
        patterns = patterns_of(experiment(self.NAME, 3))
        assert 0.6 < found(patterns, self.COLD) < 0.76
        assert found(patterns, self.COOLING) > 0.98
        assert moment_of(experiment(self.NAME, 3), 6000).state.overlaps.max() == 1.0

    def test_and_a_false_one_where_they_are_alike(self, experiment: Played) -> None:
        patterns = patterns_of(experiment(self.NAME, 4))
        assert 0.72 < found(patterns, self.COLD) < 0.9
        assert found(patterns, self.COOLING) < 0.3
        state = moment_of(experiment(self.NAME, 4), 6000).state
        assert np.abs(state.overlaps).max() < 0.8
        assert state.energy < energies(store(patterns), patterns).min()

    def test_states_are_visited_as_their_energy_says(self, experiment: Played) -> None:
        posed = replace(experiment(self.NAME, 5), columns=4, temperature=0.5)
        chances = []
        for seed in range(20):
            state = moment_of(replace(posed, seed=seed), 20 * 8).state
            chances.append(improbable(3000 * state.counted, 3000 * state.expected))
        assert sum(chance < 0.05 for chance in chances) <= 3

    def test_one_net_over_time_is_not_enough(self, experiment: Played) -> None:
        state = moment_of(experiment(self.NAME, 6), 1200).state
        chain = state.visits / state.visits.sum()
        assert 0.5 * np.abs(chain - state.expected).sum() > 0.3
        assert 0.5 * np.abs(state.counted - state.expected).sum() < 0.1

    def test_a_restricted_machine_learns_without_labels(self, experiment: Played) -> None:
        errors = moment_of(experiment(self.NAME, 7), 20 * 63).state.errors[:, 1]
        assert errors[[0, 2]] == pytest.approx([0.133, 0.131], abs=0.003)
        assert errors[20] == pytest.approx(0.06, abs=0.004)

    def test_its_dreams_are_near_to_digits_and_no_copies(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 8)
        state, seen = moment_of(posed, 300).state, digits(posed.seed).train
        away = np.abs(state.dreams[:, None] - seen[None]).sum(axis=2).min(axis=1)
        assert 3.0 < away.mean() < 6.5
        assert len({dream.tobytes() for dream in state.dreams}) > 20


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


class TestComposition:
    NAME = "composition"

    def test_the_graph_computes_each_function_once(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 1)
        text = written(posed.read, {unit.name: unit.sources for unit in posed.units})
        assert text == "f5(f4(f1(x1), f2(x2)), f2(x2), f3(x3))"
        formula = read_formula(text)
        assert (formula.evaluations, len(posed.units)) == (6, 5)

    def test_values_and_gradients_are_those_of_the_lesson(self, experiment: Played) -> None:
        graph = moment_of(experiment(self.NAME, 3), 10).state.graph
        assert graph.names == ("x1", "x2", "x3", "f1", "f2", "f3", "f4", "f5")
        assert graph.values.tolist() == [2.0, 1.0, -1.0, 4.0, 3.0, 2.0, 1.0, 0.5]
        assert graph.gradients.tolist() == [1.5, -2.0, -0.5, 0.5, -1.0, 0.5, 0.5, 1.0]

    def test_both_wires_of_a_value_used_twice_hand_back(self, experiment: Played) -> None:
        graph = moment_of(experiment(self.NAME, 3), 10).state.graph
        parts = {wire: part for wire, part in graph.handed.items() if wire[0] == 4}
        assert parts == {(4, 6): -0.5, (4, 7): -0.5}

    def test_through_a_dead_unit_no_gradient_comes(self, experiment: Played) -> None:
        state = moment_of(experiment(self.NAME, 4), 10).state
        assert (state.graph.values[6], state.collected(0)) == (0.0, 0.0)
        assert state.graph.values[7] == pytest.approx(1.0 / (1.0 + math.exp(4.0)))

    def test_graph_and_layers_are_the_same(self, experiment: Played) -> None:
        graph = moment_of(experiment(self.NAME, 5)).state.graph
        assert (len(graph.layered.units), graph.layered.copies) == (7, 2)
        assert graph.difference <= 1e-12

    def test_the_gradient_counts_the_paths(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 6)
        assert moment_of(posed, 6).state.graph.gradients[0] == 2.0
        longer = from_formula(read_formula("f4(f3(f2(f1(x1)), f1(x1)), f2(f1(x1)))"), posed)
        units = tuple(replace(unit, function="identity") for unit in longer.units)
        assert moment_of(replace(longer, units=units)).state.graph.gradients[0] == 3.0


def finally_right(experiment: Memory, seeds: int, steps: int = 1000) -> list[float]:
    """The share right of each seed at the end."""
    return [moment_of(replace(experiment, seed=seed), steps).state.right for seed in range(seeds)]


def factors(experiment: Memory, seeds: int) -> list[float]:
    """By how much the gradient changes with each step back before training, for each seed."""
    return [moment_of(replace(experiment, seed=seed)).state.factor for seed in range(seeds)]


class TestMemory:
    NAME = "memory"

    def test_ten_signs_are_learned(self, experiment: Played) -> None:
        assert min(finally_right(experiment(self.NAME, 1), 5)) > 0.95
        assert moment_of(experiment(self.NAME, 1), 500).state.right > 0.95

    def test_thirty_are_not(self, experiment: Played) -> None:
        ended = finally_right(experiment(self.NAME, 2), 4)
        assert max(ended) < 0.95
        assert sorted(ended)[2] < 0.6
        assert 0.4 < ended[0] < 0.6

    def test_the_gradient_shrinks_by_a_constant_factor(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 3)
        found = factors(posed, 10)
        assert 0.4 < min(found) < max(found) < 0.6
        logs = np.log10(moment_of(posed).state.norms[:25])
        line = np.polyval(np.polyfit(np.arange(25), logs, 1), np.arange(25))
        assert np.abs(logs - line).max() < 0.03 * (logs[-1] - logs[0])

    def test_one_unit_set_by_hand_remembers_500(self, experiment: Played) -> None:
        state = moment_of(experiment(self.NAME, 4), 20).state
        assert state.tests[:, 1].tolist() == [1.0, 1.0, 1.0]
        assert state.factor < 0.1

    def test_a_forget_bias_of_1_is_mostly_not_enough(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 5)
        assert 0.75 < min(factors(posed, 6)) < max(factors(posed, 6)) < 0.88
        assert max(finally_right(posed, 2)) < 0.6

    def test_a_forget_bias_of_5_is(self, experiment: Played) -> None:
        posed = experiment(self.NAME, 6)
        assert 0.98 < min(factors(posed, 6)) < max(factors(posed, 6)) < 1.1
        assert min(finally_right(posed, 4, 500)) > 0.95

    def test_two_numbers_are_added_by_the_lstm(self, experiment: Played) -> None:
        plain, gated = experiment(self.NAME, 7).experiments
        assert max(finally_right(plain, 2)) < 0.8
        assert min(finally_right(gated, 2)) > 0.93
