"""What a perceptron did with a sample, in numbers."""

import re

from nnviz.drawing.words import Wordings
from nnviz.engine.rules import fires
from nnviz.experiment.problem import Problem
from nnviz.kinds.perceptron.schema import Perceptron
from nnviz.kinds.perceptron.state import PerceptronState
from nnviz.numerals import indexed, number

_WRITTEN = 2
"""Of more weights than these the updates are not written one by one."""


def labels(problem: Problem) -> tuple[str, ...]:
    """Names of the inputs, with the number of x3 lowered."""
    matches = (re.fullmatch(r"([a-z])(\d+)", name) for name in problem.input_labels)
    return tuple(
        indexed(match[1], int(match[2])) if match else name
        for match, name in zip(matches, problem.input_labels, strict=True)
    )


def standing(state: PerceptronState) -> Wordings:
    """How the unit stands with all samples."""
    wrong, samples = int(state.wrong.sum()), len(state.targets)
    if state.settled:
        return (
            f"done: no mistake in a whole epoch, {state.mistakes:,} before",
            f"done, {state.mistakes:,} mistakes",
        )
    if not state.weights.any():
        y = int(fires(state.weights, state.weights, state.bias))
        return (f"w = 0: no line yet, y = {y} everywhere", f"w = 0: y = {y} everywhere", f"w = 0: y = {y}")
    if not wrong:
        return (f"all {samples:,} right now", "all right")
    return (f"{wrong:,} of {samples:,} wrong now", f"{wrong:,} wrong")


def account(experiment: Perceptron, state: PerceptronState) -> list[Wordings]:
    """What was computed for the sample looked at last, and what was learned from it; the rule if there is none."""
    if state.sample < 0:
        return _rule(state)
    inputs, target = state.inputs[state.sample], int(state.targets[state.sample])
    reached = float(inputs.dot(state.weights_before))
    threshold = -state.bias_before
    sign = "≥" if state.output else "<"
    said = f"{number(reached)} {sign} {_spaced(threshold)}T"
    lines: list[Wordings] = [(f"w·x = {said}, so y = {state.output}", f"{said}: y = {state.output}")]
    if not state.mistaken:
        return [*lines, (f"d = {target}: right, nothing changes", f"d = {target}: right")]
    lines.append((f"d = {target}: a mistake", f"d = {target}: wrong"))
    return lines + _updates(experiment.learning_rate, state, target)


def _rule(state: PerceptronState) -> list[Wordings]:
    if state.settled:
        return [("no sample changes w any more",), ("y = d for all of them",)]
    return [
        ("y = 1 if w·x ≥ T, else 0",),
        ("a mistake (y ≠ d) changes", "if y ≠ d:"),
        ("w ← w + α (d − y) x",),
        ("T ← T − α (d − y)",),
    ]


def _updates(rate: float, state: PerceptronState, target: int) -> list[Wordings]:
    factor = f"{number(rate)}·({target} − {state.output})"
    inputs = state.inputs[state.sample]
    if len(inputs) > _WRITTEN:
        rows: list[Wordings] = [(f"w ← w + {factor}·x",)]
    else:
        rows = [
            _update(indexed("w", k + 1), before, f"+ {factor}·{_bracketed(x)}", after)
            for k, (x, before, after) in enumerate(zip(inputs, state.weights_before, state.weights, strict=True))
        ]
    return [*rows, _update("T", -state.bias_before, f"− {factor}", -state.bias)]


def _update(name: str, before: float, change: str, after: float) -> Wordings:
    old, new = number(before), number(after)
    return (f"{name} ← {old} {change} = {new}", f"{name}: {old} → {new}")


def _spaced(threshold: float) -> str:
    return f"{number(threshold)} = "


def _bracketed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)
