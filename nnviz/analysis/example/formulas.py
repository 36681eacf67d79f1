"""What has just been computed, as a formula with letters and with numbers below it."""

from collections.abc import Callable

import numpy as np

from nnviz.analysis.example import backward, forward, loss_formula
from nnviz.analysis.example.state import ExampleState, Phase
from nnviz.analysis.example.terms import TwoLineFormula
from nnviz.analysis.example.tex import factor, number


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
        return backward.chain_rule(look)
    return _MAKERS[phase](look, most)


_MAKERS: dict[Phase, Callable[[ExampleState, int], list[TwoLineFormula]]] = {
    Phase.INPUT: forward.example,
    Phase.SUM: forward.weighted_sum,
    Phase.ACTIVATION: forward.activated,
    Phase.LOSS: loss_formula.loss,
    Phase.DELTA: backward.delta,
    Phase.GRADIENT: backward.gradient,
    Phase.UPDATE: _update,
}
