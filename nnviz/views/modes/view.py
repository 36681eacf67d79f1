"""Singular values of a network's map against time, those of the task dashed, and the theory's sigmoids."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.cells import Cells
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import names_fitting, say
from nnviz.experiment.problem import Problem
from nnviz.numerals import percent, tick
from nnviz.plots.canvas import PlotView
from nnviz.plots.curves import Curves, Line, curve_pen, spread_apart
from nnviz.plots.scales import linear_scale
from nnviz.runs.maps import first, signed_bytes
from nnviz.runs.modes import ModeCourse, ModeFigures, ModesSought, has_modes
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import Theme

WANTED = ModesSought()
_PAD = 6.0
_TURN = 0.002
"""Seconds a frame for moments that were kept while the view was not seen."""
_LEARNED, _BEGUN = 0.9, 0.05
"""Shares of a mode from which on it counts as learned, and as being learned."""
_HORIZON = 1.4
"""Steps that are shown, as a multiple of what the theory says the last mode takes to its half."""
_THEORY_POINTS = 200
_MOST_NAMES = 16
_NONE = "no linear map to be learned: values to predict, from two inputs on, with two outputs or more"


class ModesView(PlotView[Snapshot]):
    """What a network has learned of each mode of its task.

    Solid: the singular values of the network's map from inputs to outputs, which for linear layers is the product
    of their weights. Dashed: the singular values of the task. Dotted: what the theory foretells from the first
    weights, where it holds. Below, the direction in the inputs that is being learned.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._timeline: Timeline | None = None
        self._course: ModeCourse | None = None
        self._last_figures: ModeFigures | None = None
        self._figures_of: Problem | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        self.heading, self.missing = as_verdict(Text(scene, 5.0)), Text(scene, 5.0)
        self.curves = Curves(self.canvas, "step", is_named=False)
        self.level_names: list[Text] = []
        self.levels = as_verdict(PathItem())
        self.theory: list[PathItem] = []
        self.cells = Cells(scene, is_verdict=True)
        self.names: list[Text] = []
        self.label = as_verdict(Text(scene))
        self.curves.plane.add(self.levels, "the task's singular values")
        self.setAccessibleName("modes")

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (WANTED,)

    def is_done_with(self, _moment: Snapshot) -> bool:
        """Whether all that was kept unseen is in the curves."""
        return not self._later.isActive()

    def show_history(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._show()

    def _lay_out(self) -> None:
        self.missing.set_style(self.font(), self._theme.muted)
        self.missing.set_words("" if self._snapshot is None or has_modes(self._snapshot.problem) else _NONE)
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.missing.place(area.left(), area.top())
        self._style(self._theme)
        line, strip = self.fontMetrics().height(), self._strip_height
        self.heading.set_style(bold(self.font()), self._theme.text)
        self.heading.place(area.left(), area.top())
        plot = QRectF(area.left(), area.top() + 1.2 * line, area.width(), 1.0)
        plot.setBottom(max(plot.top() + 1.0, area.bottom() - strip))
        left = self.fontMetrics().horizontalAdvance("mode 16") + 2.0 * _PAD
        self.curves.arrange(plot, self.font(), left, max(self._provide_names(), key=len, default=""))
        self.curves.set_visible(self._course is not None)
        self._lay_out_strip(QRectF(area.left(), area.bottom() - strip, area.width(), strip))
        self.canvas.show_all()

    @property
    def _strip_height(self) -> float:
        return 2.6 * self.fontMetrics().height() if self._course else 0.0

    def _course_of(self, figures: ModeFigures | None, snapshot: Snapshot) -> ModeCourse | None:
        """The course for the problem that is shown, the one there is if it is the same."""
        if figures is None:
            return None
        if self._course and self._course.problem.train is snapshot.problem.train:
            return self._course
        return ModeCourse(snapshot.problem, figures.modes)

    def _style(self, theme: Theme) -> None:
        self.levels.setPen(line_pen(theme.muted, 1.0, Qt.PenStyle.DashLine))
        entries = _entries(self._course, theme) if self._course else []
        self.curves.plane.set_theme(theme)
        self.curves.set_style(theme, self.font(), entries)
        self.curves.name_axes("step", "singular value")
        while len(self.theory) < len(entries):
            self.theory.append(as_verdict(PathItem()))
            self.theory[-1].setZValue(4.0)
            self.curves.plane.add(self.theory[-1], "theory")
        for item in self.theory:
            item.setPen(line_pen(theme.text, 1.5, Qt.PenStyle.DotLine))
            item.setVisible(self._course is not None)

    def _provide_names(self) -> list[str]:
        """A text for the name of each of the task's singular values; their words."""
        entries = _entries(self._course, self._theme) if self._course else []
        named = [entry for entry in entries if entry.name]
        while len(self.level_names) < len(named):
            self.level_names.append(Text(self.canvas.scene(), 4.0))
        for text in self.level_names:
            text.set_words("")
        for text, entry in zip(self.level_names, named, strict=False):
            text.set_style(bold(self.font()), entry.pen.color())
            text.set_words(entry.name)
        return [entry.name for entry in named]

    def _place_names(self, course: ModeCourse) -> None:
        """Put the names beside the dashed lines, without overlaps."""
        frame, height = self.curves.plane.frame, self.fontMetrics().height()
        ends = np.array([(self.curves.plane.extent[1], value) for value, _ in course.modes.levels])
        places = spread_apart(self.curves.plane.pixels(ends)[:, 1].tolist(), height, frame.top(), frame.bottom())
        for text, y in zip(self.level_names, places, strict=False):
            text.place(frame.right() + _PAD, y, 0.0, 0.5)

    def _lay_out_strip(self, rect: QRectF) -> None:
        """Cells for the direction in the inputs, as wide as the plot, with their names below."""
        self.cells.set_theme(self._theme, self.font())
        names = self._course.problem.input_labels if self._course else ()
        line, frame = self.fontMetrics().height(), self.curves.plane.frame
        cells = QRectF(frame.left(), rect.top() + 0.3 * line, frame.width(), line) if names else QRectF()
        self.cells.arrange(cells, (1, max(1, len(names))), written=False)
        self.label.set_style(self.font(), self._theme.text)
        self._label_place = frame.left() - 4.0, cells.center().y()
        width = cells.width() / max(1, len(names))
        fitting = names_fitting(names, self.font(), width - 4.0) if len(names) <= _MOST_NAMES else ()
        while len(self.names) < len(fitting or ()):
            self.names.append(Text(self.canvas.scene()))
        for text in self.names:
            text.set_words("")
        for k, (text, name) in enumerate(zip(self.names, fitting or (), strict=False)):
            text.set_style(self.font(), self._theme.muted)
            text.write(name, cells.left() + (k + 0.5) * width, cells.bottom() + 0.6 * line, 0.5, 0.5)

    def _paint(self, snapshot: Snapshot) -> None:
        figures = self._figures(snapshot)
        before, self._course = self._course, self._course_of(figures, snapshot)
        if self._course is not before or has_modes(snapshot.problem) == bool(self.missing.text()):
            self._lay_out()
        course = self._course
        if course is None or figures is None:
            self.heading.set_words("")
            self.label.set_words("")
            return
        moments = self._timeline.line.moments if self._timeline else []
        last = moments[-1] if moments else None
        of_course = isinstance(last, Snapshot) and last.problem.train is course.problem.train
        if not course.follow(moments if of_course else [snapshot], figures, _TURN):
            self._later.start()
        horizon = self._horizon(course, snapshot)
        count = len(course.modes.strengths)
        steps = linear_scale(max(horizon, float(course.curve.x[-1]) if len(course.curve) else 1.0, 10.0))
        up = linear_scale(1.05 * float(course.modes.strengths[0]))
        self.curves.show([(course.curve.x, course.curve.figure(k)) for k in range(count)], steps, up)
        self._draw_levels(course, steps.high)
        self._place_names(course)
        self._draw_theory(course, snapshot, steps.high)
        is_past = bool(len(course.curve)) and snapshot.step < course.curve.x[-1]
        self.curves.show_cursor(float(snapshot.step) if is_past else None)
        self._say(course, figures)

    def _horizon(self, course: ModeCourse, snapshot: Snapshot) -> float:
        """Steps until the last mode is learned, as far as the theory goes."""
        if course.starts is None:
            return 0.0
        strength, start = course.modes.strengths, np.maximum(course.starts, 1e-12)
        rate = np.log1p(snapshot.experiment.training.learning_rate * strength)
        half = np.log(np.maximum(strength / start - 1.0, 1.0)) / (2.0 * rate)
        return course.began + _HORIZON * float(half.max())

    def _draw_levels(self, course: ModeCourse, end: float) -> None:
        values = np.array([value for value, _ in course.modes.levels])
        self.levels.set_points(np.tile([0.0, end], len(values)), np.repeat(values, 2), "pairs")

    def _draw_theory(self, course: ModeCourse, snapshot: Snapshot, end: float) -> None:
        steps = np.linspace(float(course.began), end, _THEORY_POINTS)
        rate, count = (
            snapshot.experiment.training.learning_rate,
            0 if course.starts is None else len(course.starts),
        )
        for k, item in enumerate(self.theory):
            item.setVisible(k < count)
            if k < count:
                item.set_points(steps, course.foretold(k, rate, steps), "all")

    def _figures(self, snapshot: Snapshot) -> ModeFigures | None:
        """Those that came with the moment's scene; while none has come, the last ones of the same data."""
        if snapshot.scene and WANTED in snapshot.scene.aspects:
            self._last_figures = snapshot.scene.aspects[WANTED]
            self._figures_of = snapshot.problem
        return self._last_figures if self._figures_of is snapshot.problem else None

    def _say(self, course: ModeCourse, figures: ModeFigures) -> None:
        """Say which mode is learned now, and show its direction in the inputs."""
        shares = figures.learned / course.modes.strengths
        number, words = _now(course, shares)
        say(self.heading, words, self.canvas.area.width() - 2.0 * _PAD)
        direction = course.modes.right[:, number]
        largest = np.abs(direction).max()
        self.label.write(f"mode {number + 1}", *self._label_place, 1.0, 0.5)
        self.cells.show_values(
            first(signed_bytes(np.asarray(direction, np.float32)[None, None], np.array([largest], np.float32)))
        )


def _entries(course: ModeCourse, theme: Theme) -> list[Line]:
    """A line for each singular value; those of one size have one colour, and one name."""
    entries = []
    for k, (value, which) in enumerate(course.modes.levels):
        count = int(which.sum())
        name = f"s = {tick(value, 3)}" + (f", {count} ×" if count > 1 else "")
        pen = curve_pen(theme, k)
        pen.setStyle(Qt.PenStyle.SolidLine)
        entries += [Line(name, pen), *[Line("", pen, name)] * (count - 1)]  # one name for all of them
    return entries


def _now(course: ModeCourse, shares: FloatArray) -> tuple[int, Sequence[str]]:
    """Which mode is being learned, or is next, counted from 0, and what to say of it."""
    levels = [(value, which, float(shares[which].mean())) for value, which in course.modes.levels]
    open_ones = [k for k, (_, _, share) in enumerate(levels) if share < _LEARNED]
    done = f"{len(levels) - len(open_ones)} of {len(levels)} learned"
    if not open_ones:
        return 0, (f"all {len(levels)} learned",)
    begun = [k for k in open_ones if levels[k][2] > _BEGUN]
    chosen = begun[0] if begun else open_ones[0]
    value, which, share = levels[chosen]
    number = int(np.flatnonzero(which)[0])
    short = f"s = {tick(value, 3)}: {percent(max(0.0, share))}" if begun else "nothing yet to be seen"
    return number, (f"{done}; now {short}", f"now {short}")
