"""The library dialog: all lessons by part or by year, searched by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.errors import InputError
from nnviz.lessons.lesson import Course
from nnviz.lessons.search import Found, Search
from nnviz.presenter.library_rows import ENTRY, Entry, LessonRow, PictureOf, entries, shipped_picture
from nnviz.presenter.style import tint
from nnviz.presenter.years import YearList
from nnviz.theme import Theme, theme

_FOR_THE_LIST = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_MOST_ERRORS = 4
_MOST_TERMS = 3
_MOST_OF_THE_WINDOW = 0.92


def _answer(found: Found, wanted: str) -> str:
    """What terms of the glossary mean, or what is near to what is nowhere; a line each."""
    if found.near:
        return f"No lesson says “{wanted}”. Near it: {found.near}."
    return "\n".join(f"{name}: {meaning}" for name, meaning in found.meanings[:_MOST_TERMS])


class LibraryDialog(QDialog):
    """Lessons by part, with pictures, or by year; typing searches, the best match first, arrows move, Enter opens.

    Parameters
    ----------
    errors : sequence of InputError
        Errors of files that are not valid lessons, listed at the bottom.
    picture : callable, optional
        Returns a lesson's picture.

    Signals
    -------
    chosen : (Course, int)
        A lesson, and the page to begin with, counted from 0.
    """

    chosen = Signal(object, int)

    def __init__(
        self,
        courses: Sequence[Course],
        errors: Sequence[InputError] = (),
        parent: QWidget | None = None,
        picture: PictureOf = shipped_picture,
    ) -> None:
        super().__init__(parent)
        if parent:
            self.setFont(parent.font())  # a dialog does not inherit its parent's font
        self._all = entries(courses)
        self._search = Search([entry.course for entry in self._all if entry.course])
        self.setWindowTitle("Lessons")
        self.search, self.list, self.nothing = QLineEdit(), QListView(), QLabel("No lesson says this.")
        self.answer = QLabel()
        self.errors = QLabel(_told(errors))
        self.errors.setVisible(bool(errors))
        self.years, self.by_year = YearList(courses), QPushButton("By &year")
        self._row = LessonRow(self.list, picture)
        self._model = QStandardItemModel(self)
        self._set_up()
        self._lay_out()
        self.show_found("")
        self.set_theme(theme("light"))

    @property
    def current(self) -> Course | None:
        """The lesson that Enter opens."""
        if self._shows_years:
            return self.years.current
        return self._entry.course if self._entry else None

    @property
    def _entry(self) -> Entry | None:
        index = self.list.currentIndex()
        entry: Entry | None = index.data(ENTRY) if index.isValid() else None
        return entry

    def show_found(self, wanted: str) -> None:
        """List the lessons that say this, the best match first; all by part if it is empty."""
        if wanted.strip():
            found = self._search.find(wanted)
            numbers = {entry.course: entry.number for entry in self._all}
            places = [(match.course, match.page) for match in found.matches]
            self._list([Entry(course.lesson.part, course, numbers[course], page) for course, page in places])
            self.answer.setText(_answer(found, wanted.strip()))
        else:
            self._list(self._all)
            self.answer.clear()
        self.answer.setVisible(bool(self.answer.text()))

    def _list(self, listed: Sequence[Entry]) -> None:
        """List lessons and headings, and choose the first lesson."""
        self._model.clear()
        for entry in listed:
            item = QStandardItem()
            item.setData(entry, ENTRY)
            item.setData(entry.course.lesson.title if entry.course else "", Qt.ItemDataRole.AccessibleTextRole)
            if entry.course is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow(item)
        years = self._shows_years
        self.nothing.setVisible(not listed)
        self.list.setVisible(bool(listed) and not years)
        self.years.setVisible(years)
        if listed:
            self.list.setCurrentIndex(self._model.index(int(listed[0].course is None), 0))
            self.list.scrollToTop()

    @property
    def _shows_years(self) -> bool:
        """Whether the time line is shown: nothing is searched for."""
        return self.by_year.isChecked() and not self.search.text().strip()

    def set_theme(self, theme: Theme) -> None:
        self.setPalette(theme.palette())
        self._row.set_theme(theme)
        self.years.set_theme(theme)
        tint(self.errors, theme.warning)
        for words in (self.nothing, self.answer):
            tint(words, theme.muted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the navigation keys to the list, while the search field keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _FOR_THE_LIST:
            (self.years if self._shows_years else self.list).keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.doItemsLayout()
        self.years.doItemsLayout()

    def _choose(self) -> None:
        course, entry = self.current, self._entry
        if course:
            self.accept()
            self.chosen.emit(course, (entry.page if entry and not self._shows_years else None) or 0)

    def _set_up(self) -> None:
        self.search.setPlaceholderText("Search: a title, words of a page, a term")
        self.search.setAccessibleName("search for lessons")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.show_found)
        self.search.returnPressed.connect(self._choose)
        self.search.installEventFilter(self)
        self.by_year.setCheckable(True)
        self.by_year.setAutoDefault(False)
        self.by_year.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.by_year.setToolTip("From 1943 to now, where a year opens its lesson; or by part.")
        self.by_year.toggled.connect(self._turn_over)
        self.years.opened.connect(lambda _course: self._choose())
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._row)
        self.list.setAccessibleName("lessons")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.doubleClicked.connect(self._choose_clicked)
        for words in (self.errors, self.answer):
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _turn_over(self, by_year: bool) -> None:
        """Show the other face: lessons by year, or by part again."""
        self.by_year.setText("By &part" if by_year else "By &year")
        self.show_found(self.search.text())

    def _choose_clicked(self, _index: QModelIndex) -> None:
        self._choose()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.by_year)
        column.addLayout(row)
        column.addWidget(self.answer)
        column.addWidget(self.list, 1)
        column.addWidget(self.years, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.errors)
        line, size = self.fontMetrics().height(), QSize(10_000, 10_000)
        if parent := self.parentWidget():
            size = parent.size() * _MOST_OF_THE_WINDOW
        self.resize(QSize(44 * line, 38 * line).boundedTo(size))


def _told(errors: Sequence[InputError]) -> str:
    """A line for each invalid file; at most the first few."""
    lines = [" ".join(str(error).split()) for error in errors[:_MOST_ERRORS]]
    if len(errors) > _MOST_ERRORS:
        lines.append(f"… and {len(errors) - _MOST_ERRORS} more; nnviz lessons tells all")
    return "\n".join(lines)
