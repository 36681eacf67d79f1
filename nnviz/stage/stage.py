"""The views of one window: one large, others beside it, one in the drawer below, or one enlarged."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from nnviz.drawing.view import small_button
from nnviz.lessons.lesson import ViewLayout
from nnviz.lessons.views import DRAWER, VIEWS, ViewEntry
from nnviz.stage.drawer import Drawer, Gallery
from nnviz.stage.frame import ViewFrame
from nnviz.stage.menu import Saves, view_menu

_DRAWER_SHARE = 0.38
_MAIN_SHARE, _SIDE_SHARE = 60, 40
_LEAST_BESIDE = 130
"""Least width in pixels of a view beside the large one."""


class PlacedViews(QSplitter):
    """The large view, and the views beside it, each in a frame.

    Parameters
    ----------
    views : Gallery
    store : QWidget
        Hidden parent of the frames that are not in use.

    Attributes
    ----------
    names : tuple of str
        Names of the views, the large one first.
    """

    def __init__(self, views: Gallery, store: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self._views, self._store = views, store
        self.names: tuple[str, ...] = ()
        self._frames: dict[str, ViewFrame] = {}
        self._side = _vertical_splitter()

    def arrange(self, layout: ViewLayout) -> None:
        """Place the views that a layout names."""
        names = (layout.main, *layout.side)
        if names == self.names:
            return
        self._side.setParent(self._store)
        for name in self.names:
            self._frames[name].setParent(self._store)
        self.names = names
        for name in names:
            self._frames.setdefault(name, ViewFrame())
            self.put_back(name)
        _fill(self._side, [self._frames[name] for name in layout.side], (60, 40, 40))
        sides = [self._side] if layout.side else []
        _fill(self, [self._frames[layout.main], *sides], (_MAIN_SHARE, _SIDE_SHARE))

    def put_back(self, name: str) -> None:
        """Show a view in its frame, for instance after it was enlarged."""
        self._frames[name].set_view(self._views[name].as_widget)

    def light(self, names: Sequence[str]) -> None:
        """Frame the views of these names, and no others."""
        for name, frame in self._frames.items():
            frame.light(lit=name in names)

    def fit_side(self, width: int) -> None:
        """Hide the views beside the large one if this width in pixels is too small for both."""
        if len(self.names) > 1:
            needed = self._views[self.names[0]].as_widget.minimumSizeHint().width() + _LEAST_BESIDE
            self._side.setVisible(needed <= width)


class Enlarged(QWidget):
    """One view over the whole stage, with a button to put it back.

    Signals
    -------
    left
        The button was pressed.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, back = QLabel(), small_button("Back", "Back to its place (Esc)")
        back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        self._frame = ViewFrame()
        column.addWidget(self._frame, 1)

    def set_view(self, view: QWidget, title: str) -> None:
        """Show this view."""
        self.title.setText(title)
        self._frame.set_view(view)


class Stage(QWidget):
    """The views of one window, arranged.

    Attributes
    ----------
    enlarged : str
        Name of the enlarged view; empty if there is none.
    saves : Saves or None
        Writes a view's picture or numbers to a file; None where the menu offers no saving.

    Signals
    -------
    arranged
        Other views have become visible.
    enlarging : str
        The user wants to enlarge a view; if empty, to put the enlarged one back.
    """

    arranged = Signal()
    enlarging = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = Gallery()
        self.drawer = Drawer(lambda name: self.views[name].as_widget)
        self._store = QWidget(self)  # parent of the views that are not in use
        self._store.hide()
        self._placed = PlacedViews(self.views, self._store)
        self._work = _vertical_splitter()
        for widget, share in ((self._placed, 62), (self.drawer, 38)):
            self._work.addWidget(widget)
            self._work.setStretchFactor(self._work.indexOf(widget), share)
        self._large = Enlarged()
        self._large.left.connect(partial(self.enlarging.emit, ""))
        self._layers = QStackedLayout(self)
        for layer in (self._work, self._large):
            self._layers.addWidget(layer)
        self.enlarged = ""
        self.saves: Saves | None = None
        self.drawer.opened.connect(self._size_drawer)
        self.drawer.double_clicked.connect(self.enlarging)

    @property
    def placed(self) -> tuple[str, ...]:
        """Names of the visible views outside the drawer, the large one first."""
        return (self.enlarged,) if self.enlarged else self._placed.names

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the visible views, the large one first."""
        return (*self.placed, *self.in_drawer)

    @property
    def offered(self) -> tuple[str, ...]:
        """Names of the views that can be seen here: those in their places, and those with a tab."""
        return (*self._placed.names, *self.drawer.names)

    @property
    def focused(self) -> str:
        """Name of the view that has the keyboard focus, itself or in a part of it; empty if none has."""
        focused = self.window().focusWidget()
        views = ((name, self.views[name].as_widget) for name in self.shown if focused)
        return next((name for name, view in views if view is focused or view.isAncestorOf(focused)), "")

    @property
    def pointed(self) -> str:
        """Name of the view that has the keyboard focus, otherwise of the one under the pointer."""
        return self.focused or self.view_at(self.mapFromGlobal(QCursor.pos()))

    @property
    def in_drawer(self) -> tuple[str, ...]:
        """Name of the visible view in the drawer, if there is one."""
        return (self.drawer.name,) if self.drawer.name and not self.enlarged else ()

    def arrange(self, layout: ViewLayout, drawer: Sequence[ViewEntry] = DRAWER) -> None:
        """Place the views of a layout, and offer others in the drawer."""
        self._put_back()
        self._placed.arrange(layout)
        offered = {entry.name: entry.tab for entry in drawer if entry.name not in self._placed.names}
        self.drawer.offer(offered)
        if layout.drawer != self.drawer.name and layout.drawer in offered:
            self.drawer.open(layout.drawer)
        self._placed.fit_side(self.width())
        self.arranged.emit()

    def enlarge(self, name: str) -> None:
        """Enlarge a view; none if the name is empty."""
        if name == self.enlarged:
            return
        self._put_back()
        if name:
            self.enlarged = name
            self._large.set_view(self.views[name].as_widget, VIEWS[name].title)
            self._layers.setCurrentWidget(self._large)
        self.arranged.emit()

    def view_at(self, position: QPoint) -> str:
        """Name of the view at a position on the stage; the large view if there is none."""
        widget = self.childAt(position)
        while widget and widget is not self:
            for name in self.shown:
                if widget is self.views[name].as_widget:
                    return name
            widget = widget.parentWidget()
        return self.placed[0]

    def focus_next(self, step: int) -> None:
        """Give the keyboard focus to the next view, or with −1 to the one before."""
        names, focused = self.shown, self.focused
        index = names.index(focused) + step if focused else min(step - 1, 0)
        name = names[index % len(names)]
        self.views[name].as_widget.setFocus(Qt.FocusReason.TabFocusReason)

    def open_menu(self, position: QPoint | None = None) -> None:
        """Open the menu of the view at a position on the stage; without one, of the view that is `pointed`."""
        name = self.view_at(position) if position else self.pointed
        enlarge = partial(self.enlarging.emit, "" if self.enlarged else name)
        menu = view_menu(self.views[name], self.saves, enlarge, is_enlarged=bool(self.enlarged))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(position) if position else self._menu_place(name))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.pos())

    def _menu_place(self, name: str) -> QPoint:
        """Where a key opens the menu of a view: under the pointer, or in the middle of a focused view."""
        view = self.views[name].as_widget
        return view.mapToGlobal(view.rect().center()) if name == self.focused else QCursor.pos()

    def _put_back(self) -> None:
        """Put the enlarged view back in its place."""
        if self.enlarged:
            name, self.enlarged = self.enlarged, ""
            if name in self._placed.names:
                self._placed.put_back(name)
            elif name == self.drawer.name:
                self.drawer.take_back()
            else:
                self.views[name].as_widget.setParent(self._store)
            self._layers.setCurrentWidget(self._work)

    def light(self, names: Sequence[str]) -> None:
        """Frame the views of these names, and no others."""
        self._placed.light(names)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placed.fit_side(self.width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._placed.fit_side(self.width())

    def _size_drawer(self, name: str) -> None:
        """Give the drawer its share of the height while it is open, and none while it is closed."""
        height = sum(self._work.sizes())
        share = round(_DRAWER_SHARE * height) if name else 0
        self._work.setSizes([height - share, share])


def _vertical_splitter() -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setChildrenCollapsible(False)
    return splitter


def _fill(splitter: QSplitter, widgets: Sequence[QWidget], shares: Sequence[int]) -> None:
    """Put widgets into a splitter, each with its share of the size, whatever their size hints are."""
    for place, (widget, share) in enumerate(zip(widgets, shares, strict=False)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, share)
        widget.show()
    splitter.setSizes([16 * share for share in shares[: len(widgets)]])
