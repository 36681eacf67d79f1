"""What the markers stand for, in a line."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.experiment.problem import Problem
from nnviz.theme import Theme, theme
from nnviz.views.points import MOST_POINTS, Style, class_style, draw_marker


class Legend(QWidget):
    """Markers and their names, as many as there is room for; painted when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[Style | None, str]] = []
        self._theme = theme("light")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> list[str]:
        """The names shown."""
        return [words for _, words in self._entries]

    def show_problem(self, problem: Problem, theme: Theme) -> None:
        """Name the classes, tell training from test points, and say if some points are left out."""
        self._theme = theme
        self._entries = [
            (class_style(k, len(problem.classes), theme, filled=True), name)
            for k, name in enumerate(problem.classes)
        ]
        if not problem.classes:
            self._entries.append((Style("o", theme.muted, filled=True), "training"))
        if len(problem.test):
            self._entries.append((Style("o", theme.muted, filled=False), "test"))
        left_out = max(len(problem.train), len(problem.test)) - MOST_POINTS
        if left_out > 0:
            self._entries.append((None, f"{MOST_POINTS:,} points of a set are drawn"))
        self.update()

    def sizeHint(self) -> QSize:
        """A line high."""
        return QSize(100, round(1.4 * self.fontMetrics().height()))

    def changeEvent(self, event: QEvent) -> None:
        """Take another height with another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the entries from left to right, until there is no more room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, size = 6.0, 0.62 * self.fontMetrics().height()
        for style, words in self._entries:
            width = self.fontMetrics().horizontalAdvance(words) + (1.8 * size if style else 0.0)
            if x + width > self.width():
                break
            if style:
                draw_marker(painter, QPointF(x + size / 2, self.height() / 2), size, style, self._theme)
                x, width = x + 1.8 * size, width - 1.8 * size
            painter.setPen(QColor(self._theme.text))
            painter.drawText(round(x), 0, round(width) + 4, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
            x += width + 1.6 * size
        painter.end()
