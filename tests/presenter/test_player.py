"""When a page counts as done."""

import pytest

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.kinds.perceptron import Perceptron
from nnviz.kinds.race.schema import Lane, Race
from nnviz.kinds.surface.schema import Surface
from nnviz.lessons.lesson import PageGoal
from nnviz.presenter.player import reached
from nnviz.runs.begin import begin

_RACE = Race(lanes=(Lane(title="one"), Lane(title="two")))


@pytest.mark.parametrize("experiment", [Experiment(), _RACE, Surface()])
def test_a_loss_is_reached_once_it_is_as_low(experiment: Kind) -> None:
    moment = begin(experiment).snapshot()
    loss = moment.measures.get("train_loss", moment.measures.get("loss"))
    assert reached(PageGoal(loss=loss), moment)
    assert not reached(PageGoal(loss=0.99 * loss), moment)


def test_without_a_loss_none_is_reached() -> None:
    assert not reached(PageGoal(loss=1000.0), begin(Perceptron()).snapshot())


def test_all_that_is_given_must_have_come_true() -> None:
    run = begin(Experiment())
    run.advance(30)
    run.measure()
    moment = run.snapshot()
    assert reached(PageGoal(step=30, epoch=1), moment)
    assert not reached(PageGoal(step=30, epoch=2), moment)
    assert not reached(PageGoal(), moment)
