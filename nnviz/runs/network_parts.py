"""The parts of a network that views point at: a neuron, a weight, a bias; and what they are called."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from nnviz.engine.network import Network, Parameters
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.numerals import number, signed
from nnviz.runs.snapshot import Snapshot

_MOST_WEIGHTS = 8
"""Most weights of a neuron that are said."""

ParameterIndex = tuple[int, int, int | None]
"""A number that can be set by hand: layer of weights (0 the first), unit, and source, or None for the bias."""


def neuron_words(problem: Problem, layer: int, unit: int) -> str:
    """Name of a neuron and what it computes; layer 0 holds the inputs."""
    network = problem.network
    if layer == 0:
        return _picture_words(problem) if network.convolutions else f"input {problem.input_labels[unit]}"
    words = f"{neuron_name(problem, layer, unit)}:  o = {network.activations[layer - 1].title}(p)"
    return f"{words}, {window_words(network, layer)}" if layer <= len(network.convolutions) else words


def _picture_words(problem: Problem) -> str:
    _, rows, columns = problem.network.convolutions[0].below
    return f"picture of {rows}×{columns} pixels"


def window_words(network: Network, layer: int) -> str:
    """The window of a convolution, counted from 1, and what is pooled, in words."""
    convolution = network.convolutions[layer - 1]
    pooled = f", {convolution.pool.title}" if convolution.pool.takes else ""
    return f"window {convolution.window}×{convolution.window}{pooled}"


def neuron_name(problem: Problem, layer: int, unit: int) -> str:
    """Name of a neuron; layers count from 1."""
    if layer == len(problem.network.activations):
        return output_name(problem, unit)
    return f"layer {layer}, {_node(problem, layer)} {unit + 1}"


def _node(problem: Problem, layer: int) -> str:
    """What the nodes of a layer, counted from 1, are called."""
    return "map" if layer <= len(problem.network.convolutions) else "neuron"


def output_name(problem: Problem, unit: int) -> str:
    """Name of an output unit: its class, if there are several."""
    if problem.network.layer_sizes[-1] == 1:
        return "output"
    return f"output, {'class ' if problem.classes else ''}{output_names(problem)[unit]}"


def output_names(problem: Problem) -> Sequence[str]:
    """The output units by name: their classes, of an autoencoder its inputs, of several values their numbers."""
    count = problem.network.layer_sizes[-1]
    if count == 1:
        return ("output",)
    if problem.classes or len(problem.input_labels) == count:
        return problem.classes or problem.input_labels
    return tuple(f"output {unit + 1}" for unit in range(count))


def parameter_name(problem: Problem, place: ParameterIndex) -> str:
    """Name of a weight or a bias."""
    layer, unit, source = place
    node = _node(problem, layer + 1)
    if source is None:
        return f"layer {layer + 1}: bias of {node} {unit + 1}"
    to = "of map" if node == "map" else "to neuron"
    return f"layer {layer + 1}: weight {_origin(problem, layer, source)} {to} {unit + 1}"


def _origin(problem: Problem, layer: int, source: int) -> str:
    """Where a weight of a layer, counted from 0, comes from; of a convolution, its place in the window."""
    network = problem.network
    if layer < len(network.convolutions):
        side = network.convolutions[layer].window
        below, place = divmod(source, side * side)
        row, column = divmod(place, side)
        return f"{f'for map {below + 1}, ' if layer else ''}row {row + 1}, column {column + 1}"
    if layer and layer == len(network.convolutions):
        _, rows, columns = network.convolutions[-1].maps
        below, place = divmod(source, rows * columns)
        return f"from map {below + 1}" + (f", place {place + 1}" if rows * columns > 1 else "")
    return f"from {problem.input_labels[source]}" if layer == 0 else f"from neuron {source + 1}"


def parameter_words(snapshot: Snapshot, place: ParameterIndex) -> str:
    """Name and value of a weight or a bias."""
    value = parameter_value(snapshot, place)
    return f"{parameter_name(snapshot.problem, place)} = {signed(f'{abs(value):.4f}', value)}"


def neuron_in_numbers(snapshot: Snapshot, layer: int, unit: int) -> str:
    """A neuron, its bias and its largest weights, in words; layer 0 holds the inputs."""
    name = neuron_words(snapshot.problem, layer, unit).replace(":  o =", ", o =")
    if layer == 0:
        return name
    weights = snapshot.weights[layer - 1][unit]
    sources = sorted(np.argsort(-np.abs(weights), kind="stable")[:_MOST_WEIGHTS].tolist())
    said = [
        f"weight {number(weights[source])} {_origin(snapshot.problem, layer - 1, source)}" for source in sources
    ]
    rest = f", and {len(weights) - len(said):,} smaller ones" if len(weights) > len(said) else ""
    return f"{name}: bias {number(snapshot.biases[layer - 1][unit])}, {', '.join(said)}{rest}"


def network_in_words(problem: Problem) -> str:
    """How many neurons each layer of a network has, and what they compute."""
    sizes, functions = problem.network.layer_sizes, problem.network.activations
    hidden = ", ".join(_layer_in_words(problem.network, l) for l in range(1, len(sizes) - 1))
    layers = f"hidden layers of {hidden}" if hidden else "no hidden layer"
    return f"{_counted(sizes[0], 'input')}, {layers}, {_counted(sizes[-1], 'output')}, {functions[-1].title}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count > 1 else ''}"


def _layer_in_words(network: Network, layer: int) -> str:
    words = f"{network.node_sizes[layer]} {network.activations[layer - 1].title}"
    return f"{words} maps, {window_words(network, layer)}" if layer <= len(network.convolutions) else words


def node_weights(network: Network, parameters: Parameters) -> tuple[Array, ...]:
    """Of each layer, what stands for the connection between two nodes, shape (nodes, nodes below).

    Where it is more than one weight, as from map to map, their norm with the sign of their sum.
    """
    found = []
    for weights, below in zip(parameters.weights, network.node_sizes, strict=False):
        parts = weights.reshape(len(weights), below, -1)
        if parts.shape[-1] == 1:
            found.append(parts[..., 0])
        else:
            found.append(np.linalg.norm(parts, axis=-1) * np.sign(parts.sum(axis=-1)))
    return tuple(found)


def is_one_weight(network: Network, layer: int) -> bool:
    """Whether what is drawn between two nodes is a single weight, of a layer counted from 0."""
    return layer >= len(network.convolutions) and network.shapes[layer][1] - 1 == network.node_sizes[layer]


def parameter_value(snapshot: Snapshot, place: ParameterIndex) -> float:
    """Value of a weight or a bias."""
    layer, unit, source = place
    return float(snapshot.parameters.layers[layer][unit, -1 if source is None else source])


def has_parameter(problem: Problem, place: ParameterIndex) -> bool:
    """Whether a network has such a weight or bias."""
    layer, unit, source = place
    shapes = problem.network.shapes
    if layer >= len(shapes):
        return False
    units, columns = shapes[layer]
    return unit < units and (source is None or source < columns - 1)


class Lit(Struct, frozen=True):
    """What is lit.

    Parameters
    ----------
    neurons : tuple of (layer, unit)
        Layer 0 are the inputs.
    parameters : tuple of (layer, unit, source)
        Connections; a bias has no line of its own.
    """

    neurons: tuple[tuple[int, int], ...] = ()
    parameters: tuple[ParameterIndex, ...] = ()


NOTHING_LIT = Lit()
