"""The formula of the loss."""

from nnviz.analysis.example.state import ExampleState
from nnviz.analysis.example.terms import TwoLineFormula, more
from nnviz.analysis.example.tex import factor, number
from nnviz.engine.outputs import CROSS_ENTROPY, SOFTMAX


def loss(look: ExampleState, most: int) -> list[TwoLineFormula]:
    """The loss of the sample."""
    t = look.traced
    make = _squared if t.network.loss is not CROSS_ENTROPY else _ENTROPIES[t.network.output.name]
    parts = [make(look, k) for k in range(len(t.target))]
    letters, numbers = ([part[side] for part in parts] for side in (0, 1))
    if t.network.output is SOFTMAX and t.network.loss is CROSS_ENTROPY:
        kept = [k for k in range(len(parts)) if t.target[k] != 0.0] or [0]
        letters, numbers = (["".join(side[k] for k in kept)] for side in (letters, numbers))
    rest = more(len(letters) - most)
    name = look.notation.loss
    return [
        TwoLineFormula(
            f"{name} = {' '.join([' + '.join(letters[:most]), *rest])}",
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
