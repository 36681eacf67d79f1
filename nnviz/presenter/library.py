"""The library: all lessons to choose from, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from nnviz.errors import InputError
from nnviz.lessons.course import Course
from nnviz.presenter.shelf import ENTRY, Entry, LessonRow, entries
from nnviz.presenter.style import tint
from nnviz.presenter.tiles import PictureOf, shipped_picture
from nnviz.theme import Theme, theme

_FOR_THE_LIST = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_MOST_ERRORS = 4
_MOST_OF_THE_WINDOW = 0.92


class LibraryDialog(QDialog):
    """Lessons by part, with pictures; typing searches, arrows move, Enter opens, Esc closes.

    Parameters
    ----------
    courses : sequence of Course
    errors : sequence of InputError
        Of files that are no lessons, told at the foot.
    parent : QWidget, optional
    picture : callable, optional
        Gives a lesson's picture.

    Signals
    -------
    chosen : Course
    """

    chosen = Signal(object)

    def __init__(
        self,
        courses: Sequence[Course],
        errors: Sequence[InputError] = (),
        parent: QWidget | None = None,
        picture: PictureOf = shipped_picture,
    ) -> None:
        super().__init__(parent)
        if parent:
            self.setFont(parent.font())  # Qt does not hand it on to a window
        self._courses = tuple(courses)
        self.setWindowTitle("Lessons")
        self.search, self.list, self.nothing = QLineEdit(), QListView(), QLabel("No lesson has all these words.")
        self.errors = QLabel(_told(errors))
        self.errors.setVisible(bool(errors))
        self._row = LessonRow(self.list, picture)
        self._model = QStandardItemModel(self)
        self._set_up()
        self._lay_out()
        self.show_found("")
        self.set_theme(theme("light"))

    @property
    def current(self) -> Course | None:
        """The lesson that Enter opens."""
        index = self.list.currentIndex()
        entry: Entry | None = index.data(ENTRY) if index.isValid() else None
        return entry.course if entry else None

    def show_found(self, wanted: str) -> None:
        """List the lessons that have all these words."""
        self._model.clear()
        found = entries(self._courses, wanted)
        for entry in found:
            item = QStandardItem()
            item.setData(entry, ENTRY)
            item.setData(entry.course.lesson.title if entry.course else "", Qt.ItemDataRole.AccessibleTextRole)
            if entry.course is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow(item)
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self._model.index(1, 0))
            self.list.scrollToTop()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.setPalette(theme.palette())
        self._row.set_theme(theme)
        tint(self.errors, theme.warning)
        tint(self.nothing, theme.muted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the keys that move to the list, while one types on."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _FOR_THE_LIST:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the words anew."""
        super().resizeEvent(event)
        self.list.doItemsLayout()

    def _choose(self) -> None:
        course = self.current
        if course:
            self.accept()
            self.chosen.emit(course)

    def _set_up(self) -> None:
        self.search.setPlaceholderText("Search: a word of title, summary or source")
        self.search.setAccessibleName("search for lessons")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.show_found)
        self.search.returnPressed.connect(self._choose)
        self.search.installEventFilter(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._row)
        self.list.setAccessibleName("lessons")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.doubleClicked.connect(self._choose_clicked)
        self.errors.setWordWrap(True)
        self.errors.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _choose_clicked(self, _index: QModelIndex) -> None:
        self._choose()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.errors)
        line, size = self.fontMetrics().height(), QSize(10_000, 10_000)
        if parent := self.parentWidget():
            size = parent.size() * _MOST_OF_THE_WINDOW
        self.resize(QSize(44 * line, 38 * line).boundedTo(size))


def _told(errors: Sequence[InputError]) -> str:
    """A line for each file that is no lesson; of many the first."""
    lines = [" ".join(str(error).split()) for error in errors[:_MOST_ERRORS]]
    if len(errors) > _MOST_ERRORS:
        lines.append(f"… and {len(errors) - _MOST_ERRORS} more; nnviz lessons tells all")
    return "\n".join(lines)
