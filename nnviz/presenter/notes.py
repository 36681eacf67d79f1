"""The presenter's panel: notes, time, the next page, and switches for the audience's screen."""

from time import monotonic

from PySide6.QtCore import Qt, QTime, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.lessons.lesson import Course, Page
from nnviz.presenter.style import QuietButton, scaled, tint
from nnviz.presenter.words import RichText, Scroll
from nnviz.theme import FontFollower, Theme, theme

_NO_NOTES = "*No notes for this page.*"


class NotesPanel(FontFollower, QWidget):
    """The notes of a page, and a clock that starts with the lesson.

    Signals
    -------
    freeze_toggled : bool
        Whether the audience's window should be frozen.
    blank_toggled : bool
        Whether it should be blank.
    """

    freeze_toggled = Signal(bool)
    blank_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course: Course | None = None
        self._began = monotonic()
        self.elapsed, self.clock, self.coming = QLabel(), QLabel(), QLabel()
        self.notes = RichText()
        self.freeze_button = QuietButton("Freeze", "the audience keeps seeing what it sees now")
        self.blank_button = QuietButton("Blank", "the audience sees nothing")
        for button, signal in ((self.freeze_button, self.freeze_toggled), (self.blank_button, self.blank_toggled)):
            button.setCheckable(True)
            button.toggled.connect(signal)
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self._show_time)
        self.setAutoFillBackground(True)
        self._lay_out()
        self._use_font()
        self.set_theme(theme("light"))

    def show_scene(self, course: Course, index: int) -> None:
        """Show a page's notes; another lesson resets the clock."""
        if self._course is None or course.lesson.id != self._course.lesson.id:
            self._began = monotonic()
        self._course = course
        pages = course.lesson.pages
        self.notes.show_words(pages[index].notes or _NO_NOTES)
        self.area.verticalScrollBar().setValue(0)
        self.coming.setText(_coming(pages[index + 1 : index + 2]))
        self._show_time()

    def show_audience(self, *, frozen: bool, blank: bool) -> None:
        """Show the state of the audience's window, without emitting a signal."""
        for button, checked in ((self.freeze_button, frozen), (self.blank_button, blank)):
            button.blockSignals(True)
            button.setChecked(checked)
            button.blockSignals(False)
            button.update()

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
        self.setPalette(palette)
        self.notes.set_theme(theme)
        tint(self.elapsed, theme.text)
        for part in (self.clock, self.coming, self._line):
            tint(part, theme.muted)
        for button in (self.freeze_button, self.blank_button):
            button.set_theme(theme)
        self.area.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_time()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _lay_out(self) -> None:
        self.area, self._line = Scroll(self.notes), QFrame()
        self._line.setFrameStyle(QFrame.Shape.HLine.value | QFrame.Shadow.Plain.value)
        self.coming.setWordWrap(True)
        self.coming.setTextFormat(Qt.TextFormat.PlainText)
        column, times, audience = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        times.addWidget(self.elapsed)
        times.addStretch(1)
        times.addWidget(self.clock)
        audience.addWidget(self.freeze_button)
        audience.addWidget(self.blank_button)
        audience.addStretch(1)
        column.addLayout(times)
        column.addWidget(self.area, 1)
        column.addWidget(self._line)
        column.addWidget(self.coming)
        column.addLayout(audience)

    def _show_time(self) -> None:
        self.elapsed.setText(duration(monotonic() - self._began))
        self.clock.setText(QTime.currentTime().toString("HH:mm"))

    def _use_font(self) -> None:
        self.elapsed.setFont(scaled(self.font(), 1.6, bold=True))


def duration(seconds: float) -> str:
    """A time as minutes and seconds, with hours if there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _coming(pages: tuple[Page, ...]) -> str:
    return f"Next: {pages[0].title}" if pages else "This is the last page."
