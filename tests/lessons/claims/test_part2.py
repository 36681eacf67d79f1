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


def delta_sizes(experiment: Any) -> Any:
    """Root mean square of ∂loss/∂p by layer, at the start."""
    snapshot = NetworkRun(experiment).snapshot()
    return np.array(DeltaSizes(snapshot.problem).sizes(snapshot.parameters))


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

    def test_units_without_a_bend_keep_the_line_on_the_disc(self, experiment: Played) -> None:
        result = sweep(experiment("activations", 2), range(10), 60)
        assert np.nanmedian(result.train_accuracy) <= 0.75

    @pytest.mark.parametrize("page", [1, 3, 4])
    def test_units_with_a_bend_learn_it(self, experiment: Played, page: int) -> None:
        result = sweep(experiment("activations", page), range(10), 200)
        assert np.nanmedian(result.train_accuracy) >= 0.98


class TestVanishing:
    def test_sigmoids_shrink_it_a_thousandfold_and_more_over_ten_layers(self, experiment: Played) -> None:
        for seed in range(10):
            sizes = delta_sizes(with_seed(experiment("vanishing", 1), seed))
            assert 1e6 < sizes[-1] / sizes[0] < 1e8

    def test_it_is_fifty_million_times_smaller_with_the_pages_seed(self, experiment: Played) -> None:
        sizes = delta_sizes(experiment("vanishing", 1))
        assert sizes[-1] / sizes[0] == pytest.approx(5e7, rel=0.1)

    @pytest.mark.parametrize("page", [2, 3])
    def test_relu_and_a_scaled_start_do_not(self, experiment: Played, page: int) -> None:
        ratios = []
        for seed in range(20):
            sizes = delta_sizes(with_seed(experiment("vanishing", page), seed))
            ratios.append(sizes[-1] / sizes[0])
        assert np.median(ratios) < 20


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

    def test_one_bend_makes_them_differ_and_learns_the_disc(self, run: Begun) -> None:
        network = run("linear-collapse", 2)
        network.advance(100 * network.steps_an_epoch)
        network.measure()
        assert self.difference(network.snapshot()) > 0.1
        assert network.snapshot().metrics.train.accuracy >= 0.98

    def test_without_a_bend_it_is_not_learned(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("linear-collapse", 1), range(10), 30).train_accuracy) <= 0.75


class TestHalfPlanes:
    def test_a_closed_region_needs_three_units(self, experiment: Played) -> None:
        results = [sweep(experiment("half-planes", page), range(20), 200) for page in (1, 2, 3)]
        medians = [np.median(result.train_accuracy) for result in results]
        assert medians[0] < 0.75
        assert medians[1] < 0.9
        assert medians[2] >= 0.98

    def test_accuracy_on_the_disc_rises_with_the_units(self, run: Begun) -> None:
        study = run("half-planes", 4)
        study.advance(10_000)
        medians = study.snapshot().medians
        assert all(more >= fewer for fewer, more in pairwise(medians))
        assert medians[-1] - medians[0] > 0.2


class TestFunctionApproximation:
    def test_the_error_falls_with_every_doubling(self, run: Begun) -> None:
        study = run("function-approximation", 5)
        study.advance(10_000)
        medians = study.snapshot().medians
        assert all(wide < narrow for narrow, wide in pairwise(medians))

    def test_two_units_make_the_bump(self, experiment: Played) -> None:
        result = sweep(experiment("function-approximation", 1), range(10), 500)
        assert np.median(result.train_loss) < 0.001

    def test_four_units_come_close_to_the_sine(self, experiment: Played) -> None:
        result = sweep(experiment("function-approximation", 2), range(10), 800)
        assert np.median(result.train_loss) < 0.02


class TestFeatures:
    def test_squares_let_one_neuron_learn_the_disc(self, experiment: Played) -> None:
        assert np.median(sweep(experiment("features", 1), range(10), 100).train_accuracy) >= 0.98

    @pytest.mark.parametrize(
        ("page", "epochs", "linear", "chosen", "learned"),
        [(2, 150, (0.4, 0.75), (0.98, 1.0), (0.98, 1.0)), (3, 400, (0.4, 0.7), (0.4, 0.7), (0.8, 1.0))],
    )
    def test_accuracies_of_the_three(
        self, run: Begun, page: int, epochs: int, linear: Any, chosen: Any, learned: Any
    ) -> None:
        race = run("features", page)
        race.advance(epochs * race.steps_an_epoch)
        race.measure()
        for lane, (least, most) in zip(race.snapshot().lanes, (linear, chosen, learned), strict=True):
            assert least <= lane.metrics.train.accuracy <= most
