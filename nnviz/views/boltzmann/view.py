"""A restricted Boltzmann machine: its filters, what it makes of digits, what it dreams, and its error."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, QSizeF, Signal
from PySide6.QtWidgets import QWidget

from nnviz.analysis.filters import INK
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.magnifier import Magnifier
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import pixmap
from nnviz.drawing.room import Room
from nnviz.drawing.sample_pictures import PictureGrid, ink_table, tiles
from nnviz.drawing.view import small_button
from nnviz.drawing.words import Wordings, say
from nnviz.engine.tape import Array
from nnviz.kinds.boltzmann import DREAMS, SHAPE, Boltzmann, BoltzmannMoment, BoltzmannState, digits
from nnviz.plots.canvas import PlotView
from nnviz.plots.curves import Curves, Line
from nnviz.plots.scales import linear_scale
from nnviz.runs.maps import Bytes, signed_bytes

_PAD, _GAP = 8.0, 16.0
_EXAMPLES = 8
_FULL = 2.0
"""Weight of full colour, in root mean squares of all."""
_LARGEST = 8.0
"""Greatest height of a picture, in lines of text."""
_WIDE = 1.1
"""Ratio of width to height above which the filters are beside the rest."""


class BoltzmannView(PlotView[BoltzmannMoment]):
    """Filters, digits with what comes back of them, dreams, and the error after each epoch.

    Signals
    -------
    changed : Boltzmann
        The edited experiment.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption = as_verdict(Text(scene))
        self.titles = {name: Text(scene) for name in ("filters", "digits", "dreams", "error")}
        self.filters, self.samples, self.dreams = (PictureGrid(scene) for _ in range(3))
        self.enlarged = Magnifier(scene, is_smooth=False)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)
        self._pointed: QPointF | None = None
        self.curves = Curves(self.canvas, "epoch", "", is_named=False)
        self.dream = small_button("dream", "stop learning, and dream pictures from noise", checkable=True)
        self.dream.clicked.connect(self._dream)
        self.add_controls(self.dream)
        self._arranged: tuple[int, int] | None = None
        self._drawn: tuple[Bytes, ...] = ()

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        experiment: Boltzmann = self._snapshot.experiment
        self._arranged = _form(experiment)
        line, font = self.fontMetrics().height(), self.font()
        self.enlarged.set_theme(self._theme, bold(font))
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.caption.set_style(bold(font), self._theme.text)
        self.caption.place(area.left(), area.top())
        self._width = area.width() - self._corner.sizeHint().width() - 2 * _PAD
        rooms = _rooms(area.adjusted(0.0, 1.9 * line, 0.0, 0.0))
        widest = {"digits": rooms["digits"].width(), "filters": rooms["filters"].width()}
        for name, title in self.titles.items():
            title.set_style(bold(font), self._theme.muted)
            say(title, _TITLES[name], widest.get(name, rooms[name].width()))
            title.place(rooms[name].left(), rooms[name].top())
        below = {name: room.adjusted(0.0, 1.3 * line, 0.0, 0.0) for name, room in rooms.items()}
        self._place(self.filters, below["filters"], experiment.hidden, SHAPE, signed=True)
        self._place(self.samples, below["digits"], _EXAMPLES, (2 * SHAPE[0] + 1, SHAPE[1]))
        self._place(self.dreams, below["dreams"], DREAMS, SHAPE)
        self.curves.set_style(self._theme, font, [Line("error", line_pen(self._theme.text, 2.5))])
        as_verdict(self.curves.lines[0])
        self.curves.arrange(below["error"], font)
        self.curves.set_visible(below["error"].height() > 4.0 * line)

    def _place(
        self, grid: PictureGrid, rect: QRectF, count: int, shape: tuple[int, int], *, signed: bool = False
    ) -> None:
        largest = _LARGEST * self.fontMetrics().height() * shape[0] / SHAPE[0]
        table = self._theme.signed_table if signed else ink_table(self._theme)
        grid.place(tiles(rect, count, shape, QSizeF(), largest), shape, table, self._theme.muted)

    def _paint(self, snapshot: BoltzmannMoment) -> None:
        experiment, state = snapshot.experiment, snapshot.state
        if _form(experiment) != self._arranged:
            self._lay_out()
        self.dream.setChecked(experiment.dreaming)
        self._drawn = filters_of(state), there_and_back(experiment, state), inked(state.shades)
        for grid, pictures in zip(self._grids.values(), self._drawn, strict=True):
            grid.show_pictures(pictures[: len(grid.places)])
        self._enlarge()
        epochs, errors = state.errors.T.astype(np.float64)
        self.curves.show([(epochs, errors)], linear_scale(max(10.0, float(epochs[-1]))), linear_scale(0.15))
        say(self.caption, account(experiment, state), self._width)

    @property
    def _grids(self) -> dict[str, PictureGrid]:
        """The pictures, by what one of them is called."""
        return {"hidden unit": self.filters, "digit": self.samples, "dream": self.dreams}

    def _point(self, point: QPointF | None = None) -> None:
        """Enlarge the picture under the pointer, if there is one."""
        self._pointed = point
        self._enlarge()
        self.canvas.repaint_soon()

    def _enlarge(self) -> None:
        self.enlarged.hide()
        if self._pointed is None or not self._drawn:
            return
        for (name, grid), pictures in zip(self._grids.items(), self._drawn, strict=True):
            if (index := grid.index_at(self._pointed)) is not None:
                table = self._theme.signed_table if name == "hidden unit" else ink_table(self._theme)
                words = f"{name} {index + 1}"
                self.enlarged.show(pixmap(pictures[index], table), words, grid.places[index], self.canvas.area)

    def _dream(self, dreaming: bool) -> None:
        if self._snapshot:
            self.changed.emit(structs.replace(self._snapshot.experiment, dreaming=dreaming))


_TITLES: dict[str, Wordings] = {
    "filters": ("filters: the weights of each hidden unit", "filters"),
    "digits": ("digits, below each what comes back", "digits, and back", "digits"),
    "dreams": ("dreams", ""),
    "error": ("error on the test part", "error"),
}


def _form(experiment: Boltzmann) -> tuple[int, int]:
    """What the layout depends on."""
    return experiment.hidden, experiment.seed


def _rooms(area: QRectF) -> dict[str, QRectF]:
    """A rectangle for each part: the filters beside the rest, or above it in a narrow area."""
    if area.width() > _WIDE * area.height():
        left = QRectF(area.left(), area.top(), 0.46 * area.width(), area.height())
        rest = area.adjusted(left.width() + _GAP, 0.0, 0.0, 0.0)
    else:
        left = QRectF(area.left(), area.top(), area.width(), 0.4 * area.height())
        rest = area.adjusted(0.0, left.height() + _PAD, 0.0, 0.0)
    shares = {"dreams": (0.0, 0.42), "digits": (0.42, 0.7), "error": (0.7, 1.0)}
    rows = {
        name: QRectF(
            rest.left(), rest.top() + first * rest.height(), rest.width(), (last - first) * rest.height() - _PAD
        )
        for name, (first, last) in shares.items()
    }
    return {"filters": left, **rows}


def filters_of(state: BoltzmannState) -> Bytes:
    """The weights of each hidden unit as a picture, shape (hidden, rows, columns)."""
    weights = state.weights.reshape(-1, *SHAPE).astype(np.float32)
    full = _FULL * float(np.sqrt((weights**2).mean())) or 1.0
    return signed_bytes(weights, np.full(len(weights), full, np.float32))


def there_and_back(experiment: Boltzmann, state: BoltzmannState) -> Bytes:
    """Digits of the test part, below each what the hidden units make of it; a row of paper between."""
    there = digits(experiment.seed).test[:_EXAMPLES]
    back = state.machine.visible_given(state.machine.hidden_given(there))
    between = np.zeros((len(there), 1, SHAPE[1]), np.uint8)
    return np.concatenate([inked(there), between, inked(back)], axis=1)


def inked(shares: Array) -> Bytes:
    """Shares of ink, shape (pictures, pixels), as pictures."""
    return (shares.reshape(-1, *SHAPE) * INK + 0.5).astype(np.uint8)


def account(experiment: Boltzmann, state: BoltzmannState) -> Sequence[str]:
    """What it does, in several wordings."""
    error = f"error {state.error:.3f}"
    if experiment.dreaming:
        dreaming = f"dreaming: {state.dreamt:,} steps"
        return f"{dreaming} of Gibbs sampling from noise", dreaming
    return f"{error} after {len(state.errors) - 1:,} epochs of contrastive divergence", error
