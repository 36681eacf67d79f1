"""Data for a threshold unit, which tells two classes apart."""

from functools import lru_cache

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.problem import Problem, prepare


@lru_cache(maxsize=8)
def two_classes(data: Data) -> Problem:
    """Data of two classes, with targets 0 and 1 of shape (samples, 1).

    Raises
    ------
    InputError
        The data cannot be had, or has not two classes, or is to be given as engineered features.
    """
    problem = prepare(Experiment(data=data, network=NetworkDesign(hidden=(), output="sigmoid")))
    if len(problem.classes) != 2:
        has = f"{len(problem.classes)} classes" if problem.classes else "values, no classes"
        key, name = ("data.file", data.file) if data.file else ("data.name", data.name)
        raise InputError(f"{key}: {name!r} has {has}; a perceptron is for data of two classes")
    if problem.features:
        raise InputError("data.features: a perceptron takes the data's own inputs; allowed: none")
    return problem
