from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nnviz.analysis.batch_lens import (
    BatchLens,
    BatchPicture,
    GradientPlane,
    NextBatch,
    angle_between,
    can_be_measured,
    epoch_order,
    length,
)
from nnviz.engine.network import Parameters, logits, shapes_between
from nnviz.engine.tape import Array
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from timing import least_seconds

MakeRun = Callable[..., NetworkRun]
W2: dict[str, Any] = {"name": "spiral", "hidden": (8,) * 6}
LENS = BatchLens()


@pytest.mark.parametrize("degrees", [0.0, 1e-7, 27.0, 90.0, 179.99999])
def test_angles_are_right_however_small(degrees: float) -> None:
    turn = np.radians(degrees)
    one, other = np.array([3.0, 0.0]), 0.1 * np.array([np.cos(turn), np.sin(turn)])
    assert angle_between(one, other) == pytest.approx(degrees, rel=1e-7)


def test_nothing_has_no_angle() -> None:
    assert np.isnan(angle_between(np.zeros(3), np.ones(3)))


def test_very_long_vectors_have_a_length() -> None:
    assert length(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert length(np.zeros(2)) == 0.0
    assert np.isnan(length(np.array([1.0, np.nan])))


def test_in_the_plane_lengths_and_angles_to_the_full_gradient_are_true() -> None:
    rng = np.random.default_rng(1)
    full, gradients = rng.normal(size=20), rng.normal(size=(12, 20))
    drawn = GradientPlane(full, gradients)(np.concatenate([full[None], gradients]))
    assert drawn[0] == pytest.approx([length(full), 0.0])
    for place, gradient in zip(drawn[1:], gradients, strict=True):
        assert np.hypot(*place) == pytest.approx(length(gradient))
        assert np.degrees(np.arctan2(abs(place[1]), place[0])) == pytest.approx(angle_between(gradient, full))


def test_opposite_parts_across_the_full_gradient_are_drawn_on_opposite_sides() -> None:
    full, across = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.5])
    one, other = GradientPlane(full, np.stack([full + across, full - across]))(
        np.stack([full + across, full - across])
    )
    assert one == pytest.approx([1.0, length(across)])
    assert other == pytest.approx([1.0, -length(across)])


def test_without_a_full_gradient_there_is_no_direction_along_it() -> None:
    drawn = GradientPlane(np.zeros(3), np.eye(3))(np.eye(3))
    assert drawn[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.abs(drawn[:, 1]) == pytest.approx([1.0, 1.0, 1.0])


def picture_of(run: NetworkRun) -> BatchPicture:
    scene = run.picture(Lens(aspects=frozenset({LENS}))).scene
    assert scene is not None
    picture = scene.aspects[LENS]
    assert isinstance(picture, BatchPicture)
    return picture


def loss_of(snapshot: Snapshot, flat: Array, samples: Any) -> float:
    network, train = snapshot.problem.network, snapshot.problem.train
    p = logits(network, Parameters(network.shapes, flat), train.inputs[samples].T)
    return network.loss(network.output, p, train.targets[samples].T)


def by_differences(snapshot: Snapshot, samples: Any, h: float = 1e-6) -> Array:
    flat = snapshot.position.parameters
    found = np.zeros(flat.size)
    for k in range(flat.size):
        moved = flat.copy(), flat.copy()
        moved[0][k] += h
        moved[1][k] -= h
        found[k] = (loss_of(snapshot, moved[0], samples) - loss_of(snapshot, moved[1], samples)) / (2 * h)
    return found


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"batch_size": 1},
        {"batch_size": 7},
        {"batch_size": 250},
        {"batch_size": 1000},
        {"shuffle": False},
        {"name": "iris", "hidden": (5,), "output": "softmax", "loss": "cross_entropy"},
        W2,
    ],
)
def test_the_batch_is_the_one_that_the_run_takes_next(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values, learning_rate=0.1)
    for steps in (0, 1, 6, 40):
        run.advance(steps)
        picture, before = picture_of(run), run.snapshot().position.parameters
        run.advance(1)
        step = before - run.snapshot().position.parameters
        np.testing.assert_allclose(picture.gradient, step / 0.1, rtol=1e-9, atol=1e-12)


def test_looking_leaves_the_run_as_it_is(make_run: MakeRun) -> None:
    watched, alone = make_run(batch_size=7), make_run(batch_size=7)
    for _ in range(60):
        picture_of(watched)
        watched.advance(1)
        alone.advance(1)
    one, other = watched.snapshot().position, alone.snapshot().position
    assert one.parameters.tobytes() == other.parameters.tobytes()
    assert one.shuffling == other.shuffling


def test_an_epochs_batches_are_all_samples_once(make_run: MakeRun) -> None:
    run = make_run(batch_size=7)
    run.advance(2 * run.steps_an_epoch)
    seen: list[int] = []
    for batch in range(run.steps_an_epoch):
        picture = picture_of(run)
        assert (picture.batch, picture.batches) == (batch, 36)
        seen += picture.samples.tolist()
        run.advance(1)
    assert sorted(seen) == list(range(250))
    assert seen != sorted(seen)


def test_a_tuned_batch_size_is_followed(make_run: MakeRun) -> None:
    run = make_run(batch_size=10)
    run.advance(7)
    training = structs.replace(run.experiment.training, batch_size=25, learning_rate=0.1)
    run.tune(structs.replace(run.experiment, training=training))
    picture, before = picture_of(run), run.snapshot().position.parameters
    run.advance(1)
    assert len(picture.samples) == 25
    step = before - run.snapshot().position.parameters
    np.testing.assert_allclose(picture.gradient, step / 0.1, rtol=1e-9, atol=1e-12)


def test_gradients_are_those_of_central_differences(make_run: MakeRun) -> None:
    run = make_run(batch_size=7, l2=0.1)
    run.advance(9)
    picture, snapshot = picture_of(run), run.snapshot()
    np.testing.assert_allclose(picture.gradient, by_differences(snapshot, picture.samples), atol=1e-8)
    np.testing.assert_allclose(picture.full, by_differences(snapshot, slice(None)), atol=1e-8)


@pytest.mark.parametrize("size", [1, 7, 10, 250])
def test_the_mean_of_an_epochs_batches_is_the_full_gradient(make_run: MakeRun, size: int) -> None:
    run = make_run(batch_size=size)
    run.advance(3 * run.steps_an_epoch - 1)
    picture = picture_of(run)
    assert picture.batch == picture.batches - 1
    np.testing.assert_allclose(picture.mean, picture.full, rtol=0, atol=1e-12)


def test_the_mean_so_far_counts_a_batch_by_its_samples(make_run: MakeRun) -> None:
    run = make_run(batch_size=100)  # 100, 100 and 50 samples
    run.advance(2)
    picture, snapshot = picture_of(run), run.snapshot()
    order = epoch_order(snapshot.position.shuffling, 250, shuffle=True)
    halves = [by_differences(snapshot, order[part]) for part in (slice(0, 200), slice(200, 250))]
    np.testing.assert_allclose(picture.mean, 0.8 * halves[0] + 0.2 * halves[1], atol=1e-8)


def test_lengths_and_angles_to_the_full_gradient_are_drawn_true(make_run: MakeRun) -> None:
    run = make_run()
    run.advance(31)
    picture = picture_of(run)
    assert np.hypot(*picture.arrows.T) == pytest.approx(picture.norms)
    drawn = np.degrees(np.abs(np.arctan2(picture.arrows[:, 1], picture.arrows[:, 0])))
    assert drawn == pytest.approx([0.0, picture.angle, picture.mean_angle])
    cosine = picture.full @ picture.gradient / (picture.norms[0] * picture.norms[1])
    assert picture.angle == pytest.approx(np.degrees(np.arccos(cosine)))
    assert picture.tips[6] == pytest.approx(picture.arrows[1])
    assert picture.trail[-1] == pytest.approx(picture.arrows[2])
    assert {*np.sign(picture.tips[:, 1])} == {-1.0, 1.0}


def test_of_many_batches_the_last_64_are_worked_out(make_run: MakeRun) -> None:
    run = make_run(batch_size=1)
    run.advance(100)
    picture = picture_of(run)
    assert (picture.batches, picture.first, len(picture.tips), len(picture.trail)) == (250, 37, 64, 64)
    assert picture.tips[-1] == pytest.approx(picture.arrows[1])
    run.advance(149)
    picture = picture_of(run)
    assert (picture.first, len(picture.tips)) == (186, 64)


def test_parameters_that_do_not_learn_are_in_no_gradient(make_run: MakeRun) -> None:
    run = make_run(cut=((1, 1, 1),), frozen=(2,))
    run.advance(3)
    picture = picture_of(run)
    sizes = run.problem.network.layer_sizes
    for gradient in (picture.full, picture.gradient, picture.mean):
        layers = Parameters(shapes_between(sizes), gradient).layers
        assert layers[0][0, 0] == 0.0
        assert not layers[1].any()
        assert layers[2].all()


def test_too_many_samples_have_a_batch_without_gradients(make_run: MakeRun) -> None:
    run = make_run(samples=30_000)
    run.advance(7)
    assert not can_be_measured(run.problem)
    scene = run.picture(Lens(aspects=frozenset({LENS}))).scene
    assert scene is not None
    found = scene.aspects[LENS]
    assert type(found) is NextBatch
    assert (found.batch, found.batches, len(found.samples)) == (7, 1500, 10)


def test_of_a_large_network_fewer_batches_are_worked_out(make_run: MakeRun) -> None:
    run = make_run(name="digits", hidden=(64, 32), output="softmax", loss="cross_entropy")
    run.advance(50)
    picture = picture_of(run)
    assert (picture.batch, picture.batches, len(picture.tips)) == (50, 90, 19)
    assert picture.first == 32
    assert np.hypot(*picture.tips[50 - 32]) == pytest.approx(length(picture.gradient))


def test_a_diverged_run_has_a_picture_without_numbers(make_run: MakeRun) -> None:
    run = make_run(learning_rate=1000.0, activation="relu", output="identity")
    run.advance(200)
    assert not run.finite
    assert np.isnan(picture_of(run).angle)


def test_it_costs_a_frame_little(make_run: MakeRun) -> None:
    run = make_run(**W2)
    run.advance(33)
    snapshot, picture = run.snapshot(), LENS.prepare(run.problem)
    assert least_seconds([partial(picture, snapshot)] * 40) < 0.003
