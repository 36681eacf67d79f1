"""What every view is, and what those that are laid out on a canvas have in common."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Canvas
from nnviz.drawing.room import Room
from nnviz.runs.scene import Aspect
from nnviz.runs.timeline import Timeline
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

M = TypeVar("M")


class View(Generic[M]):
    """A widget that shows moments of one kind, the type ``M``, in a theme.

    A widget inherits it beside its Qt class, and overrides the methods that it needs.
    """

    log_button: QToolButton | None = None
    """Switches the view's loss to a logarithmic scale; None if the view has no such button."""

    @property
    def as_widget(self) -> QWidget:
        """The view as a widget.

        Raises
        ------
        TypeError
            It is none.
        """
        if not isinstance(self, QWidget):
            raise TypeError(f"{type(self).__name__} is no widget")
        return self

    @property
    def aspects(self) -> Iterable[Aspect]:
        """What is to be computed of each moment while the view can be seen."""
        return ()

    def show_snapshot(self, snapshot: M) -> None:
        """Show this moment."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def show_history(self, timeline: Timeline) -> None:
        """Show the course of this timeline, now and with each snapshot until there is another."""

    def show_parameter(self, layer: int, unit: int, source: int | None) -> None:
        """Show more of a weight that was clicked in another view, or with ``source`` None of a bias; from 0."""

    def show_point(self, x: float, y: float) -> None:
        """Show more of a point of the plane that was clicked in another view."""

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the data's plane, or all of it, as other views of that plane do."""

    def connect_to(self, room: Room) -> None:
        """Have what is asked for here done by the room; done once, and not where nobody operates the view."""


def small_button(text: str, tip: str = "", *, checkable: bool = False) -> QToolButton:
    """A button for a view's corner. The keyboard passes it by: its keys are the lecture's."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def dress_button(button: QToolButton, theme: Theme) -> None:
    """Show a pressed button in the accent's colour: Fusion does it by a shade that no projector shows."""
    button.setStyleSheet(
        f"QToolButton {{ background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};"
        " border-radius: 3px; padding: 0px 7px; }"
        f" QToolButton:checked {{ background: {theme.accent}; color: {theme.accent_text}; }}"
        " QToolButton::menu-indicator { image: none; }"
    )


_LEAST = 16
"""Pixels of width and of height from which on something can be laid out."""


class CanvasView(QWidget, View[M]):
    """A view on a canvas.

    A subclass lays itself out when size, font or theme change, which is seldom, and paints a snapshot with every
    frame. Neither is done while nobody can see it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme_named("light")
        self._snapshot: M | None = None
        self._stale = True
        self.canvas = self.make_canvas()
        self.canvas.resized.connect(self._refresh)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.canvas, 0, 0)
        self._corner = QHBoxLayout()
        grid.addLayout(self._corner, 0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    def make_canvas(self) -> Canvas:
        """What it is laid out on."""
        return Canvas(self)

    def show_snapshot(self, snapshot: M) -> None:
        self._snapshot = snapshot
        self._show()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self.findChildren(QToolButton):
            dress_button(button, theme)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was shown while nobody could see it."""
        super().showEvent(event)
        if self._stale:
            self._refresh()
        else:
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for button in self.findChildren(QToolButton):  # a style sheet keeps them from taking it by themselves
                button.setFont(self.font())
            self._corner.invalidate()  # what stands beside it asks at once how wide it is now
            self._refresh()

    def add_controls(self, *controls: QWidget) -> None:
        """Put controls into the upper right corner."""
        for control in controls:
            self._corner.addWidget(control)

    def _refresh(self) -> None:
        self._stale = not self._is_seen
        if not self._stale:
            self.canvas.dress(self._theme, self.font())
            self._lay_out()
            self._show()

    @property
    def _is_seen(self) -> bool:
        """Whether there is anything to see: while views change places they are next to nothing for a moment."""
        return self.isVisible() and min(self.canvas.width(), self.canvas.height()) > _LEAST

    def _show(self) -> None:
        """Bring what is seen up to date, if it is seen."""
        if self._snapshot and self._is_seen:
            self._paint(self._snapshot)
        self.canvas.repaint_soon()

    def _lay_out(self) -> None:
        """Do all that depends on size, font and theme."""
        raise NotImplementedError

    def _paint(self, snapshot: M) -> None:
        """Bring what changes with every frame up to date."""
        raise NotImplementedError
