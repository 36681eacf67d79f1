"""What the lessons of part I say is true: measured on their own pages."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.engine.network import forward
from nnviz.experiment.problem import obtain
from nnviz.runs.begin import begin
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.sweep import sweep
from separation import bound

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def settled(run: Run, steps: int = 20_000) -> Any:
    run.advance(steps)
    assert run.settled
    return run.snapshot()


def accuracies(experiment: Any, seeds: int, epochs: int) -> Any:
    """Training accuracy of every seed."""
    return sweep(experiment, range(seeds), epochs).train_accuracy


class TestNeuron:
    def test_the_boundary_is_the_line_where_the_sum_is_zero(self, experiment: Played) -> None:
        network = NetworkRun(experiment("neuron", 2))
        (weights,), (bias,) = network.snapshot().weights[0], network.snapshot().biases[0]
        along = np.array([-weights[1], weights[0]]) / np.hypot(*weights)
        foot = -bias * weights / (weights @ weights)
        line = foot + np.linspace(-5, 5, 50)[:, None] * along
        sums = line @ weights + bias
        assert np.abs(np.tanh(sums)).max() < 1e-12

    def test_the_output_is_the_formula(self, experiment: Played) -> None:
        network = NetworkRun(experiment("neuron", 4))
        snapshot = network.snapshot()
        inputs = snapshot.problem.train.inputs
        *_, (_, outputs) = forward(snapshot.problem.network, snapshot.parameters, inputs.T)
        weights, bias = snapshot.weights[0][0], snapshot.biases[0][0]
        by_hand = [math.tanh(weights[0] * x + weights[1] * y + bias) for x, y in inputs]
        assert np.abs(outputs[0] - by_hand).max() < 1e-12

    def test_twice_the_weights_keep_the_boundary_and_steepen_the_surface(self, experiment: Played) -> None:
        before, after = (NetworkRun(experiment("neuron", page)).snapshot() for page in (2, 3))
        assert np.array_equal(2 * before.weights[0], after.weights[0])
        assert np.array_equal(2 * before.biases[0], after.biases[0])

    def test_it_learns_the_two_clouds(self, experiment: Played) -> None:
        assert np.median(accuracies(experiment("neuron", 5), 10, 60)) >= 0.99


class TestMcCullochPitts:
    @pytest.mark.parametrize(
        ("page", "table"), [(1, (0, 0, 0, 1)), (2, (0, 1, 1, 1)), (3, (1, 0)), (4, (0, 1, 1, 0))]
    )
    def test_the_circuits_give_their_truth_tables(self, run: Begun, page: int, table: tuple[int, ...]) -> None:
        state = settled(run("mcculloch-pitts", page)).state
        assert tuple(np.ravel(state.table).astype(int)) == table

    def test_the_majority_is_wrong_as_given_and_right_with_the_wire_and_threshold_of_the_notes(
        self, experiment: Played
    ) -> None:
        given = experiment("mcculloch-pitts", 5)
        unit = replace(given.units[0], threshold=2, excitatory=("x1", "x2", "x3"))
        wrong, right = settled(begin(given)), settled(begin(replace(given, units=(unit,))))
        assert tuple(np.ravel(wrong.state.table).astype(int)) != given.wanted
        assert tuple(np.ravel(right.state.table).astype(int)) == given.wanted


class TestHebb:
    def test_after_k_pairings_the_weights_are_exactly_k_steps_larger(self, run: Begun) -> None:
        hebb = run("hebb", 2)
        for k in range(1, 7):
            hebb.advance(1)
            assert np.allclose(hebb.snapshot().state.weights, [1.0 + 0.1 * k, 0.1 * k], atol=1e-15)

    def test_the_bell_alone_is_enough_afterwards(self, run: Begun) -> None:
        hebb = run("hebb", 2)
        hebb.advance(7)
        assert hebb.snapshot().state.output == 1.0

    def test_hebbs_weights_grow_without_bound(self, run: Begun) -> None:
        hebb = run("hebb", 3)
        lengths = []
        for _ in range(6):
            hebb.advance(100)
            lengths.append(np.linalg.norm(hebb.snapshot().state.weights))
        assert all(later > 10 * earlier for earlier, later in pairwise(lengths))

    def test_ojas_weights_tend_to_length_one(self, experiment: Played) -> None:
        oja = experiment("hebb", 4)
        for seed in range(5):
            hebb = begin(replace(oja, seed=seed, learning_rate=0.005))
            hebb.advance(20_000)
            weights = hebb.snapshot().state.weights
            assert np.linalg.norm(weights) == pytest.approx(1.0, abs=0.05)
            assert abs(weights @ [1.0, 1.0]) / np.sqrt(2) == pytest.approx(1.0, abs=0.05)


class TestHopfield:
    @pytest.mark.parametrize("page", [1, 2, 3, 5])
    def test_damaged_pictures_are_recalled_whole(self, run: Begun, page: int) -> None:
        assert settled(run("hopfield", page)).measures["overlap"] == 1.0

    @pytest.mark.parametrize("page", [1, 2, 4])
    def test_the_energy_never_rises(self, run: Begun, page: int) -> None:
        net, energies = run("hopfield", page), []
        while not net.settled:
            net.advance(1)
            energies.append(net.snapshot().measures["energy"])
        assert max(np.diff(energies)) <= 1e-12

    def test_recall_works_at_a_load_of_a_twentieth_and_fails_at_three_tenths(self, experiment: Played) -> None:
        crowded = experiment("hopfield", 4)
        recalled = {}
        for stored in (5, 30):
            runs = [begin(replace(crowded, random=stored, seed=seed)) for seed in range(20)]
            recalled[stored] = [settled(run).state.overlaps[0] for run in runs]
        assert np.mean(recalled[5]) > 0.98
        assert np.mean(recalled[30]) < 0.7
        assert settled(begin(crowded)).state.overlaps[0] < 0.9


class TestPerceptron:
    @pytest.mark.parametrize("page", [2, 3, 4])
    def test_mistakes_end_and_are_no_more_than_the_bound(self, run: Begun, page: int) -> None:
        moment = settled(run("perceptron", page))
        dataset, _ = obtain(moment.experiment.data)
        assert moment.measures["errors"] == 0
        assert moment.measures["mistakes"] <= bound(dataset.inputs, dataset.targets.astype(np.float64))

    @pytest.mark.parametrize("rate", [0.01, 0.5, 100.0])
    def test_the_number_of_mistakes_is_bounded_whatever_the_rate(self, experiment: Played, rate: float) -> None:
        moment = settled(begin(replace(experiment("perceptron", 2), learning_rate=rate)))
        dataset, _ = obtain(moment.experiment.data)
        assert moment.measures["mistakes"] <= bound(dataset.inputs, dataset.targets.astype(np.float64))


class TestXorProblem:
    def test_at_least_one_of_four_is_wrong_for_ever(self, run: Begun) -> None:
        perceptron = run("xor-problem", 1)
        for _ in range(400):
            perceptron.advance(1)
            assert perceptron.snapshot().measures["errors"] >= 1
        assert not perceptron.settled

    def test_an_exhaustive_search_over_lines_agrees(
        self, experiment: Played, fewest_line_errors: Callable[..., int]
    ) -> None:
        dataset, _ = obtain(experiment("xor-problem", 1).data)
        assert fewest_line_errors(dataset.inputs, dataset.targets) == 1

    def test_no_network_of_one_neuron_gets_four_right(self, experiment: Played) -> None:
        assert accuracies(experiment("xor-problem", 2), 20, 300).max() <= 0.75

    def test_one_neuron_stays_at_three_in_four_of_the_squares(self, experiment: Played) -> None:
        assert np.median(accuracies(experiment("xor-problem", 3), 20, 60)) <= 0.75


class TestXorSolved:
    def test_the_hand_made_net_is_exact(self, run: Begun) -> None:
        assert run("xor-solved", 1).snapshot().metrics.train.accuracy == 1.0

    def test_steps_learn_nothing_in_the_first_layer(self, run: Begun) -> None:
        network = run("xor-solved", 2)
        before = network.snapshot()
        network.advance(200)
        after = network.snapshot()
        assert np.array_equal(before.weights[0], after.weights[0])
        assert not np.array_equal(before.weights[1], after.weights[1])

    def test_the_page_that_learns_it_does(self, run: Begun) -> None:
        network = run("xor-solved", 3)
        network.advance(1000)
        network.measure()
        assert network.snapshot().metrics.train.accuracy == 1.0

    def test_how_often_it_is_learned(self, run: Begun) -> None:
        study = run("xor-solved", 4)
        study.advance(10_000)
        successes = study.snapshot().successes
        assert successes[0] == pytest.approx(35, abs=5)
        assert successes[1] >= 45
        assert successes[2] >= 48


class TestThreeDatasets:
    def test_the_linear_set_is_learned_by_one_neuron(self, experiment: Played) -> None:
        assert np.median(accuracies(experiment("three-datasets", 1), 20, 60)) >= 0.99

    @pytest.mark.parametrize("page", [2, 3])
    def test_disc_and_squares_are_not(self, experiment: Played, page: int) -> None:
        assert np.median(accuracies(experiment("three-datasets", page), 20, 60)) <= 0.75

    @pytest.mark.parametrize("page", [4, 5])
    def test_with_a_hidden_layer_they_are(self, experiment: Played, page: int) -> None:
        assert np.median(accuracies(experiment("three-datasets", page), 20, 200)) >= 0.98


class TestZoo:
    def test_both_with_hidden_layers_learn_the_disc_and_the_perceptron_does_not(self, run: Begun) -> None:
        race = run("zoo", 1)
        race.advance(100 * race.steps_an_epoch)
        race.measure()
        perceptron, network, deep = (lane.metrics.test.accuracy for lane in race.snapshot().lanes)
        assert perceptron <= 0.75
        assert min(network, deep) >= 0.97

    def test_the_deep_one_gets_furthest_on_the_spiral(self, run: Begun) -> None:
        race = run("zoo", 2)
        race.advance(300 * race.steps_an_epoch)
        race.measure()
        perceptron, network, deep = (lane.metrics.train.accuracy for lane in race.snapshot().lanes)
        assert deep > network > perceptron
