"""Formulas of the way forward: sums and activations."""

from collections.abc import Sequence

from nnviz.analysis.example.state import ExampleState
from nnviz.analysis.example.terms import Term, TwoLineFormula, more, summed
from nnviz.analysis.example.tex import factor, number
from nnviz.engine.activations import IDENTITY
from nnviz.engine.outputs import SOFTMAX


def example(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The example: inputs and targets."""
    n, t = look.notation, look.traced
    return [
        _listed([n.activation(0, i) for i in range(len(t.inputs))], t.inputs.tolist(), most),
        _listed([n.target(k) for k in range(len(t.target))], t.target.tolist(), most),
    ]


def weighted_sum(look: ExampleState, most: int) -> list[TwoLineFormula]:
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


def activated(look: ExampleState, most: int) -> list[TwoLineFormula]:
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
