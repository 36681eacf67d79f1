"""Views that are looked at one at a time, under a row of tabs; the tab that is open closes the drawer."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

_LEAST = 160
"""Pixels of height below which no view can be read."""


class Drawer(QWidget):
    """One of several views, or none.

    Parameters
    ----------
    view_named : callable
        Gives the view of a name; asked only when its tab is opened.

    Signals
    -------
    opened : str
        Name of the view that is shown now; empty if none is.
    double_clicked : str
        Name of the view whose tab was clicked twice.
    """

    opened = Signal(str)
    double_clicked = Signal(str)

    def __init__(self, view_named: Callable[[str], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_named = view_named
        self._names: list[str] = []
        self.name, self._was_double = "", False
        self.tabs, self._stack = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("drawer")
        self.tabs.tabBarClicked.connect(self._clicked)
        self.tabs.tabBarDoubleClicked.connect(self._double_clicked)
        self._stack.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self._fold()

    def offer(self, titles: Mapping[str, str]) -> None:
        """Have a tab for each view, with its title by its name; what is open stays so if it is among them."""
        names = list(titles)
        if names != self._names:
            while self.tabs.count():
                self.tabs.removeTab(0)
            for title in titles.values():
                self.tabs.addTab(title)
            self._names = names
            self.setVisible(bool(names))
            self.open(self.name if self.name in names else "")

    def open(self, name: str) -> None:
        """Show a view; none if the name is empty."""
        self.name = name
        if name:
            self.tabs.setCurrentIndex(self._names.index(name))
            view = self._view_named(name)
            if self._stack.indexOf(view) < 0:
                self._stack.addWidget(view)
            self._stack.setCurrentWidget(view)
        self._stack.setVisible(bool(name))
        self._fold()
        self.opened.emit(name)

    def take_back(self) -> None:
        """Show the open view here again, which stood elsewhere."""
        view = self._view_named(self.name)
        self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fold()

    def _clicked(self, index: int) -> None:
        if self._was_double:  # Qt tells of the second click of two once more
            self._was_double = False
            return
        name = self._names[index] if index >= 0 else ""
        self.open("" if name == self.name else name)

    def _double_clicked(self, index: int) -> None:
        """Tell it; the first of the two clicks may have closed the drawer."""
        if index >= 0:
            self._was_double = True
            self.open(self._names[index])
            self.double_clicked.emit(self._names[index])

    def _fold(self) -> None:
        """Take no more height than the tabs while closed."""
        tabs = self.tabs.sizeHint().height()
        self.tabs.setFixedHeight(tabs)
        self.setMinimumHeight(_LEAST if self.name else tabs)
        self.setMaximumHeight(16_777_215 if self.name else tabs)
