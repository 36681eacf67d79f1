"""Views that are looked at one at a time, under a row of tabs; the tab that is open closes the drawer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

_LEAST = 160
"""Pixels of height below which no view can be read."""


class Drawer(QWidget):
    """One of several views, or none.

    Signals
    -------
    opened : QWidget or None
        The view that is shown now.
    """

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs, self._stack = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("drawer")
        self.tabs.tabBarClicked.connect(self._clicked)
        self._stack.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self._open: int | None = None
        self._fold()

    @property
    def view(self) -> QWidget | None:
        """The view that is shown."""
        return None if self._open is None else self._stack.widget(self._open)

    def add(self, view: QWidget, title: str) -> None:
        """Add a view under a tab."""
        self._stack.addWidget(view)
        self.tabs.addTab(title)
        self._fold()

    def open(self, index: int | None) -> None:
        """Show a view; none if ``index`` is None."""
        self._open = index
        if index is not None:
            self.tabs.setCurrentIndex(index)
            self._stack.setCurrentIndex(index)
        self._stack.setVisible(index is not None)
        self._fold()
        self.opened.emit(self.view)

    def _clicked(self, index: int) -> None:
        self.open(None if index == self._open else index)

    def _fold(self) -> None:
        """Take no more height than the tabs while closed."""
        tabs = self.tabs.sizeHint().height()
        self.setMinimumHeight(tabs if self._open is None else _LEAST)
        self.setMaximumHeight(tabs if self._open is None else 16_777_215)
