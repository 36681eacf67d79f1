"""Every command of the window: one table for menus, shortcuts and the help page."""

from collections.abc import Callable
from functools import partial
from itertools import groupby

from msgspec import Struct
from PySide6.QtWidgets import QMainWindow

from nnviz.experiment.experiment import Experiment
from nnviz.late import Late
from nnviz.runtime.session import Session
from nnviz.window.appearance import Appearance
from nnviz.window.display import Display
from nnviz.window.edits import Edits
from nnviz.window.files import Files
from nnviz.window.layout import Desk
from nnviz.window.lecture import Lecture
from nnviz.window.lessons import Lessons
from nnviz.window.tables import Tables
from nnviz.window.workbench import Workbench

_DIALOGS: Late[Callable[..., object]] = Late(
    "nnviz.window", {"keys": "dialogs:show_keys", "about": "dialogs:show_about"}
)


class Parts(Struct, frozen=True, eq=False):
    """The parts of the window that commands act on."""

    window: QMainWindow
    session: Session
    edits: Edits
    files: Files
    tables: Tables
    lessons: Lessons
    lecture: Lecture
    workbench: Workbench
    appearance: Appearance
    display: Display
    desk: Desk


class Command(Struct, frozen=True):
    """A command that a menu or a key triggers.

    Parameters
    ----------
    menu : str
        Title of its menu; empty if only a key triggers it.
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
    """

    name: str
    menu: str
    words: str
    do: Callable[[Parts], object]
    keys: tuple[str, ...] = ()
    runs: bool = False
    repeats: bool = True

    def carry_out(self, parts: Parts) -> None:
        """Carry the command out, unless it runs and a question waits."""
        if not self.runs or parts.lecture.may_run():
            self.do(parts)


def _guess(choice: int, parts: Parts) -> None:
    parts.lecture.guess(choice)


def _trace(stops: int, parts: Parts) -> None:
    if "backprop" in parts.desk.stage.shown:
        parts.desk.views.backprop.walk.go(stops)


def _go_back(parts: Parts) -> None:
    """Undo one thing with Esc: first the enlarged view, then the full screen."""
    if not parts.display.stages.put_back():
        parts.lecture.stop()


COMMANDS = (
    Command("new", "&File", "New experiment", lambda p: p.files.begin(Experiment()), ("Ctrl+N",)),
    Command("choose_file", "&File", "Open an experiment or a table…", lambda p: p.files.choose(), ("Ctrl+O",)),
    Command("save", "&File", "Save the experiment", lambda p: p.files.save(), ("Ctrl+S",)),
    Command("save_as", "&File", "Save the experiment as…", lambda p: p.files.save_as(), ("Ctrl+Shift+S",)),
    Command("new_lesson", "&File", "New lesson from this state…", lambda p: p.lessons.write_new()),
    Command("add_page", "&File", "Add this state as a page…", lambda p: p.lessons.add_page()),
    Command(
        "export_picture",
        "&File",
        "Export a picture of the window…",
        lambda p: p.files.export_picture(),
        ("Ctrl+E",),
    ),
    Command("close", "&File", "Quit", lambda p: p.window.close(), ("Ctrl+Q",)),
    Command("undo", "&Edit", "Undo", lambda p: p.edits.undo(), ("Ctrl+Z",)),
    Command("redo", "&Edit", "Redo", lambda p: p.edits.redo(), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("paste_table", "&Edit", "Paste a table", lambda p: p.tables.paste(), ("Ctrl+V", "Ctrl+Shift+V")),
    Command("change_table", "Da&ta", "Table…", lambda p: p.tables.change(), ("Ctrl+D",)),
    Command("toggle_play", "&Run", "Play or pause", lambda p: p.session.toggle(), ("Space",), runs=True),
    Command("step", "&Run", "One step", lambda p: p.session.advance(steps=1), ("Right",), runs=True),
    Command("step_back", "&Run", "One step back", lambda p: p.session.step_back(), ("Left",)),
    Command(
        "epoch",
        "&Run",
        "To the end of the epoch",
        lambda p: p.session.advance(epochs=1),
        ("Shift+Right",),
        runs=True,
    ),
    Command("epoch_back", "&Run", "One epoch back", lambda p: p.session.epoch_back(), ("Shift+Left",)),
    Command("trace_on", "&Run", "Example one stop on, in Backprop", partial(_trace, 1), ("]",)),
    Command("trace_back", "&Run", "Example one stop back, in Backprop", partial(_trace, -1), ("[",)),
    Command("slower", "&Run", "Slower", lambda p: p.desk.controls.playback.change_pace(-1), ("Ctrl+Down",)),
    Command("faster", "&Run", "Faster", lambda p: p.desk.controls.playback.change_pace(1), ("Ctrl+Up",)),
    Command(
        "fastest",
        "&Run",
        "As fast as it goes",
        lambda p: p.desk.controls.playback.change_pace(99),
        ("Ctrl+Shift+Up",),
    ),
    Command("fork", "&Run", "Race on from here with η × 10", lambda p: p.workbench.fork(), runs=True),
    Command("reset", "&Run", "Reset: begin the experiment anew", lambda p: p.edits.reset(), ("R",)),
    Command(
        "new_seed", "&Run", "New seed: begin anew from other weights", lambda p: p.edits.new_seed(), ("Shift+R",)
    ),
    Command(
        "resume_here", "&Run", "Resume from the moment shown", lambda p: p.session.play(), ("Ctrl+R",), runs=True
    ),
    Command("branch", "&Run", "Branch from the moment shown", lambda p: p.session.branch(), ("Ctrl+B",)),
    Command(
        "next_page",
        "&Lesson",
        "Next page; first the answer, while a question waits",
        lambda p: p.lecture.player.next(),
        ("PgDown",),
        repeats=False,  # one page or one answer a press, however long the key is held down
    ),
    Command(
        "previous_page", "&Lesson", "Page before", lambda p: p.lecture.player.back(), ("PgUp",), repeats=False
    ),
    Command("choose_lesson", "&Lesson", "Go to a lesson…", lambda p: p.lessons.choose(), ("G",)),
    *(
        Command(f"guess_{letter}", "", "Guess, while a question waits", partial(_guess, index), (letter,))
        for index, letter in enumerate("ABCDEF")
    ),
    Command("skip_question", "&Lesson", "Go on without a guess", lambda p: p.lecture.player.skip(), ("S",)),
    Command(
        "toggle_notes", "&Lesson", "Presenter's notes shown or hidden", lambda p: p.desk.toggle_notes(), ("N",)
    ),
    Command(
        "freeze_audience",
        "&Lesson",
        "Freeze the audience's side, or let it go on",
        lambda p: p.lecture.second_screen.freeze(not p.lecture.second_screen.frozen),
        ("Ctrl+F",),
    ),
    Command("close_lesson", "&Lesson", "Close the lesson", lambda p: p.lecture.close(), ("Ctrl+W",)),
    Command("present", "&View", "Full screen for the lecture", lambda p: p.lecture.start(), ("F5", "F11")),
    Command("stop_presenting", "&View", "Back: a view to its place, or from full screen", _go_back, ("Esc",)),
    Command(
        "enlarge",
        "&View",
        "Enlarge the view under the pointer, or back",
        lambda p: p.display.stages.toggle_enlarged(),
        ("F8",),
    ),
    Command(
        "view_menu",
        "&View",
        "Menu of the view under the pointer",
        lambda p: p.desk.stage.open_menu(),
        ("Menu", "Shift+F10"),
    ),
    Command("show_all", "&View", "Show all in every plot", lambda p: p.display.stages.show_all(), ("Home",)),
    Command(
        "projector",
        "&View",
        "For a projector: high contrast, larger text; or back",
        lambda p: p.appearance.toggle_projector(),
        ("P",),
    ),
    Command(
        "black",
        "&View",
        "Black screen; B too, while no question waits",
        lambda p: p.lecture.cover("black"),
        (".",),
    ),
    Command("white", "&View", "White screen", lambda p: p.lecture.cover("white"), ("W",)),
    Command(
        "next_theme", "&View", "Next theme: light, dark, high contrast", lambda p: p.appearance.next(), ("Ctrl+T",)
    ),
    Command(
        "larger_text",
        "&View",
        "Larger text",
        lambda p: p.appearance.zoom_to(p.appearance.zoom + 1),
        ("Ctrl++", "Ctrl+="),
    ),
    Command(
        "smaller_text", "&View", "Smaller text", lambda p: p.appearance.zoom_to(p.appearance.zoom - 1), ("Ctrl+-",)
    ),
    Command("normal_text", "&View", "Normal text", lambda p: p.appearance.zoom_to(0), ("Ctrl+0",)),
    Command("toggle_panels", "&View", "Controls shown or hidden", lambda p: p.desk.toggle_panels(), ("F9",)),
    Command("show_keys", "&Help", "All keys", lambda p: _DIALOGS["keys"](p.window, keys_page()), ("?", "F1")),
    Command("show_about", "&Help", "About nnviz", lambda p: _DIALOGS["about"](p.window)),
)
"""In the order of the menus."""


def keys_page() -> str:
    """All keys and what they do, as an HTML table."""
    by_words = groupby((command for command in COMMANDS if command.keys), lambda command: command.words)
    rows = "".join(_row(words, [command.keys for command in commands]) for words, commands in by_words)
    return f"<table cellspacing='0' cellpadding='5'>{rows}</table>"


def _row(words: str, keys: list[tuple[str, ...]]) -> str:
    """A row for one command, or for several with the same words, such as the guesses A to F."""
    shown = " or ".join(map(_readable, keys[0])) if len(keys) == 1 else f"{keys[0][0]} … {keys[-1][0]}"
    return f"<tr><td><b>{shown}</b></td><td>{words.rstrip('…')}</td></tr>"


def _readable(key: str) -> str:
    words = {
        "PgDown": "Page ↓",
        "PgUp": "Page ↑",
        "Right": "→",
        "Left": "←",
        "Ctrl++": "Ctrl and +",
        "Ctrl+-": "Ctrl and −",
    }
    for name, sign in words.items():
        key = key.replace(name, sign)
    return key
