"""The schema of every kind of experiment, by the name that files give it."""

from collections.abc import Mapping

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.kinds.circuit import Circuit
from nnviz.experiment.kinds.hebb import Hebb
from nnviz.experiment.kinds.hopfield import Hopfield
from nnviz.experiment.kinds.perceptron import Perceptron
from nnviz.experiment.kinds.race import Race
from nnviz.experiment.kinds.study import Study
from nnviz.experiment.kinds.surface import Surface

SCHEMAS: Mapping[str, type[Kind]] = {
    "network": Experiment,
    "hopfield": Hopfield,
    "circuit": Circuit,
    "hebb": Hebb,
    "perceptron": Perceptron,
    "race": Race,
    "study": Study,
    "surface": Surface,
}


def name_of(experiment: Kind) -> str:
    """The name that files give an experiment's kind."""
    return next(name for name, schema in SCHEMAS.items() if schema is type(experiment))
