"""Where the views stand: one large, others beside it, one in the drawer below."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nnviz.drawing.saving import copy_picture, numbers_of
from nnviz.drawing.view import small_button
from nnviz.lessons.lesson import ViewLayout
from nnviz.lessons.views import DRAWER, VIEWS, ViewEntry
from nnviz.plots.canvas import PlotCanvas
from nnviz.stage.drawer import Drawer, Gallery

_DRAWER_SHARE = 0.38
_MAIN_SHARE, _SIDE_SHARE = 60, 40
_LEAST_BESIDE = 130
"""Pixels of width that a view beside the large one needs at least."""

_LINE = 3
"""Pixels around a view, for the line that lights it."""


class Saves(Protocol):
    """Asks where, and writes what a view shows."""

    def picture(self, view: QWidget) -> None:
        """As a picture."""

    def numbers(self, view: QWidget) -> None:
        """As a table."""


def view_menu(view: QWidget, saves: Saves | None, enlarge: Callable[[], None], *, is_enlarged: bool) -> QMenu:
    """The menu of a view; what it shows can be saved where ``saves`` is given."""
    menu = QMenu(view)
    canvases = [canvas for canvas in view.findChildren(PlotCanvas) if canvas.isVisible() and canvas.planes]
    if canvases:
        _add_plots(menu, canvases)
        _add_log(menu, view)
        menu.addSeparator()
    menu.addAction("Back to its place" if is_enlarged else "Enlarge", enlarge)
    menu.addSeparator()
    menu.addAction("Copy picture", partial(copy_picture, view))
    if saves:
        menu.addAction("Save picture…", partial(saves.picture, view))
        if numbers_of(view):
            menu.addAction("Save numbers…", partial(saves.numbers, view))
    return menu


def _add_plots(menu: QMenu, canvases: list[PlotCanvas]) -> None:
    def show_all() -> None:
        for canvas in canvases:
            canvas.show_all()

    def show_grid(shown: bool) -> None:
        for canvas in canvases:
            canvas.show_grid(shown)

    held = any(plane.held for canvas in canvases for plane in canvas.planes)
    menu.addAction("Show all", show_all).setEnabled(held)
    _checkable(menu, "Grid", canvases[0].has_grid).toggled.connect(show_grid)


def _add_log(menu: QMenu, view: QWidget) -> None:
    """Offer what the view's own button for it does."""
    buttons = [button for button in view.findChildren(QAbstractButton) if button.text() == "log"]
    for button in (one for one in buttons if one.isVisible()):
        action = _checkable(menu, "Logarithmic scale", button.isChecked())
        action.toggled.connect(button.setChecked)


def _checkable(menu: QMenu, words: str, checked: bool) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(checked)
    return action


class ViewFrame(QFrame):
    """What a view stands in: a line around it while it is lit, as wide as the room for it otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_LINE, _LINE, _LINE, _LINE)
        self.light(lit=False)

    def hold(self, view: QWidget) -> None:
        """Have this view inside."""
        self._column.addWidget(view)
        view.show()

    def light(self, *, lit: bool) -> None:
        """Draw the line or not."""
        self.lit = lit
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.lit:
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2 * _LINE))
            painter.drawRect(self.rect())
            painter.end()


class Enlarged(QWidget):
    """One view with all the room there is, and a way back.

    Signals
    -------
    left
        The view is to go back to its place.
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
        column.setContentsMargins(_LINE, _LINE, _LINE, _LINE)
        column.addLayout(head)
        self._room = QVBoxLayout()
        column.addLayout(self._room, 1)

    def hold(self, view: QWidget, title: str) -> None:
        """Have this view inside."""
        self.title.setText(title)
        self._room.addWidget(view)
        view.show()


class Stage(QWidget):
    """The views of one window, arranged.

    Attributes
    ----------
    enlarged : str
        Name of the view that has all the room; empty if each stands in its place.
    saves : Saves or None
        What writes a view's picture or numbers to a file.

    Signals
    -------
    arranged
        Other views can be seen.
    enlarging : str
        A view is wished to have all the room; if empty, to go back to its place.
    """

    arranged = Signal()
    enlarging = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = Gallery()
        self.drawer = Drawer(lambda name: self.views[name].as_widget)
        self._placed: tuple[str, ...] = ()
        self._frames: dict[str, ViewFrame] = {}
        self._shelf = QWidget(self)  # where views wait that stand nowhere
        self._shelf.hide()
        self._main, self._side = _splitter(Qt.Orientation.Horizontal), _splitter(Qt.Orientation.Vertical)
        self._work = _splitter(Qt.Orientation.Vertical)
        for widget, share in ((self._main, 62), (self.drawer, 38)):
            self._work.addWidget(widget)
            self._work.setStretchFactor(self._work.indexOf(widget), share)
        self._large = Enlarged()
        self._large.left.connect(partial(self.enlarging.emit, ""))
        self._layers = QStackedLayout(self)
        for layer in (self._work, self._large):
            self._layers.addWidget(layer)
        self.enlarged = ""
        self.saves: Saves | None = None
        self.drawer.opened.connect(self._make_room)
        self.drawer.double_clicked.connect(self.enlarging)

    @property
    def placed(self) -> tuple[str, ...]:
        """Names of the views that stand outside the drawer and can be seen, the large one first."""
        return (self.enlarged,) if self.enlarged else self._placed

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the views that can be seen, the large one first."""
        return (*self.placed, *self.in_drawer)

    @property
    def in_drawer(self) -> tuple[str, ...]:
        """Name of the view that can be seen in the drawer, if one can."""
        return (self.drawer.name,) if self.drawer.name and not self.enlarged else ()

    def arrange(self, layout: ViewLayout, drawer: Sequence[ViewEntry] = DRAWER) -> None:
        """Put views into their places, and offer others in the drawer."""
        self._put_back()
        placed = (layout.main, *layout.side)
        if placed != self._placed:
            self._clear()
            self._placed = placed
            _fill(self._side, [self._framed(name) for name in layout.side], (60, 40, 40))
            sides = [self._side] if layout.side else []
            _fill(self._main, [self._framed(layout.main), *sides], (_MAIN_SHARE, _SIDE_SHARE))
        offered = {entry.name: entry.tab for entry in drawer if entry.name not in placed}
        self.drawer.offer(offered)
        if layout.drawer != self.drawer.name and layout.drawer in offered:
            self.drawer.open(layout.drawer)
        self._make_way()
        self.arranged.emit()

    def enlarge(self, name: str) -> None:
        """Give a view all the room; none if the name is empty."""
        if name == self.enlarged:
            return
        self._put_back()
        if name:
            self.enlarged = name
            self._large.hold(self.views[name].as_widget, VIEWS[name].tab or name.capitalize())
            self._layers.setCurrentWidget(self._large)
        self.arranged.emit()

    def view_at(self, place: QPoint) -> str:
        """Name of the view at a place of the stage; the large one's where there is none."""
        widget = self.childAt(place)
        while widget and widget is not self:
            for name in self.shown:
                if widget is self.views[name].as_widget:
                    return name
            widget = widget.parentWidget()
        return self.placed[0]

    def open_menu(self, place: QPoint | None = None) -> None:
        """Open the menu of the view at a place of the stage, or under the pointer."""
        name = self.view_at(place or self.mapFromGlobal(QCursor.pos()))
        other = "" if self.enlarged else name
        view, enlarge = self.views[name].as_widget, partial(self.enlarging.emit, other)
        menu = view_menu(view, self.saves, enlarge, is_enlarged=bool(self.enlarged))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(place) if place else QCursor.pos())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.pos())

    def _put_back(self) -> None:
        """Let the view that has all the room go back to its place."""
        if self.enlarged:
            name, self.enlarged = self.enlarged, ""
            if name in self._placed:
                self._frames[name].hold(self.views[name].as_widget)
            elif name == self.drawer.name:
                self.drawer.take_back()
            else:
                self.views[name].as_widget.setParent(self._shelf)
            self._layers.setCurrentWidget(self._work)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have views beside the large one only where that leaves it the room that it needs."""
        super().resizeEvent(event)
        self._make_way()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._make_way()

    def _make_way(self) -> None:
        if len(self._placed) > 1:
            needed = self.views[self._placed[0]].as_widget.minimumSizeHint().width() + _LEAST_BESIDE
            self._side.setVisible(needed <= self.width())

    def light(self, names: Sequence[str]) -> None:
        """Frame the views of these names, and no others."""
        for name, frame in self._frames.items():
            frame.light(lit=name in names)

    def _clear(self) -> None:
        self._side.setParent(self._shelf)
        for name in self._placed:
            self._frames[name].setParent(self._shelf)

    def _framed(self, name: str) -> "ViewFrame":
        if name not in self._frames:
            self._frames[name] = ViewFrame()
        self._frames[name].hold(self.views[name].as_widget)
        return self._frames[name]

    def _make_room(self, name: str) -> None:
        """Give the drawer its share of the height while it is open, and none while it is closed."""
        height = sum(self._work.sizes())
        share = round(_DRAWER_SHARE * height) if name else 0
        self._work.setSizes([height - share, share])


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    return splitter


def _fill(splitter: QSplitter, widgets: Sequence[QWidget], shares: Sequence[int]) -> None:
    """Put widgets into a splitter, each with its share of the room, whatever their own wish."""
    for place, (widget, share) in enumerate(zip(widgets, shares, strict=False)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, share)
        widget.show()
    splitter.setSizes([16 * share for share in shares[: len(widgets)]])
