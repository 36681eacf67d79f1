"""What an enlarged node shows: of a threshold unit its truth table as a map, of a function its curve."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from nnviz.drawing.magnifier import Curve, painted
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState
from nnviz.kinds.composition.rule import CompositionState
from nnviz.numerals import tick
from nnviz.views.circuit.enlarging import Drawn, Look
from nnviz.views.circuit.graph import function_name, indexed_name

_DIGITS = 3
_POINTS, _REACH = 161, 4.0
"""Points of a curve, and how far it goes at least on both sides of 0."""


def look_at_unit(state: CircuitState, name: str, rows: int, drawn: Drawn) -> Look:
    """What a node of a circuit is in the first rows of the truth table: a map over the inputs."""
    wiring = state.wiring
    node = wiring.names.index(name)
    values = wiring.whole_table[:, node].tolist()
    known = [value if row < rows else UNKNOWN for row, value in enumerate(values)]
    names = wiring.names[: wiring.inputs]
    picture = painted(*drawn, lambda painter: _paint_table(painter, names, known, state.row, drawn))
    if node < wiring.inputs:
        return picture, f"input {name}"
    unit = wiring.units[node - wiring.inputs]
    terms = " + ".join(wiring.names[source] for source in unit.excitatory) or "0"
    silent = " or ".join(wiring.names[source] for source in unit.inhibitory)
    unless = f"\nunless {silent} is 1" if silent else ""
    return picture, f"{name} = 1 if {terms} ≥ {unit.threshold}{unless}"


def _paint_table(painter: QPainter, names: Sequence[str], values: Sequence[int], now: int, drawn: Drawn) -> None:
    """Paint a cell for each row of a truth table: half of the inputs lead down, the others across."""
    size, theme, font = drawn
    down = len(names) // 2
    rows, columns = 2**down, 2 ** (len(names) - down)
    metrics = QFontMetricsF(font)
    line, wide = metrics.height(), metrics.horizontalAdvance(" ".join(names[:down])) + 8.0
    heads = [f"{row:0{down}b}" if down else "" for row in range(rows)]
    head = f"{' '.join(names[:down])}"
    left, top = (wide if down else 0.0), 2.0 * line
    width, height = (size.width() - left - 2.0) / columns, (size.height() - top - 2.0) / rows
    middle = Qt.AlignmentFlag.AlignCenter
    painter.drawText(QRectF(left, 0.0, size.width() - left, line), middle, " ".join(names[down:]))
    painter.drawText(QRectF(0.0, line, left, line), middle, head)
    for column in range(columns):
        bits = f"{column:0{len(names) - down}b}"
        painter.drawText(QRectF(left + column * width, line, width, line), middle, bits)
    for row, bits in enumerate(heads):
        painter.drawText(QRectF(0.0, top + row * height, left, height), middle, bits)
    large = QFont(font)
    large.setPixelSize(max(1, round(min(2.5 * line, 0.5 * min(width, height)))))
    painter.setFont(large)
    for number, value in enumerate(values):
        row, column = divmod(number, columns)
        cell = QRectF(left + column * width, top + row * height, width, height).adjusted(2.0, 2.0, -2.0, -2.0)
        painter.setBrush(QColor(theme.positive if value == 1 else theme.background))
        painter.setPen(QPen(QColor(theme.text), 4.0) if number == now else QPen(QColor(theme.muted), 1.0))
        painter.drawRect(cell)
        painter.setPen(QColor(theme.background if value == 1 else theme.text))
        painter.drawText(cell, middle, "" if value == UNKNOWN else f"{value}")


def look_at_function(state: CompositionState, node: int, drawn: Drawn, *, secret: bool) -> Look:
    """A node of a graph: its function with the point where it is, its value and its gradient, as far as known."""
    graph = state.graph
    title = indexed_name(graph.names[node])
    value = None if secret and node >= graph.inputs else state.value(node)
    gradient = None if secret else state.collected(node)
    known = [f"value {tick(value, _DIGITS)}"] if value is not None else []
    last = [f"gradient ∂y/∂{title} = {tick(gradient, _DIGITS)}"] if gradient is not None else []
    if node < graph.inputs:
        return _number_picture("" if value is None else tick(value, _DIGITS), drawn), "\n".join(
            [f"input {title}", *last]
        )
    unit, p = graph.units[node - graph.inputs], float(graph.sums[node - graph.inputs])
    terms = " + ".join(
        _term(weight, indexed_name(graph.names[source]))
        for source, weight in zip(unit.sources, unit.weights, strict=True)
    ) + (f" + {tick(unit.bias, _DIGITS)}" if unit.bias else "")
    total = f"p = {terms.replace('+ −', '− ')}"
    slope = None
    if value is not None:
        slope = float(unit.function.derivative(graph.sums[node - graph.inputs]))
        total += f" = {tick(p, _DIGITS)}"
        known.append(f"slope {tick(slope, _DIGITS)}")
    points = np.linspace(-1.0, 1.0, _POINTS) * max(_REACH, 1.3 * abs(p))
    at = None if value is None else (p, value)
    picture = Curve(points, unit.function(points), at, slope).picture(*drawn)
    lines = (f"{title} = {function_name(unit.function.name)}(p)", total, ", ".join(known), *last)
    return picture, "\n".join(filter(None, lines))


def _term(weight: float, name: str) -> str:
    """A weight times a value, 1 and −1 unwritten."""
    return {1.0: name, -1.0: f"−{name}"}.get(weight, f"{tick(weight, _DIGITS)} {name}")


def _number_picture(words: str, drawn: Drawn) -> QPixmap:
    """A number, large."""
    size, theme, font = drawn
    large = QFont(font)
    large.setPixelSize(max(1, round(0.3 * size.height())))
    box = QRectF(0.0, 0.0, size.width(), size.height())

    def write(painter: QPainter) -> None:
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    return painted(size, theme, large, write)
