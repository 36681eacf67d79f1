"""The context menu of a view: show all, grid, scale, enlarge, copy and save."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.drawing.saving import copy_picture, numbers_of
from nnviz.drawing.view import View
from nnviz.plots.canvas import PlotCanvas


class Saves(Protocol):
    """Asks for a file and writes what a view shows to it."""

    def picture(self, view: QWidget) -> None:
        """Save a picture."""

    def numbers(self, view: QWidget) -> None:
        """Save the plots' numbers, as a table."""


def view_menu(view: View[Any], saves: Saves | None, enlarge: Callable[[], None], *, is_enlarged: bool) -> QMenu:
    """The menu of a view; it offers to save what the view shows if ``saves`` is given."""
    widget = view.as_widget
    menu = QMenu(widget)
    canvases = [canvas for canvas in widget.findChildren(PlotCanvas) if canvas.isVisible() and canvas.planes]
    if canvases:
        _add_plots(menu, canvases)
        if view.log_button and view.log_button.isVisible():
            action = _checkable(menu, "Logarithmic scale", view.log_button.isChecked())
            action.toggled.connect(view.log_button.setChecked)
        menu.addActions(view.choices)
        menu.addSeparator()
    menu.addAction("Back to its place" if is_enlarged else "Enlarge", enlarge)
    menu.addSeparator()
    menu.addAction("Copy picture", partial(copy_picture, widget))
    if saves:
        menu.addAction("Save picture…", partial(saves.picture, widget))
        if numbers_of(widget):
            menu.addAction("Save numbers…", partial(saves.numbers, widget))
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


def _checkable(menu: QMenu, words: str, checked: bool) -> QAction:
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(checked)
    return action
