"""Mending what makes no sense together, as the person who changed one part of it expects."""

from typing import NamedTuple

from msgspec import structs

from nnviz.data.dataset import Task
from nnviz.engine.outputs import LOSSES
from nnviz.experiment.experiment import (
    Connection,
    Experiment,
    HiddenActivation,
    LossName,
    NetworkDesign,
    Output,
)

Head = tuple[Output, LossName]


class DataGoal(NamedTuple):
    """What data asks for: the task, and how many classes (0 for values)."""

    task: Task
    classes: int


USUAL_GOAL = DataGoal("classification", 2)
"""What the usual experiment's data ask for."""


def fitted(experiment: Experiment, task: Task, classes: int, before: DataGoal | None = None) -> Experiment:
    """The experiment with output, loss, activations and cut connections that make sense.

    Parameters
    ----------
    experiment : Experiment
        As just changed.
    task, classes
        What its data asks for, the classes being 0 for regression.
    before : DataGoal, optional
        What the former data asked for; to be given after a change of data. Without it only what cannot work
        is mended, so that an output chosen on purpose, such as tanh for values, stands.
    """
    network, training = _sized(experiment.network), experiment.training
    output, loss = network.output, training.loss
    if before:
        output, loss = _expected(output, loss, before, DataGoal(task, classes))
    output, loss = _possible(output, loss, task)
    return structs.replace(
        experiment,
        network=structs.replace(network, output=output),
        training=structs.replace(training, loss=loss),
    )


def resized(network: NetworkDesign, hidden: tuple[int, ...]) -> NetworkDesign:
    """The network with other hidden layers.

    Connections stay cut, and layers frozen, where layers and their order are the same.
    """
    same = len(hidden) == len(network.hidden)
    cut, frozen = (network.cut, network.frozen) if same else ((), ())
    return _sized(structs.replace(network, hidden=hidden, cut=cut, frozen=frozen))


def _expected(output: Output, loss: LossName, before: DataGoal, goal: DataGoal) -> Head:
    """What one expects when the data asks for something else than before."""
    if goal.task == "regression":
        return ("identity", "squared_error") if before.task != "regression" else (output, loss)
    if before.classes <= 2 < goal.classes and output != "softmax":
        return "softmax", "cross_entropy"
    if before.task == "regression" and output == "identity":
        return NetworkDesign().output, loss
    return output, loss


def _possible(output: Output, loss: LossName, task: Task) -> Head:
    """The output and loss nearest to these that work."""
    if task == "regression":
        return ("identity" if output == "softmax" else output), "squared_error"
    return output, (loss if output in LOSSES[loss].outputs else "squared_error")


def _sized(network: NetworkDesign) -> NetworkDesign:
    """The network with activations, cuts and frozen layers only where there are layers and connections."""
    cut = tuple(connection for connection in network.cut if _is_there(connection, network.hidden))
    frozen = tuple(layer for layer in network.frozen if layer <= len(network.hidden) + 1)
    return structs.replace(network, activation=_activation(network), cut=cut, frozen=frozen)


def _activation(network: NetworkDesign) -> HiddenActivation | tuple[HiddenActivation, ...]:
    given, count = network.activation, len(network.hidden)
    if isinstance(given, str) or len(given) == count:
        return given
    last = given[-1] if given else "tanh"
    return (*given, *[last] * count)[:count] if count else last


def _is_there(connection: Connection, hidden: tuple[int, ...]) -> bool:
    """Whether a connection's hidden units exist; how many inputs and outputs there are, data decides."""
    layer, unit, source = connection
    if layer > len(hidden) + 1:
        return False
    fits_above = layer > len(hidden) or unit <= hidden[layer - 1]
    return fits_above and (layer == 1 or source <= hidden[layer - 2])
