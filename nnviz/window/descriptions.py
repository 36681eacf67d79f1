"""What a screen reader says of the views: in words, and never computed for a frame of a running run."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from nnviz.runs.moment import unrevealed
from nnviz.runtime.session import Session
from nnviz.stage.stage import Stage


class Descriptions(QObject):
    """Describes the views of the desk: all when a run has paused, afterwards the one with the keyboard.

    Qt asks a widget for its description only in C++, so the words are set when they may be read.
    """

    def __init__(self, stage: Stage, session: Session) -> None:
        super().__init__(stage)
        self._stage, self._session, self._paused_now = stage, session, True
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there is a window
        application.focusChanged.connect(self.describe_focused)
        session.playing_changed.connect(self.describe_all)

    def describe_all(self) -> None:
        """Describe every visible view, unless the run plays, and again when the moment it paused at has come."""
        self._paused_now = True
        for name in self._stage.shown:
            self._describe(name)

    def show_moment(self) -> None:
        """Describe what has to follow a new moment."""
        if self._paused_now and not self._session.playing:
            self.describe_all()
            self._paused_now = False
        else:
            self.describe_focused()

    def describe_focused(self) -> None:
        """Describe the view that has the keyboard, if one has, unless the run plays."""
        if not isValid(self._stage):  # the last change of focus comes while the window is being destroyed
            return
        if not self._session.playing and (name := self._stage.focused):
            self._describe(name)

    def _describe(self, name: str) -> None:
        moment = self._session.snapshot
        if moment and not self._session.playing:
            view = self._stage.views[name]
            told = unrevealed(moment.figures) if self._stage.views.keeps_secret else moment.figures
            figures = ", ".join(f"{caption} {number}" for caption, number in told)
            view.as_widget.setAccessibleDescription("; ".join(filter(None, (view.describe(), figures))))
