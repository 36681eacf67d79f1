"""A change to an experiment: some of its tables, in part, as a file would write them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.explain import explain
from nnviz.experiment.fitting import resized
from nnviz.experiment.kind import Kind
from nnviz.experiment.validation import complaints

Tables = dict[str, Any]
"""Tables of an experiment file, whole or in part."""

K = TypeVar("K", bound=Kind)


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
    schema = type(experiment)
    values = merged(msgspec.to_builtins(_emptied(experiment, change)), change)
    try:
        result = msgspec.convert(values, schema)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(explain(values, schema, where)) from error
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
    """A change to an experiment of a network with a seed that is so much higher, if it names one."""
    seed = _table(change, "training").get("seed")
    return merged(change, {"training": {"seed": seed + by}}) if isinstance(seed, int) else dict(change)


def _laid_over(below: Any, above: Any) -> Any:
    return merged(below, above) if isinstance(below, dict) and isinstance(above, dict) else above


def _emptied(experiment: Kind, change: Mapping[str, Any]) -> Kind:
    """The experiment without what the change leaves no sense to."""
    if not isinstance(experiment, Experiment):
        return experiment
    data, network = experiment.data, experiment.network
    if "name" in _table(change, "data"):
        data = structs.replace(data, **_defaults(Data, "file", "target", "task"))
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
