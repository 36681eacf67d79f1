"""The base class of all views, and that of views drawn on a canvas."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGraphicsSimpleTextItem,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from nnviz.data.dataset import Extent
from nnviz.data.messages import shown
from nnviz.drawing.canvas import Canvas
from nnviz.drawing.room import Room
from nnviz.drawing.turns import lay_out_soon, waits
from nnviz.runs.scene import Aspect
from nnviz.runs.timeline import Timeline
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

M = TypeVar("M")
Switches = Mapping[str, QAbstractButton | QAction]
"""What can be switched on and off in a view, by the names that lessons use."""


class SelfPainted(QWidget):
    """A widget that paints all of itself, and has no buttons: pictures of views hold it as it is."""


class View(Generic[M]):
    """A widget that shows moments of one kind, the type ``M``, in a theme.

    A widget inherits it beside its Qt class, and overrides the methods that it needs.
    """

    choices: Sequence[QAction] = ()
    """What can be switched on and off in the view, for its menu."""

    log_button: QToolButton | None = None
    """Switches the view's loss to a logarithmic scale; None if the view has no such button."""

    @property
    def as_widget(self) -> QWidget:
        """The view as a widget.

        Raises
        ------
        TypeError
            It is not a widget.
        """
        if not isinstance(self, QWidget):
            raise TypeError(f"{type(self).__name__} is no widget")
        return self

    @property
    def aspects(self) -> Iterable[Aspect]:
        """What has to be computed for each moment while the view is visible."""
        return ()

    def is_done_with(self, _moment: M) -> bool:
        """Whether nothing of a moment is still being computed for the view."""
        return True

    @property
    def switches(self) -> Switches:
        """What a lesson's page can switch on, by the names in the table of views."""
        return {}

    def switch(self, on: Collection[str]) -> tuple[str, ...]:
        """Switch on what is named, and off the other `switches`; return what was on."""
        was = tuple(name for name, switch in self.switches.items() if switch.isChecked())
        for name, switch in self.switches.items():
            switch.setChecked(name in on)
        return was

    def show_snapshot(self, snapshot: M) -> None:
        """Show this moment."""
        raise NotImplementedError

    def follow(self, snapshot: M) -> None:
        """Show of a moment of a run what changes fastest; `show_rest` has its turn with one of the next frames."""
        self.show_snapshot(snapshot)

    def show_rest(self, snapshot: M) -> None:
        """Show what `follow` leaves out."""

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def show_history(self, timeline: Timeline) -> None:
        """Show this timeline, and what each new snapshot adds to it."""

    def show_parameter(self, layer: int, unit: int, source: int | None) -> None:
        """Show more of a weight (a bias if ``source`` is None) clicked in another view; all counted from 0."""

    def show_neuron(self, layer: int, unit: int) -> None:
        """Show more of a neuron clicked in another view; layers count from 1, units from 0."""

    def mark_sample(self, sample: int | None) -> None:
        """Mark a training sample, counted from 0, that other views show; None for none."""

    def show_point(self, x: float, y: float) -> None:
        """Show more of a point of the plane clicked in another view."""

    def describe(self) -> str:
        """What the view shows, in words, for a screen reader: as a rule the text on it, line by line."""
        return text_on(self.as_widget)

    def keep_secret(self, secret: bool) -> None:
        """Show no verdict while a question waits, whichever lesson asks it; then show them again.

        Each view says where it makes an item, by `as_verdict`, that it is one: a loss, a slope, a comparison.
        """
        for canvas in self.as_widget.findChildren(Canvas):
            canvas.keep_secret(secret)

    def withdraw_buttons(self) -> None:
        """Show no buttons from now on: where nobody operates the view they would only look as if."""
        for canvas in self.as_widget.findChildren(Canvas):
            canvas.is_operated = False
        for button in self.as_widget.findChildren(QToolButton):
            button.setFixedSize(0, 0)

    def close_card(self) -> bool:
        """Close a card that is open over the view; False if there is none."""
        return False

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the data's plane, or all of it, in step with the other views."""

    def connect_to(self, room: Room) -> None:
        """Connect the view's signals to the room; done once, and only where somebody operates the view."""


PADDING, TIGHT = 7, 2
"""Pixels beside the words of a button, and where a row of them would not fit otherwise."""


def small_button(text: str, tip: str = "", *, checkable: bool = False) -> QToolButton:
    """A button for a view's corner. Only Tab gives it the keyboard focus, as the keys belong to the lecture."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def style_button(button: QToolButton, theme: Theme, padding: int = PADDING) -> None:
    """Show a checked button in the accent colour: Fusion's slight shade is invisible on a projector."""
    button.setStyleSheet(
        f"QToolButton {{ background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};"
        f" border-radius: 3px; padding: 0px {padding}px; }}"
        f" QToolButton:focus {{ border: 2px dashed {theme.text}; padding: -1px {padding - 1}px; }}"
        f" QToolButton:checked {{ background: {theme.accent}; color: {theme.accent_text}; }}"
        " QToolButton::menu-indicator { image: none; }"
    )


_MOST_ITEMS = 2_000
"""Most items of a scene among which text is looked for: going through more takes too long."""
_LONGEST = 600


def text_on(view: QWidget) -> str:
    """The text on a view's canvases and labels, from top to bottom and left to right, shortened."""
    labels = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    drawn = [text for canvas in view.findChildren(Canvas) if canvas.isVisible() for text in _drawn_on(canvas)]
    return shown(", ".join(filter(None, (*labels, *drawn))), _LONGEST)


def _drawn_on(canvas: Canvas) -> list[str]:
    items = canvas.scene().items()
    texts = [
        item
        for item in items[:_MOST_ITEMS]
        if isinstance(item, QGraphicsSimpleTextItem) and item.isVisible() and item.effectiveOpacity()
    ]
    line = canvas.fontMetrics().height()
    texts.sort(key=lambda item: (round(item.scenePos().y() / line), item.scenePos().x()))
    return [item.text() for item in texts]


_LEAST = 16
"""Least width and height in pixels for a layout."""


class CanvasView(QWidget, View[M]):
    """A view on a canvas.

    A subclass lays itself out when size, font or theme change, and paints a snapshot with every frame; it does
    neither while it is hidden.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._snapshot: M | None = None
        self._stale = True
        self.canvas = self.make_canvas()
        self.canvas.resized.connect(self._refresh_soon)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.canvas, 0, 0)
        self._corner = QHBoxLayout()
        grid.addLayout(self._corner, 0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._grid = grid
        # a least width that followed the controls could change with every layout that hides some, for ever
        self.setMinimumSize(1, 1)

    def make_canvas(self) -> Canvas:
        """Make the view's canvas."""
        return Canvas(self)

    def show_snapshot(self, snapshot: M) -> None:
        self._snapshot = snapshot
        self._show()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self.findChildren(QToolButton):
            style_button(button, theme)
        self._refresh_soon()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while the view was hidden."""
        super().showEvent(event)
        if self._stale:
            self._refresh_soon()
        else:
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for button in self.findChildren(QToolButton):  # with a style sheet they do not inherit the font
                button.setFont(self.font())
            self._corner.invalidate()  # the layout beside it asks for its new width at once
            self._refresh_soon()

    def add_controls(self, *controls: QWidget) -> None:
        """Add controls to the upper right corner."""
        for control in controls:
            self._corner.addWidget(control)

    def add_below(self, *controls: QWidget) -> None:
        """Add a row of controls below the canvas."""
        row = QHBoxLayout()
        row.setSpacing(0)
        for control in controls:
            row.addWidget(control)
        self._grid.setVerticalSpacing(0)
        self._grid.addLayout(row, self._grid.rowCount(), 0)
        self._grid.setRowStretch(0, 1)

    def _refresh_soon(self) -> None:
        """Lay the view out in its turn, unless it is hidden."""
        self._stale = True
        if self._is_seen:
            lay_out_soon(self, self._refresh)

    def _refresh(self) -> None:
        self._stale = not self._is_seen
        if not self._stale:
            self.canvas.set_style(self._theme, self.font())
            self._lay_out()
            self._show()

    @property
    def _is_seen(self) -> bool:
        """Whether the view is visible and large enough: its size is briefly near zero during a rearrangement."""
        return self.isVisible() and min(self.canvas.width(), self.canvas.height()) > _LEAST

    def _show(self) -> None:
        """Paint the snapshot if the view is visible; one that waits for its layout shows it then."""
        if waits(self):
            return
        if self._snapshot and self._is_seen:
            self._paint(self._snapshot)
        if self.canvas.keeps_secret:  # painting may have made items
            self.canvas.keep_secret(True)
        self.canvas.repaint_soon()

    def _lay_out(self) -> None:
        """Do everything that depends on size, font and theme."""
        raise NotImplementedError

    def _paint(self, snapshot: M) -> None:
        """Update what changes with every frame."""
        raise NotImplementedError
