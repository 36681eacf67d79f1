"""The menu of a view: its plots, its size, what it shows as a picture or as numbers."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from nnviz.drawing.saving import copy_picture, numbers_of
from nnviz.plots.canvas import PlotCanvas


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
