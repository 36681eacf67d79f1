"""What each command of the window does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nnviz.late import Late

if TYPE_CHECKING:  # the window makes its menus of these
    from nnviz.window.window import MainWindow

Doings = dict[str, Callable[..., object]]

_DIALOGS: Late[Callable[["MainWindow"], object]] = Late(
    "nnviz.window", {"keys": "dialogs:show_keys", "about": "dialogs:show_about"}
)


def doings(window: "MainWindow") -> Doings:
    """What the window does for every command of `COMMANDS`, by its name."""
    return _on_files(window) | _on_the_lecture(window) | _on_the_run(window) | _on_the_look(window)


def _on_files(window: "MainWindow") -> Doings:
    files, authoring = window.files, window.authoring
    return {
        "choose_file": files.choose,
        "save": files.save,
        "save_as": files.save_as,
        "new_lesson": authoring.new_lesson,
        "add_page": authoring.add_page,
        "export_picture": files.export_picture,
        "close": window.close,
    }


def _on_the_lecture(window: "MainWindow") -> Doings:
    lecture, player, screen = window.lecture, window.lecture.player, window.lecture.second_screen
    return {
        "next_page": player.next,
        "previous_page": player.back,
        "choose_lesson": lecture.choose,
        "guess": lecture.guess,
        "skip_question": player.skip,
        "toggle_notes": lecture.toggle_notes,
        "freeze_audience": lambda: screen.freeze(not screen.frozen),
        "close_lesson": lecture.close,
        "present": lecture.start,
        "stop_presenting": lecture.stop,
        "black": lecture.black,
        "white": lecture.white,
    }


def _on_the_run(window: "MainWindow") -> Doings:
    session, edits, free = window.session, window.edits, window.if_free
    return {
        "undo": edits.undo,
        "redo": edits.redo,
        "toggle_play": free(session.toggle),
        "step": free(lambda: session.advance(steps=1)),
        "step_back": session.step_back,
        "epoch": free(lambda: session.advance(epochs=1)),
        "epoch_back": session.epoch_back,
        "trace_on": window.pointer.trace_on,
        "trace_back": window.pointer.trace_back,
        "fork": free(window.workbench.fork),
        "reset": edits.reset,
        "new_seed": edits.new_seed,
        "resume_here": free(session.play),
        "branch": session.branch,
    }


def _on_the_look(window: "MainWindow") -> Doings:
    appearance = window.appearance
    return {
        "projector": appearance.toggle_projector,
        "next_theme": appearance.next,
        "larger_text": lambda: appearance.zoom_to(appearance.zoom + 1),
        "smaller_text": lambda: appearance.zoom_to(appearance.zoom - 1),
        "normal_text": lambda: appearance.zoom_to(0),
        "toggle_panels": window.toggle_panels,
        "show_keys": lambda: _DIALOGS["keys"](window),
        "show_about": lambda: _DIALOGS["about"](window),
    }
