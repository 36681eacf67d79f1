"""The gallery, which makes each view when it is first needed, and the drawer, which shows one view at a time."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from nnviz.drawing.room import Room
from nnviz.drawing.view import View
from nnviz.late import Late
from nnviz.lessons.views import FIGURE, VIEWS
from nnviz.stage.focus import let_keys_through
from nnviz.stage.frame import ViewFrame
from nnviz.theme import Theme, theme

Classes = Mapping[str, Callable[[], object]]
_CLASSES: Classes = Late("nnviz.views", {name: entry.made_by for name, entry in VIEWS.items()})
_LEAST = 160
"""Least height of an open view in pixels."""

if TYPE_CHECKING:  # views are imported when they are made, so that unused ones do not delay the start
    from nnviz.views.backprop.view import BackpropView
    from nnviz.views.figure.view import FigureView
    from nnviz.views.landscape.view import LandscapeView
    from nnviz.views.loss.view import LossView
    from nnviz.views.network.view import NetworkView
    from nnviz.views.output.view import OutputView


class Gallery:
    """The views of one window.

    Parameters
    ----------
    classes : mapping of str to callable
        Makes the view of each name.

    Attributes
    ----------
    room : Room or None
        The room that new views are connected to; None where nobody operates them.
    is_operated : bool
        Views have buttons, as there is somebody who can press them.
    keeps_secret : bool
        No view shows a verdict, as a question waits.
    """

    def __init__(self, classes: Classes = _CLASSES) -> None:
        self._classes = classes
        self.room: Room | None = None
        self._views: dict[str, View[Any]] = {}
        self._theme = theme("light")
        self.keeps_secret, self.is_operated = False, True

    def __getitem__(self, name: str) -> View[Any]:
        """The view of a name, made at the first call.

        Raises
        ------
        TypeError
            The class of that name is no view.
        """
        if name not in self._views:
            view = self._classes[name]()
            if not isinstance(view, View):
                raise TypeError(f"{name}: {type(view).__name__} is no view")
            let_keys_through(view.as_widget)
            if view.as_widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
                view.as_widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            view.as_widget.setAccessibleName(VIEWS[name].title)
            view.set_theme(self._theme)
            view.keep_secret(self.keeps_secret)
            if not self.is_operated:
                view.withdraw_buttons()
            self._views[name] = view
            if self.room:
                view.connect_to(self.room)
        return self._views[name]

    @property
    def all(self) -> Mapping[str, View[Any]]:
        """The views made so far, by name."""
        return self._views

    @property
    def network(self) -> "NetworkView":
        """The network diagram."""
        return cast("NetworkView", self["network"])

    @property
    def output(self) -> "OutputView":
        """The decision regions, or the curve."""
        return cast("OutputView", self["output"])

    @property
    def loss(self) -> "LossView":
        """The curves of loss and accuracy."""
        return cast("LossView", self["loss"])

    @property
    def backprop(self) -> "BackpropView":
        """One example, forward and back."""
        return cast("BackpropView", self["backprop"])

    @property
    def landscape(self) -> "LandscapeView":
        """The loss on a plane through the parameters."""
        return cast("LandscapeView", self["landscape"])

    @property
    def figure(self) -> "FigureView":
        """A lesson's figure."""
        return cast("FigureView", self[FIGURE])

    def set_theme(self, theme: Theme) -> None:
        """Paint all views in a theme, also those made later."""
        self._theme = theme
        for view in self._views.values():
            view.set_theme(theme)

    def keep_secret(self, secret: bool) -> None:
        """Show no verdict in any view, also in those made later, or show them again."""
        self.keeps_secret = secret
        for view in self._views.values():
            view.keep_secret(secret)


class Tabs(QTabBar):
    """The tabs of the drawer; Return does what a click on the current one does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.tabBarClicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Put a dashed ring around the current tab while the tabs have the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2, Qt.PenStyle.DashLine))
            painter.drawRect(self.tabRect(self.currentIndex()).adjusted(3, 3, -4, -4))
            painter.end()


class Drawer(QWidget):
    """Tabs of several views, of which one is open or none.

    Parameters
    ----------
    view_named : callable
        Returns the view of a name; called only when its tab is opened.

    Attributes
    ----------
    names : list of str
        Names of the views that have a tab.
    name : str
        Name of the open view; empty if none is.

    Signals
    -------
    opened : str
        Name of the view that is open now; empty if none is.
    double_clicked : str
        Name of the view whose tab was double-clicked.
    """

    opened = Signal(str)
    double_clicked = Signal(str)

    def __init__(self, view_named: Callable[[str], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_named = view_named
        self.names: list[str] = []
        self.name, self._was_double = "", False
        self.tabs, self._stack, self._frame = Tabs(), QStackedWidget(), ViewFrame()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("drawer")
        self.tabs.tabBarClicked.connect(self._clicked)
        self.tabs.tabBarDoubleClicked.connect(self._double_clicked)
        self.tabs.currentChanged.connect(self._moved)
        self._frame.set_view(self._stack)
        self._frame.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._frame, 1)
        self._limit_height()

    def offer(self, titles: Mapping[str, str]) -> None:
        """Show a tab for each view, given its title by name; the open view stays open if it is among them."""
        names = list(titles)
        if names != self.names:
            with QSignalBlocker(self.tabs):
                while self.tabs.count():
                    self.tabs.removeTab(0)
                for title in titles.values():
                    self.tabs.addTab(title)
            self.names = names
            self.setVisible(bool(names))
            self.open(self.name if self.name in names else "")

    def open(self, name: str) -> None:
        """Open a view; none if the name is empty."""
        self.name = name
        if name:
            self.tabs.setCurrentIndex(self.names.index(name))
            view = self._view_named(name)
            if self._stack.indexOf(view) < 0:
                self._stack.addWidget(view)
            self._stack.setCurrentWidget(view)
        self._frame.setVisible(bool(name))
        self._limit_height()
        self.opened.emit(name)

    def toggle(self, name: str) -> None:
        """Open a view, or close it if it is open."""
        self.open("" if name == self.name else name)

    def step(self, tabs: int) -> None:
        """Open the view so many tabs on, or back if negative; after the last comes the first."""
        if self.names:
            index = self.names.index(self.name) + tabs if self.name else min(tabs - 1, 0)
            self.open(self.names[index % len(self.names)])

    def take_back(self) -> None:
        """Show the open view in the drawer again, after it was enlarged."""
        view = self._view_named(self.name)
        self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._limit_height()

    def _clicked(self, index: int) -> None:
        if self._was_double:  # Qt also reports the second click of a double click as a click
            self._was_double = False
            return
        self.toggle(self.names[index] if index >= 0 else "")

    def _moved(self, index: int) -> None:
        """Open the view that an arrow key has led to."""
        if index >= 0 and self.tabs.hasFocus() and self.names[index] != self.name:
            self.open(self.names[index])

    def _double_clicked(self, index: int) -> None:
        """Open the view, as the first of the two clicks may have closed it, and emit its name."""
        if index >= 0:
            self._was_double = True
            self.open(self.names[index])
            self.double_clicked.emit(self.names[index])

    def _limit_height(self) -> None:
        """While closed, be no higher than the tabs."""
        tabs = self.tabs.sizeHint().height()
        self.tabs.setFixedHeight(tabs)
        self.setMinimumHeight(_LEAST if self.name else tabs)
        self.setMaximumHeight(16_777_215 if self.name else tabs)
