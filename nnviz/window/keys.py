"""Every command of the window, its keys and its words: one table for menus, shortcuts and the help page."""

from msgspec import Struct


class Command(Struct, frozen=True):
    """Something the window can be told by menu or key.

    Parameters
    ----------
    name : str
        Name of the window's method that does it.
    menu : str
        Title of the menu it stands in.
    words : str
        What it does.
    keys : tuple of str
        Key sequences, the one to show first.
    numbered : bool
        Each key is a case of its own: the method is told which, counted from 0.
    """

    name: str
    menu: str
    words: str
    keys: tuple[str, ...] = ()
    numbered: bool = False


COMMANDS = (
    Command("choose_file", "&File", "Open an experiment or a table…", ("Ctrl+O",)),
    Command("save", "&File", "Save the experiment", ("Ctrl+S",)),
    Command("save_as", "&File", "Save the experiment as…", ("Ctrl+Shift+S",)),
    Command("new_lesson", "&File", "New lesson from this state…"),
    Command("add_page", "&File", "Add this state as a page…"),
    Command("export_picture", "&File", "Export a picture of the window…", ("Ctrl+E",)),
    Command("close", "&File", "Quit", ("Ctrl+Q",)),
    Command("undo", "&Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "&Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("toggle_play", "&Run", "Play or pause", ("Space",)),
    Command("step", "&Run", "One step", ("Right",)),
    Command("step_back", "&Run", "One step back", ("Left",)),
    Command("epoch", "&Run", "To the end of the epoch", ("Shift+Right",)),
    Command("epoch_back", "&Run", "One epoch back", ("Shift+Left",)),
    Command("trace_on", "&Run", "Example one stop on, in Backprop", ("]",)),
    Command("trace_back", "&Run", "Example one stop back, in Backprop", ("[",)),
    Command("fork", "&Run", "Race on from here with η × 10"),
    Command("reset", "&Run", "Reset: begin the experiment anew", ("R",)),
    Command("new_seed", "&Run", "New seed: begin anew from other weights", ("Shift+R",)),
    Command("resume_here", "&Run", "Resume from the moment shown", ("Ctrl+R",)),
    Command("branch", "&Run", "Branch from the moment shown", ("Ctrl+B",)),
    Command("next_page", "&Lesson", "Next page; first the answer, while a question waits", ("PgDown",)),
    Command("previous_page", "&Lesson", "Page before", ("PgUp",)),
    Command("choose_lesson", "&Lesson", "Go to a lesson…", ("G",)),
    Command("guess", "&Lesson", "Guess, while a question waits", tuple("ABCDEF"), numbered=True),
    Command("skip_question", "&Lesson", "Go on without a guess", ("S",)),
    Command("toggle_notes", "&Lesson", "Presenter's notes shown or hidden", ("N",)),
    Command("freeze_audience", "&Lesson", "Freeze the audience's side, or let it go on", ("Ctrl+F",)),
    Command("close_lesson", "&Lesson", "Close the lesson", ("Ctrl+W",)),
    Command("present", "&View", "Full screen for the lecture", ("F5", "F11")),
    Command("stop_presenting", "&View", "Back from full screen", ("Esc",)),
    Command("projector", "&View", "For a projector: high contrast, larger text; or back", ("P",)),
    Command("black", "&View", "Black screen; B too, while no question waits", (".",)),
    Command("white", "&View", "White screen", ("W",)),
    Command("next_theme", "&View", "Next theme: light, dark, high contrast", ("Ctrl+T",)),
    Command("larger_text", "&View", "Larger text", ("Ctrl++", "Ctrl+=")),
    Command("smaller_text", "&View", "Smaller text", ("Ctrl+-",)),
    Command("normal_text", "&View", "Normal text", ("Ctrl+0",)),
    Command("toggle_panels", "&View", "Controls shown or hidden", ("F9",)),
    Command("show_keys", "&Help", "All keys", ("?", "F1")),
    Command("show_about", "&Help", "About nnviz"),
)
"""In the order of the menus."""


def keys_page() -> str:
    """The keys as an HTML table."""
    rows = "".join(_row(command) for command in COMMANDS if command.keys)
    return f"<table cellspacing='0' cellpadding='5'>{rows}</table>"


def _row(command: Command) -> str:
    between = " … " if command.numbered else " or "
    shown = command.keys[:: len(command.keys) - 1] if command.numbered else command.keys
    keys = between.join(_readable(key) for key in shown)
    return f"<tr><td><b>{keys}</b></td><td>{command.words.rstrip('…')}</td></tr>"


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
