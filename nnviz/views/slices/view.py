"""Every loss against one weight, on one axis: what slides under the weight as it is dragged."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.slices import LossSlice, Slice
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.view import small_button
from nnviz.drawing.words import wrapped
from nnviz.numerals import signed
from nnviz.plots.plane import Plane
from nnviz.plots.view import PlotView
from nnviz.runs.network_parts import ParameterIndex, parameter_name
from nnviz.runs.snapshot import Snapshot
from nnviz.views.slices.panel import MINIMISED, SlicePanels

_PAD, _GAP = 8.0, 5.0
_FARTHEST = 0.9
"""How far to its ends the weight can be dragged: beyond, the axis would grow under the hand."""


class SliceView(PlotView):
    """A panel for each loss, one below the other, and the present weight as a line through all to take hold of.

    Signals
    -------
    parameter_set : layer, unit, source or None, value
        The weight was dragged.
    aspects_changed
        Another weight was chosen.
    """

    parameter_set = Signal(int, int, object, float)
    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.lens = LossSlice()
        self._names: tuple[str, ...] = ()
        self._held: Plane | None = None
        self.title, self.note = Text(scene), Text(scene)
        self.stack = SlicePanels(self.canvas)
        self.picture: Slice | None = None
        self.before_button = small_button("‹", "the weight before this one")
        self.after_button = small_button("›", "the next weight")
        self.before_button.clicked.connect(lambda: self._step(-1))
        self.after_button.clicked.connect(lambda: self._step(1))
        self.add_controls(self.before_button, self.after_button)
        self._pointer = Pointer(self.canvas)
        self._pointer.pressed.connect(self._take_hold)
        self._pointer.dragged.connect(self._drag)
        self._pointer.released.connect(self._let_go)
        self.canvas.hovered.connect(self._point)

    @property
    def aspects(self) -> tuple[LossSlice]:
        """What is to be computed."""
        return (self.lens,)

    def show_parameter(self, layer: int, unit: int, source: int | None) -> None:
        """Look along another weight, or with ``source`` None a bias; all places counted from 0."""
        lens = LossSlice(layer, unit, source)
        if lens != self.lens:
            self.lens = lens
            self.aspects_changed.emit()
            self._refresh()

    def _lay_out(self) -> None:
        line, font = float(self.fontMetrics().height()), self.font()
        self._area = area = self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        self.title.set_style(bold(font), self._theme.text)
        self.title.place(area.left(), area.top())
        self.note.set_style(font, self._theme.muted)
        top = area.top() + max(line, float(self.after_button.sizeHint().height())) + _GAP
        foot = line * len(wrapped(self._remarks(), area.width(), font)) + _GAP
        room = area.adjusted(0.0, top - area.top(), 0.0, -foot)
        self.stack.arrange(room, font, self._theme, self._names or ("loss",))

    def _remarks(self) -> list[str]:
        if self.picture is None or self._snapshot is None:
            return [""]
        total, count = len(self._snapshot.problem.train), self.picture.samples
        over = f"the first {count:,} of {total:,}" if count < total else f"all {total:,}"
        return ["drag the line", f"{MINIMISED} minimised", f"over {over} training samples, all else held"]

    def _paint(self, snapshot: Snapshot) -> None:
        if not self.lens.is_in(snapshot.problem.network.layer_sizes):
            self.show_parameter(0, 0, 0)
        place = self.lens.layer, self.lens.unit, self.lens.source
        self._name(snapshot, place)
        found = snapshot.scene.aspects.get(self.lens) if snapshot.scene else None
        if not isinstance(found, Slice):
            return
        anew = self.picture is None or self._names != _names(found) or self.picture.samples != found.samples
        self.picture, self._names = found, _names(found)
        if anew:
            self._lay_out()
        self.stack.show_picture(found)
        self.note.set_words("\n".join(wrapped(self._remarks(), self._area.width(), self.font())))
        self.note.place(self._area.left(), self._area.bottom(), 0.0, 1.0)

    def _name(self, snapshot: Snapshot, place: ParameterIndex) -> None:
        """Which weight, cut if it is long, and its value."""
        weight = snapshot.parameter(*place)
        value = f" = {signed(f'{abs(weight):.4f}', weight)}"
        metrics = QFontMetricsF(bold(self.font()))
        room = self.before_button.x() - self.title.x() - _GAP - metrics.horizontalAdvance(value)
        name = parameter_name(snapshot.problem, place)
        self.title.set_words(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + value)

    def _point(self, place: QPointF) -> None:
        can_drag = self.picture and (self._held or self.canvas.plane_at(place))
        self.canvas.viewport().setCursor(Qt.CursorShape.SplitHCursor if can_drag else Qt.CursorShape.ArrowCursor)

    def _take_hold(self, place: QPointF) -> None:
        self._held = self.canvas.plane_at(place)
        self._drag(place)

    def _drag(self, place: QPointF) -> None:
        """Ask for the weight under the pointer, in three digits."""
        if self._held and self.picture:
            most, value = _FARTHEST * float(self.picture.at[-1]), self._held.point_at(place)[0]
            value = float(f"{min(most, max(-most, value)):.3g}")
            self.parameter_set.emit(self.lens.layer, self.lens.unit, self.lens.source, value)

    def _let_go(self) -> None:
        self._held = None

    def _step(self, by: int) -> None:
        """Look along the next weight, or the one before."""
        if self._snapshot:
            places = places_of(self._snapshot.problem.network.layer_sizes)
            now = places.index((self.lens.layer, self.lens.unit, self.lens.source))
            self.show_parameter(*places[(now + by) % len(places)])


def places_of(layer_sizes: tuple[int, ...]) -> list[ParameterIndex]:
    """Every weight and bias of a network, unit by unit, the bias last."""
    sources = [[*range(size), None] for size in layer_sizes[:-1]]
    return [
        (layer, unit, source)
        for layer, size in enumerate(layer_sizes[1:])
        for unit in range(size)
        for source in sources[layer]
    ]


def _names(picture: Slice) -> tuple[str, ...]:
    return tuple(curve.name for curve in picture.curves)
