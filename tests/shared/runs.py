"""Experiments in a few words, and runs that have come so far."""

from pathlib import Path
from typing import Any

from msgspec import structs

from nnviz.engine.network import Parameters
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import parse_experiment
from nnviz.experiment.kind import Kind
from nnviz.runs.begin import begin
from nnviz.runs.parameter_files import parameters_content
from nnviz.runs.run import NetworkRun

_TABLES = {table: set(table.__struct_fields__) for table in (Data, NetworkDesign, Training)}


def experiment_of(**values: Any) -> Experiment:
    """An experiment of keys of any table; ``data_seed`` is the data's."""
    data_seed = values.pop("data_seed", 0)
    tables = []
    for table, keys in _TABLES.items():
        mine = {key: values[key] for key in values.keys() & keys}
        tables.append(table(**mine | ({"seed": data_seed} if table is Data else {})))
    assert values.keys() <= set.union(*_TABLES.values())
    data, network, training = tables
    return structs.replace(Experiment(), data=data, network=network, training=training)


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


def save_parameters(path: Path, parameters: Parameters) -> None:
    """Write a file of parameters."""
    path.write_bytes(parameters_content(parameters))
