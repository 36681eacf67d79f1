"""The network that an experiment asks for, between the inputs and outputs that its data have."""

from math import prod

from nnviz.data.pictures import Shape
from nnviz.engine.activations import activation_function
from nnviz.engine.convolution import POOLS, Convolution, Maps
from nnviz.engine.network import Network
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.errors import InputError
from nnviz.experiment.experiment import ConvolutionDesign, Experiment

LARGEST_NETWORK = 50_000_000
"""Parameters that a network may have."""
_MOST_READ = 2_000_000
"""Numbers that a convolution may gather for one picture, or give on: of a batch of 32, half a gigabyte."""


def network_of(experiment: Experiment, inputs: int, outputs: int, picture: Shape | None = None) -> Network:
    """The network of an experiment, between so many inputs and outputs.

    Parameters
    ----------
    picture : (rows, columns) or None
        Of inputs that are pictures.

    Raises
    ------
    InputError
        It is too large, or has a convolution that does not fit.
    """
    design = experiment.network
    convolutions = _convolutions(design.convolutions, picture)
    pictured = tuple(convolution.units for convolution in convolutions)
    sizes = (inputs, *pictured, *design.counts[len(pictured) :], outputs)
    hidden = (activation_function(name, design.alpha) for name in design.activations)
    functions = (*hidden, OUTPUTS[design.output])
    network = Network(sizes, functions, LOSSES[experiment.training.loss], convolutions)
    parameters = sum(map(prod, network.shapes))
    if parameters > LARGEST_NETWORK:
        raise InputError(f"network.hidden: {parameters:,} parameters; allowed: up to {LARGEST_NETWORK:,}")
    return network


def _convolutions(designs: tuple[ConvolutionDesign, ...], picture: Shape | None) -> tuple[Convolution, ...]:
    if designs and picture is None:
        raise InputError(
            "network.hidden: a convolution needs inputs that are pictures; allowed here: numbers of units"
        )
    made: list[Convolution] = []
    below: Maps = (1, *(picture or (0, 0)))
    for number, design in enumerate(designs, start=1):
        made.append(_convolution(design, below, f"network.hidden, item {number}"))
        below = made[-1].maps
    return tuple(made)


def _convolution(design: ConvolutionDesign, below: Maps, key: str) -> Convolution:
    pool = POOLS[design.pool]
    layer = Convolution(below, design.channels, design.window, design.stride, design.padding, pool)
    maps, rows, columns = below
    largest = min(rows, columns) + 2 * design.padding
    if design.window > largest:
        raise InputError(
            f"{key}: a window of {design.window} does not fit in {rows}×{columns} with padding {design.padding}; "
            f"allowed: up to {largest}"
        )
    if 0 in layer.maps:
        high, wide = layer.places
        raise InputError(f"{key}: {pool.title} of {high}×{wide} places; allowed: none, max_map, mean_map")
    numbers = prod(layer.places) * max(maps * design.window**2 + 1, design.channels)
    if numbers > _MOST_READ:
        raise InputError(f"{key}: {numbers:,} numbers for each picture; allowed: up to {_MOST_READ:,}")
    return layer
