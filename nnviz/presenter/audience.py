"""The window on the second screen: the page and the views, without controls."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nnviz.lessons.lesson import Course
from nnviz.presenter.blank import Blank
from nnviz.presenter.page import PagePanel
from nnviz.presenter.player import QuestionState
from nnviz.presenter.style import lecture_font
from nnviz.stage.stage import Stage
from nnviz.theme import Theme

_PAGE_SHARE, _STAGE_SHARE = 30, 70


class AudienceWindow(QWidget):
    """A window of its own, full screen.

    Signals
    -------
    gone
        It was closed, or its screen was taken away.
    activated
        It got the keyboard all the same, which some systems give to whatever window comes last.
    """

    gone = Signal()
    activated = Signal()

    def __init__(self) -> None:
        # a clicker's keys are the lecturer's window's, whatever is clicked here
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setWindowTitle("nnviz, the audience's side")
        self.page, self.stage = PagePanel(operated=False), Stage()
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
        column.addWidget(split)
        self.blank = Blank(self)
        self.show_page(None, 0, set(), None)

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.show()  # `showFullScreen` would ask for the keyboard

    def show_page(self, course: Course | None, index: int, done: set[int], question: QuestionState | None) -> None:
        """Show a page of a lesson; none leaves the room to the views."""
        self.page.setVisible(course is not None)
        if course:
            self.page.show_scene(course, index, done)
            self.page.show_question(question)

    def set_theme(self, theme: Theme) -> None:
        """Paint the page in a theme; the stage gets it with its views."""
        self.page.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFont(lecture_font(self.font(), event.size().height()))

    def changeEvent(self, event: QEvent) -> None:
        """Say that it has the keyboard."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.gone.emit()
