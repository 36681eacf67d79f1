"""Loss and accuracy: how they are now, and how they came to be so."""

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QActionGroup, QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.scales import percent_scale
from nnviz.drawing.view import View, small_button
from nnviz.numerals import figure, percent
from nnviz.runs.history import (
    TEST_ACCURACY,
    TEST_LOSS,
    TRAIN_ACCURACY,
    TRAIN_LOSS,
    History,
    epochs,
)
from nnviz.runs.metrics import Metrics
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.views.loss.plot import CurvePlot, Manner

SMOOTHINGS = {"not smoothed": 0.0, "smoothed a little": 0.7, "smoothed much": 0.95}
"""How much curves can be smoothed."""

_PAD = 6.0


class LossView(View):
    """Training and test loss against epochs, accuracy too if wanted.

    `show_history` once, and whenever the timeline is cut or branched; with every snapshot the view takes from that
    timeline what is new.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.paint_when_told()
        scene = self.canvas.scene()
        self._timeline: Timeline | None = None
        self._history = History()
        self._manner = Manner()
        self._accuracy_wanted = self._classes = False
        self._metrics = QFontMetricsF(self.font())
        # noisy lines of this width cost five times as much antialiased, and look the same from a few steps away
        self.canvas.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.loss_words, self.accuracy_words = Text(scene), Text(scene)
        self.loss = CurvePlot(scene, (TRAIN_LOSS, TEST_LOSS))
        self.accuracy = CurvePlot(scene, (TRAIN_ACCURACY, TEST_ACCURACY), percent_scale())
        self.add_controls(self._make_log_button(), self._make_options())

    def show_history(self, timeline: Timeline) -> None:
        """Draw this timeline's curves."""
        self._timeline = timeline
        self._show()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Draw the loss on a logarithmic or on a linear scale."""
        self.log_button.setChecked(logarithmic)
        self._set_manner(Manner(logarithmic, self._manner.smoothing))

    def set_horizon(self, epochs: float) -> None:
        """Leave room for so many epochs at least, such as those that a guess is drawn over."""
        for plot in (self.loss, self.accuracy):
            plot.horizon = epochs
        self._refresh()

    def set_smoothing(self, weight: float) -> None:
        """Smooth curves: each point counts ``weight`` times as much as the next."""
        self._set_manner(Manner(self._manner.logarithmic, weight))

    def set_accuracy_shown(self, shown: bool) -> None:
        """Show the accuracy's curves below those of the loss."""
        self._accuracy_wanted = shown
        self.accuracy_action.setChecked(shown)
        self._refresh()

    def _set_manner(self, manner: Manner) -> None:
        self._manner = manner
        self._refresh()

    def _lay_out(self) -> None:
        area, font = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.font()
        line = self.fontMetrics().height()
        self._classes = bool(self._snapshot and self._snapshot.problem.classes)
        self._metrics = QFontMetricsF(bold(font))
        below = self._classes and self._accuracy_wanted
        for k, words in enumerate((self.loss_words, self.accuracy_words)):
            words.set_style(bold(font), self._theme.text)
            words.place(area.left(), area.top() + k * line)
        top = area.top() + (1 + self._classes) * line
        middle = (top + area.bottom()) / 2 if below else area.bottom()
        left = self.fontMetrics().horizontalAdvance("100 %") + _PAD if below else 0.0
        for plot, start, end in ((self.loss, top, middle), (self.accuracy, middle, area.bottom())):
            plot.set_theme(self._theme)
            plot.arrange(QRectF(area.left(), start, area.width(), max(1.0, end - start)), font, left)
        self.accuracy.set_visible(below)

    def _paint(self, snapshot: Snapshot) -> None:
        if bool(snapshot.problem.classes) != self._classes:
            self._lay_out()
        self.loss_words.set_words(self._fitting(loss_words(snapshot.metrics), self._corner.sizeHint().width()))
        self.accuracy_words.set_words(self._fitting(accuracy_words(snapshot.metrics), 0))
        self.accuracy_action.setVisible(self._classes)
        if self._timeline:
            self._history.follow(self._timeline)
        past = epochs(snapshot) if self._timeline and _is_past(snapshot, self._timeline) else None
        for plot in (self.loss, self.accuracy)[: 1 + (self._classes and self._accuracy_wanted)]:
            plot.show_history(self._history, self._manner)
            plot.show_cursor(past)

    def _fitting(self, words: str, beside: int) -> str:
        """The words, or the first of them, as far as there is room beside what stands in the corner."""
        room = self.canvas.area.width() - beside - 3 * _PAD
        fits = self._metrics.horizontalAdvance(words) <= room
        return words if fits else next(iter(words.split(maxsplit=1)), "")

    def _make_log_button(self) -> QToolButton:
        self.log_button = small_button("log", "logarithmic scale for the loss", checkable=True)
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
            action.setChecked(weight == self._manner.smoothing)
            group.addAction(action)
        menu.addSeparator()
        self.accuracy_action = menu.addAction("accuracy over time")
        self.accuracy_action.setCheckable(True)
        self.accuracy_action.toggled.connect(self.set_accuracy_shown)
        self.options.setMenu(menu)
        return self.options


def loss_words(metrics: Metrics) -> str:
    """The losses as they are now."""
    held_out = f"   test {figure(metrics.test.loss)}" if metrics.test else ""
    return f"loss   train {figure(metrics.train.loss)}{held_out}"


def accuracy_words(metrics: Metrics) -> str:
    """The accuracies as they are now; nothing for regression."""
    if metrics.train.accuracy is None:
        return ""
    held_out = f", {percent(metrics.test.accuracy)} test" if metrics.test else ""
    return f"accuracy {percent(metrics.train.accuracy)} train{held_out}"


def _is_past(snapshot: Snapshot, timeline: Timeline) -> bool:
    moments = timeline.line.moments
    return bool(moments) and snapshot.step < moments[-1].step
