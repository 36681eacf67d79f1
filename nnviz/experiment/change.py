"""An experiment changed by tables, and mended where one part of it was changed and others no longer fit."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import structs

from nnviz.data.dataset import Task
from nnviz.engine.outputs import LOSSES
from nnviz.errors import InputError
from nnviz.experiment.experiment import (
    Connection,
    Data,
    Experiment,
    HiddenActivation,
    HiddenLayer,
    LossName,
    NetworkDesign,
    Output,
)
from nnviz.experiment.kind import Kind, plain
from nnviz.experiment.validation import complaints, converted

Head = tuple[Output, LossName]
Tables = dict[str, Any]
"""Tables of an experiment file, whole or in part."""
K = TypeVar("K", bound=Kind)


class DataGoal(NamedTuple):
    """What data asks for: the task, and how many classes (0 for values)."""

    task: Task
    classes: int


_SAME_INPUTS = ("samples", "noise", "train_fraction", "axes", "shift", "seed")
"""Settings of the data that leave the network's inputs and outputs what they are."""
_OF_ONE_SHAPE = ("weights", "biases", "built", "wired")
"""Settings of the network that leave no choice in how wide its layers are."""
USUAL_GOAL = DataGoal("classification", 2)
"""What the usual experiment's data ask for."""


def fitted(
    experiment: Experiment, task: Task, classes: int, before: DataGoal | None = None, *, pictures: bool = True
) -> Experiment:
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
    pictures : bool
        Whether the inputs are pictures; where they are not, there are no convolutions.
    """
    network, training = _fitting_layers(experiment.network), experiment.training
    if network.convolutions and not pictures:
        network = resized(network, network.hidden[len(network.convolutions) :])
    data = experiment.data if pictures else structs.replace(experiment.data, shift=0)
    output, loss = network.output, training.loss
    if before:
        output, loss = _expected(output, loss, before, DataGoal(task, classes))
    output, loss = _possible(output, loss, task)
    return structs.replace(
        experiment,
        data=data,
        network=structs.replace(network, output=output),
        training=structs.replace(training, loss=loss),
    )


def on_data(experiment: Experiment, data: Data) -> Experiment:
    """The experiment on other data, without what was learned from the former or fits these alone."""
    former, network = experiment.data, experiment.network
    same = structs.replace(data, **{key: getattr(former, key) for key in _SAME_INPUTS})
    if same != former:
        network = structs.replace(network, **_defaults(NetworkDesign, "cut", *_OF_ONE_SHAPE))
    training = structs.replace(experiment.training, start="")
    return structs.replace(experiment, data=data, network=network, training=training)


def counted(layer: HiddenLayer, count: int) -> HiddenLayer:
    """A hidden layer with so many units, or channels."""
    return count if isinstance(layer, int) else structs.replace(layer, channels=count)


def with_counts(network: NetworkDesign, counts: tuple[int, ...]) -> tuple[HiddenLayer, ...]:
    """Hidden layers of so many units, of the kinds that the network has; new ones stand above convolutions."""
    if len(counts) == len(network.hidden):
        return tuple(map(counted, network.hidden, counts))
    below = network.convolutions[: len(counts)]
    return (*map(counted, below, counts), *counts[len(below) :])


def resized(network: NetworkDesign, hidden: tuple[HiddenLayer, ...]) -> NetworkDesign:
    """The network with other hidden layers.

    Connections stay cut, and layers frozen, where layers and their order are the same.
    """
    same = len(hidden) == len(network.hidden)
    cut, frozen = (network.cut, network.frozen) if same else ((), ())
    if hidden != network.hidden:
        network = structs.replace(network, built="", wired="")
    return _fitting_layers(structs.replace(network, hidden=hidden, cut=cut, frozen=frozen))


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


def _fitting_layers(network: NetworkDesign) -> NetworkDesign:
    """The network with activations, cuts and frozen layers only where there are layers and connections."""
    cut = tuple(connection for connection in network.cut if _is_there(connection, network))
    frozen = tuple(layer for layer in network.frozen if layer <= len(network.hidden) + 1)
    return structs.replace(network, activation=_activation(network), cut=cut, frozen=frozen)


def _activation(network: NetworkDesign) -> HiddenActivation | tuple[HiddenActivation, ...]:
    given, count = network.activation, len(network.hidden)
    if isinstance(given, str) or len(given) == count:
        return given
    last = given[-1] if given else "tanh"
    return (*given, *[last] * count)[:count] if count else last


def _is_there(connection: Connection, network: NetworkDesign) -> bool:
    """Whether a connection's hidden units exist; how many inputs and outputs there are, data decides."""
    layer, unit, source = connection
    if network.convolutions:
        return layer > len(network.convolutions)
    hidden = network.counts
    if layer > len(hidden) + 1:
        return False
    fits_above = layer > len(hidden) or unit <= hidden[layer - 1]
    return fits_above and (layer == 1 or source <= hidden[layer - 2])


def changed(experiment: K, change: Mapping[str, Any], where: str = "change") -> K:
    """The experiment with a change laid over it.

    Tables are merged, key by key and however deep; lists and single values take the place of what was there.
    What the change leaves no sense to goes: weights to start from when the layers are others, the table that
    data came from when the data have another name.

    Parameters
    ----------
    change : mapping
        Tables of an experiment file, in part.
    where : str
        What errors call the change.

    Raises
    ------
    InputError
        One line that begins with ``where`` and names the key and what is allowed.
    """
    result = converted(merged(plain(_emptied(experiment, change)), change), type(experiment), where)
    if isinstance(result, Experiment):
        result = structs.replace(result, network=_sized(result.network, change))
    for complaint in complaints(result):
        raise InputError(f"{where}.{complaint}")
    return result


def merged(tables: Mapping[str, Any], change: Mapping[str, Any]) -> Tables:
    """Tables with others laid over them."""
    return {**tables, **{key: _laid_over(tables.get(key), value) for key, value in change.items()}}


def with_paths(change: Mapping[str, Any], convert: Callable[[str], str]) -> Tables:
    """A change to an experiment of a network with the names of its files converted."""
    for table, key in (("data", "file"), ("training", "start")):
        name = _table(change, table).get(key)
        if name and isinstance(name, str):
            change = merged(change, {table: {key: convert(name)}})
    return dict(change)


def with_seed_after(change: Mapping[str, Any], by: int = 1) -> Tables:
    """A change to an experiment with a seed that is so much higher, if it names one."""
    seed = _table(change, "training").get("seed", change.get("seed"))
    if not isinstance(seed, int):
        return dict(change)
    later: Tables = {"seed": seed + by}
    return merged(change, later if "seed" in change else {"training": later})


def _laid_over(below: Any, above: Any) -> Any:
    return merged(below, above) if isinstance(below, dict) and isinstance(above, dict) else above


def _emptied(experiment: Kind, change: Mapping[str, Any]) -> Kind:
    """The experiment without what the change leaves no sense to."""
    if not isinstance(experiment, Experiment):
        return experiment.before(change)
    data, network = experiment.data, experiment.network
    if "name" in _table(change, "data"):
        data = data.without_table()
    if "hidden" in _table(change, "network"):
        network = structs.replace(network, **_defaults(NetworkDesign, "weights", "biases"))
    return structs.replace(experiment, data=data, network=network)


def _sized(network: NetworkDesign, change: Mapping[str, Any]) -> NetworkDesign:
    """The network with activations and cuts for its layers, where the change says nothing of these."""
    given = _table(change, "network")
    if "hidden" not in given or given.keys() & {"activation", "cut", "frozen"}:
        return network
    return resized(network, network.hidden)


def _table(change: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = change.get(name)
    return table if isinstance(table, dict) else {}


def _defaults(table: type[msgspec.Struct], *keys: str) -> dict[str, Any]:
    fresh = table()
    return {key: getattr(fresh, key) for key in keys}
