"""The network unrolled in time: a column for each step, with the input, gates, cells, hidden state and output."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.cells import Cells
from nnviz.drawing.words import width_of
from nnviz.engine.recurrent import Course
from nnviz.engine.tape import Array
from nnviz.kinds.memory.schema import Memory
from nnviz.runs.maps import Bytes, signed_bytes
from nnviz.theme import Theme

_GAP = 6.0
_ONE_ROW = 1.5
"""Height of a row of inputs or outputs, in lines of text."""
_TALLEST = 1.2
"""Greatest height of a unit's row, in lines of text."""
_NAMES: dict[str, tuple[str, str]] = {
    "x": ("", "x"),
    "m": ("", "m"),
    "f": ("forget gate f", "f"),
    "i": ("input gate i", "i"),
    "o": ("output gate o", "o"),
    "c": ("cells c", "c"),
    "h": ("state h", "h"),
    "y": ("output y", "y"),
}
_NAME_SHARE = 0.22
"""Greatest width of the names, as a share of the whole."""
_INPUTS = "xm"
_GATES, _REST = "fioc", "hy"


class Unrolled:
    """Rows of cells, one below the other, aligned in time.

    Attributes
    ----------
    rows : dict of str to Cells
        By what they show: x, m, f, i, o, c, h, y.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.rows = {name: Cells(scene, is_verdict=name not in _INPUTS) for name in _NAMES}
        self.names = {name: Text(scene) for name in _NAMES}
        self._values: dict[str, Array] = {}

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Memory) -> None:
        """Fill a rectangle with the rows that a network has, and hide the others."""
        form, line = _form(experiment), QFontMetricsF(font).height()
        inputs, length = experiment.asked.alphabet, len(experiment.shown_inputs)
        named = dict(zip(_INPUTS, inputs.names, strict=False))
        left = self._name_rows(form, named, rect.width(), bold(font), theme) + _GAP
        column = (rect.width() - left) / length
        self._task = experiment.asked
        widest = max((word for words in inputs.words(experiment.shown_inputs) for word in words), key=len)
        self._is_written = column > max(line, width_of([widest], font) + 2.0)
        heights, top = _heights(form, rect.height(), line), rect.top()
        for name, cells in self.rows.items():
            cells.set_theme(theme, font)
            place = (
                QRectF(rect.left() + left, top, rect.width() - left, heights[name]) if name in form else QRectF()
            )
            cells.arrange(place, (form.get(name, 1), length), written=name in _INPUTS and self._is_written)
            self.names[name].place(rect.left(), place.center().y(), 0.0, 0.5)
            top += heights[name] + _GAP if name in form else 0.0

    def _name_rows(
        self, form: Mapping[str, int], inputs: Mapping[str, Sequence[str]], width: float, font: QFont, theme: Theme
    ) -> float:
        """Write all long names, or all short ones; return their width."""
        wordings = {**_NAMES, **inputs}
        long = width_of([wordings[name][0] for name in form], font)
        names = {name: words[long > _NAME_SHARE * width] for name, words in wordings.items()}
        for name, text in self.names.items():
            text.setVisible(name in form)
            text.set_style(font, theme.muted)
            text.set_words(names[name])
        return width_of([names[name] for name in form], font)

    def show_course(self, course: Course, read: int) -> None:
        """Show what the network does with one sequence, of which it has read so many inputs."""
        inputs = course.inputs[:, :, 0]
        words = self._task.alphabet.words(inputs) if self._is_written else ([],) * inputs.shape[1]
        shown = {"h": course.hidden[:, :, 0].T, "y": self._task.cells(course.outputs.T)}
        if len(course.gates):
            enter, forget, leave, _ = np.split(course.gates[:, :, 0].T, 4)
            shown |= {"i": enter, "f": forget, "o": leave, "c": np.tanh(course.cells[1:, :, 0].T)}
        pixels = _bytes(inputs.T, list(shown.values()), read)
        for name, values, said in zip(_INPUTS, pixels, words, strict=False):
            self.rows[name].show_values(values[None], said)
        top = inputs.shape[1]
        for name, values in shown.items():
            self.rows[name].show_values(np.ascontiguousarray(pixels[top : top + len(values)]))
            top += len(values)
        self._values = {name: values[:, :read] for name, values in shown.items()}

    def cell_at(self, point: QPointF) -> tuple[str, int, int] | None:
        """The row at a point by what it shows, the unit and the step there, counted from 0; none of the inputs."""
        found = ((name, self.rows[name].cell_at(point)) for name in self._values)
        return next(((name, *cell) for name, cell in found if cell), None)

    def cell_beside(self, cell: tuple[str, int, int] | None, step: tuple[int, int]) -> tuple[str, int, int] | None:
        """The next cell across in time, or down from unit to unit and row to row; the first one at the start."""
        units = [(name, unit) for name in _NAMES for unit in range(len(self._values.get(name, ())))]
        if cell is None or cell[:2] not in units:
            return (*units[0], 0) if units else None
        at = min(max(units.index(cell[:2]) + step[1], 0), len(units) - 1)
        return *units[at], min(max(cell[2] + step[0], 0), self._values[cell[0]].shape[1] - 1)

    def course_of(self, name: str, unit: int) -> tuple[Array, str]:
        """What a unit was at each step that is read, and its name; nothing of a unit that is no longer there."""
        values, title = self._values.get(name, np.empty((0, 0))), _NAMES[name][0]
        title = f"tanh of {title}" if name == "c" else title
        there = values[unit] if unit < len(values) else np.empty(0)
        return there, title if len(values) == 1 else f"{title}, unit {unit + 1}"

    def step_at(self, point: QPointF) -> int | None:
        """The step whose input is at a point, counted from 0."""
        cell = self.rows["x"].cell_at(point) or self.rows["m"].cell_at(point)
        return cell[1] if cell else None


def _form(experiment: Memory) -> dict[str, int]:
    """The rows of a network, from top to bottom, and how many units each has."""
    inputs = _INPUTS[: experiment.asked.alphabet.channels]
    units = experiment.net.units
    names = (*inputs, *(_GATES if experiment.has_gates else ""), *_REST)
    return {name: 1 if name in {*inputs, "y"} else units for name in names}


def _heights(form: Mapping[str, int], height: float, line: float) -> dict[str, float]:
    """The height of each row: one line and a half for a row of one, the rest shared."""
    single = {name: _ONE_ROW * line for name in form if name in _INPUTS or name == "y"}
    rest = height - sum(single.values()) - _GAP * (len(form) - 1)
    each = max(4.0, rest / (len(form) - len(single)))
    return {name: single.get(name, min(each, max(2.0, form.get(name, 1)) * _TALLEST * line)) for name in _NAMES}


def _bytes(inputs: Array, computed: Sequence[Array], read: int) -> Bytes:
    """Numbers within ±1, shape (rows, columns), as bytes of a signed map; zeros for what is not read yet.

    All rows are turned into bytes at once, which takes a fifth of the time.
    """
    rows = np.vstack([inputs, *computed]).astype(np.float32)
    rows[len(inputs) :, read:] = 0.0
    return np.asarray(signed_bytes(rows[None], np.ones(1, np.float32))[0])
