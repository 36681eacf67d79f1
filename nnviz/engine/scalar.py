"""One sample at a time through a small network, in plain Python numbers.

Below some 150 parameters a step of one sample is dearer to ask NumPy for than to do: the whole of it, forward,
backward and update, is written out as Python statements on local variables, generated from the same description
of the network as the tape, and gives the same numbers but for the last digits.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from textwrap import indent

from nnviz.engine.activations import ActivationFunction
from nnviz.engine.network import Network
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import CROSS_ENTROPY

MOST_PARAMETERS = 150
StepFunction = Callable[[Sequence[float], Iterable[Sequence[float]], float], list[float]]
"""(parameters, samples, rate) -> parameters after a step for each sample: its inputs, then its targets."""


def suits(network: Network, hyperparameters: Hyperparameters, parameters: int) -> bool:
    """Whether a network's steps can be written out: one sample a step, few parameters, the plain rule."""
    h = hyperparameters
    plain = h.optimizer == "sgd" and not h.l1 and not h.l2 and not h.frozen
    unit_by_unit = all(function.scalar for function in network.activations)
    return h.batch_size == 1 and plain and unit_by_unit and parameters <= MOST_PARAMETERS


@lru_cache(maxsize=16)
def scalar_steps(network: Network) -> StepFunction:
    """The function that takes the steps."""
    scope: dict[str, StepFunction] = dict(vars(math))
    exec(compile(source(network), "<steps of one sample>", "exec"), scope)  # noqa: S102 - our own text, of numbers only
    return scope["steps"]


def source(network: Network) -> str:
    """The function's text."""
    sizes = network.layer_sizes
    parameters = ", ".join(_parameters(sizes))
    sample = ", ".join([*_units("x", 0, sizes[0]), *_units("t", 0, sizes[-1])])
    body = "\n".join([*_forward(network), *_deltas(network), *_updates(sizes)])
    called = sorted(vars(math).keys() & set(re.findall(r"\w+(?=\()", body)))
    functions = "".join(f", {name}={name}" for name in called)  # local names are the quickest
    return (
        f"def steps(parameters, samples, rate{functions}):\n"
        f"    ({parameters},) = parameters\n"
        f"    for {sample} in samples:\n"
        f"{indent(body, ' ' * 8)}\n"
        f"    return [{parameters}]\n"
    )


def _units(name: str, l: int, count: int) -> list[str]:
    return [f"{name}{l}_{i}" for i in range(count)]


def _below(l: int, sizes: tuple[int, ...]) -> list[str]:
    """What layer ``l`` gets: the inputs, or the activations of the layer below."""
    return _units("o" if l > 1 else "x", l - 1, sizes[l - 1])


def _parameters(sizes: tuple[int, ...]) -> Iterator[str]:
    """Names in the order of the flat vector: each unit's weights, then its bias."""
    for l, (inputs, units) in enumerate(pairwise(sizes), start=1):
        for j in range(units):
            yield from (f"w{l}_{j}_{i}" for i in range(inputs))
            yield f"b{l}_{j}"


def _forward(network: Network) -> Iterator[str]:
    sizes = network.layer_sizes
    for l, function in enumerate(network.activations, start=1):
        value, slope = _expressions(function)
        for j, (p, o) in enumerate(zip(_units("p", l, sizes[l]), _units("o", l, sizes[l]), strict=True)):
            total = " + ".join([*(f"w{l}_{j}_{i} * {x}" for i, x in enumerate(_below(l, sizes))), f"b{l}_{j}"])
            if value.count("{p}") > 1 or "{p}" in slope:
                yield f"{p} = {total}"
                total = p
            yield f"{o} = {value.format(p=total, alpha=function.alpha)}"


def _deltas(network: Network) -> Iterator[str]:
    """∂loss/∂p times the rate, from the output down; weights are still those of the forward pass."""
    sizes, last = network.layer_sizes, len(network.activations)
    for j, o in enumerate(_units("o", last, sizes[-1])):
        slope = "" if network.loss is CROSS_ENTROPY else _slope(network.output, last, j)
        yield f"d{last}_{j} = {_product(f'rate * ({o} - t0_{j})', slope)}"
    for l in range(last - 1, 0, -1):
        for i in range(sizes[l]):
            slope = _slope(network.activations[l - 1], l, i)
            total = " + ".join(f"w{l + 1}_{j}_{i} * d{l + 1}_{j}" for j in range(sizes[l + 1]))
            yield f"d{l}_{i} = {_product(f'({total})', slope)}"


def _slope(function: ActivationFunction, l: int, unit: int) -> str:
    return _expressions(function)[1].format(o=f"o{l}_{unit}", p=f"p{l}_{unit}", alpha=function.alpha)


def _expressions(function: ActivationFunction) -> tuple[str, str]:
    if function.scalar is None:
        raise ValueError(f"{function.title} is no function of one unit")
    return function.scalar


def _product(first: str, second: str) -> str:
    return f"{first} * {second}" if second else first


def _updates(sizes: tuple[int, ...]) -> Iterator[str]:
    for l in range(1, len(sizes)):
        for j in range(sizes[l]):
            yield from (f"w{l}_{j}_{i} -= d{l}_{j} * {x}" for i, x in enumerate(_below(l, sizes)))
            yield f"b{l}_{j} -= d{l}_{j}"
