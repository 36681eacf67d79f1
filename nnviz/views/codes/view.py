"""An autoencoder's codes beside two principal components: a click decodes, a line between two samples walks."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtWidgets import QWidget

from nnviz.analysis.codes import CodePicture, Codes, Which, is_autoencoder
from nnviz.drawing.canvas import Text
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.sample_pictures import SampleCard, name_of
from nnviz.drawing.words import Hint
from nnviz.experiment.problem import Problem
from nnviz.plots.canvas import PlotView
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.views.codes.pane import CodePane, figures_of

NO_CODES = 'This network does not give its inputs back: set the data\'s target to "inputs", with a hidden layer.'
HINTS = ("drag from sample to sample: a walk", "click: decode the place (last picture)")
_PAD, _GAP = 8.0, 20.0
_STILL = 5.0
"""Distance in pixels within which a drag is a click."""


class CodesView(PlotView[Snapshot]):
    """The plane of codes and the plane of principal components, each with what its points come back as.

    Signals
    -------
    aspects_changed
        Another point or another walk is wanted.
    """

    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.panes: dict[Which, CodePane] = {"codes": CodePane(self.canvas), "components": CodePane(self.canvas)}
        self.excuse, self.hint, self.card = Text(scene), Hint(scene, HINTS), SampleCard(scene)
        self.wanted = Codes()
        self._problem: Problem | None = None
        self._picture: CodePicture | None = None
        self._begun: tuple[Which, QPointF] | None = None
        pointer = Pointer(self.canvas)
        pointer.pressed.connect(self._press)
        pointer.released.connect(self._release)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (self.wanted,)

    def look_at(self, wanted: Codes) -> None:
        """Want another walk, or another point decoded."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.aspects_changed.emit()

    def _lay_out(self) -> None:
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.excuse.set_style(self.font(), self._theme.text)
        self.excuse.place(area.left(), area.top())
        self.card.set_style(self._theme, self.font())
        room = area.adjusted(0.0, 0.0, 0.0, -self.hint.arrange(area, self.font(), self._theme.muted) - _PAD)
        for pane, place in zip(self.panes.values(), _halves(room), strict=True):
            pane.arrange(place, self.font(), self._theme)

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not self._problem:
            self._problem, self._picture = snapshot.problem, None
        aspects = snapshot.scene.aspects if snapshot.scene else {}
        self._picture = aspects.get(self.wanted, self._picture)
        is_shown = self._picture is not None
        for pane in self.panes.values():
            pane.set_visible(is_shown)
        self.hint.setVisible(is_shown)
        self.excuse.set_words("" if is_shown or is_autoencoder(snapshot.problem) else NO_CODES)
        if self._picture:
            self._show_picture(self._picture, snapshot.problem)

    def _show_picture(self, picture: CodePicture, problem: Problem) -> None:
        titles = {
            "codes": f"the code: {picture.width} number{'s' if picture.width > 1 else ''}",
            "components": "two principal components",
        }
        for which, pane in self.panes.items():
            coding = picture.codes if which == "codes" else picture.components
            point = self.wanted.point
            pane.say(titles[which], figures_of(coding))
            pane.show(
                coding, problem, picture.samples, picture.pair, point[1:] if point and point[0] == which else None
            )

    def _pane_at(self, place: QPointF) -> Which | None:
        return next((which for which, pane in self.panes.items() if pane.plane.frame.contains(place)), None)

    def _press(self, place: QPointF) -> None:
        which = self._pane_at(place) if self._picture else None
        self._begun = (which, place) if which else None

    def _release(self, place: QPointF) -> None:
        """Decode the point of a click; walk between the samples at the ends of a drag."""
        begun, self._begun = self._begun, None
        if begun is None:
            return
        which, first = begun
        pane = self.panes[which]
        if (place - first).manhattanLength() <= _STILL:
            self.look_at(Codes(self.wanted.pair, (which, *pane.plane.point_at(place))))
            return
        pair = pane.sample_at(first), pane.sample_at(place)
        if pair[0] is not None and pair[1] is not None:
            self.look_at(Codes((pair[0], pair[1]), self.wanted.point))

    def _point(self, place: QPointF | None = None) -> None:
        """Show the sample under the pointer."""
        which = self._pane_at(place) if place and self._picture else None
        sample = self.panes[which].sample_at(place) if which and place else None
        self.card.hide()
        if sample is not None and place and self._picture and self._problem:
            self.card.show(self._problem, self._picture.samples, sample, place, self.canvas.area)
        self.canvas.repaint_soon()

    def describe(self) -> str:
        """The figures of both planes, and between which samples the walk goes."""
        if self._picture is None or self._problem is None:
            return self.excuse.text()
        first, second = (name_of(self._problem, self._picture.samples, index) for index in self._picture.pair)
        told = (f"{pane.title.text()}: {pane.figures.text()}" for pane in self.panes.values())
        return f"{'; '.join(told)}; walk from {first} to {second}"


def _halves(room: QRectF) -> tuple[QRectF, QRectF]:
    """The left and the right half, or the upper and the lower one where the room is higher than wide."""
    if room.width() >= room.height():
        width = 0.5 * (room.width() - _GAP)
        left = QRectF(room.left(), room.top(), width, room.height())
        return left, left.translated(width + _GAP, 0.0)
    height = 0.5 * (room.height() - _PAD)
    upper = QRectF(room.left(), room.top(), room.width(), height)
    return upper, upper.translated(0.0, height + _PAD)
