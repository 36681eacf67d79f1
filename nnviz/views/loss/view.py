"""Loss and accuracy: the current values, and their history."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QActionGroup, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches, small_button
from nnviz.drawing.words import say
from nnviz.numerals import figure, percent, tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line, loss_scale, value_at
from nnviz.plots.scales import Scale, linear_scale, percent_scale
from nnviz.runs.history import (
    TEST_ACCURACY,
    TEST_LOSS,
    TRAIN_ACCURACY,
    TRAIN_LOSS,
    ThinnedCurve,
    epochs,
    smooth,
)
from nnviz.runs.metrics import Metrics
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import History, Timeline
from nnviz.theme import Theme, mix

SMOOTHINGS = {"not smoothed": 0.0, "smoothed a little": 0.7, "smoothed much": 0.95}
"""The offered strengths of smoothing."""
_PAD = 6.0
_WIDEST = "loss   train 00.000   test 00.000"
_POINTS_OF_OTHERS = 250
_MOST_READ = 4
"""Most other branches that are read under the pointer."""


class HistoryCurves(Curves):
    """Two figures of a history against epochs: training solid, test dashed, other branches thin.

    Parameters
    ----------
    figures : (int, int)
        Indices of the history's figures for training and for test samples.
    fixed : Scale, optional
        The vertical scale, if it does not depend on the figures.

    Attributes
    ----------
    horizon : float
        Least range of the axis in epochs, even before the run gets there.
    logarithmic, diverged : bool
        A run that has diverged is drawn on a logarithmic scale, whatever is chosen.
    smoothing : float
        Weight of the average so far in exponential smoothing, from 0 to 1.
    """

    def __init__(self, canvas: PlotCanvas, figures: tuple[int, int], fixed: Scale | None = None) -> None:
        super().__init__(canvas, "epoch")
        self._figures, self._fixed, self._history = figures, fixed, History()
        self.horizon, self.smoothing = 0.0, 0.0
        self.logarithmic = self.diverged = False
        self.others = PathItem()
        self.plane.add(self.others, "other lines")
        self._drawn: object = None

    def set_theme(self, theme: Theme, font: QFont) -> None:
        styles = zip(("train", "test"), colors(theme), (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine), strict=True)
        self.set_style(theme, font, [Line(name, line_pen(color, 2.5, style)) for name, color, style in styles])
        self.others.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))

    def show_history(self, history: History) -> None:
        """Draw the current branch, and the others if they have changed."""
        self._history, present = history, history.present
        longest = max((float(c.x[-1]) for c in (present, *history.others) if len(c)), default=0.0)
        values = [present.figure(figure) for figure in self._figures]
        up = self._fixed or loss_scale(
            np.concatenate(values), logarithmic=self.logarithmic, diverged=self.diverged
        )
        courses = [self._smoothed(present, figure) for figure in self._figures]
        self.show(courses, linear_scale(max(1.0, longest, self.horizon)), up)
        drawn = (history.version, self.smoothing, self.plane.y, self.plane.extent)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_others(history.others)

    def read(self, x: float, y: float) -> Sequence[str]:
        """Training and test figures at an epoch: of the current branch, then of the others."""
        words = list(super().read(x, y))
        for curve in self._history.others[::-1][:_MOST_READ]:
            values = [value_at(curve.x, curve.figure(figure), x) for figure in self._figures]
            there = [tick(value, 4) for value in values if value is not None and math.isfinite(value)]
            words += ["other line " + ", ".join(there)] if there else []
        return words

    def _smoothed(self, curve: ThinnedCurve, figure: int) -> tuple[np.ndarray, np.ndarray]:
        values = curve.figure(figure)
        there = np.isfinite(values)
        return curve.x[there], smooth(values[there], self.smoothing)

    def _draw_others(self, others: Sequence[ThinnedCurve]) -> None:
        pieces = [np.empty((2, 0))]
        for curve in others:
            x, y = self.seen(*self.in_plane(*self._smoothed(curve, self._figures[0])))
            stride = len(x) // _POINTS_OF_OTHERS + 1
            pieces.append(np.array([[*x[::stride], np.nan], [*y[::stride], np.nan]]))
        self.others.set_points(*np.concatenate(pieces, axis=1))


class LossView(PlotView[Snapshot]):
    """Training and test loss against epochs, accuracy too if wanted.

    Call `show_history` once, and whenever the timeline is cut or branched; with every snapshot the view reads what
    is new in the timeline.

    Signals
    -------
    sought : int
        The step of the kept moment at an epoch that was clicked.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._timeline: Timeline | None = None
        self._history = History()
        self._accuracy_wanted = self._classes = False
        # antialiasing makes noisy lines of this width five times as slow, and is invisible from a few steps away
        self.canvas.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.loss_words, self.accuracy_words = as_verdict(Text(scene)), as_verdict(Text(scene))
        self.loss = HistoryCurves(self.canvas, (TRAIN_LOSS, TEST_LOSS))
        self.accuracy = HistoryCurves(self.canvas, (TRAIN_ACCURACY, TEST_ACCURACY), percent_scale())
        self.loss.plane.move_with(self.accuracy.plane)
        self.canvas.clicked.connect(self._seek)
        self.add_controls(self._make_log_button(), self._make_options())

    @property
    def switches(self) -> Switches:
        return {"log": self.log_button, "accuracy": self.accuracy_action}

    def connect_to(self, room: Room) -> None:
        self.sought.connect(room.seek)

    def show_history(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._show()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Use a logarithmic or a linear scale for the loss."""
        self.log_button.setChecked(logarithmic)
        self.loss.logarithmic = logarithmic
        self.loss.plane.show_all()
        self._refresh()

    def set_horizon(self, epochs: float) -> None:
        """Show at least this many epochs, for instance those over which a guess is drawn."""
        for plot in (self.loss, self.accuracy):
            plot.horizon = epochs
        self._refresh()

    def set_smoothing(self, weight: float) -> None:
        """Smooth the curves exponentially; ``weight`` is that of the average so far."""
        for plot in (self.loss, self.accuracy):
            plot.smoothing = weight
        self._refresh()

    def set_accuracy_shown(self, shown: bool) -> None:
        """Show the accuracy's curves below those of the loss."""
        self._accuracy_wanted = shown
        self.accuracy_action.setChecked(shown)
        self._refresh()

    def _lay_out(self) -> None:
        area, font = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.font()
        line = self.fontMetrics().height()
        self._classes = bool(self._snapshot and self._snapshot.problem.classes)
        below = self._classes and self._accuracy_wanted
        buttons = self._corner.sizeHint()
        beside = self.canvas.area.width() - buttons.width() - 3 * _PAD
        room = QFontMetricsF(bold(font)).horizontalAdvance(_WIDEST)
        top = area.top() if room <= beside else max(area.top(), float(buttons.height()))
        self._room = beside if room <= beside else area.width()
        for k, words in enumerate((self.loss_words, self.accuracy_words)):
            words.set_style(bold(font), self._theme.text)
            words.place(area.left(), top + k * line)
        top += (1 + self._classes) * line
        middle = (top + area.bottom()) / 2 if below else area.bottom()
        left = self.fontMetrics().horizontalAdvance("100 %") + _PAD if below else 0.0
        for plot, start, end in ((self.loss, top, middle), (self.accuracy, middle, area.bottom())):
            plot.set_theme(self._theme, font)
            plot.arrange(QRectF(area.left(), start, area.width(), max(1.0, end - start)), font, left)
        self.accuracy.set_visible(below)

    def _paint(self, snapshot: Snapshot) -> None:
        if bool(snapshot.problem.classes) != self._classes:
            self._lay_out()
        say(self.loss_words, _wordings(loss_words(snapshot.metrics)), self._room)
        say(self.accuracy_words, _wordings(accuracy_words(snapshot.metrics)), self.canvas.area.width() - 2 * _PAD)
        self.accuracy_action.setVisible(self._classes)
        if self._timeline:
            self._history.follow(self._timeline)
        self.loss.diverged = not snapshot.finite
        past = epochs(snapshot) if self._timeline and _is_past(snapshot, self._timeline) else None
        for plot in (self.loss, self.accuracy)[: 1 + (self._classes and self._accuracy_wanted)]:
            plot.show_history(self._history)
            plot.show_cursor(past)

    def _seek(self, place: QPointF) -> None:
        """Ask for the kept moment nearest to an epoch."""
        plane, moments = self.canvas.plane_at(place), self._timeline.line.moments if self._timeline else []
        if plane and moments:
            epoch = plane.point_at(place)[0]
            after = min(bisect_left(moments, epoch, key=_place), len(moments) - 1)
            nearest = min(moments[max(0, after - 1) : after + 1], key=lambda moment: abs(_place(moment) - epoch))
            self.sought.emit(nearest.step)

    def _make_log_button(self) -> QToolButton:
        self.log_button: QToolButton = small_button("log", "logarithmic scale for the loss", checkable=True)
        self.log_button.toggled.connect(self.set_logarithmic)
        return self.log_button

    def _make_options(self) -> QToolButton:
        self.options = small_button("options ▾", "how curves are drawn")
        self.options.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.options)
        group = QActionGroup(menu)
        for words, weight in SMOOTHINGS.items():
            action = menu.addAction(words, partial(self.set_smoothing, weight))
            action.setCheckable(True)
            action.setChecked(weight == self.loss.smoothing)
            group.addAction(action)
        menu.addSeparator()
        self.accuracy_action = menu.addAction("accuracy over time")
        self.accuracy_action.setCheckable(True)
        self.accuracy_action.toggled.connect(self.set_accuracy_shown)
        self.options.setMenu(menu)
        return self.options


def colors(theme: Theme) -> tuple[str, str]:
    """Colours of training and test figures, which do not stand for signs."""
    return theme.classes[2], theme.classes[3]


def loss_words(metrics: Metrics) -> str:
    """The current losses."""
    held_out = f"   test {figure(metrics.test.loss)}" if metrics.test else ""
    return f"loss   train {figure(metrics.train.loss)}{held_out}"


def accuracy_words(metrics: Metrics) -> str:
    """The current accuracies; empty for regression."""
    if metrics.train.accuracy is None:
        return ""
    held_out = f", {percent(metrics.test.accuracy)} test" if metrics.test else ""
    return f"accuracy {percent(metrics.train.accuracy)} train{held_out}"


def _wordings(words: str) -> tuple[str, str, str]:
    """The figures with and without what they are figures of, and alone: of the training and the test samples."""
    of_samples = words.partition(" ")[2].strip()
    alone = of_samples.replace("   ", ",").replace("train", "").replace("test", "").split(",")
    return words, of_samples, " / ".join(figure.strip() for figure in alone)


def _is_past(snapshot: Snapshot, timeline: Timeline) -> bool:
    moments = timeline.line.moments
    return bool(moments) and snapshot.step < moments[-1].step


def _place(moment: Snapshot) -> float:
    """Epochs at a kept moment, as a fraction."""
    return moment.epoch + moment.position.batch / moment.problem.steps_an_epoch(
        moment.experiment.training.batch_size
    )
