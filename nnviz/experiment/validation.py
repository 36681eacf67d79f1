"""What a schema cannot say: whether the parts of an experiment make sense together."""

import math
from collections.abc import Iterator
from typing import Any

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.features import FEATURES
from nnviz.data.messages import shown
from nnviz.engine.outputs import LOSSES
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.explain import allowed_in
from nnviz.experiment.kind import FORMAT, Kind


def check(experiment: Kind) -> None:
    """Accept an experiment, or raise an `InputError` naming the first key at fault and what is allowed."""
    for complaint in complaints(experiment):
        raise InputError(complaint)


def complaints(experiment: Kind) -> Iterator[str]:
    """Everything that makes no sense, a line each."""
    if experiment.format > FORMAT:
        yield f"format: {experiment.format} is newer than this nnviz reads; allowed: up to {FORMAT}"
    yield from _of_a_network(experiment) if isinstance(experiment, Experiment) else experiment.complaints()


def _of_a_network(experiment: Experiment) -> Iterator[str]:
    yield from _numbers("data", experiment.data)
    yield from _numbers("training", experiment.training)
    yield from _data(experiment.data)
    yield from _network(experiment.network)
    yield from _training(experiment.network, experiment.training)


def _numbers(table: str, values: Data | Training) -> Iterator[str]:
    for key in values.__struct_fields__:
        for number in _floats(getattr(values, key)):
            if not math.isfinite(number):
                yield f"{table}.{key}: {number} is not allowed; allowed: {allowed_in(type(values), key)}"


def _floats(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _floats(item)


def _data(data: Data) -> Iterator[str]:
    if not data.file and data.name not in CATALOGUE:
        yield f"data.name: {shown(repr(data.name))} is not known; allowed: {', '.join(CATALOGUE)}"
    elif not data.file and not data.points and "points" in CATALOGUE[data.name].options:
        yield f"data.points: missing; data drawn by hand (data.name = {data.name!r}) needs its points"
    for number, name in enumerate(data.features, start=1):
        if name not in FEATURES:
            yield (
                f"data.features, item {number}: {shown(repr(name))} is not known; allowed: {', '.join(FEATURES)}"
            )
    if len(data.axes) == 1 or len(set(data.axes)) != len(data.axes):
        yield (
            f"data.axes: {shown(repr(list(data.axes)))} is not allowed; "
            "allowed: two different inputs, or none for the principal components"
        )


def _network(network: NetworkDesign) -> Iterator[str]:
    given, layers = len(network.activations), len(network.hidden)
    if given != layers:
        yield (
            f"network.activation: {given} for {layers} hidden layers; "
            "allowed: one name for all, or a list with one for each"
        )
    yield from _frozen(network)
    if (len(network.weights), len(network.biases)) not in {(0, 0), (layers + 1, layers + 1)}:
        yield (
            f"network.weights: {len(network.weights)} layers, network.biases: {len(network.biases)}; "
            f"allowed: {layers + 1} each, or none"
        )
    if not math.isfinite(network.alpha):
        yield f"network.alpha: {network.alpha} is not allowed; allowed: {allowed_in(NetworkDesign, 'alpha')}"
    for key in ("weights", "biases"):
        if any(not math.isfinite(number) for number in _floats(getattr(network, key))):
            yield f"network.{key}: holds a number that is not finite; allowed: finite numbers"


def _frozen(network: NetworkDesign) -> Iterator[str]:
    layers = len(network.hidden) + 1
    for number, layer in enumerate(network.frozen, start=1):
        if not 1 <= layer <= layers:
            yield f"network.frozen, item {number}: there is no layer {layer}; allowed: 1 to {layers}, the output's"


def _training(network: NetworkDesign, training: Training) -> Iterator[str]:
    allowed = LOSSES[training.loss].outputs
    if network.output not in allowed:
        yield (
            f"training.loss: {training.loss} makes no sense with network.output = {network.output!r}; "
            f"allowed with it: output {', '.join(allowed)}"
        )
