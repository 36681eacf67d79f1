"""Runs that have come so far."""

from typing import Any

from nnviz.experiment.files import parse_experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.kinds.begin import begin
from nnviz.experiment.run import NetworkRun


def run_of(text: str = "", epochs: int = 0) -> NetworkRun:
    """A network's run of an experiment as TOML text, measured after so many epochs."""
    run = NetworkRun(parse_experiment(text, "test"))
    run.advance(epochs * run.steps_an_epoch)
    run.measure()
    return run


def moment_of(experiment: Kind, steps: int = 0) -> Any:
    """The moment of an experiment of any kind after so many steps."""
    run = begin(experiment)
    run.advance(steps)
    return run.snapshot()
