"""What the markers stand for, in a line."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.drawing.points import MOST_POINTS, PointStyle, class_style, draw_marker
from nnviz.experiment.problem import Problem
from nnviz.theme import Theme, theme

_MARGIN = 6.0


class Legend(QWidget):
    """Markers and their names; painted when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[PointStyle | None, str]] = []
        self._theme = theme("light")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

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
            self._entries.append((PointStyle("o", theme.muted, filled=True), "training"))
        if len(problem.test):
            self._entries.append((PointStyle("o", theme.muted, filled=False), "test"))
        left_out = max(len(problem.train), len(problem.test)) - MOST_POINTS
        if left_out > 0:
            self._entries.append((None, f"only {MOST_POINTS:,} points of a set are drawn"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as it needs to be in its width."""
        return QSize(100, self.heightForWidth(max(100, self.width())))

    def hasHeightForWidth(self) -> bool:
        """In less width it has more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Lines that the entries need."""
        lines = 1 + max((line for line, _ in self._places(width)), default=0)
        return lines * self._line

    def changeEvent(self, event: QEvent) -> None:
        """Take another height with another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the entries from left to right, line after line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.text))
        for (line, x), (style, words) in zip(self._places(self.width()), self._entries, strict=True):
            self._paint_entry(painter, x, line * self._line, style, words)
        painter.end()

    @property
    def _line(self) -> int:
        return round(1.4 * self.fontMetrics().height())

    @property
    def _marker(self) -> float:
        return 0.72 * self.fontMetrics().height()

    def _places(self, width: int) -> list[tuple[int, float]]:
        """For each entry its line, and where in it it begins."""
        places, line, x = [], 0, _MARGIN
        for style, words in self._entries:
            length = self.fontMetrics().horizontalAdvance(words) + (1.5 * self._marker if style else 0.0)
            if x > _MARGIN and x + length > width:
                line, x = line + 1, _MARGIN
            places.append((line, x))
            x += length + 1.3 * self._marker
        return places

    def _paint_entry(self, painter: QPainter, x: float, y: int, style: PointStyle | None, words: str) -> None:
        size = self._marker
        if style:
            painter.save()
            draw_marker(painter, QPointF(x + size / 2, y + self._line / 2), size, style, self._theme)
            painter.restore()
            x += 1.5 * size
        painter.drawText(round(x), y, self.width(), self._line, Qt.AlignmentFlag.AlignVCenter, words)
