"""What is added up in the unit that a computational graph is of."""

import numpy as np

from nnviz.analysis.example.graph import GraphEdge, Product, said
from nnviz.analysis.example.state import ExampleState, Phase
from nnviz.analysis.example.tex import plain
from nnviz.numerals import figure


class Terms:
    """The products of one unit's sum, the bias, and what is left out of them.

    Parameters
    ----------
    look : ExampleState
    most : int
        So many products are shown.
    """

    def __init__(self, look: ExampleState, most: int) -> None:
        self.look, self.traced = look, look.traced
        self.letters, self.chain = look.notation, look.chain
        self.lit = look.chosen is not None
        self.shown = self._shown_terms(most)

    @property
    def count(self) -> int:
        """How many products there are."""
        return self.traced.network.layer_sizes[self.chain.layer]

    def product(self, i: int) -> Product:
        """The term of one source."""
        l, j, look = self.chain.layer, self.chain.units[0], self.look
        here = (look.stop.layer, look.stop.unit) == (l, j)
        w, o = float(self.traced.parameters.weights[l][j, i]), float(self.traced.below(l)[i])
        summed, back = self.look.knows(Phase.SUM, l, j), self.look.knows(Phase.DELTA, l, j)
        delta = float(self.traced.deltas[l][j])
        gradient = said(float(self.traced.gradient.weights[l][j, i]), self.look.knows(Phase.GRADIENT, l, j))
        on_path = self.lit and self.chain.source == i
        leaves = (
            GraphEdge(plain(self.letters.activation(l, i)), said(o, self._given(l)), said(delta * w, back)),
            GraphEdge(plain(self.letters.weight(l + 1, j, i)), figure(w), gradient, (l, j, i), on_path),
        )
        out = GraphEdge("", said(w * o, summed), said(delta, back), None, on_path)
        return Product(leaves, out, look.stop.phase in {Phase.SUM, Phase.GRADIENT} and here)

    def rest(self) -> tuple[GraphEdge, ...]:
        """The bias, and all terms that are not shown as one."""
        l, j = self.chain.layer, self.chain.units[0]
        t = self.traced
        known = self.look.knows(Phase.GRADIENT, l, j)
        chosen = self.lit and self.chain.source is None
        bias = float(t.parameters.biases[l][j])
        wires = [
            GraphEdge(
                plain(self.letters.weight(l + 1, j, None)),
                figure(bias),
                said(float(t.gradient.biases[l][j]), known),
                (l, j, None),
                chosen,
            )
        ]
        others = len(t.below(l)) - len(self.shown)
        if others:
            terms = t.parameters.weights[l][j] * t.below(l)
            value = float(terms.sum() - terms[self.shown].sum())
            back = said(float(t.deltas[l][j]), self.look.knows(Phase.DELTA, l, j))
            wires.append(GraphEdge(f"{others:,} more", said(value, self.look.knows(Phase.SUM, l, j)), back))
        return tuple(wires)

    def together(self) -> GraphEdge:
        """The bias and all other terms as one."""
        rest = self.rest()
        if len(rest) == 1:
            return rest[0]
        bias, others = rest
        l, j = self.chain.layer, self.chain.units[0]
        terms = self.traced.parameters.weights[l][j] * self.traced.below(l)
        value = float(terms.sum() - terms[self.shown].sum() + self.traced.parameters.biases[l][j])
        name = f"{others.name} + {bias.name}"
        return GraphEdge(name, said(value, self.look.knows(Phase.SUM, l, j)), others.gradient, None, bias.lit)

    def _shown_terms(self, terms: int) -> list[int]:
        """The sources of the terms shown: the chosen one, and the largest others."""
        l = self.chain.layer
        wanted = [] if self.chain.source is None else [self.chain.source]
        products = np.abs(self.traced.parameters.weights[l][self.chain.units[0]] * self.traced.below(l))
        others = [i for i in np.argsort(-products, kind="stable").tolist() if i not in wanted]
        return sorted([*wanted, *others][: max(terms, len(wanted))])

    def _given(self, l: int) -> bool:
        """Whether what layer l gets is known."""
        return l == 0 or self.look.knows(Phase.ACTIVATION, l - 1, len(self.traced.below(l)) - 1)
