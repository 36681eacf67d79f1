"""The schema of every kind of experiment, by the name that files give it."""

from functools import cache

from nnviz.experiment.kind import Kind
from nnviz.late import Late

SCHEMAS: Late[type[Kind]] = Late(
    "nnviz.experiment",
    {
        "network": "experiment:Experiment",
        "hopfield": "kinds.hopfield:Hopfield",
        "circuit": "kinds.circuit:Circuit",
        "hebb": "kinds.hebb:Hebb",
        "perceptron": "kinds.perceptron:Perceptron",
        "race": "kinds.race:Race",
        "study": "kinds.study:Study",
        "surface": "kinds.surface:Surface",
    },
)


def name_of(experiment: Kind) -> str:
    """The name that files give an experiment's kind."""
    return _name_of(type(experiment))


@cache
def _name_of(kind: type[Kind]) -> str:
    return SCHEMAS.name_of(kind)
