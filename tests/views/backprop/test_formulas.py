"""Formulas in TeX: what becomes of them on the screen and in a copy, and that TeX can set them."""

from collections.abc import Callable
from typing import Any

import pytest

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import Notation, factor, number, plain, rich
from nnviz.analysis.example.state import Phase, way_through
from nnviz.numerals import figure
from nnviz.presenter.typeset import valid
from nnviz.views.backprop.view import as_latex, as_text

MakeBench = Callable[..., Any]
IRIS = '[data]\nname = "iris"\n[network]\nhidden = [3, 6]\noutput = "softmax"\n[training]\nl2 = 0.1\nl1 = 0.01\n'


@pytest.mark.parametrize("value", [0.0, 1.0, -0.5, 1e-7, -3.25e-9, 12345.678, -1e6, float("inf"), float("nan")])
def test_a_number_reads_as_everywhere_else(value: float) -> None:
    assert plain(number(value)) == figure(value)


@pytest.mark.parametrize(("value", "written"), [(0.5, "0.5000"), (-0.5, "(−0.5000)"), (1e-7, "(1.0·10⁻⁷)")])
def test_a_factor_is_in_brackets_where_it_could_be_misread(value: float, written: str) -> None:
    assert plain(factor(value)) == written


@pytest.mark.parametrize(
    ("tex", "text", "html"),
    [
        (r"w^{2}_{31}", "w²₃₁", "<i>w</i><sup>2</sup><sub>31</sub>"),
        (r"\partial \ell/\partial w^{1}_{2,11}", "∂ℓ/∂w¹₂,₁₁", "∂ℓ/∂<i>w</i><sup>1</sup><sub>2,11</sub>"),
        (r"\delta^{1} \cdot \sigma'(p)", "δ¹ · σ′(p)", "δ<sup>1</sup> ·&nbsp;σ′(<i>p</i>)"),
        (r"y - t = \tfrac{1}{2}", "y − t = ½", "<i>y</i> − <i>t</i> =&nbsp;½"),
        (r"(W^{2})^{T}", "(W²)ᵀ", "(<i>W</i><sup>2</sup>)<sup>T</sup>"),
        (r"\text{3 more}, \tanh(a) < 1", "3 more, tanh(a) < 1", "3 more, tanh(<i>a</i>) &lt; 1"),
    ],
)
def test_tex_becomes_text_and_rich_text(tex: str, text: str, html: str) -> None:
    assert plain(tex) == text
    assert rich(tex) == html


def test_both_notations_have_their_own_letters() -> None:
    delta, jacobian = Notation(2, 1), Notation(2, 1, jacobian=True)
    for name, arguments, one, other in (
        ("sum", (1, 0), "p¹₁", "a¹₁"),
        ("activation", (0, 1), "x₂", "x₂"),
        ("activation", (1, 1), "o¹₂", "h¹₂"),
        ("activation", (2, 0), "o²₁", "y"),
        ("delta", (1, 0), "δ¹₁", "∂ℓ/∂a¹₁"),
        ("weight", (1, 0, 11), "w¹₁,₁₂", "w¹₁,₁₂"),
        ("slope", (1,), "σ′(p¹)", "σ′(a¹)"),
    ):
        assert plain(getattr(delta, name)(*arguments)) == one
        assert plain(getattr(jacobian, name)(*arguments)) == other


@pytest.mark.parametrize("jacobian", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        IRIS,
        IRIS.replace("l2 = 0.1", 'loss = "cross_entropy"'),
        '[network]\noutput = "sigmoid"\n[training]\nloss = "cross_entropy"\n',
        '[network]\nactivation = "leaky_relu"\n[training]\nloss = "cross_entropy"\n',
    ],
)
def test_every_formula_is_tex_that_can_be_set(bench: MakeBench, text: str, jacobian: bool) -> None:
    b = bench(text, panes=("formula",))
    walk = b.view.walk
    walk.write(jacobian=jacobian)
    seen = set()
    for stop in way_through(b.run.problem.network):
        if stop.unit < 1 or stop.phase is Phase.GRADIENT:
            for line in formulas(walk.look):
                assert [part for part in (line.letters, line.numbers) if part and valid(part)] == []
            seen.add(stop.phase)
        walk.go(1)
    assert seen == set(Phase)
    walk.choose((0, 0, 0))
    assert all(not valid(line.letters) for line in formulas(walk.look) if line.letters)


def test_a_copy_has_letters_and_numbers(bench: MakeBench) -> None:
    b = bench()
    b.view.show_parameter(0, 1, 0)
    look = b.view.walk.look
    text, latex = as_text(look), as_latex(look)
    partial = figure(float(b.traced.gradient.weights[0][1, 0]))
    assert text.splitlines()[1:3] == ["∂ℓ/∂w¹₂₁ = δ¹₂ · x₁", text.splitlines()[2]]
    assert text.splitlines()[2].endswith(f"= {partial}")
    assert latex.startswith("% backward · layer 1, neuron 2: its weights and bias\n\\begin{aligned}\n")
    assert r"\partial \ell/\partial w^{1}_{21} &= \delta^{1}_{2} \cdot x_{1} \\" in latex
    assert latex.count("&=") == 3
