"""The bar at the bottom, with the kept moments of the run.

A run publishes about sixty moments a second, and the bar shows each of them. For each it only reads the ends of
the line and sets a text. The slider counts in ten-thousandths of the line, not in steps, so it need not be
repainted while it stays at the end of a growing line.
"""

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
)
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from nnviz.controls.fields import Button, Choice, Slider, describe, silent
from nnviz.controls.layout import FixedLabel
from nnviz.runs.moment import Moment
from nnviz.runs.timeline import Branch, Timeline

_UNITS = 10_000
_PAGE = 10
_TIP = (
    "Go back to any moment that is kept: up to 64 MB of them, those long ago more coarsely. "
    "Marks show where lines branch."
)
_WIDEST = "step 1,000,000 · epoch 100,000"


class TimelineSlider(Slider):
    """A slider in fractions of the line, fine enough for any screen.

    ``dragged`` carries the fraction of the line that was dragged or clicked to; ``stepped`` a number of moments,
    negative for back, as the next moment may be nearer or farther than a unit of the slider.
    """

    dragged = Signal(float)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _UNITS)
        self.setMinimumWidth(80)
        self._marks: list[int] = []
        self.valueChanged.connect(lambda value: self.dragged.emit(value / _UNITS))
        self.actionTriggered.connect(self._act)

    @silent
    def show_share(self, share: float) -> None:
        """Move the handle to a fraction of the line."""
        self.setValue(round(share * _UNITS))

    def show_marks(self, shares: Sequence[float]) -> None:
        """Mark these fractions of the line."""
        marks = [round(share * _UNITS) for share in shares]
        if marks != self._marks:
            self._marks = marks
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move to the clicked place, and drag from there."""
        length, x = self.handle_length(), event.position().x()
        if event.button() == Qt.MouseButton.LeftButton and abs(x - self.point(self.value()).x()) > length / 2:
            share = (x - length / 2) / max(1, self.width() - length)
            self.setSliderPosition(round(_UNITS * share))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._marks:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Text))
            for mark in self._marks:
                painter.drawPolygon(_pointer(self.point(mark).x()))
            painter.end()

    def _act(self, action: int) -> None:
        moments = _STEPS.get(action)
        if moments:
            self.setSliderPosition(self.value())
            self.stepped.emit(moments)


_STEPS = {
    QSlider.SliderAction.SliderSingleStepAdd.value: 1,
    QSlider.SliderAction.SliderSingleStepSub.value: -1,
    QSlider.SliderAction.SliderPageStepAdd.value: _PAGE,
    QSlider.SliderAction.SliderPageStepSub.value: -_PAGE,
}


def _pointer(x: float) -> QPolygonF:
    return QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 6)])


class TimelineBar(QWidget):
    """The bar of the timeline; ``sought`` carries a step, ``line_chosen`` a `Branch`.

    ``moved`` carries the fraction of the line that is shown, and ``left`` says that pointer or keyboard have left.
    """

    sought = Signal(int)
    moved = Signal(float)
    left = Signal()
    resume_requested = Signal()
    branch_requested = Signal()
    line_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Timeline")
        self._line = Branch()
        self._step = 0
        self._lines: tuple[Branch, ...] = ()
        self.place = FixedLabel(_WIDEST)
        self.track = TimelineSlider()
        self.lines = Choice()
        self.lines.setMinimumContentsLength(len("branch 1 from epoch 10,000"))
        self.resume = Button("Resume here", tip="Learn on from this moment; what came after it is forgotten.")
        self.branch = Button("Branch", tip="Go on from this moment in a new line; what came after it is kept.")
        describe(self.track, "Timeline", _TIP)
        describe(self.lines, "Line", "Which course of the run is shown.")
        self._arrange()
        self._connect()
        self.show_timeline(Timeline(), 0)

    def show_timeline(self, timeline: Timeline, step: int) -> None:
        """Show the current branch's moments, and the position of a step."""
        self._line, self._step = timeline.line, step
        self._show_lines(timeline.lines)
        moments = self._line.moments
        self.place.show_text(f"step {step:,} · epoch {self._line.at(step).epoch_at(step):,}" if moments else "")
        in_past = bool(moments) and step < moments[-1].step
        self.resume.setEnabled(in_past)
        self.branch.setEnabled(in_past)
        self._put()
        self.moved.emit(self._share(step))

    def go_to(self, share: float) -> None:
        """Seek a fraction of the line; 0 is its beginning, 1 its newest moment."""
        if self._line.moments:
            self.sought.emit(self._step_at(min(max(share, 0.0), 1.0)))

    def go_by(self, share: float) -> None:
        """Seek a fraction of the line further on, or further back if negative; at least a moment on."""
        moments, here = self._line.moments, self._step
        wanted = self._step_at(min(max(self._share(here) + share, 0.0), 1.0))
        if moments and share > 0.0:
            wanted = max(wanted, _step_beyond(moments, here, 1))
        if moments:
            self.sought.emit(wanted)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Report that the keyboard has left a part."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        for widget in (self.place, self.track, self.lines, self.resume, self.branch):
            row.addWidget(widget)
            widget.installEventFilter(self)
        row.setStretchFactor(self.track, 1)

    def _connect(self) -> None:
        self.track.dragged.connect(lambda share: self.sought.emit(self._step_at(share)))
        self.track.stepped.connect(self._go)
        self.track.sliderReleased.connect(self._put)
        self.lines.changed.connect(self.line_chosen)
        self.resume.clicked.connect(self.resume_requested)
        self.branch.clicked.connect(self.branch_requested)

    def _put(self) -> None:
        """Move the handle and the marks, unless the handle is being dragged."""
        if not self.track.isSliderDown():
            self.track.show_share(self._share(self._step))
        self.track.show_marks([self._share(origin.step) for origin in self._origins()])

    def _origins(self) -> list[Moment]:
        return [line.origin for line in self._lines if line.parent is self._line and line.origin]

    def _ends(self) -> tuple[int, int]:
        moments = self._line.moments
        return (moments[0].step, moments[-1].step) if moments else (0, 0)

    def _share(self, step: int) -> float:
        """A step's fraction of the line; 1 for an empty line."""
        first, last = self._ends()
        return (step - first) / (last - first) if last > first else 1.0

    def _step_at(self, share: float) -> int:
        first, last = self._ends()
        return first + round(share * (last - first))

    def _go(self, moments: int) -> None:
        """Seek some moments forward, or back if negative."""
        if self._line.moments:
            self.sought.emit(_step_beyond(self._line.moments, self._step, moments))

    def _show_lines(self, lines: Sequence[Branch]) -> None:
        """List the branches in order of creation; a timeline has the current one last."""
        if set(lines) != set(self._lines):
            kept = [line for line in self._lines if line in lines]
            self._lines = (*kept, *(line for line in lines if line not in kept))
            self.lines.offer(_titled(self._lines))
            self.lines.setVisible(len(lines) > 1)
        if self.lines.currentData() is not self._line:
            self.lines.show_value(self._line)


def _titled(lines: Sequence[Branch]) -> list[tuple[Branch, str]]:
    branches = [line for line in lines if line.parent]
    origins = [line.origin or line.moments[0] for line in branches]
    titles = {
        line: f"branch {k} from epoch {origin.epoch:,}"
        for k, (line, origin) in enumerate(zip(branches, origins, strict=True), start=1)
    }
    return [(line, titles.get(line, "first run")) for line in lines]


def _step_beyond(moments: Sequence[Moment], step: int, count: int) -> int:
    """The step of the moment ``count`` after the one at a step, or before it if negative."""
    index = bisect_right(moments, step, key=lambda moment: moment.step) - 1
    return moments[min(max(index + count, 0), len(moments) - 1)].step
