"""What sort of place a network is at: the gradient's norm and the Hessian's outer eigenvalues, and a verdict."""

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene

from nnviz.analysis.objective import MOST_PARAMETERS, Curvature
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import wrapped
from nnviz.numerals import figure
from nnviz.theme import Theme

VERDICTS = {
    "slope": "a slope: the gradient leads down",
    "saddle": "a saddle: level, but there is still a way down",
    "minimum": "a minimum: level, and up in every direction",
    "valley": "a valley floor: level, and up or flat in every direction",
    "top": "a top: level, and down in every direction",
    "flat": "flat: no slope, no bend",
    "unknown": "no eigenvalues here",
}
"""A verdict in words."""

_WIDEST = "λmin −0.0000"
_NAMES = ("|∇ℓ|", "λmin", "λmax")
_DECADES = 3.0
"""Of eigenvalues, below the larger; what is smaller counts as none."""
_GRADIENT_DECADES = 6.0
_BAR, _ROW = 0.4, 1.55
"""Height of a bar, and of number and bar, in lines of text."""


class SaddleMeter:
    """Three numbers, each with a bar, and what they mean.

    Bars are logarithmic. Those of the eigenvalues go to the right from the middle if positive, to the left if
    negative; the gradient's goes from 10⁻⁶ to 1.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.verdict, self.method = Text(scene, 3.0), Text(scene, 3.0)
        self.names = [Text(scene, 3.0) for _ in _NAMES]
        self.numbers = [Text(scene, 3.0) for _ in _NAMES]
        self.bars = [QGraphicsRectItem() for _ in _NAMES]
        self._zeros = add_path(scene, 2.0)
        for bar in self.bars:
            bar.setZValue(1.0)
            scene.addItem(bar)
        self._cells: list[QRectF] = []
        self._curvature: Curvature | None = None

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self._theme, self._font = theme, font
        self.verdict.set_style(bold(font), theme.text)
        self.method.set_style(font, theme.muted)
        for name, number in zip(self.names, self.numbers, strict=True):
            name.set_style(font, theme.muted)
            number.set_style(bold(font), theme.text)
        self._zeros.setPen(line_pen(theme.muted, 1.0))

    def arrange(self, area: QRectF, *, stacked: bool = False) -> float:
        """Stand at the foot of an area, or at its head one below the other; the height that is taken."""
        line = QFontMetricsF(self._font).height()
        words = wrapped(self._words(), area.width(), bold(self._font))
        in_rows = stacked or area.width() < 3 * (QFontMetricsF(bold(self._font)).horizontalAdvance(_WIDEST) + line)
        rows = len(words) + stacked + (3 if in_rows else 1) * _ROW
        top = area.top() if stacked else area.bottom() - rows * line
        self.verdict.write("\n".join(words), area.left(), top)
        self._place_method(area, top, "" if stacked else words[-1], len(words) - (not stacked))
        cells = top + (len(words) + stacked) * line
        width = area.width() if in_rows else area.width() / 3
        places = [(0, k * _ROW * line) if in_rows else (k * width, 0) for k in range(3)]
        self._cells = [QRectF(area.left() + x, cells + y, width - line, line) for x, y in places]
        self._fill()
        return (rows + 0.4) * line

    def show(self, curvature: Curvature | None) -> None:
        """Show this, the next time that it is arranged."""
        self._curvature = curvature

    @property
    def method_words(self) -> str:
        """How the eigenvalues were found."""
        bend = self._curvature
        if bend is None or math.isnan(bend.least):
            return ""
        if bend.exact:
            return f"exact, {bend.parameters:,} parameters"
        return f"Lanczos, {bend.products} products, {bend.parameters:,} parameters"

    def _words(self) -> tuple[str, ...]:
        bend = self._curvature
        if bend is None:
            return ("measuring …",)
        if bend.parameters > MOST_PARAMETERS:
            return (f"no eigenvalues of more than {MOST_PARAMETERS:,} parameters",)
        return (VERDICTS[bend.verdict],)

    def _place_method(self, area: QRectF, top: float, beside: str, row: int) -> None:
        """Say how it was measured where there is room beside the verdict; else nowhere but in the tip."""
        heavy, metrics = QFontMetricsF(bold(self._font)), QFontMetricsF(self._font)
        left = area.left() + (heavy.horizontalAdvance(beside) + metrics.height() if beside else 0.0)
        fits = left + metrics.horizontalAdvance(self.method_words) <= area.right()
        words = self.method_words if fits else self.method_words.split(",")[0]
        fits = left + metrics.horizontalAdvance(words) <= area.right()
        self.method.set_words(words if fits else "")
        self.method.place(
            area.right() if beside else area.left(), top + row * metrics.height(), float(bool(beside))
        )

    def _fill(self) -> None:
        bend = self._curvature
        values = (bend.gradient, bend.least, bend.greatest) if bend else (math.nan,) * 3
        largest = max(abs(values[1]), abs(values[2]))
        zeros: list[float] = []
        for k, (cell, value) in enumerate(zip(self._cells, values, strict=True)):
            self.names[k].write(_NAMES[k], cell.left(), cell.top())
            self.numbers[k].set_words(figure(value))
            after = cell.left() + self.names[k].boundingRect().width() + 0.4 * cell.height()
            self.numbers[k].place(after, cell.top())
            self._draw(k, cell, _gradient_share(value) if k == 0 else _share(value, largest))
            zeros.append(cell.left() if k == 0 else cell.center().x())
        self._mark(zeros)

    def _draw(self, k: int, cell: QRectF, share: float) -> None:
        line = QFontMetricsF(self._font).height()
        zero, reach = (cell.left(), cell.width()) if k == 0 else (cell.center().x(), cell.width() / 2)
        left, right = sorted((zero, zero + share * reach))
        self.bars[k].setRect(QRectF(left, cell.top() + line + 1.0, right - left, _BAR * line))
        color = QColor(self._theme.muted if k == 0 else self._theme.sign_color(share))
        self.bars[k].setPen(Qt.PenStyle.NoPen)
        self.bars[k].setBrush(color)

    def _mark(self, zeros: list[float]) -> None:
        """A line at the zero of every bar."""
        line, x = QFontMetricsF(self._font).height(), np.repeat(np.array(zeros), 2)
        tops = np.array([cell.top() for cell in self._cells])
        y = np.stack([tops + line - 1.0, tops + (1 + _BAR) * line + 3.0], axis=1).ravel()
        self._zeros.set_points(x, y, "pairs")


def _share(value: float, largest: float) -> float:
    if not abs(value) > 0.0 or not math.isfinite(largest):
        return 0.0
    size = max(0.0, 1.0 + math.log10(abs(value) / largest) / _DECADES)
    return math.copysign(size, value)


def _gradient_share(value: float) -> float:
    if not value > 0.0 or not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, 1.0 + math.log10(value) / _GRADIENT_DECADES))
