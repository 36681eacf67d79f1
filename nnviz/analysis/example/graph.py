"""The computational graph of one unit and of the strongest path from it to the loss, operation by operation."""

from dataclasses import dataclass, field

import numpy as np

from nnviz.analysis.example.notation import LOSS, plain
from nnviz.analysis.example.state import ExampleState, Phase
from nnviz.engine.tape import Array
from nnviz.numerals import figure
from nnviz.runs.network_parts import ParameterIndex

FORK = "•"


@dataclass(frozen=True)
class GraphEdge:
    """What goes from one operation to the next: its name, its value above, its gradient below.

    Both are empty until the cursor has passed.
    """

    name: str
    value: str = ""
    gradient: str = ""
    place: ParameterIndex | None = None
    lit: bool = False


@dataclass(frozen=True)
class GraphNode:
    """A node: its sign, what leads into it besides the path, and what comes out.

    Parameters
    ----------
    sign : str
        ``×``, ``+``, ``σ``, the loss's letter, ``⋯`` for folded layers, or a dot where the value goes on to
        several units.
    leaf : GraphEdge or None
        What comes in from below.
    now : bool
        Whether it is being computed.
    words : str
        What is said beneath it.
    """

    sign: str
    out: GraphEdge
    leaf: GraphEdge | None = None
    now: bool = False
    words: str = ""


@dataclass(frozen=True)
class Product:
    """A term of the unit's sum: two leaves and their product."""

    leaves: tuple[GraphEdge, GraphEdge]
    out: GraphEdge
    now: bool


@dataclass(frozen=True)
class Graph:
    """The unit that is looked at, and the way from it to the loss.

    Parameters
    ----------
    products : tuple of Product
        Those terms of the unit's sum that are shown.
    rest : tuple of GraphEdge
        What else is added: the bias, and all other terms as one.
    operations : tuple of GraphNode
        The unit's sum first, the loss last.
    folded : tuple of str
        What is left out, in words.
    """

    products: tuple[Product, ...]
    rest: tuple[GraphEdge, ...]
    operations: tuple[GraphNode, ...]
    folded: tuple[str, ...] = field(default=())


def said(value: float, known: bool) -> str:
    """A number that the cursor has passed."""
    return figure(float(value)) if known else ""


class Terms:
    """The products of one unit's sum, the bias, and what is left out of them.

    Parameters
    ----------
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


def graph(look: ExampleState, terms: int, layers: int, *, low: bool = False) -> Graph:
    """The graph with up to so many terms of the unit's sum, and so many of the layers above unfolded.

    Where it is to be ``low``, all else that is added comes in from below.
    """
    return _Drawer(look).graph(terms, layers, low=low)


class _Drawer:
    """Makes the parts of a graph for one sight of an example."""

    def __init__(self, look: ExampleState) -> None:
        self.look, self.traced = look, look.traced
        self.letters, self.chain = look.notation, look.chain
        self.lit = look.chosen is not None

    def graph(self, terms: int, layers: int, *, low: bool) -> Graph:
        added = Terms(self.look, terms)
        above = range(self.chain.layer + 1, self.letters.layers)
        open_ = above[:layers]
        parts = list(self._unit(self.chain.layer, self.chain.units[0], added.together() if low else None))
        for l in open_:
            parts += self._way_up(l)
        if len(above) > len(open_):
            parts.append(self._folded(len(open_)))
        return Graph(
            tuple(added.product(i) for i in added.shown),
            () if low else added.rest(),
            (*parts, self._loss()),
            tuple(self._what_is_folded(added, above[layers:])),
        )

    def _unit(self, l: int, j: int, leaf: GraphEdge | None) -> tuple[GraphNode, GraphNode]:
        """The sum and the activation of a unit."""
        look, t, n = self.look, self.traced, self.letters
        back = look.knows(Phase.DELTA, l, j)
        value = said(float(t.pre_activations[l][j]), look.knows(Phase.SUM, l, j))
        total = GraphEdge(plain(n.sum(l + 1, j)), value, said(float(t.deltas[l][j]), back), None, self.lit)
        result = said(float(t.activations[l][j]), look.knows(Phase.ACTIVATION, l, j))
        slope = _at(t.activation_gradients[l], j, known=back)
        output = GraphEdge(plain(n.activation(l + 1, j)), result, slope, None, self.lit)
        acting = self._now(Phase.ACTIVATION, l, j) or self._now(Phase.DELTA, l, j)
        name = t.network.activations[l].title
        return GraphNode("+", total, leaf, self._now(Phase.SUM, l, j)), GraphNode("σ", output, None, acting, name)

    def _way_up(self, l: int) -> list[GraphNode]:
        """From the unit of the layer below into this one's."""
        at = l - self.chain.layer
        j, i = self.chain.units[at], self.chain.units[at - 1]
        t, n, look = self.traced, self.letters, self.look
        w, o, delta = (float(x) for x in (t.parameters.weights[l][j, i], t.activations[l - 1][i], t.deltas[l][j]))
        back = look.knows(Phase.DELTA, l, j)
        gradient = said(float(t.gradient.weights[l][j, i]), look.knows(Phase.GRADIENT, l, j))
        leaf = GraphEdge(plain(n.weight(l + 1, j, i)), figure(w), gradient, (l, j, i))
        summed = look.knows(Phase.SUM, l, j)
        out = GraphEdge("", said(w * o, summed), said(delta, back), None, self.lit)
        rest = float(t.pre_activations[l][j]) - w * o
        others = len(t.below(l)) - 1
        bias = plain(n.weight(l + 1, j, None))
        name = f"{others:,} more + {bias}" if others else bias
        adding = GraphEdge(name, said(rest, summed), said(delta, back))
        parts = [GraphNode("×", out, leaf, self._now(Phase.SUM, l, j)), *self._unit(l, j, adding)]
        if len(t.deltas[l]) > 1:
            given = said(o, look.knows(Phase.ACTIVATION, l - 1, i))
            fork = GraphEdge("", given, said(delta * w, back), None, self.lit)
            parts.insert(0, GraphNode(FORK, fork, None, False, f"1 of {len(t.deltas[l]):,}"))
        return parts

    def _folded(self, layers: int) -> GraphNode:
        """All layers above that there is no room for, as one node."""
        look, t, k = self.look, self.traced, self.chain.units[-1]
        last = len(t.deltas) - 1
        first = self.chain.layer + 1 + layers
        value = said(float(t.activations[-1][k]), look.knows(Phase.ACTIVATION, last, k))
        gradient = _at(t.activation_gradients[-1], k, known=look.knows(Phase.DELTA, last, k))
        out = GraphEdge(plain(self.letters.activation(last + 1, k)), value, gradient, None, self.lit)
        return GraphNode("⋯", out, None, False, _layers(first, last))

    def _loss(self) -> GraphNode:
        look, t, n, k = self.look, self.traced, self.letters, self.chain.units[-1]
        known = look.knows(Phase.LOSS)
        out = GraphEdge(plain(LOSS), said(t.loss, known))
        target = GraphEdge(plain(n.target(k)), figure(float(t.target[k])))
        words = "" if len(t.target) == 1 else f"of all {len(t.target):,}"
        return GraphNode(plain(LOSS), out, target, look.stop.phase is Phase.LOSS, words)

    def _now(self, phase: Phase, l: int, j: int) -> bool:
        stop = self.look.stop
        return (stop.phase, stop.layer, stop.unit) == (phase, l, j)

    def _what_is_folded(self, added: Terms, layers: range) -> list[str]:
        """In words."""
        terms, size = len(added.shown), added.count
        words = [f"{terms:,} of {size:,} terms"] if terms < size else []
        if self.chain.paths > 1:
            words.append(f"the strongest of {self.chain.paths:,} paths")
        if layers:
            words.append(f"{_layers(layers[0], layers[-1])} folded")
        return words


def _layers(first: int, last: int) -> str:
    return f"layer {first + 1}" if first == last else f"layers {first + 1}–{last + 1}"


def _at(values: Array | None, unit: int, *, known: bool) -> str:
    return "" if values is None else said(float(values[unit]), known)
