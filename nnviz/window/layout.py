"""The window's layout: controls or the lesson's page at the left, the views beside them."""

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnviz.controls.data import DataPanel
from nnviz.controls.layout import scrolled
from nnviz.controls.network import NetworkPanel
from nnviz.controls.playback import PlaybackBar
from nnviz.controls.timeline import TimelineBar
from nnviz.controls.timeline_edge import TimelineEdge
from nnviz.controls.training import SettingsPanel, TrainingPanel
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.stage.drawer import Gallery
from nnviz.stage.stage import Stage
from nnviz.theme import Theme, theme
from nnviz.window.notice import LoadingBar, Notice

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.authoring.form import LessonForm
    from nnviz.window.lesson_pane import LessonPane

_PAGE_SHARE, _WRITTEN_SHARE = 0.32, 0.27
"""Shares of the width: of a page, and of it and of the form beside it while it is written."""
_CONTROL_LINES = 20
"""Width of the controls, in lines of text."""
_PAGE_LEAST = 420
"""Least width of a page in pixels: with less, its lines are too short to read."""
_WRITTEN_LEAST = 270
"""Least width of a page, and of the form beside it, while it is written: the views are to be seen as well."""


class Controls(Struct, frozen=True, eq=False):
    """All panels."""

    data: DataPanel
    network: NetworkPanel
    training: TrainingPanel
    settings: SettingsPanel
    playback: PlaybackBar
    timeline: TimelineBar

    @property
    def of_networks(self) -> tuple[DataPanel, NetworkPanel, TrainingPanel]:
        """The panels for experiments with a network."""
        return (self.data, self.network, self.training)


class Desk(QWidget):
    """The window's content: controls, notice, lesson and stage.

    Signals
    -------
    lesson_made : LessonPane
        The pane for lessons has been made.
    form_made : LessonForm
        The form to write lessons in has been made.
    """

    lesson_made = Signal(object)
    form_made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls = Controls(
            DataPanel(), NetworkPanel(), TrainingPanel(), SettingsPanel(), PlaybackBar(), TimelineBar()
        )
        self.edge = TimelineEdge(self.controls.timeline)
        self.notice, self.loading, self.stage = Notice(), LoadingBar(), Stage()
        self._theme, self._is_paged, self._is_divided_by_hand = theme("light"), False, False
        self.panels = scrolled((*self.controls.of_networks, self.controls.settings), 12)
        self.left = QStackedWidget()
        self.left.addWidget(self.panels)
        self._middle = QSplitter(Qt.Orientation.Horizontal)
        self._middle.setChildrenCollapsible(False)
        self._middle.splitterMoved.connect(self._divide_by_hand)
        for widget, stretch in ((self.left, 0), (self.stage, 1)):  # a wider window is for the views
            self._middle.addWidget(widget)
            self._middle.setStretchFactor(self._middle.indexOf(widget), stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in (
            (self.controls.playback, 0),
            (self.loading, 0),
            (self.notice, 0),
            (self._middle, 1),
            (self.edge, 0),
        ):
            column.addWidget(part, stretch)
        self.controls.settings.hide()
        self.show_page(shown=False)

    @property
    def views(self) -> Gallery:
        """The views of the stage."""
        return self.stage.views

    @cached_property
    def lesson(self) -> "LessonPane":
        """The pane that shows a lesson; made when the first lesson is opened."""
        from nnviz.window.lesson_pane import LessonPane  # noqa: PLC0415 - see nnviz.late

        pane = LessonPane()
        pane.set_theme(self._theme)
        self.left.addWidget(pane)
        self.lesson_made.emit(pane)
        return pane

    @cached_property
    def form(self) -> "LessonForm":
        """The form beside the page; made when a lesson is first written."""
        from nnviz.authoring.form import LessonForm  # noqa: PLC0415 - see nnviz.late

        form = LessonForm()
        form.set_theme(self._theme)
        form.hide()
        self._middle.insertWidget(1, form)
        self.form_made.emit(form)
        return form

    @property
    def writes(self) -> bool:
        """Whether the form is open."""
        return "form" in vars(self) and not self.form.isHidden()

    def show_form(self, *, shown: bool) -> None:
        """Open the form beside the lesson's page, or close it."""
        if shown or self.writes:
            self.form.setVisible(shown)
            self.divide_width()

    def show_experiment(self, experiment: Kind) -> None:
        """Show an experiment's settings: in the panels for networks, or in the one for other kinds."""
        network = experiment if isinstance(experiment, Experiment) else None
        for panel in self.controls.of_networks:
            panel.setVisible(network is not None)
            if network:
                panel.show_experiment(network)
        self.controls.settings.setVisible(network is None)
        if not network:
            self.controls.settings.show_experiment(experiment)

    def show_page(self, *, shown: bool) -> None:
        """Show the lesson's page at the left, or the controls."""
        self._is_paged = shown
        self.left.setCurrentWidget(self.lesson if shown else self.panels)
        if shown:
            self.left.show()
        self.divide_width()

    def show_numbers(self, *, shown: bool) -> None:
        """Show the numbers of the run and its place in time, or hide them where the page shows no run."""
        self.controls.playback.readouts.set_visible(shown)
        self.edge.setVisible(shown)

    def toggle_panels(self) -> None:
        """Hide the controls or show them, in place of the lesson's page if a lesson is open."""
        if self._is_paged:
            self.left.setCurrentIndex(1 - self.left.currentIndex())
        else:
            self.left.setVisible(self.left.isHidden())
        self.divide_width()

    def toggle_notes(self) -> None:
        """Show the presenter's notes, or hide them."""
        self.lesson.notes.setVisible(self.lesson.notes.isHidden())

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours, also for a lesson opened later."""
        self._theme = theme
        if "lesson" in vars(self):
            self.lesson.set_theme(theme)
        if "form" in vars(self):
            self.form.set_theme(theme)
        self.controls.data.set_theme(theme)
        self.notice.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new width, unless the user has divided it otherwise."""
        super().resizeEvent(event)
        if not self._is_divided_by_hand:
            self.divide_width()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the width of the controls in lines of text, in full screen and back.

        Divided once more when the layouts have heard of the other font: by then what is in them may be narrower.
        """
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.divide_width()
            QTimer.singleShot(0, self, self.divide_width)

    def divide_width(self) -> None:
        """Divide the width between the page or the controls and the views."""
        paged, width = self.left.currentIndex() == 1, self.width()
        controls = min(_CONTROL_LINES * self.fontMetrics().height(), width // 3)
        written = max(_WRITTEN_LEAST, round(_WRITTEN_SHARE * width))
        page = written if self.writes else max(_PAGE_LEAST, round(_PAGE_SHARE * width))
        left, form = page if paged else controls, written if self.writes else 0
        between = [form] if "form" in vars(self) else []
        self._middle.setSizes([left, *between, width - left - form])
        self._is_divided_by_hand = False

    def _divide_by_hand(self) -> None:
        self._is_divided_by_hand = True
