"""Menus and shortcuts, made from the table of commands."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from nnviz.theme import THEMES, theme
from nnviz.window.appearance import Appearance
from nnviz.window.commands import COMMANDS, Command, Parts


class Menus:
    """The window's menus.

    Parameters
    ----------
    parts : Parts
        What carries commands out.
    """

    def __init__(self, window: QMainWindow, parts: Parts) -> None:
        self._window, self._parts = window, parts
        self._menus: dict[str, QMenu] = {}
        self.actions = {command.name: self._action(command) for command in COMMANDS}
        self.recent = QMenu("Open &recent", window)
        self._menu("&File").insertMenu(self.actions["save"], self.recent)
        self.show_undo("")
        self.show_redo("")

    def add_themes(self, appearance: Appearance) -> None:
        """List the themes to choose from."""
        menu = QMenu("&Theme", self._window)
        group = QActionGroup(menu)
        self._menu("&View").insertMenu(self.actions["larger_text"], menu)
        for name in THEMES:
            action = menu.addAction(theme(name).title)
            action.setCheckable(True)
            action.setChecked(name == appearance.name)
            group.addAction(action)
            action.triggered.connect(partial(appearance.use, name))
            appearance.changed.connect(lambda _, a=action, n=name: a.setChecked(appearance.name == n))

    def show_recent(self, paths: list[Path], open_: Callable[[Path], None]) -> None:
        """List the files opened last."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            self.recent.addAction(path.name.replace("&", "&&")).triggered.connect(partial(open_, path))
            self.recent.actions()[-1].setStatusTip(str(path))

    def show_undo(self, words: str) -> None:
        """Say what undo would take back; nothing if empty."""
        self._show_edit("undo", words)

    def show_redo(self, words: str) -> None:
        """Say what redo would make again; nothing if empty."""
        self._show_edit("redo", words)

    def _show_edit(self, name: str, words: str) -> None:
        self.actions[name].setEnabled(bool(words))
        self.actions[name].setText(f"{name.capitalize()} {words}".strip())

    def _action(self, command: Command) -> QAction:
        action = QAction(command.words, self._window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(lambda _checked: command.carry_out(self._parts))
        if command.menu:
            self._menu(command.menu).addAction(action)
        self._window.addAction(action)  # its keys work while the menus are hidden, too
        return action

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            menu = QMenu(title, self._window)
            self._window.menuBar().addMenu(menu)
            self._menus[title] = menu
        return self._menus[title]
