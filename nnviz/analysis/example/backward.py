"""Formulas of the way back: deltas, partials, the chain rule along a path."""

import numpy as np

from nnviz.analysis.example.state import ExampleState
from nnviz.analysis.example.terms import Term, TwoLineFormula, more, summed
from nnviz.analysis.example.tex import factor, number
from nnviz.engine.activations import IDENTITY
from nnviz.engine.outputs import CROSS_ENTROPY


def delta(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """A unit's delta."""
    return _hidden_delta(look, most) if look.stop.layer + 1 < look.notation.layers else _output_delta(look)


def _output_delta(look: ExampleState) -> list[TwoLineFormula]:
    n, t, k = look.notation, look.traced, look.stop.unit
    o, y = float(t.activations[-1][k]), float(t.target[k])
    letters, numbers = f"{n.activation(n.layers, k)} - {n.target(k)}", f"{number(o)} - {factor(y)}"
    delta, result = n.delta(n.layers, k), number(float(t.deltas[-1][k]))
    network, slope = t.network, t.slopes[-1]
    if network.loss is CROSS_ENTROPY or network.output is IDENTITY:
        return [TwoLineFormula(f"{delta} = {letters}", f"= {numbers} = {result}")]
    gradients = t.activation_gradients[-1]
    by_output = n.by(n.activation(n.layers, k))
    first = TwoLineFormula(
        f"{by_output} = {letters}", "" if gradients is None else f"= {numbers} = {number(gradients[k])}"
    )
    if slope is None:  # softmax: every output moves with every sum
        every = rf"{n.activation(n.layers, k)} (r - \sum r o), \; r = {letters}"
        return [first, TwoLineFormula(rf"{delta} = {every}", f"= {result}")]
    second = TwoLineFormula(
        rf"{delta} = ({letters}) \cdot {n.slope(n.layers, k)}",
        rf"= ({numbers}) \cdot {factor(float(slope[k]))} = {result}",
    )
    if look.jacobian:
        second = TwoLineFormula(rf"{delta} = {by_output} \cdot {n.slope(n.layers, k)}", second.numbers)
        return [first, second]
    return [second]


def _hidden_delta(look: ExampleState, most: int) -> list[TwoLineFormula]:
    n, t, stop = look.notation, look.traced, look.stop
    l, j = stop.layer, stop.unit
    above = t.parameters.weights[l + 1][:, j]
    terms = [
        Term((n.weight(l + 2, k, j), n.delta(l + 2, k)), (float(above[k]), float(t.deltas[l + 1][k])))
        for k in range(len(above))
    ]
    letters, numbers = summed(terms, most)
    gradients, slope = t.activation_gradients[l], float(t.hidden_slope(l)[j])
    through = 0.0 if gradients is None else float(gradients[j])
    delta, result = n.delta(l + 1, j), number(float(t.deltas[l][j]))
    if look.jacobian:
        by_activation = n.by(n.activation(l + 1, j))
        return [
            TwoLineFormula(f"{by_activation} = {letters}", f"= {numbers} = {number(through)}"),
            TwoLineFormula(
                rf"{delta} = {by_activation} \cdot {n.slope(l + 1, j)}",
                rf"= {factor(through)} \cdot {factor(slope)} = {result}",
            ),
        ]
    return [
        TwoLineFormula(
            rf"{delta} = ({letters}) \cdot {n.slope(l + 1, j)}", rf"= ({numbers}) \cdot {factor(slope)} = {result}"
        )
    ]


def gradient(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The partials of a unit's weights and bias."""
    t, l, j = look.traced, look.stop.layer, look.stop.unit
    partials = t.gradient.weights[l][j]
    shown = sorted(np.argsort(-np.abs(partials), kind="stable")[:most].tolist())
    lines = [partial(look, l, j, i, float(partials[i])) for i in shown]
    bias = partial(look, l, j, None, float(t.gradient.biases[l][j]))
    return [*lines, *map(TwoLineFormula, more(len(partials) - len(shown))), bias]


def chain_rule(look: ExampleState) -> list[TwoLineFormula]:
    """How the loss comes to the chosen parameter: by its delta, and along the strongest path."""
    chain, n, t = look.chain, look.notation, look.traced
    l, j, i = chain.layer, chain.units[0], chain.source
    total = float(t.gradient.layers[l][j, -1 if i is None else i])
    lines = [partial(look, l, j, i, total)]
    if len(chain.units) == 1:
        return lines
    names = [n.delta(n.layers, chain.units[-1])]
    for at in range(len(chain.units) - 1, 0, -1):
        above, below = l + at + 1, l + at
        names += [n.weight(above, chain.units[at], chain.units[at - 1]), n.slope(below, chain.units[at - 1])]
    factors = list(chain.factors)
    if i is None:
        factors.pop()
    else:
        names.append(n.activation(l, i))
    product = r" \cdot ".join(map(factor, factors))
    which = rf"\text{{the strongest of {chain.paths:,} paths:}}\; " if chain.paths > 1 else ""
    lines.append(TwoLineFormula(which + r" \cdot ".join(names), f"= {product} = {number(chain.value)}"))
    if chain.paths > 1:
        lines.append(TwoLineFormula("", rf"\text{{all {chain.paths:,} paths together:}}\; {number(total)}"))
    return lines


def partial(look: ExampleState, l: int, j: int, i: int | None, value: float) -> TwoLineFormula:
    """One partial: a delta times what comes from below."""
    n, t = look.notation, look.traced
    name, delta = n.by(n.weight(l + 1, j, i)), n.delta(l + 1, j)
    if i is None:
        return TwoLineFormula(f"{name} = {delta}", f"= {number(value)}")
    numbers = rf"= {factor(float(t.deltas[l][j]))} \cdot {factor(float(t.below(l)[i]))} = {number(value)}"
    return TwoLineFormula(rf"{name} = {delta} \cdot {n.activation(l, i)}", numbers)
