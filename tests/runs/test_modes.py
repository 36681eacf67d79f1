"""The modes of a linear task, and how a network learns them."""

import numpy as np
import pytest
from msgspec import structs

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.runs.modes import ModeCourse, Modes, is_of_theory
from nnviz.runs.run import NetworkRun

BASE = Experiment(
    data=Data(name="linear", samples=64, dimensions=8, singular_values=(4.0, 2.0, 1.0, 0.5), train_fraction=1.0),
    network=NetworkDesign(
        hidden=(8,), activation="identity", output="identity", initializer="glorot_normal", initial_scale=0.1
    ),
    training=Training(learning_rate=0.02, batch_size=64),
)
TREE = structs.replace(
    BASE, data=Data(name="tree"), network=structs.replace(BASE.network, hidden=(16,), activation="tanh")
)


def _followed(experiment: Experiment, steps: int) -> tuple[ModeCourse, list[NetworkRun]]:
    run = NetworkRun(experiment)
    course = ModeCourse(run.problem)
    moments = [run.snapshot()]
    course.follow(moments)
    for _ in range(steps):
        run.advance(1)
        moments.append(run.snapshot())
        course.follow(moments)
    return course, [run]


def test_a_tasks_modes_are_those_of_its_matrix() -> None:
    problem = NetworkRun(BASE).problem
    modes = Modes(problem.train)
    found = np.linalg.svd(problem.train.targets.T @ problem.train.inputs / 64, compute_uv=False)
    assert modes.strengths == pytest.approx(found[:4])
    assert modes.left * modes.strengths @ modes.right.T == pytest.approx(
        problem.train.targets.T @ problem.train.inputs / 64
    )
    assert modes.is_white
    assert [value for value, _ in modes.levels] == pytest.approx([4.0, 2.0, 1.0, 0.5])


def test_modes_of_one_size_are_one_level() -> None:
    modes = Modes(NetworkRun(TREE).problem.train)
    assert [int(which.sum()) for _, which in modes.levels] == [1, 2, 4]
    assert modes.is_white


def test_a_networks_singular_values_are_those_of_the_product_of_its_weights() -> None:
    course, (run,) = _followed(BASE, 60)
    first, second = run.snapshot().weights
    assert course.curve.rows[-1, 0] == 60.0
    assert course.curve.rows[-1, 1:] == pytest.approx(np.linalg.svd(second @ first, compute_uv=False)[:4])


def test_each_mode_follows_the_sigmoid_that_the_first_weights_foretell() -> None:
    course, _ = _followed(BASE, 400)
    assert course.starts is not None
    for k, strength in enumerate(course.modes.strengths.tolist()):
        foretold = course.foretold(k, 0.02, course.curve.x)
        assert np.abs(course.curve.figure(k) - foretold).max() < 0.04 * strength


@pytest.mark.parametrize(
    "changed",
    [
        {"training": Training(learning_rate=0.02, batch_size=16)},
        {"training": Training(learning_rate=0.02, batch_size=64, optimizer="adam")},
        {"network": structs.replace(BASE.network, hidden=(8, 8))},
        {"network": structs.replace(BASE.network, activation="tanh")},
        {"data": structs.replace(BASE.data, train_fraction=0.5)},
    ],
)
def test_elsewhere_there_is_no_theory(changed: dict[str, object]) -> None:
    moment = NetworkRun(structs.replace(BASE, **changed)).snapshot()
    assert not is_of_theory(moment, Modes(moment.problem.train))
    assert is_of_theory(NetworkRun(BASE).snapshot(), Modes(NetworkRun(BASE).problem.train))


def test_a_course_begins_afresh_on_another_branch() -> None:
    run = NetworkRun(BASE)
    start = run.snapshot()
    run.advance(10)
    course = ModeCourse(run.problem)
    course.follow([start, run.snapshot()])
    assert course.curve.x.tolist() == [0.0, 10.0]
    other = NetworkRun(BASE)
    other.advance(5)
    course.follow([other.snapshot()])
    assert course.curve.x.tolist() == [5.0]
    assert course.began == 5
