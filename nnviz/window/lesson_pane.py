"""The pane that replaces the controls while a lesson is open."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from nnviz.presenter.notes import NotesPanel
from nnviz.presenter.page import PagePanel
from nnviz.theme import Theme


class LessonPane(QSplitter):
    """The page, and below it the presenter's notes if they are shown."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.page, self.notes = PagePanel(), NotesPanel()
        self.setChildrenCollapsible(False)
        self.addWidget(self.page)
        self.addWidget(self.notes)
        self.notes.hide()

    def set_theme(self, theme: Theme) -> None:
        self.page.set_theme(theme)
        self.notes.set_theme(theme)
