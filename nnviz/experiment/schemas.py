"""The schema of every kind of experiment, by the name that files give it."""

from functools import cache

from nnviz.experiment.kind import Kind
from nnviz.late import Late

SCHEMAS: Late[type[Kind]] = Late(
    "nnviz",
    {
        "network": "experiment.experiment:Experiment",
        "hopfield": "kinds.hopfield.schema:Hopfield",
        "circuit": "kinds.circuit.schema:Circuit",
        "hebb": "kinds.hebb.schema:Hebb",
        "perceptron": "kinds.perceptron.schema:Perceptron",
        "race": "kinds.race.schema:Race",
        "study": "kinds.study.schema:Study",
        "surface": "kinds.surface.schema:Surface",
    },
)


def name_of(experiment: Kind) -> str:
    """The name that files give an experiment's kind."""
    return _name_of(type(experiment))


@cache
def _name_of(kind: type[Kind]) -> str:
    return SCHEMAS.name_of(kind)
