"""Where the views stand: one large, others beside it, one in the drawer below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from nnviz.lessons.lesson import ViewLayout
from nnviz.lessons.views import DRAWER, ViewEntry
from nnviz.stage.drawer import Drawer
from nnviz.stage.gallery import Gallery

_DRAWER_SHARE = 0.38
_MAIN_SHARE, _SIDE_SHARE = 60, 40
_LEAST_BESIDE = 130
"""Pixels of width that a view beside the large one needs at least."""
_LINE = 3
"""Pixels around a view, for the line that lights it."""


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
        """Draw the line in the accent's colour."""
        if self.lit:
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2 * _LINE))
            painter.drawRect(self.rect())
            painter.end()


class Stage(QWidget):
    """The views of one window, arranged.

    Signals
    -------
    arranged
        Other views can be seen.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = Gallery(self)
        self.drawer = Drawer(self.views.__getitem__)
        self._placed: tuple[str, ...] = ()
        self._frames: dict[str, ViewFrame] = {}
        self._shelf = QWidget(self)  # where views wait that stand nowhere
        self._shelf.hide()
        self._main, self._side = _splitter(Qt.Orientation.Horizontal), _splitter(Qt.Orientation.Vertical)
        self._work = _splitter(Qt.Orientation.Vertical)
        for widget, share in ((self._main, 62), (self.drawer, 38)):
            self._work.addWidget(widget)
            self._work.setStretchFactor(self._work.indexOf(widget), share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._work)
        self.drawer.opened.connect(self._make_room)

    @property
    def placed(self) -> tuple[str, ...]:
        """Names of the views that stand outside the drawer, the large one first."""
        return self._placed

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the views that can be seen, the large one first."""
        return (*self._placed, *([self.drawer.name] if self.drawer.name else []))

    def arrange(self, layout: ViewLayout, drawer: Sequence[ViewEntry] = DRAWER) -> None:
        """Put views into their places, and offer others in the drawer."""
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have views beside the large one only where that leaves it the room that it needs."""
        super().resizeEvent(event)
        self._make_way()

    def changeEvent(self, event: QEvent) -> None:
        """Find out anew how much room there is, in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._make_way()

    def _make_way(self) -> None:
        if len(self._placed) > 1:
            needed = self.views[self._placed[0]].minimumSizeHint().width() + _LEAST_BESIDE
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
        self._frames[name].hold(self.views[name])
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
