"""A study as coloured cells: medians in a table where two things vary, or the seeds of each variant in a strip."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text
from nnviz.drawing.cells import Cells
from nnviz.drawing.words import cut, names_fitting, width_of
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.runs.maps import Bytes
from nnviz.theme import Theme
from nnviz.views.study.tiles import VariantSeed

_GAP = 8.0
_ZERO, _FULL, _LOST = 127, 254, 0
"""Bytes of a cell with the least value, with the greatest, and of one that has none because its seeds diverged."""
_DECADE = 10.0
_MOST_WORDS = 400


class ValueGrid:
    """Cells from white, the least value, to full colour, the greatest, with names below and at the left."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.cells = Cells(scene, is_verdict=True)
        self.names: list[Text] = []
        self._chosen: list[list[VariantSeed | None]] = []
        self.is_visible = False

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self.cells.set_theme(theme, font)

    def set_visible(self, visible: bool) -> None:
        self.is_visible = visible
        if not visible:
            self.cells.arrange(QRectF(), (1, 1), written=False)
            self._write([])

    def arrange(self, rect: QRectF, snapshot: StudySnapshot, *, strips: bool) -> None:
        """Fill a rectangle with a table of the study's variants, or with strips of its seeds."""
        study, metrics = snapshot.experiment, QFontMetricsF(self._font)
        columns, *others = study.axes
        rows = others[0].names if others and not strips else ()
        left = width_of(rows, self._font) + _GAP * bool(rows)
        line = 1.3 * metrics.height()
        top = line if rows else 0.0
        frame = rect.adjusted(left, top, 0.0, -2.0 * line)
        shape = (study.seeds if strips else len(rows) or 1), len(columns.names)
        self.cells.arrange(frame, shape, written=self._is_written(frame, shape))
        row_title = (others[0].title, rect.left(), rect.top(), 0.0, 0.0) if rows else ("", 0.0, 0.0, 0.0, 0.0)
        title = (columns.title, frame.center().x(), frame.bottom() + line, 0.5, 0.0)
        middles = [self.cells.cell_rect(k, 0).center().y() for k in range(len(rows))]
        self._write(
            [
                row_title,
                title,
                *((name, frame.left() - _GAP, y, 1.0, 0.5) for name, y in zip(rows, middles, strict=True)),
                *self._column_names(columns.names, frame),
            ]
        )

    def show(self, snapshot: StudySnapshot, *, strips: bool, logarithmic: bool) -> None:
        """Colour the cells by what has been found so far."""
        values = _strips(snapshot) if strips else np.array(snapshot.medians).reshape(snapshot.experiment.shape)
        if snapshot.experiment.is_counted and not strips:
            done = np.array([len(column) or np.nan for column in snapshot.values])
            values = (np.array(snapshot.successes) / done).reshape(snapshot.experiment.shape)
        self._chosen = _seeds_in_strips(snapshot) if strips else _middle_seeds(snapshot)
        texts = [snapshot.of.text(value) if seed else "" for value, seed in self._pairs(values)]
        known = np.array([[seed is not None for seed in row] for row in self._chosen])
        ends = (0.0, 1.0) if snapshot.experiment.is_counted else None
        self.cells.show_values(_bytes(values, known, ends, logarithmic=logarithmic), texts)

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The seed of the cell at a point: in a strip its own, in a table of medians the one in the middle."""
        cell = self.cells.cell_at(point) if self.is_visible else None
        return self._chosen[cell[0]][cell[1]] if cell and self._chosen else None

    def _pairs(self, values: FloatArray) -> list[tuple[float, VariantSeed | None]]:
        seeds = [seed for row in self._chosen for seed in row]
        return list(zip(values.ravel().tolist(), seeds, strict=True))

    def _is_written(self, frame: QRectF, shape: tuple[int, int]) -> bool:
        metrics, (rows, columns) = QFontMetricsF(self._font), shape
        wide = frame.width() / columns >= metrics.horizontalAdvance("0.0000") + _GAP
        return rows * columns <= _MOST_WORDS and wide and frame.height() / rows >= metrics.height()

    def _column_names(self, names: Sequence[str], frame: QRectF) -> list[tuple[str, float, float, float, float]]:
        """Every name that has room below its column; of many every second, third and so on."""
        width = frame.width() / len(names)
        each = max(1, int(np.ceil((width_of(names, self._font) + _GAP) / width)))
        short = names_fitting(names[::each], self._font, each * width - _GAP) or [
            cut(name, self._font, each * width - _GAP) for name in names[::each]
        ]
        middles = (frame.left() + (k * each + 0.5) * width for k in range(len(short)))
        return [(name, x, frame.bottom() + 2.0, 0.5, 0.0) for name, x in zip(short, middles, strict=True)]

    def _write(self, texts: Sequence[tuple[str, float, float, float, float]]) -> None:
        while len(self.names) < len(texts):
            self.names.append(Text(self._scene))
        for text in self.names[len(texts) :]:
            text.set_words("")
        for text, (words, x, y, across, down) in zip(self.names, texts, strict=False):
            text.set_style(self._font, self._theme.text)
            text.write(words, x, y, across, down)


def _strips(snapshot: StudySnapshot) -> FloatArray:
    """Every variant's values in a column, the greatest on top; NaN where a seed is yet to come."""
    table = np.full((snapshot.experiment.seeds, len(snapshot.values)), np.nan)
    for k, values in enumerate(snapshot.values):
        table[: len(values), k] = values[_downward(values)]
    if snapshot.experiment.is_counted:
        return np.where(np.isnan(table), np.nan, 1.0 * (table >= snapshot.experiment.success))
    return table


def _downward(values: FloatArray) -> NDArray[np.intp]:
    """Indices of the values, the greatest first, those that have diverged last."""
    return np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")


def _seeds_in_strips(snapshot: StudySnapshot) -> list[list[VariantSeed | None]]:
    """The seed of every cell; None where it is yet to come."""
    orders = [_downward(values).tolist() for values in snapshot.values]
    rows = range(snapshot.experiment.seeds)
    return [[(k, order[row]) if row < len(order) else None for k, order in enumerate(orders)] for row in rows]


def _middle_seeds(snapshot: StudySnapshot) -> list[list[VariantSeed | None]]:
    """Of every variant the seed whose value is the median, or nearest to it."""
    seeds: list[VariantSeed | None] = [None] * len(snapshot.values)
    for k, values in enumerate(snapshot.values):
        if len(values):
            seeds[k] = k, int(_downward(values)[len(values) // 2])
    rows, columns = snapshot.experiment.shape
    return [seeds[row * columns : (row + 1) * columns] for row in range(rows)]


def _bytes(
    values: FloatArray, known: FloatArray, ends: tuple[float, float] | None = None, *, logarithmic: bool
) -> Bytes:
    """Shares of full colour, between two ends or the least and greatest value; of decades by their logarithms."""
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0.0]
    wide = len(positive) == len(finite) > 0 and finite.max() >= _DECADE * finite.min()
    if (wide or logarithmic) and len(positive) and not ends:
        values, finite = np.log(np.where(values > 0.0, values, np.nan)), np.log(positive)
    low, high = ends or ((float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0))
    shares = np.clip((values - low) / (high - low if high > low else 1.0), 0.0, 1.0)
    colours = np.where(np.isnan(shares), _LOST, np.rint(_ZERO + (_FULL - _ZERO) * np.nan_to_num(shares)))
    return np.where(known, colours, _ZERO).astype(np.uint8)
