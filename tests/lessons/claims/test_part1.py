"""What the lessons of part I say is true: measured on their own pages."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.engine.network import forward
from nnviz.engine.rules import fires
from nnviz.experiment.obtaining import obtain
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


def best_of_lines(data: Any) -> float:
    """The largest share of the samples that a line gets right, of 3,600 directions and all places."""
    dataset, _ = obtain(data)
    signs = np.where(dataset.targets > 0, 1.0, -1.0)
    angles = np.linspace(0.0, np.pi, 3600, endpoint=False)
    heights = dataset.inputs @ np.stack([np.cos(angles), np.sin(angles)])
    gained = np.cumsum(signs[np.argsort(heights, axis=0)], axis=0)
    return float(0.5 + np.abs(gained - signs.sum() / 2).max() / len(signs))


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

    def test_a_larger_bias_shifts_the_line_against_the_arrow(self, experiment: Played) -> None:
        before, after = (NetworkRun(experiment("neuron", page)).snapshot() for page in (3, 4))
        assert np.array_equal(before.weights[0], after.weights[0])
        length = np.hypot(*before.weights[0][0])
        feet = [-moment.biases[0][0] / length for moment in (before, after)]
        assert feet[1] - feet[0] == pytest.approx(-0.9, abs=0.01)

    def test_it_learns_the_two_clouds_by_a_line_that_depends_on_the_start(self, experiment: Played) -> None:
        learned = sweep(experiment("neuron", 5), range(20), 60)
        assert np.median(learned.train_accuracy) >= 0.99
        directions = []
        for seed in range(20):
            page = experiment("neuron", 5)
            network = NetworkRun(replace(page, training=replace(page.training, seed=seed)))
            network.advance(60 * network.steps_an_epoch)
            directions.append(np.degrees(np.arctan2(*network.snapshot().weights[0][0][::-1])))
        assert min(directions) == pytest.approx(22, abs=1)
        assert max(directions) == pytest.approx(75, abs=1)


class TestMcCullochPitts:
    @pytest.mark.parametrize(
        ("page", "table"),
        [
            (1, (0, 0, 0, 1)),
            (2, (0, 1, 1, 1)),
            (3, (0, 0, 1, 0, 1, 0, 1, 0)),
            (4, (1, 0)),
            (5, (0, 1, 1, 0)),
        ],
    )
    def test_the_circuits_give_their_truth_tables(self, run: Begun, page: int, table: tuple[int, ...]) -> None:
        state = settled(run("mcculloch-pitts", page)).state
        assert tuple(np.ravel(state.table).astype(int)) == table

    def test_the_majority_is_wrong_as_given_and_right_with_the_wire_and_threshold_of_the_notes(
        self, experiment: Played
    ) -> None:
        given = experiment("mcculloch-pitts", 6)
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

    def test_the_bell_alone_is_enough_afterwards_and_grows_by_its_own_answer(self, run: Begun) -> None:
        hebb = run("hebb", 2)
        hebb.advance(7)
        assert hebb.snapshot().state.output == 1.0
        assert hebb.snapshot().state.weights == pytest.approx([1.6, 0.7])

    def test_hebbs_rule_knows_no_extinction(self, run: Begun) -> None:
        hebb = run("hebb", 3)
        hebb.advance(10)
        assert hebb.snapshot().state.weights == pytest.approx([1.6, 1.7])

    def test_hebbs_weights_grow_without_bound(self, run: Begun) -> None:
        hebb = run("hebb", 4)
        lengths = []
        for _ in range(6):
            hebb.advance(100)
            lengths.append(np.linalg.norm(hebb.snapshot().state.weights))
        assert all(later > 10 * earlier for earlier, later in pairwise(lengths))

    def test_ojas_weights_tend_to_length_one(self, experiment: Played) -> None:
        oja = experiment("hebb", 5)
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
    @pytest.mark.parametrize(("page", "mistakes", "most"), [(2, 5, 27), (3, 11, 51), (4, 11, 51), (5, 9, None)])
    def test_mistakes_end_and_are_no_more_than_the_bound(
        self, run: Begun, page: int, mistakes: int, most: int | None
    ) -> None:
        moment = settled(run("perceptron", page))
        train = moment.state.problem.train
        allowed = bound(train.inputs, train.targets[:, 0])
        assert (moment.measures["errors"], moment.measures["mistakes"]) == (0, mistakes)
        assert mistakes <= allowed
        assert most is None or int(allowed) == most

    def test_the_first_mistake_changes_the_threshold_only(self, run: Begun) -> None:
        first = run("perceptron", 1)
        first.advance(1)
        state = first.snapshot().state
        assert (state.inputs[state.sample].tolist(), state.targets[state.sample]) == ([0.0, 0.0], 0.0)
        assert (state.weights.tolist(), state.bias) == ([0.0, 0.0], -0.5)

    def test_from_zero_the_learning_rate_changes_no_answer(self, run: Begun) -> None:
        slow, fast = (settled(run("perceptron", page)).state for page in (3, 4))
        assert (fast.weights, fast.bias) == (pytest.approx(10 * slow.weights), pytest.approx(10 * slow.bias))
        assert fast.errors_by_epoch == slow.errors_by_epoch

    def test_fifty_cards_are_enough_to_tell_left_from_right(self, experiment: Played) -> None:
        def after_fifty(seed: int) -> tuple[int, float]:
            page = experiment("perceptron", 6)
            cards = begin(replace(page, data=replace(page.data, seed=seed)))
            cards.advance(50)
            state = cards.snapshot().state
            test = state.problem.test
            right = fires(test.inputs, state.weights, state.bias) == (test.targets[:, 0] > 0.0)
            return state.mistakes, float(right.mean())

        assert after_fifty(0) == (9, 0.94)
        shares = [right for _, right in map(after_fifty, range(8))]
        assert min(shares) >= 0.9
        assert np.median(shares) == pytest.approx(0.94)

    @pytest.mark.parametrize("rate", [0.01, 0.5, 100.0])
    def test_the_number_of_mistakes_is_bounded_whatever_the_rate(self, experiment: Played, rate: float) -> None:
        moment = settled(begin(replace(experiment("perceptron", 2), learning_rate=rate)))
        dataset, _ = obtain(moment.experiment.data)
        assert moment.measures["mistakes"] <= bound(dataset.inputs, dataset.targets.astype(np.float64))


class TestXorProblem:
    @pytest.mark.parametrize("page", [1, 3])
    def test_at_least_one_of_four_is_wrong_for_ever(self, run: Begun, page: int) -> None:
        perceptron = run("xor-problem", page)
        for _ in range(400):
            perceptron.advance(1)
            assert perceptron.snapshot().measures["errors"] >= 1
        assert not perceptron.settled

    def test_the_same_weights_come_back_every_four_mistakes(self, run: Begun) -> None:
        perceptron, seen = run("xor-problem", 1), []
        for _ in range(40):
            perceptron.advance(1)
            state = perceptron.snapshot().state
            seen.append((*state.weights.tolist(), state.bias, state.sample))
        assert seen[3:-4] == seen[7:]

    def test_from_one_of_the_best_lines_the_rule_goes_away(self, run: Begun) -> None:
        perceptron = run("xor-problem", 3)
        wrong = [int(perceptron.snapshot().state.wrong.sum())]
        for _ in range(24):
            perceptron.advance(1)
            wrong.append(int(perceptron.snapshot().state.wrong.sum()))
        assert wrong[0] == 1
        assert wrong[:3] == [1, 3, 1]
        assert min(wrong[3:]) == 2

    def test_an_exhaustive_search_over_lines_agrees(
        self, experiment: Played, fewest_line_errors: Callable[..., int]
    ) -> None:
        dataset, _ = obtain(experiment("xor-problem", 1).data)
        assert fewest_line_errors(dataset.inputs, dataset.targets) == 1

    def test_one_neuron_gets_two_thirds_of_the_squares(self, experiment: Played) -> None:
        page = experiment("xor-problem", 4)
        assert sweep(page, [page.training.seed], 60).test_accuracy == [0.66]
        share = accuracies(page, 50, 60)
        assert (share.min(), np.median(share), share.max()) == pytest.approx((0.415, 0.675, 0.725), abs=0.001)

    def test_no_line_does_much_better(self, experiment: Played) -> None:
        assert best_of_lines(experiment("xor-problem", 4).data) == pytest.approx(0.73, abs=0.006)


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

    def test_the_steps_stop_at_three_of_four(self, run: Begun) -> None:
        network = run("xor-solved", 2)
        for _ in range(5):
            network.advance(200)
            network.measure()
            assert network.snapshot().metrics.train.accuracy == 0.75

    def test_the_page_that_learns_it_takes_other_lines_than_those_set_by_hand(self, run: Begun) -> None:
        network = run("xor-solved", 3)
        network.advance(400)
        network.measure()
        assert network.snapshot().metrics.train.accuracy == 1.0
        by_hand, learned = run("xor-solved", 1).snapshot().weights[0], network.snapshot().weights[0]
        assert (by_hand.prod(axis=1) > 0.0).all()
        assert (learned.prod(axis=1) < 0.0).all()

    def test_how_often_it_is_learned(self, run: Begun) -> None:
        study = run("xor-solved", 4)
        study.advance(10_000)
        successes = study.snapshot().successes
        assert tuple(successes) == (35, 48, 50)


class TestThreeDatasets:
    def test_the_linear_set_is_learned_by_one_neuron(self, experiment: Played) -> None:
        assert np.median(accuracies(experiment("three-datasets", 1), 20, 60)) >= 0.99

    @pytest.mark.parametrize(
        ("page", "spread"), [(2, (0.39, 0.565, 0.685)), (3, (0.37, 0.658, 0.75))], ids=["disc", "squares"]
    )
    def test_disc_and_squares_are_not(
        self, experiment: Played, page: int, spread: tuple[float, float, float]
    ) -> None:
        share = sweep(experiment("three-datasets", page), range(50), 60).test_accuracy
        assert (share.min(), np.median(share), share.max()) == pytest.approx(spread, abs=0.001)

    @pytest.mark.parametrize(("page", "right"), [(1, 0.99), (2, 0.56), (3, 0.655), (4, 0.995), (5, 1.0)])
    def test_each_page_ends_as_its_answer_says(self, experiment: Played, page: int, right: float) -> None:
        shown = experiment("three-datasets", page)
        epochs = 60 if page < 4 else 100
        assert sweep(shown, [shown.training.seed], epochs).test_accuracy == pytest.approx([right])

    def test_the_best_line_has_seventy_percent_of_the_disc(self, experiment: Played) -> None:
        assert best_of_lines(experiment("three-datasets", 2).data) == pytest.approx(0.70, abs=0.005)

    def test_three_hidden_neurons_are_enough_for_the_disc_and_two_are_not(self, experiment: Played) -> None:
        page = experiment("three-datasets", 4)
        two, three = (
            accuracies(replace(page, network=replace(page.network, hidden=(width,))), 20, 200) for width in (2, 3)
        )
        assert two.max() < 0.9
        assert np.median(three) == 1.0

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
        shares = [lane.metrics.test.accuracy for lane in race.snapshot().lanes]
        assert shares == pytest.approx([0.64, 0.70, 0.84], abs=0.0051)

    def test_so_it_is_with_other_starts_and_as_many_neurons_in_one_layer_do_not_help(
        self, experiment: Played
    ) -> None:
        base = experiment("zoo", 2).base
        nets = [replace(base, network=replace(base.network, hidden=h)) for h in ((), (8,), (8, 8, 8), (24,))]
        medians = [float(np.median(sweep(net, range(20), 300).test_accuracy)) for net in nets]
        assert medians == pytest.approx([0.597, 0.685, 0.847, 0.65], abs=0.006)
