"""What has just been computed, as a formula with letters and with numbers below it."""

from collections.abc import Callable

from nnviz.analysis.example import backward, forward, loss_formula, update_formula
from nnviz.analysis.example.look import Look, Phase
from nnviz.analysis.example.terms import Formula


def formulas(look: Look, most: int = 4) -> list[Formula]:
    """The formulas of the cursor's stop; of sums and lists so many terms, the largest.

    Once the partial of a chosen parameter is known they are its chain rule.
    """
    phase = look.stop.phase
    if look.chosen and phase is not Phase.UPDATE and look.knows(Phase.GRADIENT, *look.chosen[:2]):
        return backward.chain_rule(look)
    return _MAKERS[phase](look, most)


_MAKERS: dict[Phase, Callable[[Look, int], list[Formula]]] = {
    Phase.INPUT: forward.example,
    Phase.SUM: forward.weighted_sum,
    Phase.ACTIVATION: forward.activated,
    Phase.LOSS: loss_formula.loss,
    Phase.DELTA: backward.delta,
    Phase.GRADIENT: backward.gradient,
    Phase.UPDATE: update_formula.update,
}
