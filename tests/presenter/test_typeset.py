import subprocess
import sys
from functools import partial
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.lessons.validation import unshowable
from nnviz.presenter.typeset import LONGEST, Formula, divided, typeset, valid
from timing import least_seconds

LECTURE = (
    r"y=\sigma\left(\sum_{i=1}^n w_i x_i+b\right)",
    r"p^l = W^l o^{l-1} + b^l",
    r"\delta^l = \left(W^{l+1}\right)^\top \delta^{l+1} \odot \sigma'(p^l)",
    r"\frac{\partial E}{\partial W^l}=\delta^l\left(o^{l-1}\right)^\top",
    r"\tanh'(z)=1-\tanh^2(z)",
    r"\theta \leftarrow \theta - \eta\,\nabla\ell",
    r"f(x)=\begin{cases} x & x>0 \\ \alpha\left(e^{x}-1\right) & \text{else}\end{cases}",
    r"\mathbf{w}\cdot\mathbf{x}+b=0",
    r"\lVert y-t\rVert^2, \quad \tilde W, \quad \mathbb{R}^n, \quad \widehat{y} \ge 0 \lor a \in \{0,1\}",
)

WRONG = {
    "": "not TeX",
    r"\frac{1": "{ without its }",
    "}": "} without its {",
    "x_": "not TeX",
    r"\left( x": "not TeX",
    "x_1_2": "not TeX",
    "a & b": "not TeX",
    r"\nosuch{x}": "unknown command",
    r"\hspace{99999em}": "too large",
    "x^{" * 60 + "}" * 60: "too deeply nested",
    "x" * (LONGEST + 1): "allowed: 400",
    "\x00": "not TeX",
    r"\sqrt{\rule{9999em}{9999em}}": "too large",
    r"\sqrt{\rule{999in}{1em}}": "too large",
    r"\overleftarrow{" + r"\kern{19em}" * 20 + "}": "too large",
    r"\left(x\right)\rule{1em}{9999em}": "too large",
    r"x \\": "a row of it is empty",
    r"\\": "a row of it is empty",
    r"\sum_i x_i \\ \\ y": "a row of it is empty",
    r"\frac{{}}{x}": "a row of it is empty",
}

SLOWEST = (
    r"\text{x^{\hat{" * 18 + "x" + "}}}" * 18,
    r"\left(" * 20 + r"\right)" * 20,
    r"\left(\sum+\right)" * 20,
    r"\xrightarrow{\left(1\right)^{\varprojlim}}" * 9,
    r"\begin{pmatrix}" * 8 + r"\end{pmatrix}" * 8,
    r"\begin{cases}" + r"a\\" * 90 + r"\end{cases}",
    r"\binom{x}{" * 36 + "}" * 36,
    r"\left(^_{+}\right)" * 24,
    r"\overbrace{x}" * 30,
    r"\sqrt{" * 50 + "}" * 50,
    "σ" * 400,
    r"x'" * 200,
)

TOKENS = st.sampled_from(
    [
        *"abxyzσ019+-=()[]{}^_&|<>$%#~'\" ",
        "\\",
        "\\\\",
        r"\frac",
        r"\left(",
        r"\right)",
        r"\sum",
        r"\begin{matrix}",
    ]
)


@pytest.mark.parametrize("formula", LECTURE)
def test_the_lectures_formulas_are_typeset(formula: str) -> None:
    assert valid(formula) is None
    drawing = typeset(Formula(formula))
    assert drawing.width > 1.0
    assert drawing.ascent > 0.0
    assert len(ET.fromstring(drawing.svg)) > 1  # noqa: S314 - our own


@pytest.mark.parametrize(("formula", "told"), WRONG.items())
def test_what_is_wrong_with_a_formula_is_said_in_a_line(formula: str, told: str) -> None:
    complaint = valid(formula)
    assert complaint
    assert told in complaint
    assert complaint.startswith("formula $")
    assert len(complaint.splitlines()) == 1
    assert len(complaint) < 200


@pytest.mark.parametrize("formula", SLOWEST, ids=range(len(SLOWEST)))
def test_every_formula_is_drawn_or_refused_in_a_fifth_of_a_second(formula: str) -> None:
    valid("x")  # which imports the typesetter
    assert least_seconds([partial(typeset_anew, formula)] * 3) < 0.2


def typeset_anew(formula: str) -> None:
    typeset.cache_clear()
    valid(formula)


@settings(max_examples=60)
@given(st.lists(TOKENS, max_size=40).map("".join))
def test_no_formula_raises_anything_but_an_error_for_the_user(source: str) -> None:
    try:
        drawing = typeset(Formula(source))
    except InputError:
        return
    assert drawing.width >= 0.0
    assert drawing.ascent + drawing.descent > -1e-6


def test_display_formulas_are_higher_than_inline_ones() -> None:
    sums = [typeset(Formula(r"\sum_{i=1}^n x_i", display=display)) for display in (False, True)]
    assert sums[1].ascent + sums[1].descent > 1.3 * (sums[0].ascent + sums[0].descent)


def test_rows_without_an_environment_are_drawn_below_each_other() -> None:
    one, two = (typeset(Formula(formula)) for formula in ("x", r"x \\ y"))
    assert 0.0 < two.ascent < 3.0
    assert two.ascent + two.descent > 1.5 * (one.ascent + one.descent)
    assert two.svg.count("<use") + two.svg.count("<path") > one.svg.count("<use") + one.svg.count("<path")


def test_what_hangs_below_the_line_is_known() -> None:
    assert typeset(Formula("x")).descent < 0.05
    assert typeset(Formula("x_i")).descent > 0.1


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("a $x$ b", ["a ", Formula("x"), " b"]),
        ("$$y=1$$", [Formula("y=1", display=True)]),
        ("$$\ny\n=1\n$$ and", [Formula("y\n=1", display=True), " and"]),
        ("$5 and $6", ["$5 and $6"]),
        ("cost $ x $ no", ["cost $ x $ no"]),
        (r"a \$x\$ b", [r"a \$x\$ b"]),
        ("`$x$` ``a ` $y$`` $z$", ["`$x$` ``a ` $y$`` ", Formula("z")]),
        ("$a$$b$", [Formula("a"), Formula("b")]),
        ("", []),
    ],
)
def test_formulas_are_found_between_dollar_signs(words: str, parts: list[str | Formula]) -> None:
    assert list(divided(words)) == parts


@given(st.text(alphabet="ab $`\\\n", max_size=60))
def test_dividing_a_text_loses_nothing_but_signs_and_spaces(words: str) -> None:
    kept = "".join(part if isinstance(part, str) else part.source for part in divided(words))
    assert [c for c in kept if c in "ab`\\"] == [c for c in words if c in "ab`\\"]


def test_the_typesetter_is_only_imported_for_a_formula() -> None:
    words = "import sys, nnviz.presenter.page, nnviz.presenter.words as w; print('ziamath' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


@pytest.mark.parametrize(
    ("words", "formulas"),
    [
        ("\\`$x$\\`", ["x"]),
        ("a ` b\n\nc $x$ ` d", ["x"]),
        ("`a\n$x$` and $y$", ["y"]),
        ("$$x$$ and $$y\nz$$", ["x", "y\nz"]),
    ],
)
def test_what_the_check_of_words_takes_for_a_formula_is_typeset(words: str, formulas: list[str]) -> None:
    assert not list(unshowable(words))
    assert [part.source for part in divided(words) if isinstance(part, Formula)] == formulas


@pytest.mark.parametrize("words", ["$$x\n\ny$$", "$$ $$", "costs 5$"])
def test_what_the_check_of_words_refuses_is_no_formula(words: str) -> None:
    assert list(unshowable(words))
    assert not [part for part in divided(words) if isinstance(part, Formula)]
