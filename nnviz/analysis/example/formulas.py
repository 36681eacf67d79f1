"""What has just been computed, as a formula with letters and with numbers below it."""

from collections.abc import Callable, Sequence

import numpy as np

from nnviz.analysis.example.notation import LOSS, Term, TwoLineFormula, factor, more, number, summed
from nnviz.analysis.example.state import ExampleState, Phase
from nnviz.engine.activations import IDENTITY
from nnviz.engine.outputs import CROSS_ENTROPY, SOFTMAX


def _example(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The example: inputs and targets."""
    n, t = look.notation, look.traced
    return [
        _listed([n.activation(0, i) for i in range(len(t.inputs))], t.inputs.tolist(), most),
        _listed([n.target(k) for k in range(len(t.target))], t.target.tolist(), most),
    ]


def _weighted_sum(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """A unit's pre-activation: its inputs by its weights, and its bias."""
    n, t, stop = look.notation, look.traced, look.stop
    l, j = stop.layer, stop.unit
    weights, below = t.parameters.weights[l][j], t.below(l)
    terms = [
        Term((n.weight(l + 1, j, i), n.activation(l, i)), (float(weights[i]), float(below[i])))
        for i in range(len(below))
    ]
    letters, numbers = summed(terms, most)
    bias = float(t.parameters.biases[l][j])
    result = number(float(t.pre_activations[l][j]))
    return [
        TwoLineFormula(
            f"{n.sum(l + 1, j)} = {letters} + {n.weight(l + 1, j, None)}",
            f"= {numbers} + {factor(bias)} = {result}",
        )
    ]


def _activated(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """What a unit makes of its pre-activation."""
    n, t, stop = look.notation, look.traced, look.stop
    l, j = stop.layer, stop.unit
    p, o = n.sum(l + 1, j), n.activation(l + 1, j)
    value, result = float(t.pre_activations[l][j]), number(float(t.activations[l][j]))
    function = t.network.activations[l]
    if function is SOFTMAX:
        sums = [rf"\exp({number(float(x))})" for x in t.pre_activations[l]]
        below = " + ".join([*sums[:most], *more(len(sums) - most)])
        every = rf"\exp({p}) / \sum_{{k}} \exp({n.sum(l + 1)}_{{k}})"
        return [TwoLineFormula(rf"{o} = {every}", rf"= \exp({number(value)}) / ({below}) = {result}")]
    name = "" if function is IDENTITY else rf"\mathrm{{{function.title}}}"
    return [TwoLineFormula(rf"{o} = \sigma({p}) = {name}({p})", rf"= {name}({number(value)}) = {result}")]


def _listed(names: Sequence[str], values: Sequence[float], most: int) -> TwoLineFormula:
    shown = [f"{name}~=~{number(value)}" for name, value in zip(names[:most], values, strict=False)]
    return TwoLineFormula(r",\; ".join([*shown, *more(len(names) - most)]))


def _loss(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The loss of the sample."""
    t = look.traced
    make = _squared if t.network.loss is not CROSS_ENTROPY else _ENTROPIES[t.network.output.name]
    parts = [make(look, k) for k in range(len(t.target))]
    letters, numbers = ([part[side] for part in parts] for side in (0, 1))
    if t.network.output is SOFTMAX and t.network.loss is CROSS_ENTROPY:
        kept = [k for k in range(len(parts)) if t.target[k] != 0.0] or [0]
        letters, numbers = (["".join(side[k] for k in kept)] for side in (letters, numbers))
    rest = more(len(letters) - most)
    return [
        TwoLineFormula(
            f"{LOSS} = {' '.join([' + '.join(letters[:most]), *rest])}",
            f"= {' '.join([' + '.join(numbers[:most]), *rest])} = {number(t.loss)}",
        )
    ]


def _squared(look: ExampleState, k: int) -> tuple[str, str]:
    n, t = look.notation, look.traced
    o, y = float(t.activations[-1][k]), float(t.target[k])
    return (
        rf"\tfrac{{1}}{{2}}({n.activation(n.layers, k)} - {n.target(k)})^{{2}}",
        rf"\tfrac{{1}}{{2}}({number(o)} - {factor(y)})^{{2}}",
    )


def _one_of_many(look: ExampleState, k: int) -> tuple[str, str]:
    n, t = look.notation, look.traced
    y, o = (factor(float(array[k])) for array in (t.target, t.activations[-1]))
    return rf"-{n.target(k)} \ln {n.activation(n.layers, k)}", rf"-{y} \ln {o}"


def _yes_or_no(look: ExampleState, k: int) -> tuple[str, str]:
    n, t = look.notation, look.traced
    y, o = n.target(k), n.activation(n.layers, k)
    values = [factor(float(array[k])) for array in (t.target, t.activations[-1])]
    return tuple(rf"-{a} \ln {b} - (1 - {a}) \ln (1 - {b})" for a, b in ((y, o), values))  # type: ignore[return-value]


def _plus_or_minus(look: ExampleState, k: int) -> tuple[str, str]:
    """With targets ±1, (1 + o)/2 is the probability of +1."""
    n, t = look.notation, look.traced
    names = n.target(k), n.activation(n.layers, k)
    values = [factor(float(array[k])) for array in (t.target, t.activations[-1])]
    if abs(t.target[k]) != 1.0:
        return _between(*names), _between(*values)
    sign = "-" if t.target[k] < 0.0 else "+"
    return rf"-\ln ((1 {sign} {names[1]})/2)", rf"-\ln ((1 {sign} {values[1]})/2)"


def _between(y: str, o: str) -> str:
    """The same for a target that is no class."""
    return " ".join(rf"- (1 {sign} {y})/2 \cdot \ln ((1 {sign} {o})/2)" for sign in "+-")


_ENTROPIES = {"softmax": _one_of_many, "sigmoid": _yes_or_no, "tanh": _plus_or_minus}


def _delta(look: ExampleState, most: int) -> list[TwoLineFormula]:
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


def _gradient(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The partials of a unit's weights and bias."""
    t, l, j = look.traced, look.stop.layer, look.stop.unit
    partials = t.gradient.weights[l][j]
    shown = sorted(np.argsort(-np.abs(partials), kind="stable")[:most].tolist())
    lines = [_partial(look, l, j, i, float(partials[i])) for i in shown]
    bias = _partial(look, l, j, None, float(t.gradient.biases[l][j]))
    return [*lines, *map(TwoLineFormula, more(len(partials) - len(shown))), bias]


def _chain_rule(look: ExampleState) -> list[TwoLineFormula]:
    """How the loss comes to the chosen parameter: by its delta, and along the strongest path."""
    chain, n, t = look.chain, look.notation, look.traced
    l, j, i = chain.layer, chain.units[0], chain.source
    total = float(t.gradient.layers[l][j, -1 if i is None else i])
    lines = [_partial(look, l, j, i, total)]
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


def _partial(look: ExampleState, l: int, j: int, i: int | None, value: float) -> TwoLineFormula:
    """One partial: a delta times what comes from below."""
    n, t = look.notation, look.traced
    name, delta = n.by(n.weight(l + 1, j, i)), n.delta(l + 1, j)
    if i is None:
        return TwoLineFormula(f"{name} = {delta}", f"= {number(value)}")
    numbers = rf"= {factor(float(t.deltas[l][j]))} \cdot {factor(float(t.below(l)[i]))} = {number(value)}"
    return TwoLineFormula(rf"{name} = {delta} \cdot {n.activation(l, i)}", numbers)


def _update(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The new weights: all in letters; in numbers the chosen one, or the largest changes of a unit."""
    n, t, l = look.notation, look.traced, look.stop.layer
    w = n.matrix(l + 1)
    general = TwoLineFormula(rf"{w} \leftarrow {w} - \eta\, {_with_penalties(look, n.by(w), w)}")
    if look.chosen:
        return [general, _updated(look, *look.chosen)]
    j = look.unit[1]
    sources = sorted(np.argsort(-np.abs(t.gradient.weights[l][j]), kind="stable")[:most].tolist())
    return [general, *(_updated(look, l, j, i) for i in (*sources, None))]


def _updated(look: ExampleState, l: int, j: int, i: int | None) -> TwoLineFormula:
    n, t, h = look.notation, look.traced, look.example.hyperparameters
    at = (j, -1 if i is None else i)
    w, slope, after = (float(p.layers[l][at]) for p in (t.parameters, t.gradient, t.updated))
    name = n.weight(l + 1, j, i)
    letters, numbers = n.by(name), factor(slope)
    if i is not None and (h.l1 or h.l2):
        letters, numbers = _with_penalties(look, letters, name), _with_penalties(look, number(slope), factor(w))
    return TwoLineFormula(
        rf"{name} \leftarrow {name} - \eta\, {letters}",
        rf"= {number(w)} - {number(h.learning_rate)} \cdot {numbers} = {number(after)}",
    )


def _with_penalties(look: ExampleState, slope: str, weight: str) -> str:
    """The slope of loss and penalties."""
    h = look.example.hyperparameters
    first = [rf"{h.l1:g}\,\mathrm{{sign}}({weight.strip('()')})"] if h.l1 else []
    second = [rf"{h.l2:g}\,{weight}"] if h.l2 else []
    return f"({' + '.join([slope, *first, *second])})" if first or second else slope


def formulas(look: ExampleState, most: int = 4) -> list[TwoLineFormula]:
    """The formulas of the cursor's stop; of sums and lists so many terms, the largest.

    Once the partial of a chosen parameter is known they are its chain rule.
    """
    phase = look.stop.phase
    if look.chosen and phase is not Phase.UPDATE and look.knows(Phase.GRADIENT, *look.chosen[:2]):
        return _chain_rule(look)
    return _MAKERS[phase](look, most)


_MAKERS: dict[Phase, Callable[[ExampleState, int], list[TwoLineFormula]]] = {
    Phase.INPUT: _example,
    Phase.SUM: _weighted_sum,
    Phase.ACTIVATION: _activated,
    Phase.LOSS: _loss,
    Phase.DELTA: _delta,
    Phase.GRADIENT: _gradient,
    Phase.UPDATE: _update,
}
