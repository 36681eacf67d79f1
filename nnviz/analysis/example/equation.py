"""What has just been computed, as an equation of matrices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.analysis.example.state import ExampleState, Phase
from nnviz.engine.outputs import CROSS_ENTROPY
from nnviz.engine.tape import Array
from nnviz.runs.network_parts import ParameterIndex

ALSO = ";"
"""The sign before what is left out first where there is little room."""
UNITS, SOURCES, ABOVE, NONE = "units", "sources", "above", ""


@dataclass(frozen=True, eq=False)
class Block:
    """A matrix of the equation.

    Parameters
    ----------
    title : str
        In TeX.
    values : array, shape (rows, columns)
    axes : (str, str)
        What rows and columns count; blocks with the same axis are folded alike.
    known : array of bool, shape (rows,) or None
        Rows that the cursor has passed; None for all.
    lit : (int or None, int or None) or None
        Row and column of what is being computed, None for all of them; None: nothing.
    parameters : int or None
        The layer whose weights or biases these are.
    turned : bool
        Whether the matrix is transposed.
    """

    title: str
    values: Array
    axes: tuple[str, str]
    known: NDArray[np.bool_] | None = None
    lit: tuple[int | None, int | None] | None = None
    parameters: int | None = None
    turned: bool = False

    def place(self, row: int, column: int) -> ParameterIndex | None:
        """The parameter in a cell."""
        if self.parameters is None:
            return None
        unit, source = (column, row) if self.turned else (row, column)
        return self.parameters, unit, None if self.axes[1] == NONE else source


Equation = Sequence[Block | str]
"""Matrices and the signs between them."""


def equation(look: ExampleState) -> Equation:
    """The equation of the cursor's stop."""
    match look.stop.phase:
        case Phase.INPUT | Phase.SUM | Phase.ACTIVATION:
            return _forward(look)
        case Phase.LOSS:
            return _loss(look)
        case Phase.DELTA:
            return _hidden_delta(look) if look.layer + 1 < look.notation.layers else _output_delta(look)
        case Phase.GRADIENT:
            return _gradient(look)
    return _update(look)


def folded_around(look: ExampleState) -> dict[str, int]:
    """The unit, source and unit above that stay in sight where a matrix is folded."""
    l, j = look.unit
    source = look.chosen[2] if look.chosen and look.chosen[0] == look.layer else None
    above = look.chain.units[1] if len(look.chain.units) > 1 else 0
    unit = j if l == look.layer else 0
    return {UNITS: unit, SOURCES: source or 0, ABOVE: above}


def _known(look: ExampleState, phase: Phase, layer: int) -> NDArray[np.bool_]:
    units = range(look.traced.network.layer_sizes[layer + 1])
    return np.array([look.knows(phase, layer, unit) for unit in units])


def _column(title: str, values: Array, axis: str = UNITS) -> Block:
    return Block(title, values[:, None], (axis, NONE))


def _now(look: ExampleState) -> int | None:
    return look.stop.unit if look.stop.unit >= 0 else None


def _row(look: ExampleState) -> tuple[int | None, int | None] | None:
    return None if _now(look) is None else (_now(look), None)


def _forward(look: ExampleState) -> Equation:
    n, t, l, lit = look.notation, look.traced, look.layer, _row(look)
    sums, outputs = (_known(look, phase, l) for phase in (Phase.SUM, Phase.ACTIVATION))
    adding = lit if look.stop.phase is Phase.SUM else None
    activating = lit if look.stop.phase is Phase.ACTIVATION else None
    return [
        Block(n.activation(l + 1), t.activations[l][:, None], (UNITS, NONE), outputs, activating),
        "= σ",
        Block(n.sum(l + 1), t.pre_activations[l][:, None], (UNITS, NONE), sums, lit),
        "=",
        Block(n.matrix(l + 1), t.parameters.weights[l], (UNITS, SOURCES), None, adding, l),
        Block(n.activation(l), t.below(l)[:, None], (SOURCES, NONE), None, (None, None) if adding else None),
        "+",
        Block(n.bias(l + 1), t.parameters.biases[l][:, None], (UNITS, NONE), None, adding, l),
    ]


def _loss(look: ExampleState) -> Equation:
    n, t = look.notation, look.traced
    residual = t.deltas[-1] if t.network.loss is CROSS_ENTROPY else t.activation_gradients[-1]
    output, target = _column(n.activation(n.layers), t.activations[-1]), _column(n.target(), t.target)
    first: list[Block | str] = [output, "−", target]
    name = f"{n.activation(n.layers)} - {n.target()}"
    return first if residual is None else [*first, "=", _column(name, residual)]


def _output_delta(look: ExampleState) -> Equation:
    n, t, l, lit = look.notation, look.traced, look.layer, _row(look)
    delta = Block(n.delta(l + 1), t.deltas[l][:, None], (UNITS, NONE), _known(look, Phase.DELTA, l), lit)
    if t.activation_gradients[l] is not None and t.slopes[l] is None and t.network.output.name == "softmax":
        return [delta, "from", _column(n.activation(l + 1), t.activations[l]), ",", _column(n.target(), t.target)]
    residual = t.deltas[l] if t.activation_gradients[l] is None else t.activation_gradients[l]
    parts: list[Block | str] = [delta, "="]
    if residual is not None:
        parts.append(Block(f"{n.activation(l + 1)} - {n.target()}", residual[:, None], (UNITS, NONE), None, lit))
    slope = t.slopes[l]
    if slope is not None:
        parts += ["∘", Block(n.slope(l + 1), slope[:, None], (UNITS, NONE), None, lit)]
    return parts


def _hidden_delta(look: ExampleState) -> Equation:
    n, t, l, lit = look.notation, look.traced, look.layer, _row(look)
    whole = None if lit is None else (None, None)
    return [
        Block(n.delta(l + 1), t.deltas[l][:, None], (UNITS, NONE), _known(look, Phase.DELTA, l), lit),
        "=",
        Block(
            f"({n.matrix(l + 2)})^{{T}}",
            t.parameters.weights[l + 1].T,
            (UNITS, ABOVE),
            None,
            lit,
            l + 1,
            turned=True,
        ),
        Block(n.delta(l + 2), t.deltas[l + 1][:, None], (ABOVE, NONE), None, whole),
        "∘",
        Block(n.slope(l + 1), t.hidden_slope(l)[:, None], (UNITS, NONE), None, lit),
    ]


def _gradient(look: ExampleState) -> Equation:
    n, t, l, lit = look.notation, look.traced, look.layer, _row(look)
    known, whole = _known(look, Phase.GRADIENT, l), None if lit is None else (None, None)
    return [
        Block(n.by(n.matrix(l + 1)), t.gradient.weights[l], (UNITS, SOURCES), known, lit, l),
        "=",
        Block(n.delta(l + 1), t.deltas[l][:, None], (UNITS, NONE), None, lit),
        Block(f"({n.activation(l)})^{{T}}", t.below(l)[None, :], (NONE, SOURCES), None, whole),
        ",",
        Block(n.by(n.bias(l + 1)), t.gradient.biases[l][:, None], (UNITS, NONE), known, lit, l),
    ]


def _update(look: ExampleState) -> Equation:
    n, t, l = look.notation, look.traced, look.layer
    titles = (rf"\text{{new }}{n.matrix(l + 1)}", n.matrix(l + 1), n.by(n.matrix(l + 1)))
    parts = (t.updated, t.parameters, t.gradient)
    blocks = [
        Block(name, part.weights[l], (UNITS, SOURCES), None, None, l)
        for name, part in zip(titles, parts, strict=True)
    ]
    h = look.example.hyperparameters
    rate = f"− {h.learning_rate:g} ·"
    names = (rf"\text{{new }}{n.bias(l + 1)}", n.bias(l + 1), n.by(n.bias(l + 1)))
    biases = [
        Block(name, part.biases[l][:, None], (UNITS, NONE), None, None, l)
        for name, part in zip(names, parts, strict=True)
    ]
    if h.l1 or h.l2:  # the penalties stand in the formula
        return [blocks[0], "from", blocks[1], ",", blocks[2], ALSO, biases[0], "from", biases[1], ",", biases[2]]
    return [blocks[0], "=", blocks[1], rate, blocks[2], ALSO, biases[0], "=", biases[1], rate, biases[2]]


@dataclass(frozen=True)
class Window:
    """A stretch of rows or columns out of so many."""

    start: int
    stop: int
    size: int

    @property
    def folded(self) -> bool:
        """Whether there are more."""
        return self.stop - self.start < self.size

    def __len__(self) -> int:
        return self.stop - self.start


def window(size: int, room: int, focus: int) -> Window:
    """So many of ``size``, with the one looked at among them."""
    room = max(1, min(room, size))
    start = max(0, min(focus - room // 2, size - room))
    return Window(start, start + room, size)


def windows(blocks: Sequence[Block], focus: Mapping[str, int], rows: int, columns: int) -> dict[str, Window]:
    """A window for each axis, if there is room for so many rows, and for so many columns of matrices together."""
    sizes = {axis: block.values.shape[side] for block in blocks for side, axis in enumerate(block.axes)}
    high = {block.axes[0] for block in blocks}
    wide = [block.axes[1] for block in blocks]
    vectors = wide.count(NONE)
    matrices = len(blocks) - vectors
    across = (columns - vectors) // max(1, matrices)
    found = {}
    for axis, size in sizes.items():
        room = min(rows if axis in high else size, across if axis in wide else size)
        found[axis] = window(size, room, focus.get(axis, 0))
    found[NONE] = Window(0, 1, 1)
    return found
