"""The product of all weight matrices, to which a network without activation functions reduces."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.analysis.collapse import Collapse, collapse
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.cells import Cells, full_colour
from nnviz.drawing.view import CanvasView
from nnviz.drawing.words import say
from nnviz.engine.network import Shapes
from nnviz.engine.tape import Array
from nnviz.numerals import figure, power, short, superscript, tick
from nnviz.runs.maps import Bytes, first, signed_bytes
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_MOST_WRITTEN = 12
_FEW = 4
_NARROW = 6.0
"""Preferred width of a cell without a number."""
_GAP = 6.0
_PAD = 8.0
_TILDE = "\N{COMBINING TILDE}"


class Factor:
    """A matrix as coloured cells, with numbers if they fit.

    Parameters
    ----------
    sign : str
        The sign before it: · or = or none.
    first : bool
        Whether its numbers have priority if space is short.
    """

    def __init__(self, scene: QGraphicsScene, sign: str, *, first: bool = False) -> None:
        self.cells, self.title, self.sign = Cells(scene, is_verdict=first), Text(scene), Text(scene)
        self.sign.set_words(sign)
        self._rows = self._columns = 1
        self._first, self._written = first, False

    def set_title(self, words: str) -> None:
        """Set the title."""
        self.title.set_words(words)

    def set_shape(self, rows: int, columns: int) -> None:
        """Set the numbers of rows and columns."""
        self._rows, self._columns = rows, columns

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self.cells.set_theme(theme, font)
        self.title.set_style(bold(font), theme.text)
        self.sign.set_style(bold(font), theme.text)

    def least_width(self, metrics: QFontMetricsF) -> float:
        """Least width."""
        cell = metrics.horizontalAdvance("−0.00") + 2.5 if self._first and self._columns <= _FEW else 2.0
        return self._room(metrics) + max(1.1 * metrics.horizontalAdvance(self.title.text()), cell * self._columns)

    def wanted_width(self, metrics: QFontMetricsF) -> float:
        """Preferred width."""
        few = max(self._rows, self._columns) <= _MOST_WRITTEN
        cell = metrics.horizontalAdvance("−00.00") if few else _NARROW
        return max(self.least_width(metrics), self._room(metrics) + self._columns * cell)

    def arrange(self, rect: QRectF, metrics: QFontMetricsF) -> None:
        """Fill a rectangle with title, sign and vertically centred cells."""
        line, room = metrics.height(), self._room(metrics)
        most = max(1.0, rect.height() - 1.3 * line)
        height = min(most, 2.4 * line * self._rows)
        width = max(1.0, rect.width() - room)
        top = rect.top() + 1.3 * line + (most - height) / 2
        cells = QRectF(rect.left() + room - _GAP, top, width, height)
        few = max(self._rows, self._columns) <= _MOST_WRITTEN
        wide = width / self._columns >= metrics.horizontalAdvance("−0.00") + 2.0
        self._written = few and wide and height / self._rows >= line
        self.cells.arrange(cells, (self._rows, self._columns), written=self._written)
        self.title.place(cells.center().x(), top - 1.2 * line, 0.5)
        self.sign.place(rect.left() + (room - _GAP) / 2, cells.center().y(), 0.5, 0.5)

    def show_values(self, values: Array, shades: NDArray[Any]) -> None:
        """Show numbers, with shades of the same shape."""
        self.cells.show_values(shades, [short(v) for v in values.ravel().tolist()] if self._written else ())

    def set_visible(self, visible: bool) -> None:
        if not visible:
            self.cells.arrange(QRectF(), (self._rows, self._columns), written=False)
        for text in (self.title, self.sign):
            text.setVisible(visible)

    def remove(self) -> None:
        """Remove all items from the scene."""
        self.cells.remove()
        for text in (self.title, self.sign):
            text.scene().removeItem(text)

    def _room(self, metrics: QFontMetricsF) -> float:
        """Width of sign and gap."""
        return (1.2 * metrics.horizontalAdvance("=") if self.sign.text() else 0.0) + 2 * _GAP


class ProductView(CanvasView[Snapshot]):
    """Wᴸ … W¹ = W̃, b̃, and the network's largest difference from W̃ x + b̃.

    If not all factors fit, those in the middle are left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._shapes: Shapes = ()
        self.factors: list[Factor] = []
        self.product, self.biases = Factor(scene, "=", first=True), Factor(scene, "", first=True)
        self.product.set_title(f"W{_TILDE}")
        self.biases.set_title(f"b{_TILDE}")
        self.gap, self.verdict, self.detail = Text(scene), as_verdict(Text(scene)), as_verdict(Text(scene))
        self.shown: list[int] = []

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        line = metrics.height()
        self.verdict.set_style(bold(self.font()), self._theme.text)
        self.detail.set_style(self.font(), self._theme.muted)
        self.gap.set_style(bold(self.font()), self._theme.text)
        self.verdict.place(area.left(), area.bottom() - 2.3 * line)
        self.detail.place(area.left(), area.bottom() - 1.1 * line)
        if self._shapes:
            for factor in (*self.factors, self.product, self.biases):
                factor.set_theme(self._theme, self.font())
            self._arrange(area.adjusted(0.0, 0.0, 0.0, -2.8 * line), metrics)

    def _arrange(self, area: QRectF, metrics: QFontMetricsF) -> None:
        """Place the factors from left to right, the last layer's first; leave out the middle if necessary."""
        dots = metrics.horizontalAdvance(" · ⋯ ")
        least = [factor.least_width(metrics) for factor in self.factors]
        results = (self.product, self.biases)
        self.shown = _fitting(least, area.width() - sum(f.least_width(metrics) for f in results), dots)
        folded = len(self.shown) < len(self.factors)
        chosen = [self.factors[k] for k in self.shown]
        widths = self._widths(chosen, area.width() - folded * dots, metrics)
        left = area.left()
        for number, (factor, width) in enumerate(zip([*chosen, *results], widths, strict=True)):
            if folded and number == -(-len(chosen) // 2):
                self.gap.place(left + dots / 2, area.top() + 0.65 * metrics.height() + area.height() / 2, 0.5, 0.5)
                left += dots
            factor.arrange(QRectF(left, area.top(), width, area.height()), metrics)
            left += width
        self.gap.set_words("· ⋯" if folded else "")
        for k, factor in enumerate(self.factors):
            factor.set_visible(k in self.shown)

    def _widths(self, chosen: list[Factor], room: float, metrics: QFontMetricsF) -> list[float]:
        """Widths of the factors: the least width each, then the preferred one, the product's first."""
        placed = [*chosen, self.product, self.biases]
        widths = [factor.least_width(metrics) for factor in placed]
        for part in (slice(-2, None), slice(0, len(chosen))):
            wanted = [factor.wanted_width(metrics) for factor in placed[part]]
            missing = sum(wanted) - sum(widths[part])
            share = min(1.0, max(0.0, room - sum(widths)) / max(1e-9, missing))
            widths[part] = [w + share * (more - w) for w, more in zip(widths[part], wanted, strict=True)]
        return widths

    def _paint(self, snapshot: Snapshot) -> None:
        parameters = snapshot.parameters
        if parameters.shapes != self._shapes:
            self._make(parameters.shapes)
            self._lay_out()
        found = collapse(snapshot.problem, parameters)
        weights, results = parameters.weights[::-1], (found.weights, found.biases[:, None])
        # one scale for both would leave the factors white beside a large product
        factors, product = full_colour(parameters.flat), full_colour(np.concatenate(results, axis=None))
        for k in self.shown:
            self.factors[k].show_values(weights[k], _shades(weights[k], factors))
        for factor, values in zip((self.product, self.biases), results, strict=True):
            factor.show_values(values, _shades(values, product))
        words = verdict(found)
        say(self.verdict, (words, words.partition(":")[0]), self.canvas.area.width() - 2 * _PAD)
        self._say_detail(found.difference, factors, product)

    def _say_detail(self, difference: float, factors: float, product: float) -> None:
        last = superscript(len(self.factors))
        compared = f"largest |p{last} − (W{_TILDE}x + b{_TILDE})| over training samples: {_exact(difference)}"
        scales = f"full colour at ±{tick(factors)} in the factors, at ±{tick(product)} in the product"
        short = f"differs by at most {_exact(difference)}"
        say(self.detail, (f"{compared}   {scales}", compared, short), self.canvas.area.width() - 2 * _PAD)

    def _make(self, shapes: Shapes) -> None:
        scene = self.canvas.scene()
        self._shapes = shapes
        for factor in self.factors:
            factor.remove()
        last = len(shapes)
        self.factors = [Factor(scene, "·" if l < last else "") for l in range(last, 0, -1)]
        for l, factor in zip(range(last, 0, -1), self.factors, strict=True):
            factor.set_title(f"W{superscript(l)}")
            factor.set_shape(shapes[l - 1][0], shapes[l - 1][1] - 1)
        self.product.set_shape(shapes[-1][0], shapes[0][1] - 1)
        self.biases.set_shape(shapes[-1][0], 1)


def verdict(found: Collapse) -> str:
    """Whether the network equals this affine map, in words; how nearly, after a colon."""
    if not np.isfinite(found.difference):
        return "the run has diverged"
    if not found.linear:
        return f"not a line any more: differs by {figure(found.difference)}"
    return (
        f"one line: equal to {power(found.difference)}"
        if found.difference
        else "one line: equal to the last digit"
    )


def _exact(difference: float) -> str:
    return power(difference) if 0.0 < difference < 1e-3 else figure(difference)


def _shades(values: Array, full: float) -> Bytes:
    return first(signed_bytes(np.asarray(values, np.float32)[None], np.array([full], np.float32)))


def _fitting(widths: list[float], room: float, gap: float) -> list[int]:
    """Indices that fit in a row: all, or some first and some last ones, at least one of each."""
    if sum(widths) <= room:
        return list(range(len(widths)))
    chosen: list[int] = []
    for number in range(len(widths) - 1):
        k = number // 2 if number % 2 == 0 else len(widths) - 1 - number // 2
        if len(chosen) >= 2 and sum(widths[i] for i in (*chosen, k)) + gap > room:
            break
        chosen.append(k)
    return sorted(chosen)
