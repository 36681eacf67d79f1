"""The racers as rows of text: marker, name, learning rate, statement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.points import marker_path
from nnviz.drawing.words import Wordings, cut, say
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.kinds.surface.rule import SurfaceState
from nnviz.kinds.surface.schema import Racer, Surface
from nnviz.numerals import figure
from nnviz.plots.curves import curve_pen
from nnviz.theme import Theme, mix
from nnviz.theme import theme as theme_named

MOST_RACERS = 5
_SYMBOLS = ("o", "s", "t1", "d", "star")
_SIZE = 2.2
"""Size of a marker, in radii."""
_PITCH, _HIGH_PITCH = 1.5, 2.5
"""Distance between rows in lines of text; the larger if name and statement are below each other."""
_NARROW = 24.0
"""Width in lines of text below which name and statement are below each other."""
_GAP = 8.0
_FINER = 1.1
"""Factor of one change of the learning rate."""


def racer_color(theme: Theme, racer: int) -> QColor:
    """A racer's colour."""
    return curve_pen(theme, racer).color()


def marker_pen(theme: Theme) -> QPen:
    """The pen of a marker's rim, which separates it from what lies below."""
    return line_pen(theme.background, 1.2)


def marker(racer: int, x: float, y: float, radius: float) -> QPainterPath:
    """A racer's marker around a point."""
    return QTransform(_SIZE * radius, 0.0, 0.0, _SIZE * radius, x, y).map(marker_path(_SYMBOLS[racer]))


def ring(x: float, y: float, radius: float) -> QPainterPath:
    """A handle for dragging: a ring with a cross in it."""
    path = QPainterPath()
    path.addEllipse(x - radius, y - radius, 2.0 * radius, 2.0 * radius)
    for across, down in ((1.6, 0.0), (0.0, 1.6)):
        path.moveTo(x - across * radius, y - down * radius)
        path.lineTo(x + across * radius, y + down * radius)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


@dataclass(frozen=True)
class RowHit:
    """A row's part at a point: ``less``, ``more``, or ``row`` for the rest."""

    racer: int
    part: str


class RacerRows:
    """The rows, one below the other."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.names = [Text(scene) for _ in range(MOST_RACERS)]
        self.statements = [as_verdict(Text(scene)) for _ in range(MOST_RACERS)]
        self.lines, self.marks = ([add_path(scene, layer) for _ in range(MOST_RACERS)] for layer in (2.0, 3.0))
        self._buttons = add_path(scene, 1.0)
        self._signs = [[Text(scene), Text(scene)] for _ in range(MOST_RACERS)]
        self._rows: list[QRectF] = []
        self._theme = theme_named("light")
        self._left, self._side, self._line, self._narrow = 0.0, 18.0, 12.0, False

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Fill a rectangle from the top."""
        self._theme = theme
        self._line = line = QFontMetricsF(font).height()
        self._narrow = _is_narrow(rect.width(), line)
        self._side = max(14.0, 1.2 * line)
        pitch = height_of_rows(rect.width(), line, 1)
        self._rows = [QRectF(rect.left(), rect.top() + k * pitch, rect.width(), pitch) for k in range(len(names))]
        swatch = (1.2 if self._narrow else 2.6) * line
        left = rect.left() + swatch + _GAP
        most = rect.right() - left - 2 * self._side - _GAP if self._narrow else 0.4 * rect.width()
        words = [cut(name, bold(font), most) for name in names]
        widest = max((QFontMetricsF(bold(font)).horizontalAdvance(name) for name in words), default=0.0)
        self._left = left if self._narrow else left + widest + _GAP
        for k in range(MOST_RACERS):
            self._write(k, words[k] if k < len(words) else "", font, left)
            self._draw_swatch(k, swatch - 0.4 * line)
        self._draw_buttons(theme)

    def show(self, statements: Sequence[tuple[Wordings, bool]], hidden: frozenset[int]) -> None:
        """Show the racers' statements; hidden racers are pale."""
        for k, (row, (wordings, well)) in enumerate(zip(self._rows, statements, strict=True)):
            text = self.statements[k]
            text.setBrush(QColor(self._theme.text if well else self._theme.warning))
            say(text, wordings, self._buttons_left(row) - _GAP - self._left)
            text.place(self._left, self._middles(row)[1], 0.0, 0.5)
            for item in (text, self.names[k], self.lines[k], self.marks[k]):
                item.setOpacity(0.3 if k in hidden else 1.0)

    def hit(self, place: QPointF) -> RowHit | None:
        """The row and its part at a place."""
        for racer, row in enumerate(self._rows):
            if row.contains(place):
                boxes = zip(("less", "more"), self._boxes(row), strict=True)
                return RowHit(racer, next((part for part, box in boxes if box.contains(place)), "row"))
        return None

    def _buttons_left(self, row: QRectF) -> float:
        return row.right() - 2 * self._side - 4.0

    def _boxes(self, row: QRectF) -> tuple[QRectF, QRectF]:
        """Rectangles of − and +."""
        left, top = self._buttons_left(row), row.center().y() - self._side / 2
        return (
            QRectF(left, top, self._side, self._side),
            QRectF(left + self._side + 4.0, top, self._side, self._side),
        )

    def _write(self, racer: int, name: str, font: QFont, left: float) -> None:
        self.names[racer].set_style(bold(font), racer_color(self._theme, racer))
        self.names[racer].set_words(name)
        self.statements[racer].set_style(font, self._theme.text)
        for text, sign in zip(self._signs[racer], "−+", strict=True):
            text.set_style(font, self._theme.text)
            text.set_words(sign if name else "")
        if not name:
            self.statements[racer].set_words("")
            return
        row = self._rows[racer]
        self.names[racer].place(left, self._middles(row)[0], 0.0, 0.5)
        for text, box in zip(self._signs[racer], self._boxes(row), strict=True):
            text.place(box.center().x(), box.center().y(), 0.5, 0.5)

    def _middles(self, row: QRectF) -> tuple[float, float]:
        """Vertical centres of name and statement."""
        apart = 0.5 * self._line if self._narrow else 0.0
        return row.center().y() - apart, row.center().y() + apart

    def _draw_swatch(self, racer: int, width: float) -> None:
        """Draw the racer's line with its marker."""
        there = racer < len(self._rows)
        self.lines[racer].setVisible(there and not self._narrow)
        self.marks[racer].setVisible(there)
        if not there:
            return
        row = self._rows[racer]
        self.lines[racer].setPen(curve_pen(self._theme, racer))
        y = self._middles(row)[0]
        self.lines[racer].set_points(np.array([row.left(), row.left() + width]), np.array([y, y]), "all")
        self.marks[racer].setPen(marker_pen(self._theme))
        self.marks[racer].setBrush(racer_color(self._theme, racer))
        self.marks[racer].setPath(marker(racer, row.left() + width / 2, y, 0.36 * self._line))

    def _draw_buttons(self, theme: Theme) -> None:
        path = QPainterPath()
        for row in self._rows:
            for box in self._boxes(row):
                path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3.0, 3.0)
        path.setFillRule(Qt.FillRule.WindingFill)
        self._buttons.setPath(path)
        self._buttons.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))
        self._buttons.setBrush(QColor(theme.panel))


def height_of_rows(width: float, line: float, racers: int) -> float:
    """Height of the rows at a width, given the height of a line of text."""
    return (_HIGH_PITCH if _is_narrow(width, line) else _PITCH) * racers * line


def _is_narrow(width: float, line: float) -> bool:
    return width < _NARROW * line


def changed_rate(rate: float, notches: int) -> float:
    """A learning rate about a tenth larger or smaller for each notch, rounded to two digits."""
    for _ in range(abs(notches)):
        rate = float(f"{rate * (_FINER if notches > 0 else 1.0 / _FINER):.1e}")
    return min(max(rate, 1e-6), 1000.0)


def stability(experiment: Surface, state: SurfaceState) -> list[tuple[Wordings, bool]]:
    """For every racer a comparison of η with the largest stable one, and whether it is stable.

    Before the first step nothing is said of how it will end: the room may be asked.
    """
    limits = state.stable_rates(experiment.racers)
    here = "" if state.landscape.minima else " here"
    ends = "✗ diverges" if state.landscape.quadratic else "✗ too large"
    has_moved = int(state.steps[-1]) > 0
    return [
        (("✗ diverged", "✗ diverged"), False)
        if gone and not limit < racer.learning_rate
        else _compared(racer, limit, here, ("✓", "✗ diverged" if gone else ends) if has_moved else ("", ""))
        for racer, limit, gone in zip(experiment.racers, limits, state.diverged.tolist(), strict=True)
    ]


def _compared(racer: Racer, limit: float, here: str, ends: tuple[str, str]) -> tuple[Wordings, bool]:
    """A racer's η beside the largest stable one; ``ends`` are the verdicts on a smaller one and on others."""
    rate = f"η = {number(racer.learning_rate)}"
    largest = OPTIMIZERS[racer.optimizer].stable_rate
    if largest is None:
        return (f"{rate}, scaled by past gradients", f"{rate}, adaptive", rate), True
    if math.isinf(limit):
        return (f"{rate}, curved downwards{here}", f"{rate}"), True
    stable = racer.learning_rate < limit
    sign, verdict = ("<" if stable else ">" if racer.learning_rate > limit else "="), ends[not stable]
    bound = number(limit)
    compared = (
        f"{rate} {sign} {largest.formula} = {bound}{here} {verdict}",
        f"{rate} {sign} {bound}{here} {verdict}",
        f"{number(racer.learning_rate)} {sign} {bound} {verdict}",
        verdict,
    )
    return tuple(words.rstrip() for words in compared), stable or not verdict


def place_words(parameters: Sequence[str], point: Sequence[float], loss: float) -> tuple[str, ...]:
    """Coordinates and loss of a point, a line each."""
    return tuple(f"{name} = {figure(x)}" for name, x in zip((*parameters, "f"), (*point, loss), strict=True))


def racer_words(experiment: Surface, state: SurfaceState, racer: int) -> tuple[str, ...]:
    """A racer's position, and the gradient and curvature there."""
    position, loss = state.positions[racer].tolist(), float(state.values[racer])
    bend = float(state.sharpness_here[racer])
    return (
        experiment.names[racer],
        *place_words(state.landscape.parameters, position, loss),
        f"|∇f| = {figure(float(state.slopes[racer]))}",
        f"λₘₐₓ here = {figure(bend)}",
        *((f"2/λₘₐₓ = {figure(2.0 / bend)}",) if bend > 0.0 else ()),
    )


def number(value: float) -> str:
    """A learning rate with three digits."""
    return f"{value:.3g}" if 1e-4 <= value < 999.5 else figure(value)
