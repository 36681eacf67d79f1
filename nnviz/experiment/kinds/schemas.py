"""The schema of every kind of experiment, by the name that files give it."""

from collections.abc import Mapping

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind

SCHEMAS: Mapping[str, type[Kind]] = {
    "network": Experiment,
}
