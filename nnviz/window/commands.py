"""What each command of the window does."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from nnviz.late import Late
from nnviz.runtime.session import Session
from nnviz.window.appearance import Appearance
from nnviz.window.authoring import Authoring
from nnviz.window.edits import Edits
from nnviz.window.files import Files
from nnviz.window.lecture import Lecture
from nnviz.window.pointer import Pointer
from nnviz.window.workbench import Workbench

Actions = dict[str, Callable[..., object]]

_DIALOGS: Late[Callable[[QWidget], object]] = Late(
    "nnviz.window", {"keys": "dialogs:show_keys", "about": "dialogs:show_about"}
)


class Parts(Struct, frozen=True, eq=False):
    """What commands are carried out by."""

    window: QWidget
    session: Session
    edits: Edits
    files: Files
    authoring: Authoring
    lecture: Lecture
    pointer: Pointer
    workbench: Workbench
    appearance: Appearance


def actions(parts: Parts) -> Actions:
    """What is done for every command of `COMMANDS`, by its name."""
    return _on_files(parts) | _on_the_lecture(parts) | _on_the_run(parts) | _on_the_look(parts)


def _on_files(parts: Parts) -> Actions:
    files, authoring = parts.files, parts.authoring
    return {
        "choose_file": files.choose,
        "save": files.save,
        "save_as": files.save_as,
        "new_lesson": authoring.new_lesson,
        "add_page": authoring.add_page,
        "export_picture": files.export_picture,
        "close": parts.window.close,
    }


def _on_the_lecture(parts: Parts) -> Actions:
    lecture, player, screen = parts.lecture, parts.lecture.player, parts.lecture.second_screen
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


def _on_the_run(parts: Parts) -> Actions:
    session, edits, free = parts.session, parts.edits, parts.lecture.if_free
    return {
        "undo": edits.undo,
        "redo": edits.redo,
        "toggle_play": free(session.toggle),
        "step": free(lambda: session.advance(steps=1)),
        "step_back": session.step_back,
        "epoch": free(lambda: session.advance(epochs=1)),
        "epoch_back": session.epoch_back,
        "trace_on": parts.pointer.trace_on,
        "trace_back": parts.pointer.trace_back,
        "fork": free(parts.workbench.fork),
        "reset": edits.reset,
        "new_seed": edits.new_seed,
        "resume_here": free(session.play),
        "branch": session.branch,
    }


def _on_the_look(parts: Parts) -> Actions:
    appearance = parts.appearance
    return {
        "projector": appearance.toggle_projector,
        "next_theme": appearance.next,
        "larger_text": lambda: appearance.zoom_to(appearance.zoom + 1),
        "smaller_text": lambda: appearance.zoom_to(appearance.zoom - 1),
        "normal_text": lambda: appearance.zoom_to(0),
        "toggle_panels": parts.lecture.toggle_panels,
        "show_keys": lambda: _DIALOGS["keys"](parts.window),
        "show_about": lambda: _DIALOGS["about"](parts.window),
    }
