"""The way through a lesson: a dot for each page, back and next."""

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.presenter.dots import Dots
from nnviz.presenter.style import QuietButton, tint
from nnviz.theme import Theme


class Way(QWidget):
    """The way through the lesson: a dot a page, back and next."""

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

    def show_way(self, titles: tuple[str, ...], index: int, done: Collection[int]) -> None:
        """Show where one is."""
        self.dots.show_pages(titles, index, done)
        self.count.setText(f"{index + 1} / {len(titles)}")
        self.back.setEnabled(index > 0)
        self.next.setEnabled(index < len(titles) - 1)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.dots.set_theme(theme)
        tint(self.count, theme.muted)
        for button in (self.back, self.next):
            button.set_theme(theme)
