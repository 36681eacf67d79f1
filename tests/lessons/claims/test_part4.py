"""What the lessons of the zoo say is true: measured on their own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.codes import CodePicture, Codes
from nnviz.data.dataset import FloatArray
from nnviz.engine.network import logits
from nnviz.engine.tape import Array
from nnviz.runs.run import NetworkRun
from runs import run_of

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
