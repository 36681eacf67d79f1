"""What a command is, and the parts of the window that it acts on."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtWidgets import QMainWindow

from nnviz.runtime.session import Session
from nnviz.stage.focus import Keyboard
from nnviz.window.animations import Animations
from nnviz.window.appearance import Appearance
from nnviz.window.display import Display
from nnviz.window.edits import Edits
from nnviz.window.exports import Exports
from nnviz.window.files import Files
from nnviz.window.handout import Handouts
from nnviz.window.layout import Desk
from nnviz.window.lecture import Lecture
from nnviz.window.lesson_pages import LessonPages
from nnviz.window.lessons import Lessons
from nnviz.window.links import Links
from nnviz.window.tables import Tables
from nnviz.window.workbench import Workbench
from nnviz.window.writing import Writing


class Parts(Struct, frozen=True, eq=False):
    """The parts of the window that commands act on."""

    window: QMainWindow
    session: Session
    edits: Edits
    files: Files
    exports: Exports
    links: Links
    tables: Tables
    lessons: Lessons
    lecture: Lecture
    writing: Writing
    pages: LessonPages
    handouts: Handouts
    animations: Animations
    workbench: Workbench
    appearance: Appearance
    display: Display
    desk: Desk
    keyboard: Keyboard


class Command(Struct, frozen=True):
    """A command that a menu or a key triggers.

    Parameters
    ----------
    words : str
        Its text in the menu and on the page of keys.
    do : callable
        Carries it out with the parts of the window.
    keys : tuple of str
        Key sequences; the first is the one shown.
    runs : bool
        It continues the run, so nothing happens while a question waits.
    repeats : bool
        It repeats while the key is held down.
    finishes_typing : bool
        A field that is being typed in takes its text first.
    checkable : bool
        It shows in the menu whether what it opens is open.
    """

    name: str
    words: str
    do: Callable[[Parts], object]
    keys: tuple[str, ...] = ()
    runs: bool = False
    repeats: bool = True
    finishes_typing: bool = True
    checkable: bool = False

    def carry_out(self, parts: Parts) -> None:
        """Carry the command out, unless it runs and a question waits."""
        if self.finishes_typing:
            parts.keyboard.finish_typing()
        if not self.runs or parts.lecture.may_run():
            self.do(parts)


class Section(Struct, frozen=True):
    """A part of a menu.

    Parameters
    ----------
    menu : str
        Title of the menu; empty if only keys trigger the commands.
    title : str
        Heading of this part; empty for the first one.
    """

    menu: str
    title: str
    commands: tuple[Command, ...]

    @property
    def heading(self) -> str:
        """Its heading on the page of keys."""
        return ": ".join(filter(None, (self.menu.replace("&", ""), self.title)))
