"""Every command of the window: one table for menus, shortcuts and the help page."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby

from PySide6.QtGui import QUndoStack

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import NETWORK
from nnviz.late import Late
from nnviz.lessons.views import DRAWER, VIEWS, ViewEntry
from nnviz.presenter.player import LETTERS, Player
from nnviz.window.command import Command, Parts, Section

_DIALOGS: Late[Callable[..., object]] = Late(
    "nnviz",
    {
        "keys": "window.dialogs:show_keys",
        "about": "window.dialogs:show_about",
        "guide": "authoring.guide:show_guide",
    },
)


def _edits(parts: Parts) -> QUndoStack:
    """What is undone: the lesson's edits while its form is open, else the experiment's."""
    return parts.writing.manuscript.stack if parts.writing.is_open else parts.edits


def _save(parts: Parts) -> None:
    """Save the experiment; a lesson that is being written is saved already, but for the last word."""
    if parts.writing.is_open:
        parts.writing.finish()
    else:
        parts.files.save()


def _paste(parts: Parts) -> None:
    """Open what is on the clipboard: a link, or else the cells of a table."""
    if not parts.links.paste():
        parts.tables.paste()


def _turn(turn: Callable[[Player], None], parts: Parts) -> None:
    """Wake a blank screen, or turn a page."""
    if not parts.lecture.blank.wake():
        turn(parts.lecture.player)


def _guess(choice: int, parts: Parts) -> None:
    parts.lecture.guess(choice)


def _take_back(choice: int, parts: Parts) -> None:
    parts.lecture.player.count(choice, -1)


def _type(digit: int, parts: Parts) -> None:
    parts.lecture.player.type_digit(digit)


def _go_to(share: float, parts: Parts) -> None:
    parts.desk.controls.timeline.go_to(share)


def _go_by(share: float, parts: Parts) -> None:
    parts.desk.controls.timeline.go_by(share)


def _trace(stops: int, parts: Parts) -> None:
    if "backprop" in parts.desk.stage.shown:
        parts.desk.views.backprop.walk.go(stops)


def _go_back(parts: Parts) -> None:
    """Undo one thing with Esc: a blank, a card, what is being typed, an enlarged view, or at last full screen."""
    lecture, stages, keyboard = parts.lecture, parts.display.stages, parts.keyboard
    if not any(undo() for undo in (lecture.blank.wake, stages.close_cards, keyboard.give_back, stages.put_back)):
        lecture.stop()


_DIGITS = (*(f"Ctrl+{digit}" for digit in range(1, 10)), *(f"Alt+{digit}" for digit in range(1, 10)))
"""Keys of the views in the drawer, in its order."""


def _view_sections() -> Iterator[Section]:
    """Commands for the views of a network: those that have their place outside the drawer, then those in it."""
    keys = dict(zip((entry.name for entry in DRAWER), _DIGITS, strict=False))
    entries = sorted((entry for entry in VIEWS.values() if entry.shows == NETWORK), key=lambda e: bool(e.group))
    for group, alike in groupby(entries, lambda entry: entry.group):
        commands = tuple(_view_command(entry, keys.get(entry.name)) for entry in alike)
        yield Section("&View", group or "Enlarged", commands)


def _view_command(entry: ViewEntry, key: str | None) -> Command:
    do = partial(_toggle_view, entry.name)
    return Command(f"view_{entry.name}", entry.title, do, (key,) if key else (), checkable=True)


def _toggle_view(name: str, parts: Parts) -> None:
    parts.display.stages.toggle_view(name)


def _step_drawer(tabs: int, parts: Parts) -> None:
    parts.display.stages.step_drawer(tabs)


def _focus_view(views: int, parts: Parts) -> None:
    parts.desk.stage.focus_next(views)


_FILE = (
    Command("new", "New experiment", lambda p: p.files.begin(Experiment()), ("Ctrl+N",)),
    Command("choose_file", "Open an experiment, a table or weights…", lambda p: p.files.choose(), ("Ctrl+O",)),
    Command("save", "Save the experiment", _save, ("Ctrl+S",)),
    Command("save_as", "Save the experiment as…", lambda p: p.files.save_as(), ("Ctrl+Shift+S",)),
    Command("new_lesson", "New lesson from this state…", lambda p: p.pages.begin_new()),
    Command("add_page", "Add this state as a page…", lambda p: p.pages.add()),
    Command(
        "one_file", "Save the lesson as one file…", lambda p: p.lessons.save_as_one_file(p.lecture.player.course)
    ),
    Command("handout", "Handout of the lesson…", lambda p: p.handouts.ask(p.lecture.player.course)),
    Command("export", "Export code, weights or data…", lambda p: p.exports.ask(), ("Ctrl+Shift+E",)),
    Command(
        "export_picture", "Export a picture of the window…", lambda p: p.exports.ask_for_picture(), ("Ctrl+E",)
    ),
    Command("animate", "Export an animation…", lambda p: p.animations.ask()),
    Command("close", "Quit", lambda p: p.window.close(), ("Ctrl+Q",)),
)

_EDIT = (
    Command("undo", "Undo", lambda p: _edits(p).undo(), ("Ctrl+Z",)),
    Command("redo", "Redo", lambda p: _edits(p).redo(), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command(
        "paste",
        "Paste a table, or a link of TensorFlow Playground",
        _paste,
        ("Ctrl+V", "Ctrl+Shift+V"),
    ),
    Command("copy_link", "Copy as Playground link", lambda p: p.links.copy(), ("Ctrl+Shift+C",)),
)

_DATA = (Command("change_table", "Table…", lambda p: p.tables.change(), ("Ctrl+D",)),)

_RUN = (
    Command("toggle_play", "Play or pause", lambda p: p.session.toggle(), ("Space",), runs=True),
    Command("step", "One step", lambda p: p.session.advance(steps=1), ("Right",), runs=True),
    Command("step_back", "One step back", lambda p: p.session.step_back(), ("Left",)),
    Command(
        "epoch", "To the end of the epoch", lambda p: p.session.advance(epochs=1), ("Shift+Right",), runs=True
    ),
    Command("epoch_back", "One epoch back", lambda p: p.session.epoch_back(), ("Shift+Left",)),
)

_TIMELINE = (
    Command("to_timeline", "Keyboard to the timeline", lambda p: p.desk.edge.take_keyboard(), ("T",)),
    Command("far_on", "A tenth of the timeline on", partial(_go_by, 0.1), ("Ctrl+Right",)),
    Command("far_back", "A tenth of the timeline back", partial(_go_by, -0.1), ("Ctrl+Left",)),
    Command("first_moment", "Its beginning", partial(_go_to, 0.0), ("Ctrl+Home",)),
    Command("newest_moment", "Its newest moment", partial(_go_to, 1.0), ("Ctrl+End",)),
)

_SPEED = (
    Command("slower", "Slower", lambda p: p.desk.controls.playback.change_pace(-1), ("Ctrl+Down",)),
    Command("faster", "Faster", lambda p: p.desk.controls.playback.change_pace(1), ("Ctrl+Up",)),
    Command("slowest", "One step a second", lambda p: p.desk.controls.playback.slow_down(), ("Ctrl+Shift+Down",)),
    Command(
        "fastest",
        "As fast as it goes, or as before",
        lambda p: p.desk.controls.playback.toggle_fastest(),
        ("M", "Ctrl+Shift+Up"),
        repeats=False,
    ),
)

_BEGIN = (
    Command("reset", "Reset: begin the experiment anew", lambda p: p.edits.reset(), ("R",)),
    Command("new_seed", "New seed: begin anew from other weights", lambda p: p.edits.new_seed(), ("Shift+R",)),
)

_GO_ON = (
    Command("resume_here", "Resume from the moment shown", lambda p: p.session.play(), ("Ctrl+R",), runs=True),
    Command("branch", "Branch from the moment shown", lambda p: p.session.branch(), ("Ctrl+B",)),
    Command("fork", "Race on from here with η × 10", lambda p: p.workbench.fork(), runs=True),
    Command("race_against", "Race against…", lambda p: p.workbench.race_against(p.window)),
    Command("study_this", "Study this…", lambda p: p.workbench.study(p.window)),
)

_BACKPROP = (
    Command("trace_on", "Example one stop on, in Backprop", partial(_trace, 1), ("]", "Alt+Right")),
    Command("trace_back", "Example one stop back, in Backprop", partial(_trace, -1), ("[", "Alt+Left")),
)

_LESSON = (
    Command(
        "next_page",
        "Next page; first the answer, while a question waits",
        partial(_turn, Player.next),
        ("PgDown",),
        repeats=False,  # one page or one answer a press, however long the key is held down
    ),
    Command(
        "previous_page",
        "Page before",
        partial(_turn, Player.back),
        ("PgUp",),
        repeats=False,
    ),
    Command("choose_lesson", "Go to a lesson…", lambda p: p.lessons.choose(), ("G",)),
    Command("answer", "The answer, guessed or not", lambda p: p.lecture.player.reveal(), ("S",)),
    Command("toggle_notes", "Presenter's notes shown or hidden", lambda p: p.desk.toggle_notes(), ("N",)),
    Command(
        "freeze_audience",
        "Freeze the audience's side, or let it go on",
        lambda p: p.lecture.second_screen.freeze(not p.lecture.second_screen.frozen),
        ("Ctrl+F",),
    ),
    Command("close_lesson", "Close the lesson", lambda p: p.lecture.close(), ("Ctrl+W",)),
)

_PAGES = (
    Command("write", "Write the page, or close its form", lambda p: p.writing.toggle(), ("F2",)),
    Command("page_up", "Move the page up", lambda p: p.pages.move(-1), ("Ctrl+Shift+PgUp",)),
    Command("page_down", "Move the page down", lambda p: p.pages.move(1), ("Ctrl+Shift+PgDown",)),
    Command("copy_page", "Copy the page", lambda p: p.pages.copy()),
    Command("remove_page", "Remove the page", lambda p: p.pages.remove()),
)

_GUESSES = (
    *(
        Command(
            f"guess_{letter}",
            "Count a guess, while a question waits",
            partial(_guess, k),
            (letter,),
            repeats=False,
        )
        for k, letter in enumerate(LETTERS)
    ),
    *(
        Command(f"take_back_{letter}", "Count a guess less", partial(_take_back, k), (f"Shift+{letter}",))
        for k, letter in enumerate(LETTERS)
    ),
    *(
        Command(f"digit_{digit}", "Count so many: a number, then the letter", partial(_type, digit), (str(digit),))
        for digit in range(10)
    ),
)

_ANY_VIEW = (
    Command("next_tab", "Next view in the drawer", partial(_step_drawer, 1), ("Ctrl+Tab", "Ctrl+PgDown")),
    Command("previous_tab", "View before it", partial(_step_drawer, -1), ("Ctrl+Shift+Tab", "Ctrl+PgUp")),
    Command("focus_view", "Keyboard to the next view; Tab leads to its buttons", partial(_focus_view, 1), ("F6",)),
    Command("focus_view_before", "Keyboard to the view before", partial(_focus_view, -1), ("Shift+F6",)),
    Command(
        "enlarge",
        "Enlarge the view with the keyboard or under the pointer, or back",
        lambda p: p.display.stages.toggle_enlarged(),
        ("F8",),
    ),
    Command(
        "view_menu",
        "Menu of the view with the keyboard or under the pointer",
        lambda p: p.desk.stage.open_menu(),
        ("Menu", "Shift+F10"),
    ),
    Command("show_all", "Show all in every plot", lambda p: p.display.stages.show_all(), ("Home",)),
)

_SCREEN = (
    Command("present", "Full screen for the lecture", lambda p: p.lecture.start(), ("F5", "F11")),
    Command(
        "stop_presenting",
        "Back: from a blank screen, a card, a field, an enlarged view, or full screen",
        _go_back,
        ("Esc",),
        finishes_typing=False,
    ),
    Command("toggle_panels", "Controls shown or hidden", lambda p: p.desk.toggle_panels(), ("F9",)),
    Command(
        "projector",
        "For a projector: high contrast, larger text; or back",
        lambda p: p.appearance.toggle_projector(),
        ("P",),
    ),
    Command(
        "black",
        "Black screen, or back; B too, while no question waits",
        lambda p: p.lecture.blank.cover("black"),
        (".",),
        repeats=False,
    ),
    Command("white", "White screen, or back", lambda p: p.lecture.blank.cover("white"), ("W",), repeats=False),
    Command(
        "code", "QR code of a Playground link, for the room", lambda p: p.links.show_code(), ("Ctrl+Shift+P",)
    ),
)

_LOOK = (
    Command("next_theme", "Next theme: light, dark, high contrast", lambda p: p.appearance.next(), ("Ctrl+T",)),
    Command(
        "larger_text", "Larger text", lambda p: p.appearance.zoom_to(p.appearance.zoom + 1), ("Ctrl++", "Ctrl+=")
    ),
    Command("smaller_text", "Smaller text", lambda p: p.appearance.zoom_to(p.appearance.zoom - 1), ("Ctrl+-",)),
    Command("normal_text", "Normal text", lambda p: p.appearance.zoom_to(0), ("Ctrl+0",)),
)

_HELP = (
    Command("show_keys", "All keys", lambda p: _DIALOGS["keys"](p.window), ("?", "F1")),
    Command("guide", "Guide", lambda p: _DIALOGS["guide"](p.window)),
    Command("authors_guide", "Guide to writing lessons", lambda p: p.lessons.show_guide()),
    Command("show_about", "About nnviz", lambda p: _DIALOGS["about"](p.window)),
)

SECTIONS = (
    Section("&File", "", _FILE),
    Section("&Edit", "", _EDIT),
    Section("Da&ta", "", _DATA),
    Section("&Run", "", _RUN),
    Section("&Run", "Timeline", _TIMELINE),
    Section("&Run", "Speed", _SPEED),
    Section("&Run", "From the beginning", _BEGIN),
    Section("&Run", "From the moment shown", _GO_ON),
    Section("&Run", "Backprop", _BACKPROP),
    Section("&Lesson", "", _LESSON),
    Section("&Lesson", "Writing", _PAGES),
    Section("", "Question", _GUESSES),
    *_view_sections(),
    Section("&View", "Any view", _ANY_VIEW),
    Section("&Screen", "", _SCREEN),
    Section("&Screen", "Look", _LOOK),
    Section("&Help", "", _HELP),
)
"""In the order of the menus."""

COMMANDS = tuple(command for section in SECTIONS for command in section.commands)
