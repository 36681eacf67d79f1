"""What the lesson on features says is true: measured on its own pages."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.confused import Confused
from nnviz.analysis.hidden_space import HiddenPicture, HiddenSpace
from nnviz.data.dataset import FloatArray
from nnviz.runs.run import NetworkRun

Played = Callable[[str, int], Any]

LESSON = "feature-learning"
FILTERS, RACE, HIDDEN, TWO_UNITS, CONFUSED = 1, 3, 4, 5, 6
EPOCHS = 40
SEEDS = range(5)


def trained(experiment: Any, seed: int = 0, epochs: int = EPOCHS) -> NetworkRun:
    run = NetworkRun(replace(experiment, training=replace(experiment.training, seed=seed)))
    run.advance(epochs * run.steps_an_epoch)
    run.measure()
    return run


def accuracy(run: NetworkRun) -> float:
    assert run.metrics.test is not None
    assert run.metrics.test.accuracy is not None
    return run.metrics.test.accuracy


def seen(run: NetworkRun) -> HiddenPicture:
    picture = HiddenSpace(1).prepare(run.problem)(run.snapshot())
    assert picture is not None
    return picture


def right_by_nearest_middle(points: FloatArray, run: NetworkRun) -> float:
    """Share of samples that are nearest to the middle of their own class."""
    assert run.problem.train.classes is not None
    classes = run.problem.train.classes[: len(points)]
    middles = np.array([points[classes == k].mean(axis=0) for k in range(10)])
    distances = np.linalg.norm(points[:, None] - middles, axis=2)
    return float((distances.argmin(axis=1) == classes).mean())


@pytest.mark.parametrize("seed", SEEDS)
def test_sixteen_neurons_learn_the_digits(experiment: Played, seed: int) -> None:
    assert accuracy(trained(experiment(LESSON, FILTERS), seed)) >= 0.96


def test_learned_features_beat_frozen_ones_of_equal_width(experiment: Played) -> None:
    learned, frozen = (lane for lane in experiment(LESSON, RACE).experiments)
    assert learned.network.hidden == frozen.network.hidden == (16,)
    assert (learned.network.frozen, frozen.network.frozen) == ((), (1,))
    gaps = [accuracy(trained(learned, seed)) - accuracy(trained(frozen, seed)) for seed in SEEDS]
    assert min(gaps) >= 0.12
    assert max(gaps) <= 0.16


def test_the_frozen_layer_stays_as_it_was_drawn(experiment: Played) -> None:
    _, frozen = experiment(LESSON, RACE).experiments
    before, after = (trained(frozen, 0, epochs).snapshot().parameters.layers for epochs in (0, 5))
    assert before[0].tobytes() == after[0].tobytes()
    assert before[1].tobytes() != after[1].tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_frozen_ones_get_eighty_to_ninety_percent_right(experiment: Played, seed: int) -> None:
    _, frozen = experiment(LESSON, RACE).experiments
    assert 0.80 <= accuracy(trained(frozen, seed)) <= 0.90
    if seed == 0:  # the page's own
        assert accuracy(trained(frozen, seed)) == pytest.approx(0.859, abs=0.001)


@pytest.mark.parametrize("seed", SEEDS)
def test_training_separates_the_digits_in_two_components(experiment: Played, seed: int) -> None:
    start, end = (trained(experiment(LESSON, HIDDEN), seed, epochs) for epochs in (0, EPOCHS))
    before, after = seen(start), seen(end)
    assert right_by_nearest_middle(before.samples.hidden, start) <= 0.46
    assert right_by_nearest_middle(after.samples.hidden, end) >= 0.64
    assert 0.46 <= sum(after.shares) <= 0.50
    assert right_by_nearest_middle(after.samples.plane, end) == pytest.approx(0.61, abs=0.01)


def test_two_neurons_separate_ten_digits_by_straight_lines_in_eighty_percent(experiment: Played) -> None:
    page = experiment(LESSON, TWO_UNITS)
    run = trained(page, page.training.seed)
    assert accuracy(run) == pytest.approx(0.807, abs=0.001)
    picture = HiddenSpace(2, (0, 1)).prepare(run.problem)(run.snapshot())
    assert picture is not None
    assert len(picture.straight) >= 9
    shares = [accuracy(trained(page, seed)) for seed in range(10)]
    assert (min(shares), np.median(shares), max(shares)) == pytest.approx((0.63, 0.78, 0.89), abs=0.006)


def test_one_and_eight_are_confused_most(experiment: Played) -> None:
    def pair(seed: int) -> tuple[int, int]:
        score = trained(experiment(LESSON, CONFUSED), seed, epochs=10).metrics.test
        assert score is not None
        assert score.confusion is not None
        both = np.triu(score.confusion + score.confusion.T, k=1)
        first, second = np.unravel_index(both.argmax(), both.shape)
        return int(first), int(second)

    pairs = [pair(seed) for seed in range(12)]
    assert pairs[0] == (1, 8)
    assert Counter(pairs) == {(1, 8): 8, (0, 4): 4}


def test_some_digits_are_confused(experiment: Played) -> None:
    run = trained(experiment(LESSON, CONFUSED), epochs=10)
    snapshot = run.snapshot()
    assert snapshot.metrics.test is not None
    assert snapshot.metrics.test.misclassified
    confusion = snapshot.metrics.test.confusion
    assert confusion is not None
    wrong = confusion - np.diag(confusion.diagonal())
    actual, predicted = (int(k) for k in np.unravel_index(wrong.argmax(), wrong.shape))
    found = Confused(actual, predicted).prepare(run.problem)(snapshot)
    assert found
    assert found.count == wrong.max()
