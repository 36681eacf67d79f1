"""The numbers of a moment in large letters: for a network epoch, step, losses and accuracy."""

from collections.abc import Iterable
from itertools import zip_longest

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnviz.controls.layout import LargeNumber
from nnviz.runs.moment import Moment, unrevealed

_FIGURES = (
    ("epoch", "epoch", "000,000", "00,000", "How often all training samples have been used."),
    ("step", "step", "00,000,000", "000,000", "How often the weights have been updated."),
    ("train", "train loss", "diverged", "diverged", "Mean loss over the training samples."),
    (
        "test",
        "test loss",
        "diverged",
        "diverged",
        "Mean loss over the test samples; nothing is learned from them.",
    ),
    (
        "accuracy",
        "train accuracy",
        "100.0 %",
        "100.0 %",
        "Share of the test samples told right; of the training samples, if there are no others.",
    ),
)
_PROGRESS = 2
"""How many of the numbers say how far the run is."""
_SPACING, _CLOSE = 16, 8


class Readouts:
    """The numbers of a moment, in two groups that each stay on one line.

    Attributes
    ----------
    figures : dict
        The numbers by name.
    groups : tuple of QWidget
        How far the run is, and how well it does; placed by whoever shows them.
    """

    def __init__(self) -> None:
        self.figures = {key: LargeNumber(*said) for key, *said in _FIGURES}
        figures = list(self.figures.values())
        self.groups = (row(figures[:_PROGRESS], _SPACING), row(figures[_PROGRESS:], _SPACING))
        self._moment: Moment | None = None
        self._secret = False

    def show_snapshot(self, moment: Moment) -> None:
        """Show a moment's numbers; while a question waits, only how far the run is."""
        self._moment = moment
        told = unrevealed(moment.figures) if self._secret else moment.figures
        for figure, said in zip_longest(self.figures.values(), told):
            if said:
                figure.show_number(*said)
            if figure.isHidden() == bool(said):
                figure.setVisible(bool(said))

    def keep_secret(self, secret: bool) -> None:
        """Show only how far the run is, or all numbers again."""
        self._secret = secret
        if self._moment:
            self.show_snapshot(self._moment)

    def set_compact(self, compact: bool) -> None:
        """Take less space, or as much as the widest numbers need."""
        for figure in self.figures.values():
            figure.set_compact(compact)
        for group in self.groups:
            if layout := group.layout():
                layout.setSpacing(_CLOSE if compact else _SPACING)
                layout.activate()

    def set_visible(self, visible: bool) -> None:
        """Show the numbers, or hide them where no run is seen."""
        for group in self.groups:
            group.setVisible(visible)


def row(widgets: Iterable[QWidget], spacing: int) -> QWidget:
    """Widgets side by side."""
    group = QWidget()
    line = QHBoxLayout(group)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for widget in widgets:
        line.addWidget(widget)
    return group
