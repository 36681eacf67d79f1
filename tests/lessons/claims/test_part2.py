"""What the lessons of part II say is true: measured on their own pages."""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import forward
from nnviz.runs.layer_statistics import DeltaSizes
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.sweep import sweep

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def with_seed(experiment: Any, seed: int) -> Any:
    return replace(experiment, training=replace(experiment.training, seed=seed))


def ratios_of(experiment: Any) -> Any:
    """How many times smaller ∂loss/∂p is in the first layer than at the output, at the start, for 40 seeds."""
    snapshots = [NetworkRun(with_seed(experiment, seed)).snapshot() for seed in range(40)]
    sizes = np.array([DeltaSizes(snapshot.problem).sizes(snapshot.parameters) for snapshot in snapshots])
    return sizes[:, -1] / sizes[:, 0]


def lanes_of(run: Run) -> list[Any]:
    """The experiments of a race."""
    return [lane.experiment for lane in run.snapshot().lanes]


class TestActivations:
    @pytest.mark.parametrize("name", sorted(ACTIVATIONS))
    def test_each_slope_equals_central_differences(self, name: str) -> None:
        function = ACTIVATIONS[name]
        p = np.linspace(-4.03, 3.97, 401)
        h = 1e-6
        difference = (function(p + h) - function(p - h)) / (2 * h)
        assert np.allclose(function.derivative(p), difference, atol=1e-8)

    def test_at_the_kink_the_slope_of_relu_is_zero(self) -> None:
        assert ACTIVATIONS["relu"].derivative(np.array([0.0])) == 0.0

    def test_without_a_function_six_neurons_keep_the_line(self, experiment: Played) -> None:
        result = sweep(experiment("activations", 1), range(10), 60)
        assert np.nanmedian(result.train_accuracy) <= 0.75

    @pytest.mark.parametrize("page", [2, 5, 8, 9])
    def test_with_one_they_learn_the_disc(self, experiment: Played, page: int) -> None:
        result = sweep(experiment("activations", page), range(10), 200)
        assert np.nanmedian(result.train_accuracy) >= 0.98

    def test_saturated_neurons_learn_practically_nothing(self, run: Begun) -> None:
        network = run("activations", 3)
        before = network.snapshot().weights[0]
        network.advance(100 * network.steps_an_epoch)
        network.measure()
        assert np.abs(network.snapshot().weights[0] - before).max() < 2e-6
        assert network.snapshot().metrics.train.accuracy < 0.55

    def test_tanh_has_learned_the_disc_when_sigmoid_has_not(self, run: Begun) -> None:
        sigmoid, tanh = (sweep(lane, range(20), 20).train_accuracy for lane in lanes_of(run("activations", 4)))
        assert np.median(sigmoid) < 0.7
        assert np.median(tanh) >= 0.98

    def test_dead_neurons_stay_as_they_are_to_the_last_digit(self, run: Begun) -> None:
        network = run("activations", 6)
        before = network.snapshot()
        network.advance(200 * network.steps_an_epoch)
        after = network.snapshot()
        assert (after.weights[0][1:] == before.weights[0][1:]).all()
        assert (after.biases[0][1:] == before.biases[0][1:]).all()
        assert (after.weights[0][0] != before.weights[0][0]).any()

    def test_a_leaky_relu_wakes_three_of_them(self, run: Begun) -> None:
        network = run("activations", 7)
        network.advance(200 * network.steps_an_epoch)
        snapshot = network.snapshot()
        sums = snapshot.problem.train.inputs @ snapshot.weights[0].T + snapshot.biases[0]
        assert ((sums > 0.0).mean(axis=0)[1:] > 0.05).sum() == 3


class TestVanishing:
    def test_sigmoids_shrink_it_by_millions_and_the_page_is_typical(self, experiment: Played) -> None:
        ratios = ratios_of(experiment("vanishing", 1))
        assert 5e6 < np.median(ratios) < 1.5e7
        assert ratios[8] == pytest.approx(np.median(ratios), rel=0.2)

    def test_sigmoids_do_not_learn_in_fifty_epochs(self, experiment: Played) -> None:
        assert (sweep(experiment("vanishing", 2), range(20), 50).train_accuracy < 0.55).all()

    def test_relu_shrinks_it_by_hundreds_and_he_initialisation_by_ten(self, experiment: Played) -> None:
        for page, expected in ((3, 210.0), (4, 10.0)):
            ratios = ratios_of(experiment("vanishing", page))
            assert np.median(ratios) == pytest.approx(expected, rel=0.1)
            assert ratios[1] == pytest.approx(np.median(ratios), rel=0.1)

    def test_thirty_layers_learn_only_with_he_initialisation_and_not_always(self, run: Begun) -> None:
        study = run("vanishing", 5)
        study.advance(10_000)
        assert [int((values >= 0.98).sum()) for values in study.snapshot().values] == [0, 0, 9]


class TestLinearCollapse:
    @staticmethod
    def difference(snapshot: Any) -> float:
        """Between the network's outputs and W̃ x + b̃."""
        inputs = snapshot.problem.train.inputs.T
        product = reduce(lambda done, weights: weights @ done, snapshot.weights)
        layers = zip(snapshot.weights, snapshot.biases, strict=True)
        bias = reduce(lambda done, layer: layer[0] @ done + layer[1], layers, 0.0 * inputs[:, 0])
        *_, (_, outputs) = forward(snapshot.problem.network, snapshot.parameters, inputs)
        return float(np.abs(outputs - (product @ inputs + bias[:, None])).max())

    def test_net_and_collapsed_map_agree(self, run: Begun) -> None:
        network = run("linear-collapse", 1)
        for _ in range(5):
            network.advance(100)
            assert self.difference(network.snapshot()) < 1e-10

    def test_without_a_function_it_is_not_learned(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("linear-collapse", 1), range(10), 30).train_accuracy) <= 0.75

    def test_the_product_by_hand(self, run: Begun) -> None:
        snapshot = run("linear-collapse", 2).snapshot()
        (first, second), (below, above) = snapshot.weights, snapshot.biases
        assert (second @ first).tolist() == [[5.0, 3.0]]
        assert (second @ below + above).tolist() == [1.5]

    def test_one_tanh_layer_makes_them_differ_and_learns_the_disc(self, run: Begun) -> None:
        network = run("linear-collapse", 3)
        network.advance(100 * network.steps_an_epoch)
        network.measure()
        assert self.difference(network.snapshot()) > 0.1
        assert network.snapshot().metrics.train.accuracy >= 0.98


class TestHalfPlanes:
    def test_a_closed_region_needs_three_neurons(self, experiment: Played) -> None:
        results = [sweep(experiment("half-planes", page), range(20), 200) for page in (1, 2, 3)]
        medians = [np.median(result.train_accuracy) for result in results]
        assert medians[0] < 0.75
        assert medians[1] < 0.9
        assert medians[2] >= 0.98

    @staticmethod
    def roundness(experiment: Any, seed: int) -> float:
        """The greatest distance of the region's rim from the middle, as a multiple of the least."""
        network = NetworkRun(with_seed(experiment, seed))
        network.advance(200 * network.steps_an_epoch)
        snapshot, distances = network.snapshot(), np.linspace(0.2, 5.5, 200)
        rim = []
        for angle in np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False):
            ray = np.stack([distances * np.cos(angle), distances * np.sin(angle)])
            *_, (_, outputs) = forward(snapshot.problem.network, snapshot.parameters, ray)
            inside = np.sign(outputs[0])
            crossing = np.flatnonzero(inside != inside[0])
            rim += distances[crossing[:1]].tolist()
        return float(max(rim) / min(rim))

    @pytest.mark.parametrize(("page", "ratio"), [(3, 1.65), (4, 1.29)])
    def test_the_more_neurons_the_rounder(self, experiment: Played, page: int, ratio: float) -> None:
        found = [self.roundness(experiment("half-planes", page), seed) for seed in range(12)]
        assert np.median(found) == pytest.approx(ratio, abs=0.03)

    def test_with_three_some_starts_fail_and_with_four_none(self, run: Begun) -> None:
        study = run("half-planes", 5)
        study.advance(10_000)
        snapshot = study.snapshot()
        assert all(more >= fewer for fewer, more in pairwise(snapshot.medians))
        assert [bool((values < 0.9).any()) for values in snapshot.values[2:]] == [True, False, False]

    def test_two_discs_are_built_by_hand_one_for_each_neuron_of_the_second_layer(self, run: Begun) -> None:
        network = run("half-planes", 6)
        network.measure()
        snapshot = network.snapshot()
        assert (snapshot.metrics.train.accuracy, snapshot.metrics.test.accuracy) == (1.0, 1.0)
        inputs = snapshot.problem.train.inputs.T
        _, (_, second), _ = forward(snapshot.problem.network, snapshot.parameters, inputs)
        for neuron, middle in zip(second, ([-2.5, -1.5], [2.5, 1.5]), strict=True):
            away = np.hypot(*(inputs - np.array(middle)[:, None]))
            assert ((neuron > 0.0) == (away < 2.0)).all()

    def test_such_layers_learn_them_too(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("half-planes", 7), range(20), 300).test_accuracy) >= 0.975


class TestFunctionApproximation:
    def test_two_neurons_make_the_bump(self, experiment: Played) -> None:
        result = sweep(experiment("function-approximation", 1), range(10), 500)
        assert np.median(result.train_loss) < 0.001

    @pytest.mark.parametrize(("neurons", "error"), [(1, 0.57), (2, 0.23), (3, 0.09), (4, 0.08)])
    def test_three_or_four_come_close_to_the_sine(self, experiment: Played, neurons: int, error: float) -> None:
        page = experiment("function-approximation", 2)
        page = replace(page, network=replace(page.network, hidden=(neurons,)))
        losses = sweep(with_seed(page, 0), range(20), 2000).train_loss
        assert np.median(np.sqrt(2.0 * losses)) == pytest.approx(error, abs=0.005)

    def test_nine_tenths_of_the_fall_come_in_the_first_tenth(self, experiment: Played) -> None:
        page = experiment("function-approximation", 3)
        first, early, last = (sweep(page, range(10), epochs).train_loss for epochs in (0, 30, 300))
        assert ((first - early) / (first - last) > 0.9).all()

    def test_the_error_falls_with_every_doubling_but_not_to_a_half(self, run: Begun) -> None:
        study = run("function-approximation", 4)
        study.advance(10_000)
        medians = study.snapshot().medians
        assert all(wide < narrow for narrow, wide in pairwise(medians))
        assert medians[5] > 0.5 * medians[2]

    def test_what_is_set_by_hand_is_closer_than_what_is_learned(self, run: Begun) -> None:
        by_hand, learned = lanes_of(run("function-approximation", 5))
        network = NetworkRun(by_hand)
        network.measure()
        built = network.snapshot().metrics.train.loss
        assert built == pytest.approx(0.001, abs=2e-4)
        assert (sweep(learned, range(20), 300).train_loss > 10.0 * built).all()

    def test_cubes_come_to_the_best_polynomial_of_degree_three_and_no_further(self, run: Begun) -> None:
        study = run("function-approximation", 6)
        study.advance(10_000)
        train = NetworkRun(study.snapshot().experiment.base).snapshot().problem.train
        x, targets = train.inputs[:, 0], train.targets[:, 0]
        best = np.sqrt(np.mean((np.polyval(np.polyfit(x, targets, 3), x) - targets) ** 2))
        assert best == pytest.approx(0.536, abs=5e-4)
        assert all(best <= median < 0.56 for median in study.snapshot().medians)


class TestFeatures:
    def test_squares_let_one_neuron_learn_the_disc(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("features", 1), range(10), 100).train_accuracy) >= 0.98

    @pytest.mark.parametrize(
        ("page", "expected"),
        [(2, ((0.4, 0.55), (0.98, 1.0), (0.98, 1.0))), (3, ((0.61, 0.65), (0.5, 0.57), (0.98, 1.0)))],
    )
    def test_accuracies_of_the_three(self, run: Begun, page: int, expected: Any) -> None:
        for lane, (least, most) in zip(lanes_of(run("features", page)), expected, strict=True):
            assert least <= np.median(sweep(lane, range(20), 200).test_accuracy) <= most

    def test_in_the_last_layer_the_spiral_is_nearly_linearly_separable(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("features", 4), range(20), 200).train_accuracy) == 1.0
