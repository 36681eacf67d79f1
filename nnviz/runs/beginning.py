"""How an experiment's network begins to learn: its settings, first weights and missing connections."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs
from numpy.random import Generator

from nnviz.engine.built import BUILT, Matrices, connections
from nnviz.engine.descent import Descent
from nnviz.engine.initializers import initialize
from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Connection, Experiment, NetworkDesign, Training
from nnviz.experiment.problem import Problem
from nnviz.progress import go_on
from nnviz.runs.metrics import Judge
from nnviz.runs.parameter_files import resume

_DTYPES = {"single": np.float32, "double": np.float64}


def hyperparameters(training: Training, frozen: tuple[int, ...] = ()) -> Hyperparameters:
    """What of an experiment's training can change while it runs, and which layers of its network are frozen."""
    return Hyperparameters(
        training.optimizer,
        training.learning_rate,
        training.momentum,
        training.batch_size,
        training.shuffle,
        training.l1,
        training.l2,
        frozen,
    )


def cuts(design: NetworkDesign, network: Network) -> tuple[Connection, ...]:
    """The connections that are not there, as (layer, unit, input) from 1: cut, or not in what it is wired as."""
    if not design.wired:
        return design.cut
    there = connections(_built(design.wired, "wired", network))
    places = (np.argwhere(~layer) + 1 for layer in there)
    absent = ((l, int(unit), int(source)) for l, found in enumerate(places, 1) for unit, source in found)
    return tuple(dict.fromkeys((*design.cut, *absent)))


def mask(experiment: Experiment, network: Network) -> Array | None:
    """1 for every parameter that is there and 0 for connections that are cut; None if none is cut."""
    cut = cuts(experiment.network, network)
    if not cut:
        return None
    there = Parameters(network.shapes)
    there.flat[:] = 1.0
    for connection in cut:
        layer, unit, source = (number - 1 for number in connection)
        rows, columns = network.shapes[layer] if layer < len(network.shapes) else (0, 0)
        if unit >= rows or source >= columns - 1:
            raise InputError(
                f"network.cut: there is no connection {list(connection)}; [layer, unit, input] from 1"
            )
        there.weights[layer][unit, source] = 0.0
    return there.flat


def draw(experiment: Experiment, problem: Problem, rng: Generator) -> Parameters:
    """Parameters as the experiment's initializer draws them, in its precision."""
    parameters = Parameters(problem.network.shapes, dtype=_DTYPES[experiment.training.precision])
    design = experiment.network
    initialize(
        parameters, design.initializer, rng, design.initial_scale, design.initial_biases, problem.train.inputs
    )
    _set_by_hand(design, parameters, problem.network)
    if design.initial_noise:
        parameters.flat[:] += rng.normal(0.0, design.initial_noise, parameters.flat.size)
    return parameters


def first_parameters(experiment: Experiment, problem: Problem, rng: Generator) -> Parameters:
    """Where an experiment's network starts: as drawn, or where the detour leads from there."""
    parameters = draw(experiment, problem, rng)
    if experiment.training.detour:
        _take_detour(experiment, problem.with_random_labels(experiment.data.seed), parameters, deepcopy(rng))
    return parameters


def on_detour(experiment: Experiment) -> Experiment:
    """The experiment as it is while it learns random labels first: without penalties, until all are right."""
    training = structs.replace(experiment.training, detour=0, stop_accuracy=1.0, stop_loss=0.0, l1=0.0, l2=0.0)
    return structs.replace(experiment, training=training)


def _take_detour(experiment: Experiment, problem: Problem, parameters: Parameters, rng: Generator) -> None:
    """Let the parameters learn the problem for so many epochs, or until all samples are right."""
    none = np.empty(0, np.int64)
    alone = replace(problem, test=problem.train.taken(none))  # nobody asks how well it does on those
    training, judge = experiment.training, Judge(alone, parameters.flat.dtype)
    descent = _descent(on_detour(experiment), problem, parameters, rng)
    for epoch in range(training.detour):
        go_on("Learning random labels first", epoch / training.detour)
        if judge.scores(parameters)[0].accuracy == 1.0 or not descent.finite:
            break
        descent.advance(descent.batches)


def _descent(experiment: Experiment, problem: Problem, parameters: Parameters, rng: Generator) -> Descent:
    return Descent(
        problem.network,
        problem.train.inputs,
        problem.train.targets,
        parameters,
        hyperparameters(experiment.training, experiment.network.frozen),
        rng,
        mask(experiment, problem.network),
    )


def _set_by_hand(design: NetworkDesign, parameters: Parameters, network: Network) -> None:
    """Take the weights and biases that the design gives, or those of a built network, if it does."""
    if design.built:
        matrices = _built(design.built, "built", network)
        for augmented, matrix in zip(parameters.layers, matrices, strict=True):
            augmented[:] = matrix
    for name, given, arrays in (
        ("weights", design.weights, parameters.weights),
        ("biases", design.biases, parameters.biases),
    ):
        for number, (layer, array) in enumerate(zip(given, arrays, strict=bool(given)), start=1):
            if not layer:  # it is left to the initializer
                continue
            if _shape(layer) != array.shape:
                raise InputError(
                    f"network.{name}, item {number}: numbers of shape {_shape(layer)}; allowed: {array.shape}"
                )
            array[:] = np.array(layer)


def _built(name: str, key: str, network: Network) -> Matrices:
    """The matrices of a built network, which must be those of a network's layers in shape."""
    inputs, *hidden, outputs = network.layer_sizes
    matrices = BUILT[name].matrices(inputs, len(hidden))
    if tuple(matrix.shape for matrix in matrices) != tuple(network.shapes):
        wanted = "-".join(str(matrix.shape[1] - 1) for matrix in matrices[1:]) or "none"
        raise InputError(
            f"network.{key}: {name} does not fit {inputs}-{'-'.join(map(str, (*hidden, outputs)))}; "
            f"allowed with {matrices[0].shape[1] - 1} inputs: hidden {wanted}, one output"
        )
    return matrices


def _shape(rows: tuple[Any, ...]) -> tuple[int, ...]:
    """Shape of a list, or of a list of lists of the same length; -1 where lengths differ."""
    lengths = {len(row) for row in rows if isinstance(row, tuple)}
    return (len(rows), *(lengths if len(lengths) < 2 else (-1,)))


def begin_descent(experiment: Experiment, problem: Problem, start: Array | None) -> Descent:
    """The descent of an experiment before its first step, or where the moment it starts from was.

    Parameters
    ----------
    start : array or None
        Flat parameters to start from, in place of those that the experiment names or draws.
    """
    rng = np.random.default_rng(experiment.training.seed)
    replaced = start is not None or experiment.training.start
    parameters = (draw if replaced else first_parameters)(experiment, problem, rng)
    if start is not None:
        parameters.flat[:] = start
    descent = _descent(experiment, problem, parameters, rng)
    if start is None and experiment.training.start:
        resume(Path(experiment.training.start), descent)
    return descent
