"""The panel of an open lesson: the page's words, its question, and the navigation."""

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnviz.lessons.lesson import Course, Lesson, Page
from nnviz.presenter.player import QuestionState
from nnviz.presenter.question_box import QuestionBox
from nnviz.presenter.style import QuietButton, scaled, tint
from nnviz.presenter.words import RichText, Scroll
from nnviz.theme import FontFollower, Theme, theme

_RADIUS, _SPACING = 0.28, 1.15
"""Radius and spacing of the dots, in heights of the font."""
_MARGIN = 12
_BESIDE = 6
"""Distance in pixels between the words and the scroll bar."""
_TITLE = 1.35
"""Size of a page's title, as a multiple of the text size."""


class Dots(QWidget):
    """A dot for each page: filled when done, ringed if current; a click opens the page.

    Signals
    -------
    chosen : int
        A page, counted from 0.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme = theme("light")
        self._titles: tuple[str, ...] = ()
        self._index, self._done = 0, frozenset[int]()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pages(self, titles: tuple[str, ...], index: int, done: Collection[int]) -> None:
        """Show the current page, and which pages are done."""
        self._titles, self._index, self._done = titles, index, frozenset(done)
        self.setAccessibleName(f"page {index + 1} of {len(titles)}")
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def place(self, page: int) -> QPointF:
        """Centre of a page's dot."""
        row, column = divmod(page, self._columns(self.width()))
        beside = self._columns(self.width()) * row
        length = min(len(self._titles) - beside, self._columns(self.width()))
        left = (self.width() - (length - 1) * self._step) / 2
        return QPointF(left + column * self._step, (row + 0.5) * self._step)

    def heightForWidth(self, width: int) -> int:
        return int(-(-len(self._titles) // self._columns(width)) * self._step) + 1

    def sizeHint(self) -> QSize:
        return QSize(round(5 * self._step), self.heightForWidth(max(self.width(), round(5 * self._step))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, color = _RADIUS * self.fontMetrics().height(), QColor(self._theme.accent)
        for page in range(len(self._titles)):
            here, middle = page == self._index, self.place(page)
            done = page in self._done
            painter.setPen(QPen(color if done or here else QColor(self._theme.muted), 1.6))
            painter.setBrush(color if done else QColor(self._theme.background))
            size = 0.72 * radius if here else 0.85 * radius
            painter.drawEllipse(middle, size, size)
            if here:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(color, 2.2))
                painter.drawEllipse(middle, 1.45 * radius, 1.45 * radius)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        page = self._page_at(event.position())
        if page is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(page)

    def event(self, event: QEvent) -> bool:
        """Show a page's title while the pointer rests on its dot."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            page = self._page_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if page is None else f"{page + 1}  {self._titles[page]}", self)
            return True
        return super().event(event)

    @property
    def _step(self) -> float:
        return _SPACING * self.fontMetrics().height()

    def _columns(self, width: int) -> int:
        return max(1, int(width / self._step))

    def _page_at(self, place: QPointF) -> int | None:
        half = self._step / 2
        for page in range(len(self._titles)):
            middle = self.place(page)
            if QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half).contains(place):
                return page
        return None


class Navigation(QWidget):
    """A dot for each page, and buttons for back and next."""

    def __init__(self) -> None:
        super().__init__()
        self.dots = Dots()
        self.back = QuietButton("← Back", "the page before: PgUp", "Back")
        self.count = QLabel()
        self.next = QuietButton("Next →", "the next page: PgDn", "Next", strong=True)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.dots)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget, stretch in ((self.back, 0), (self.count, 1), (self.next, 0)):
            row.addWidget(widget, stretch)
        column.addLayout(row)

    def show_page(self, titles: tuple[str, ...], index: int, done: Collection[int]) -> None:
        """Show the current page."""
        self.dots.show_pages(titles, index, done)
        self.count.setText(f"{index + 1} / {len(titles)}")
        self.back.setEnabled(index > 0)
        self.next.setEnabled(index < len(titles) - 1)

    def set_theme(self, theme: Theme) -> None:
        self.dots.set_theme(theme)
        tint(self.count, theme.muted)
        for button in (self.back, self.next):
            button.set_theme(theme)


class PagePanel(QWidget):
    """A page of a lesson.

    While a question waits for a guess, the hints and the suggestions stay hidden, as they could reveal the answer.

    Parameters
    ----------
    operated : bool
        Whether the page has buttons; the audience's page has none.

    Signals
    -------
    back_requested, next_requested, closed
    page_chosen : int
        A page, counted from 0.
    counted : (int, int)
        A choice, counted from 0, and +1 or −1 guesses.
    answer_requested
        The answer is to be shown.
    """

    back_requested = Signal()
    next_requested = Signal()
    page_chosen = Signal(int)
    counted = Signal(int, int)
    answer_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, operated: bool = True) -> None:
        super().__init__(parent)
        self._operated = operated
        self._page: Page | None = None
        self.header, self.navigation = Header(), Navigation()
        self.words, self.look, self.next, self.foot = RichText(), RichText(), RichText(), RichText()
        self.question = QuestionBox()
        self._line = QFrame()
        self._line.setFrameStyle(QFrame.Shape.HLine.value | QFrame.Shadow.Plain.value)
        self.setAutoFillBackground(True)
        self._lay_out()
        self._connect()
        self.set_theme(theme("light"))

    @property
    def hidden_height(self) -> int:
        """Height of the hidden part of the page, in pixels; it can be scrolled to."""
        return self.area.hidden_height

    def show_scene(self, course: Course, index: int, done: Collection[int]) -> None:
        """Show a page, counted from 0, and which pages are done; `show_question` shows its question."""
        lesson, page = course.lesson, course.lesson.pages[index]
        self.header.show_titles(lesson.title, page.title)
        self.navigation.show_page(tuple(page.title for page in lesson.pages), index, done)
        if page is not self._page:
            self._page = page
            self.words.show_words(page.words)
            self.foot.show_words(_foot(lesson) if index == len(lesson.pages) - 1 else "")
            self.show_question(QuestionState(page.question) if page.question else None)
            self.area.verticalScrollBar().setValue(0)

    def show_question(self, state: QuestionState | None) -> None:
        """Show the state of the page's question; None if it has none."""
        if state and not self._operated:
            state = replace(state, typed=0)  # only the lecturer types
        self.question.show_question(state)
        waits = state is not None and not state.revealed
        page = self._page
        self.look.show_words(f"**Look at** {page.look}" if page and page.look and not waits else "")
        self.next.show_words(f"**Try next** {page.next}" if page and page.next and not waits else "")
        for words in (self.words, self.look, self.next, self.foot):
            words.setVisible(bool(words.plain))
        self._line.setVisible(self.look.isVisibleTo(self) or self.next.isVisibleTo(self))
        if not self._operated:
            for button in self.findChildren(QuietButton):
                button.hide()
        self._find_room()
        self._keep_in_view()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the lesson's source if there is space for it."""
        super().resizeEvent(event)
        self._find_room()

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)
        tint(self._line, theme.border)
        self.area.set_theme(theme)
        self.words.set_theme(theme)
        for words in (self.look, self.next, self.foot):
            words.set_theme(theme, theme.muted)
        for part in (self.header, self.question, self.navigation):
            part.set_theme(theme)

    def _lay_out(self) -> None:
        self._inside = QWidget()
        self._text = text = QVBoxLayout(self._inside)
        text.setContentsMargins(0, 0, _BESIDE, 0)
        text.setSpacing(_MARGIN)
        for widget in (self.words, self.question, self._line, self.look, self.next, self.foot):
            text.addWidget(widget)
        text.addStretch(1)
        self.area = Scroll(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN - 6, _MARGIN)
        column.setSpacing(_MARGIN - 2)
        column.addWidget(self.header)
        column.addWidget(self.area, 1)
        column.addWidget(self.navigation)

    def _connect(self) -> None:
        self.header.close_button.clicked.connect(self.closed)
        self.navigation.back.clicked.connect(self.back_requested)
        self.navigation.next.clicked.connect(self.next_requested)
        self.navigation.dots.chosen.connect(self.page_chosen)
        self.question.counted.connect(self.counted)
        self.question.answer_requested.connect(self.answer_requested)
        self.area.verticalScrollBar().rangeChanged.connect(self._fit)

    def _find_room(self) -> None:
        """Hide the lesson's source, which the library shows too, rather than make the page scroll."""
        width = self.area.viewport().width() - _BESIDE
        parts = [part for part in (self.words, self.question, self.look, self.next) if not part.isHidden()]
        needed = sum(part.heightForWidth(width) + _MARGIN for part in (*parts, self.foot))
        self.foot.setVisible(bool(self.foot.plain) and needed + _MARGIN <= self.area.viewport().height())

    def _keep_in_view(self) -> None:
        """Scroll to the question, or to its answer, if not everything fits."""
        if not self.question.isHidden():
            self._text.activate()
            self._scroll_to_question()

    def _fit(self, _least: int, hidden: int) -> None:
        """Hide optional parts if not everything fits."""
        if hidden:
            self.foot.hide()
        self._scroll_to_question()

    def _scroll_to_question(self) -> None:
        if self.question.isHidden():
            return
        wanted, bar = self.question.end, self.area.verticalScrollBar()
        top = wanted.mapTo(self._inside, wanted.rect().topLeft()).y()
        bar.setValue(min(top, max(0, top + wanted.height() - self.area.viewport().height())))


class Header(FontFollower, QWidget):
    """The titles of lesson and page."""

    def __init__(self) -> None:
        super().__init__()
        self.lesson, self.title = QLabel(), RichText()
        self.lesson.setWordWrap(True)
        self.lesson.setTextFormat(Qt.TextFormat.PlainText)
        self.close_button = QuietButton("×", "close the lesson", "close the lesson")
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(2)
        row.addWidget(self.lesson, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.title)
        self._use_font()

    def show_titles(self, lesson: str, page: str) -> None:
        """Show the titles of the lesson and its page."""
        self.lesson.setText(lesson)
        self.title.show_line(page)

    def set_theme(self, theme: Theme) -> None:
        tint(self.lesson, theme.muted)
        self.title.set_theme(theme)
        self.close_button.set_theme(theme)

    def _use_font(self) -> None:
        self.title.setFont(scaled(self.font(), _TITLE, bold=True))


def _foot(lesson: Lesson) -> str:
    """The lesson's source, as Markdown."""
    parts = [("Source", lesson.source), ("References", lesson.references)]
    return "\n\n".join(f"**{title}** {'; '.join(lines)}" for title, lines in parts if lines)
