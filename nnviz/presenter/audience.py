"""The window on the second screen: the page, the views, the numbers and the place in time, without controls."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from nnviz.controls.readouts import Readouts
from nnviz.controls.timeline_edge import PositionLine
from nnviz.drawing.turns import TakesTurns, Turns
from nnviz.lessons.lesson import Course
from nnviz.presenter.blank import Blank
from nnviz.presenter.guess import GuessLayer, view_to_draw_on
from nnviz.presenter.page import PagePanel
from nnviz.presenter.player import QuestionState
from nnviz.presenter.style import lecture_font
from nnviz.stage.stage import Stage
from nnviz.theme import Theme

_PAGE_SHARE, _STAGE_SHARE = 30, 70
_MARGIN, _SPACING = 12, 40


class AudienceWindow(QWidget, TakesTurns):
    """A full-screen window for the audience.

    Signals
    -------
    gone
        The window was closed or lost its screen.
    activated
        It received the keyboard focus, which some systems give to the newest window.
    """

    gone = Signal()
    activated = Signal()

    def __init__(self) -> None:
        # a clicker's keys belong to the lecturer's window, whatever is clicked here
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.turns = Turns(self)
        self.turns.spread = True
        self.setWindowTitle("nnviz, the audience's side")
        self.page, self.stage = PagePanel(operated=False), Stage()
        self.stage.views.is_operated = False
        self.page.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.stage.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        split = QSplitter(Qt.Orientation.Horizontal)
        for widget, share in ((self.page, _PAGE_SHARE), (self.stage, _STAGE_SHARE)):
            split.addWidget(widget)
            split.setStretchFactor(split.indexOf(widget), share)
        split.setSizes([16 * _PAGE_SHARE, 16 * _STAGE_SHARE])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split, 1)
        self.readouts, self.line = Readouts(), PositionLine()
        self._numbers = QWidget()
        numbers = QHBoxLayout(self._numbers)
        numbers.setContentsMargins(_MARGIN, 2, _MARGIN, 2)
        numbers.setSpacing(_SPACING)
        for group in self.readouts.groups:
            numbers.addWidget(group)
        numbers.addStretch(1)
        for part in (self._numbers, self.line):
            column.addWidget(part)
        self.blank, self.guesses = Blank(self), GuessLayer(self)
        self.show_page(None, 0, set(), None)

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.show()  # `showFullScreen` would take the keyboard focus

    def show_page(self, course: Course | None, index: int, done: set[int], question: QuestionState | None) -> None:
        """Show a page of a lesson; without a lesson, only the views."""
        self.page.setVisible(course is not None)
        if course:
            self.page.show_scene(course, index, done)
            self.page.show_question(question)
        is_run = course is None or course.scenes[index].experiment is not None
        for part in (self._numbers, self.line):
            part.setVisible(is_run)
        if question and question.drawn is not None:
            self.guesses.show(question.drawn, view_to_draw_on(self.stage.views, question.question.draw))
        else:
            self.guesses.clear()

    def set_theme(self, theme: Theme) -> None:
        """Paint the page in a theme; the stage's views get it separately."""
        self.page.set_theme(theme)
        self.guesses.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFont(lecture_font(self.font(), event.size().height()))

    def changeEvent(self, event: QEvent) -> None:
        """Report that the window has the keyboard focus."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.gone.emit()
