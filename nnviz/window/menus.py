"""The window's menus, made from the table of commands."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from nnviz.experiment.examples import EXAMPLES
from nnviz.stage.stage import Stage
from nnviz.theme import THEMES, theme
from nnviz.window.appearance import Appearance
from nnviz.window.command import Command, Parts, Section
from nnviz.window.commands import COMMANDS, SECTIONS


class Menus:
    """The window's menus.

    Parameters
    ----------
    parts : Parts
        The parts of the window that commands act on.
    """

    def __init__(self, window: QMainWindow, parts: Parts) -> None:
        self._window, self._parts = window, parts
        self._menus: dict[str, QMenu] = {}
        self.actions: dict[str, QAction] = {}
        for section in SECTIONS:
            self._add_section(section)
        self.recent, self.examples = QMenu("Open &recent", window), QMenu("E&xamples", window)
        for menu in (self.recent, self.examples):
            self._menu("&File").insertMenu(self.actions["save"], menu)
        for example in EXAMPLES:
            begin = partial(parts.files.begin, example.experiment)
            self.examples.addAction(example.title).triggered.connect(begin)
        self.show_undo("")
        self.show_redo("")

    def add_themes(self, appearance: Appearance) -> None:
        """Add a menu of the themes."""
        menu = QMenu("&Theme", self._window)
        group = QActionGroup(menu)
        self._menu("&Screen").insertMenu(self.actions["larger_text"], menu)
        for name in THEMES:
            action = menu.addAction(theme(name).title)
            action.setCheckable(True)
            action.setChecked(name == appearance.name)
            group.addAction(action)
            action.triggered.connect(partial(appearance.use, name))
            appearance.changed.connect(lambda _, a=action, n=name: a.setChecked(appearance.name == n))

    def show_recent(self, paths: list[Path], open_: Callable[[Path], None]) -> None:
        """List the recent files."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            self.recent.addAction(path.name.replace("&", "&&")).triggered.connect(partial(open_, path))
            self.recent.actions()[-1].setStatusTip(str(path))

    def show_undo(self, words: str) -> None:
        """Name the edit that undo would revert; none if empty."""
        self._show_edit("undo", words)

    def show_redo(self, words: str) -> None:
        """Name the edit that redo would repeat; none if empty."""
        self._show_edit("redo", words)

    def show_views(self, stage: Stage) -> None:
        """Show which views can be seen here, and which of them is open in the drawer or enlarged."""
        for command in COMMANDS:
            name = command.name.removeprefix("view_")
            if command.checkable:
                self.actions[command.name].setEnabled(name in stage.offered)
                self.actions[command.name].setChecked(name in {stage.drawer.name, stage.enlarged})

    def _show_edit(self, name: str, words: str) -> None:
        self.actions[name].setEnabled(bool(words))
        self.actions[name].setText(f"{name.capitalize()} {words}".strip())

    def _action(self, command: Command) -> QAction:
        action = QAction(command.words, self._window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(lambda _checked: command.carry_out(self._parts))
        action.setCheckable(command.checkable)
        self._window.addAction(action)  # its keys work while the menus are hidden, too
        return action

    def _add_section(self, section: Section) -> None:
        """Add a part of a menu, below its heading if it has one."""
        if section.menu and section.title:
            self._menu(section.menu).addSection(section.title)
        for command in section.commands:
            self.actions[command.name] = action = self._action(command)
            if section.menu:
                self._menu(section.menu).addAction(action)

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            menu = QMenu(title, self._window)
            menu.aboutToShow.connect(self._parts.keyboard.finish_typing)
            self._window.menuBar().addMenu(menu)
            self._menus[title] = menu
        return self._menus[title]
