"""The parts of a network that views point at: a neuron, a weight, a bias; and what they are called."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from nnviz.experiment.problem import Problem
from nnviz.numerals import number, signed
from nnviz.runs.snapshot import Snapshot

_MOST_WEIGHTS = 8
"""Most weights of a neuron that are said."""

ParameterIndex = tuple[int, int, int | None]
"""A number that can be set by hand: layer of weights (0 the first), unit, and source, or None for the bias."""


def neuron_words(problem: Problem, layer: int, unit: int) -> str:
    """Name of a neuron and what it computes; layer 0 holds the inputs."""
    if layer == 0:
        return f"input {problem.input_labels[unit]}"
    return f"{neuron_name(problem, layer, unit)}:  o = {problem.network.activations[layer - 1].title}(p)"


def neuron_name(problem: Problem, layer: int, unit: int) -> str:
    """Name of a neuron; layers count from 1."""
    is_output = layer == len(problem.network.activations)
    return output_name(problem, unit) if is_output else f"layer {layer}, neuron {unit + 1}"


def output_name(problem: Problem, unit: int) -> str:
    """Name of an output unit: its class, if there are several."""
    if problem.network.layer_sizes[-1] == 1:
        return "output"
    return f"output, {'class ' if problem.classes else ''}{output_names(problem)[unit]}"


def output_names(problem: Problem) -> Sequence[str]:
    """The output units by name: their classes, or of an autoencoder its inputs, if there are several."""
    count = problem.network.layer_sizes[-1]
    if count == 1:
        return ("output",)
    return problem.classes or problem.input_labels


def parameter_name(problem: Problem, place: ParameterIndex) -> str:
    """Name of a weight or a bias."""
    layer, unit, source = place
    if source is None:
        return f"layer {layer + 1}: bias of neuron {unit + 1}"
    origin = problem.input_labels[source] if layer == 0 else f"neuron {source + 1}"
    return f"layer {layer + 1}: weight from {origin} to neuron {unit + 1}"


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
        f"weight {number(weights[source])} from {_source(snapshot.problem, layer, source)}" for source in sources
    ]
    rest = f", and {len(weights) - len(said):,} smaller ones" if len(weights) > len(said) else ""
    return f"{name}: bias {number(snapshot.biases[layer - 1][unit])}, {', '.join(said)}{rest}"


def network_in_words(problem: Problem) -> str:
    """How many neurons each layer of a network has, and what they compute."""
    sizes, functions = problem.network.layer_sizes, problem.network.activations
    hidden = ", ".join(f"{size} {f.title}" for size, f in zip(sizes[1:-1], functions, strict=False))
    layers = f"hidden layers of {hidden}" if hidden else "no hidden layer"
    return f"{_counted(sizes[0], 'input')}, {layers}, {_counted(sizes[-1], 'output')}, {functions[-1].title}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count > 1 else ''}"


def _source(problem: Problem, layer: int, source: int) -> str:
    return problem.input_labels[source] if layer == 1 else f"neuron {source + 1}"


def parameter_value(snapshot: Snapshot, place: ParameterIndex) -> float:
    """Value of a weight or a bias."""
    layer, unit, source = place
    return float(snapshot.parameters.layers[layer][unit, -1 if source is None else source])


def has_parameter(problem: Problem, place: ParameterIndex) -> bool:
    """Whether a network has such a weight or bias."""
    layer, unit, source = place
    sizes = problem.network.layer_sizes
    return layer + 1 < len(sizes) and unit < sizes[layer + 1] and (source is None or source < sizes[layer])


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
