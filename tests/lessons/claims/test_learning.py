"""What the lessons loss to generalisation of part III say is true: measured on their own pages."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.batch_lens import BatchLens, BatchPicture
from nnviz.analysis.example.state import Example, TraceOf
from nnviz.analysis.slices import ZERO_ONE, LossSlice, Slice
from nnviz.engine.network import forward
from nnviz.runs.begin import begin
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import SweepResult, sweep

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def with_training(experiment: Any, **values: Any) -> Any:
    return replace(experiment, training=replace(experiment.training, **values))


def with_seed(race: Any, seed: int) -> Any:
    return replace(race, base=with_training(race.base, seed=seed))


def looked_at(run: Any, aspect: Any) -> Any:
    return run.picture(Lens(aspects=frozenset({aspect}))).scene.aspects[aspect]


def slice_of(run: Any, aspect: LossSlice | None = None) -> Slice:
    picture = looked_at(run, aspect or LossSlice())
    assert isinstance(picture, Slice)
    return picture


def curves_of(picture: Slice) -> dict[str, Any]:
    return {curve.name: curve for curve in picture.curves}


class TestLoss:
    def test_the_number_of_mistakes_has_no_slope_almost_everywhere(self, run: Begun) -> None:
        network, h = run("loss", 1), 1e-7
        level = 0
        for weight in np.linspace(-3.9, 3.9, 79):
            counts = []
            for step in (-h, h):
                network.set_parameter(0, 0, 0, float(weight) + step)
                counts.append(curves_of(slice_of(network))[ZERO_ONE].value)
            level += counts[0] == counts[1]
        assert level == 79

    def test_it_changes_by_whole_samples(self, run: Begun) -> None:
        picture = slice_of(run("loss", 1))
        mistakes = picture.samples * curves_of(picture)[ZERO_ONE].values
        np.testing.assert_allclose(mistakes, np.round(mistakes), atol=1e-9)
        assert np.ptp(mistakes) > 20

    @pytest.mark.parametrize("name", ["squared_error", "cross_entropy"])
    def test_the_others_have_the_slope_of_central_differences(self, run: Begun, name: str) -> None:
        network, h = run("loss", 1), 1e-5
        for weight in np.linspace(-3.5, 3.5, 15):
            network.set_parameter(0, 0, 0, float(weight))
            slope = curves_of(slice_of(network))[name].slope
            ends = []
            for step in (-h, h):
                network.set_parameter(0, 0, 0, float(weight) + step)
                ends.append(curves_of(slice_of(network))[name].value)
            assert slope == pytest.approx((ends[1] - ends[0]) / (2 * h), abs=1e-8)

    def test_fewest_mistakes_are_near_where_the_others_are_lowest_and_not_quite_there(self, run: Begun) -> None:
        picture = slice_of(run("loss", 2))
        curves = curves_of(picture)
        mistakes = picture.samples * curves.pop(ZERO_ONE).values
        assert mistakes.min() == pytest.approx(9)
        assert picture.at[mistakes.argmin()] == pytest.approx(0.4375)
        for curve in curves.values():
            assert picture.at[curve.values.argmin()] == pytest.approx(0.5)
            assert mistakes[curve.values.argmin()] == pytest.approx(10)

    def test_cross_entropy_is_hundreds_of_times_as_steep_where_all_is_wrong(self, run: Begun) -> None:
        curves = curves_of(slice_of(run("loss", 3)))
        assert curves[ZERO_ONE].value == 1.0
        assert curves["cross_entropy"].slope == pytest.approx(-3.62, abs=0.005)
        assert curves["squared_error"].slope == pytest.approx(-0.0095, abs=0.0001)
        assert 360 < curves["cross_entropy"].slope / curves["squared_error"].slope < 400

    def test_from_there_only_cross_entropy_learns_in_twenty_epochs(self, experiment: Played) -> None:
        for seed in range(5):
            race = begin(with_seed(experiment("loss", 4), seed))
            race.advance(20)
            race.measure()
            squared, cross = (lane.metrics.train.accuracy for lane in race.snapshot().lanes)
            assert squared <= 0.01
            assert cross >= 0.99

    def test_squared_error_arrives_after_some_two_hundred(self, run: Begun) -> None:
        race = run("loss", 4)
        race.advance(100)
        race.measure()
        assert race.snapshot().lanes[0].metrics.test.accuracy == 0.01
        race.advance(100)
        race.measure()
        assert race.snapshot().lanes[0].metrics.test.accuracy > 0.95

    def test_cross_entropy_is_the_kl_divergence_of_certain_targets(self, run: Begun) -> None:
        network: Any = run("loss", 5)
        network.advance(20)
        picture, train = slice_of(network), network.problem.train
        assert picture.entropy == 0.0
        *_, (_, outputs) = forward(network.problem.network, network.snapshot().parameters, train.inputs.T)
        shares = np.where(train.targets.T > 0.0, train.targets.T, 1.0)
        divergence = (train.targets.T * np.log(shares / outputs)).sum(axis=0).mean()
        assert curves_of(picture)["cross_entropy"].value == pytest.approx(divergence, rel=1e-12)


def example_of(run: Any) -> Example:
    picture = looked_at(run, TraceOf(check=True))
    assert isinstance(picture, Example)
    return picture


class TestForwardPass:
    def test_every_number_is_the_engines(self, run: Begun) -> None:
        network: Any = run("forward-pass", 1)
        traced, problem = example_of(network).traced, network.problem
        assert traced.inputs.tolist() == [1.0, 2.0]
        passed = forward(problem.network, network.snapshot().parameters, problem.train.inputs[:1].T)
        for (p, o), mine, sent in zip(passed, traced.pre_activations, traced.activations, strict=True):
            np.testing.assert_array_equal(mine, p[:, 0])
            np.testing.assert_array_equal(sent, o[:, 0])
        assert traced.loss == pytest.approx(network.metrics.train.loss, rel=1e-14)

    def test_the_numbers_of_the_pages(self, run: Begun) -> None:
        traced = example_of(run("forward-pass", 1)).traced
        assert traced.pre_activations[0].tolist() == [-0.5, 1.0]
        np.testing.assert_allclose(traced.activations[0], [0.38, 0.73], atol=0.005)
        np.testing.assert_allclose(traced.pre_activations[1], [0.1465], atol=5e-5)
        np.testing.assert_allclose(traced.activations[1], [0.5366], atol=5e-5)
        assert traced.loss == pytest.approx(0.6226, abs=5e-5)


class TestBackprop:
    @pytest.mark.parametrize("steps", [0, 1, 10, 100])
    def test_every_partial_is_its_central_difference(self, run: Begun, steps: int) -> None:
        network = run("backprop", 1)
        network.advance(steps)
        checked = example_of(network).checked
        assert checked is not None
        np.testing.assert_allclose(checked.partials, checked.differences, rtol=0, atol=1e-6)
        assert checked.relative.max() < 1e-6

    def test_the_numbers_of_the_pages(self, run: Begun) -> None:
        traced = example_of(run("backprop", 1)).traced
        np.testing.assert_allclose(traced.deltas[1], [-0.46], atol=0.005)
        np.testing.assert_allclose(traced.hidden_slope(0)[:1], [0.24], atol=0.005)
        np.testing.assert_allclose(traced.deltas[0], [-0.11, 0.09], atol=0.005)
        np.testing.assert_array_equal(traced.gradient.biases[0], traced.deltas[0])
        np.testing.assert_allclose(traced.gradient.weights[0], np.outer(traced.deltas[0], [1.0, 2.0]))

    def test_two_ways_back_are_added_up(self, run: Begun) -> None:
        traced = example_of(run("backprop", 3)).traced
        output, hidden = traced.deltas[1], traced.deltas[0]
        np.testing.assert_allclose(output, [0.84, -0.84], atol=0.005)
        np.testing.assert_allclose(hidden, [0.10, 0.33], atol=0.005)
        by_hand = (1.0 * output[0] + 0.5 * output[1]) * traced.hidden_slope(0)[0]
        assert hidden[0] == pytest.approx(by_hand, rel=1e-12)

    def test_a_step_far_too_long_learns_one_example_and_spoils_the_other(self, experiment: Played) -> None:
        network: Any = NetworkRun(with_training(experiment("backprop", 7), learning_rate=20.0))
        network.measure()
        assert network.metrics.test.loss == pytest.approx(0.48, abs=0.005)
        network.advance(1)
        network.measure()
        assert network.metrics.train.loss < 1e-5
        assert network.metrics.test.loss == pytest.approx(14.3, abs=0.05)

    def test_the_loss_falls_with_the_steps(self, run: Begun) -> None:
        network, losses = run("backprop", 1), []
        for _ in range(3):
            losses.append(example_of(network).traced.loss)
            network.advance(1)
        np.testing.assert_allclose(losses, [0.6226, 0.4137, 0.2974], atol=5e-5)


def picture_of(run: Any) -> BatchPicture:
    picture = looked_at(run, BatchLens())
    assert isinstance(picture, BatchPicture)
    return picture


def angles_after(experiment: Any, steps: int, size: int) -> float:
    """Median angle of a batch's gradient to the full one, over five seeds and an epoch's batches."""
    angles: list[float] = []
    for seed in range(5):
        run = NetworkRun(with_training(experiment, seed=seed))
        run.advance(steps)
        run.tune(with_training(run.experiment, batch_size=size))
        tips = picture_of(run).tips
        angles += np.degrees(np.abs(np.arctan2(tips[:, 1], tips[:, 0]))).tolist()
    return float(np.median(angles))


class TestBatches:
    @staticmethod
    def medians(race: Any, steps: int) -> Any:
        losses = []
        for seed in range(20):
            run = begin(with_seed(race, seed))
            run.advance(steps)
            run.measure()
            losses.append([lane.loss for lane in run.snapshot().lanes])
        return np.median(losses, axis=0)

    @pytest.mark.parametrize(
        ("page", "steps", "losses"), [(1, 40, [0.51, 0.06, 0.02]), (2, 1000, [0.06, 0.06, 0.10])]
    )
    def test_the_race_of_a_page_ends_as_its_answer_says(
        self, run: Begun, page: int, steps: int, losses: list[float]
    ) -> None:
        race = run("batches", page)
        race.advance(steps)
        race.measure()
        np.testing.assert_allclose([lane.loss for lane in race.snapshot().lanes], losses, atol=0.0051)

    def test_after_as_many_epochs_stochastic_is_lowest(self, experiment: Played) -> None:
        medians = self.medians(experiment("batches", 1), 40)
        np.testing.assert_allclose(medians, [0.48, 0.06, 0.03], atol=0.005)

    def test_after_as_many_steps_batch_and_mini_batch_are_level(self, experiment: Played) -> None:
        medians = self.medians(experiment("batches", 2), 1000)
        np.testing.assert_allclose(medians, [0.06, 0.06, 0.12], atol=0.005)

    def test_the_mean_of_an_epochs_batches_is_the_full_gradient(self, run: Begun) -> None:
        network = run("batches", 3)
        for epoch in (1, 2, 20):
            network.advance(epoch * 25 - 1 - network.step)
            picture = picture_of(network)
            assert (picture.batch, picture.batches) == (24, 25)
            np.testing.assert_allclose(picture.mean, picture.full, rtol=0, atol=1e-12)

    @pytest.mark.parametrize(
        ("steps", "size", "angle"), [(0, 10, 45.6), (500, 10, 75.0), (0, 1, 81.1), (500, 1, 89.7)]
    )
    def test_how_far_off_a_batch_is(self, experiment: Played, steps: int, size: int, angle: float) -> None:
        assert angles_after(experiment("batches", 3), steps, size) == pytest.approx(angle, abs=1.5)

    def test_the_first_batch_of_the_page_is_a_usual_one(self, run: Begun) -> None:
        angles = np.degrees([np.arctan2(aside, along) for along, aside in picture_of(run("batches", 3)).tips])
        assert abs(angles[0]) == pytest.approx(51.0, abs=0.5)
        assert np.median(np.abs(angles)) == pytest.approx(43.0, abs=0.5)

    def test_a_page_stops_where_the_mean_is_the_full_gradient(self, run: Begun) -> None:
        network = run("batches", 4)
        network.advance(24)
        picture = picture_of(network)
        np.testing.assert_allclose(picture.mean, picture.full, rtol=0, atol=1e-12)


def gaps(result: SweepResult) -> Any:
    """Median accuracy on training and on test samples, of their difference, and of that of the losses."""
    gap = result.train_accuracy - result.test_accuracy
    columns = result.train_accuracy, result.test_accuracy, gap, result.test_loss - result.train_loss
    return [float(np.median(column)) for column in columns]


class TestGeneralisation:
    @staticmethod
    def of_variants(study: Any) -> Any:
        return np.array([gaps(sweep(one, range(study.seeds), study.epochs)) for one in study.experiments])

    def test_without_noise_there_is_no_gap(self, experiment: Played) -> None:
        train, test, gap, _ = gaps(sweep(experiment("generalisation", 2), range(20), 300))
        assert (train, test) == (1.0, 1.0)
        assert gap == 0.0

    def test_with_noise_the_gap_grows_with_the_width(self, experiment: Played) -> None:
        found = self.of_variants(experiment("generalisation", 3))
        assert all(wide > narrow for narrow, wide in pairwise(found[:, 2]))
        np.testing.assert_allclose(found[:, 0], [0.8, 0.89, 0.94, 0.95], atol=0.011)
        np.testing.assert_allclose(found[:, 1], [0.69, 0.77, 0.755, 0.72], atol=0.011)
        np.testing.assert_allclose(found[:, 2], [0.105, 0.13, 0.185, 0.23], atol=0.011)
        np.testing.assert_allclose(found[:, 3], [0.144, 0.206, 0.273, 0.339], atol=0.011)

    def test_a_penalty_on_the_weights_narrows_it_until_it_is_too_large(self, experiment: Played) -> None:
        found = self.of_variants(experiment("generalisation", 4))
        np.testing.assert_allclose(found[:, 0], [0.95, 0.94, 0.91, 0.89, 0.88, 0.86], atol=0.006)
        np.testing.assert_allclose(found[:, 1], [0.72, 0.76, 0.77, 0.80, 0.795, 0.77], atol=0.006)
        np.testing.assert_allclose(found[:, 2], [0.23, 0.17, 0.135, 0.1, 0.08, 0.09], atol=0.006)

    def test_the_smallest_penalty_is_as_good_as_none(self, experiment: Played) -> None:
        study = experiment("generalisation", 4)
        smallest, none = study.experiments[0], study.base
        assert smallest.training.l2 == 0.0001
        assert [gaps(sweep(one, range(20), 500))[1] for one in (smallest, none)] == pytest.approx([0.72, 0.72])

    def test_the_lowest_test_loss_comes_early(self, experiment: Played) -> None:
        rows = []
        for seed in range(20):
            run = NetworkRun(with_training(experiment("generalisation", 5), seed=seed))
            scores = []
            for _ in range(400):
                run.advance(run.steps_to_epoch_end)
                run.measure()
                measures = run.snapshot().measures
                scores.append((measures["test_loss"], measures["test_accuracy"]))
            best = int(np.argmin([loss for loss, _ in scores]))
            rows.append((best + 1, *scores[best], *scores[-1]))
        epochs = [row[0] for row in rows]
        assert (min(epochs), max(epochs), rows[0][0]) == (20, 79, 45)
        np.testing.assert_allclose(np.median(rows, axis=0), [40.5, 0.29, 0.81, 0.39, 0.73], atol=0.0051)
        np.testing.assert_allclose(rows[0][1:], [0.29, 0.80, 0.38, 0.73], atol=0.0051)
