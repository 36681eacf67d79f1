"""Every number on the screen is the engine's, to the printed digits."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.example.graph import GraphEdge
from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import Phase, Stop, way_through
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.tape import Array
from nnviz.engine.trace import Traced
from nnviz.numerals import figure, short, superscript

MakeBench = Callable[..., Any]

SOFTMAX = '[data]\nname = "iris"\n[network]\nhidden = [3, 2]\noutput = "softmax"\n[training]\n'
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
CASES = {
    "two layers": "[network]\nhidden = [4, 3]\n[training]\nbatch_size = 1\nshuffle = false\n",
    "softmax": SOFTMAX + 'loss = "cross_entropy"\n',
    "softmax squared": SOFTMAX,
    "sigmoid": '[network]\nactivation = "sigmoid"\noutput = "sigmoid"\n[training]\nloss = "cross_entropy"\n',
    "curve": '[data]\nname = "sine"\n[network]\nhidden = [5]\noutput = "identity"\n',
    "penalties": '[network]\nhidden = [3]\nactivation = "relu"\n[training]\nl1 = 0.01\nl2 = 0.1\n',
    "tanh cross-entropy": '[network]\nhidden = []\n[training]\nloss = "cross_entropy"\n',
    "wide": "[network]\nhidden = [30, 20]\n",
    **{f"{name} units": f'[network]\nhidden = [3]\nactivation = "{name}"\n' for name in ACTIVATIONS},
}
cases = pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())


def matrices(t: Traced) -> dict[str, Array]:
    """What each title stands for, in deltas and in Jacobians."""
    layers = len(t.deltas)
    found: dict[str, Array] = {"x": t.inputs, "(x)ᵀ": t.inputs, "t": t.target}
    for l in range(layers):
        n = superscript(l + 1)
        last = l + 1 == layers
        w, b, o = t.parameters.weights[l], t.parameters.biases[l], t.activations[l]
        slopes = t.slopes[l]
        for p, h, loss in (("p", f"o{n}", "ℓ"), ("a", "y" if last else f"h{n}", "ℓ")):
            found |= {f"{p}{n}": t.pre_activations[l], h: o, f"({h})ᵀ": o}
            found |= {f"W{n}": w, f"(W{n})ᵀ": w.T, f"b{n}": b, f"∂{loss}/∂{p}{n}": t.deltas[l]}
            found |= {f"∂{loss}/∂W{n}": t.gradient.weights[l], f"∂{loss}/∂b{n}": t.gradient.biases[l]}
            found |= {f"new W{n}": t.updated.weights[l], f"new b{n}": t.updated.biases[l], f"δ{n}": t.deltas[l]}
            if last:
                found[f"{h} − t"] = o - t.target
            if slopes is not None:
                found[f"σ′({p}{n})"] = slopes
    return found


@pytest.mark.parametrize("jacobian", [False, True])
@cases
def test_every_cell_holds_the_engines_number(bench: MakeBench, text: str, jacobian: bool) -> None:
    b = bench(text, panes=("matrix",))
    pane, walk = b.view.panes.matrix, b.view.walk
    walk.write(jacobian=jacobian)
    expected, seen = matrices(b.traced), 0
    for _ in stops_of(b):
        titles = set(pane.writing.words)
        for laid, cells in zip(pane.laid, pane.cells, strict=True):
            title = plain(laid.block.title)
            assert title in titles
            values = expected[title].reshape(laid.block.values.shape)
            part = values[laid.rows.start : laid.rows.stop, laid.columns.start : laid.columns.stop]
            words = [word.text() for word in cells.words]
            for value, word in zip(part.ravel().tolist(), words, strict=True):
                assert word in {"", figure(value), short(value)}
                seen += bool(word)
    assert seen > 20


def stops_of(b: Any) -> Iterator[Stop]:
    """Every stop, the cursor being there; of a large network one in seven."""
    way = way_through(b.run.problem.network)
    b.view.walk.go_to(0)
    stride = 1 if len(way) < 100 else 7
    for at in range(0, len(way), stride):
        assert b.view.walk.at == at
        yield way[at]
        b.view.walk.go(stride)


@pytest.mark.parametrize("jacobian", [False, True])
@cases
def test_every_formula_ends_with_what_the_engine_has(bench: MakeBench, text: str, jacobian: bool) -> None:
    b = bench(text, panes=("formula",))
    b.view.walk.write(jacobian=jacobian)
    t = b.traced
    for stop in stops_of(b):
        results = [words.rsplit("= ", 1)[1] for words in formula_words(b) if re.search(r"= [^=a-zσδℓE∂]+$", words)]
        assert results[-1:] == expected_result(t, stop, results)


def formula_words(b: Any) -> list[str]:
    """The formulas as plain text, in which raised digits are not raised."""
    return [words.replace("\N{NO-BREAK SPACE}", " ") for words in b.view.panes.formula.words]


def printed(value: Any) -> str:
    """A number as it stands in a formula's plain text."""
    return figure(float(value)).translate(LOWERED).replace("-", "−")


def expected_result(t: Traced, stop: Stop, results: list[str]) -> list[str]:
    l, j = stop.layer, stop.unit
    if stop.phase is Phase.UPDATE:
        assert set(results) <= {printed(value) for value in t.updated.layers[l].ravel()}
    if stop.phase is Phase.GRADIENT:
        assert set(results) <= {printed(value) for value in t.gradient.layers[l][j]}
    values: dict[Phase, Any] = {
        Phase.SUM: t.pre_activations[l][j],
        Phase.ACTIVATION: t.activations[l][j],
        Phase.LOSS: t.loss,
        Phase.DELTA: t.deltas[l][j],
        Phase.GRADIENT: t.gradient.biases[l][j],
        Phase.INPUT: t.target[-1],
    }
    return results[-1:] if stop.phase is Phase.UPDATE else [printed(values[stop.phase])]


@cases
def test_the_terms_of_a_sum_are_the_engines_and_come_to_it(bench: MakeBench, text: str) -> None:
    b = bench(text, panes=("formula",))
    t = b.traced
    for stop in stops_of(b):
        if stop.phase is Phase.SUM:
            l, j = stop.layer, stop.unit
            numbers = formula_words(b)[1]
            given, _, result = numbers.removeprefix("= ").rpartition(" = ")
            value = sum(np.prod([number(f) for f in term.split(" · ")]) for term in terms(given))
            assert value == pytest.approx(t.pre_activations[l][j], abs=0.03)
            assert result == printed(t.pre_activations[l][j])
            factors = {printed(x) for x in (*t.parameters.layers[l][j], *t.below(l))}
            rest = len(t.below(l)) > 4
            strange = [f for term in terms(given) for f in term.split(" · ") if f.strip("()") not in factors]
            assert len(strange) <= rest


def terms(words: str) -> list[str]:
    return words.split(" + ")


def number(words: str) -> float:
    """The number that words say."""
    words = words.strip("()").replace("−", "-").replace(",", "")
    return float(words.translate(LOWERED).replace("·10", "e"))


@cases
def test_values_and_gradients_on_the_wires_are_the_engines(bench: MakeBench, text: str) -> None:
    b = bench(text, panes=("graph",), size=(2400, 700))
    t = b.traced
    for stop in stops_of(b):
        graph = b.view.panes.graph.graph
        written = b.view.panes.graph.words.writing.words
        chain = b.view.walk.look.chain
        for l, unit in enumerate(chain.units, start=chain.layer):
            for name, value, gradient in quantities(t, l, unit):
                wire = next(op.out for op in graph.operations if op.out.name == name)
                assert wire.value in {"", figure(value)}
                assert wire.gradient in {"", figure(gradient)}
                assert {wire.value, wire.gradient} <= {*written, ""}
        for product in graph.products:
            assert_leaves_are_right(t, chain.layer, chain.units[0], product)
        assert graph.operations[-1].out.value in {"", figure(t.loss)}
        if stop.phase is Phase.UPDATE:  # all is known by then
            wires = [w for op in graph.operations for w in (op.out, op.leaf) if w]
            assert all(wire.value for wire in wires)
            assert t.activation_gradients[-1] is None or all(op.out.gradient for op in graph.operations[:-1])


def quantities(t: Traced, l: int, j: int) -> Iterator[tuple[str, float, float]]:
    low = str(j + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    gradients = t.activation_gradients[l]
    yield f"p{superscript(l + 1)}{low}", float(t.pre_activations[l][j]), float(t.deltas[l][j])
    if gradients is not None:
        yield f"o{superscript(l + 1)}{low}", float(t.activations[l][j]), float(gradients[j])


def assert_leaves_are_right(t: Traced, l: int, j: int, product: Any) -> None:
    source, weight = product.leaves
    place: GraphEdge = weight
    i = place.place[2]  # type: ignore[index]
    w, o, delta = (float(x) for x in (t.parameters.weights[l][j, i], t.below(l)[i], t.deltas[l][j]))
    assert source.value in {"", figure(o)}
    assert source.gradient in {"", figure(w * delta)}
    assert weight.value == figure(w)
    assert weight.gradient in {"", figure(float(t.gradient.weights[l][j, i]))}
    assert product.out.value in {"", figure(w * o)}
    assert product.out.gradient in {"", figure(delta)}


def test_where_it_is_low_all_else_comes_in_from_below_as_one_sum(bench: MakeBench) -> None:
    b = bench(panes=("graph",), size=(1000, 190))
    b.view.show_parameter(1, 2, 0)
    t, graph = b.traced, b.view.panes.graph.graph
    assert (len(graph.products), graph.rest) == (1, ())
    leaf = graph.operations[0].leaf
    assert leaf.name == "3 more + b²₃"
    others = t.pre_activations[1][2] - t.parameters.weights[1][2, 0] * t.activations[0][0]
    assert leaf.value == figure(float(others))
    assert leaf.gradient == figure(float(t.deltas[1][2])) == figure(float(t.gradient.biases[1][2]))
    assert {leaf.name, leaf.value, leaf.gradient} <= set(b.words())


def test_the_chosen_weights_product_is_spelled_out_and_all_paths_are_summed(bench: MakeBench) -> None:
    b = bench(panes=("formula",))
    b.view.show_parameter(0, 1, 0)
    t, words = b.traced, formula_words(b)
    assert (
        words[1]
        == f"= ({printed(t.deltas[0][1])}) · ({printed(t.inputs[0])}) = {printed(t.gradient.weights[0][1, 0])}"
    )
    assert words[2].startswith("the strongest of 3 paths: δ31 · w31")
    factors = [number(f) for f in words[3].removeprefix("= ").rpartition(" = ")[0].split(" · ")]
    assert np.prod(factors) == pytest.approx(number(words[3].rpartition(" = ")[2]), rel=2e-3)
    assert words[4] == f"all 3 paths together: {printed(t.gradient.weights[0][1, 0])}"


@pytest.mark.parametrize("jacobian", [False, True])
def test_nothing_is_said_before_the_cursor_has_come_there(bench: MakeBench, jacobian: bool) -> None:
    b = bench(panes=("matrix", "graph"), size=(1800, 900))
    b.view.walk.write(jacobian=jacobian)
    t = b.traced
    assert figure(t.pre_activations[0][0]) not in b.words()
    b.view.walk.go(1)
    assert figure(t.pre_activations[0][0]) in b.words()
    assert figure(t.activations[0][0]) not in b.words()
    assert figure(t.loss) not in b.words()


def test_the_check_shows_each_partial_beside_its_difference(bench: MakeBench) -> None:
    b = bench(panes=("check", "formula"))
    b.view.walk.check(wanted=True)
    model, t = b.view.panes.check.model, b.traced
    checked = b.view.walk.look.example.checked
    assert model.rowCount() == t.parameters.flat.size == 4 * 3 + 3 * 5 + 4
    for row, ((l, j, i), partial) in enumerate(zip(model.places, t.gradient.flat.tolist(), strict=True)):
        assert t.gradient.layers[l][j, -1 if i is None else i] == partial
        shown = [model.data(model.index(row, column)) for column in range(4)]
        assert shown[1:3] == [figure(partial), figure(float(checked.differences[row]))]
        assert number(shown[3]) == pytest.approx(checked.relative[row], rel=0.06)
    assert b.view.panes.check.verdict.text().startswith("all 31 partials agree")


def test_layers_are_stepped_through_in_order(bench: MakeBench) -> None:
    network = bench().run.problem.network
    way = way_through(network)
    forward = [stop for stop in way if stop.phase in {Phase.SUM, Phase.ACTIVATION}]
    backward = [stop for stop in way if stop.phase in {Phase.DELTA, Phase.GRADIENT}]
    assert all(a.layer <= b.layer for a, b in pairwise(forward))
    assert all(a.layer >= b.layer for a, b in pairwise(backward))
    assert len(way) == len(set(way)) == 1 + 2 * 8 + 1 + 2 * 8 + 3
