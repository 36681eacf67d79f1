"""Pictures of the real window, for handouts, for the README and for looking at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from PySide6.QtWidgets import QApplication

from nnviz.authoring.handout import Handout
from nnviz.data.messages import shown
from nnviz.drawing.saving import save_picture
from nnviz.errors import InputError
from nnviz.lessons.lesson import Course
from nnviz.lessons.opening import Opened
from nnviz.offscreen_window import let_live, temporary_window, wait
from nnviz.progress import Show, progress
from nnviz.storage import write_atomically
from nnviz.window.exports import write_picture
from nnviz.window.window import MainWindow

_SHEET = (940, 470)
"""Pixels of the views as a handout has them: few, so that what is written in them can be read on paper."""


def picture_of(first: Opened, out: Path, epochs: int, size: tuple[int, int], theme: str, drawer: str) -> None:
    """Write a picture of the window after some epochs."""
    with trained(first, epochs, size, theme, drawer) as window:
        save_window(window, out)


def picture_of_view(first: Opened, out: Path, epochs: int, size: tuple[int, int], theme: str, view: str) -> None:
    """Write a picture of one view, as large as the stage, after some epochs; the ending says PNG, SVG or PDF.

    Raises
    ------
    InputError
        The view is not one of those that show such an experiment.
    """
    with trained(first, epochs, size, theme, "") as window:
        stage = window.desk.stage
        enlarge(window, view)
        QApplication.processEvents()
        save_picture(stage.views[view].as_widget, out)


def enlarge(window: MainWindow, view: str) -> None:
    """Give one view the whole stage.

    Raises
    ------
    InputError
        It is not one of those that show such an experiment.
    """
    offered = window.desk.stage.offered
    if view not in offered:
        raise InputError(f"--view: {shown(view)} is not there; allowed here: {', '.join(offered)}")
    window.display.stages.enlarge(view)
    let_settle(window)


@contextmanager
def trained(first: Opened, epochs: int, size: tuple[int, int], theme: str, drawer: str) -> Iterator[MainWindow]:
    """A window after some epochs."""
    with temporary_window() as window:
        window.appearance.use(theme)
        window.resize(*size)
        window.desk.stage.drawer.open(drawer)
        window.start(first)
        if epochs:
            window.session.advance(epochs=epochs)
        with progress(epochs, "epoch") as show:
            wait(window, lambda s: _has_come(show, s.epoch, epochs) or not s.finite or s.settled)
        let_settle(window)
        yield window


def picture_after(seconds: float, first: Opened, out: Path) -> None:
    """Write a picture of the window after some seconds of training."""
    with temporary_window() as window:
        window.start(first)
        window.session.play()
        began = monotonic()
        with progress(seconds, "s") as show:
            wait(window, lambda s: _has_come(show, monotonic() - began, seconds) or not s.finite)
        save_window(window, out)


def picture_of_page(course: Course, index: int, out: Path, size: tuple[int, int], theme: str) -> None:
    """Write a picture of a page of a lesson, counted from 0, as a lecture shows it once it is answered."""
    with lecture_on(course, index, size, theme) as window:
        play_page(window)
        save_window(window, out)


def write_handout(course: Course, out: Path, *, notes: bool) -> None:
    """Write every page of a lesson to a PDF, asked and answered, as it stands when the page has run.

    Raises
    ------
    InputError
        The file cannot be written; an existing file is unchanged.
    """
    count = len(course.scenes)
    with lecture_on(course, 0, _SHEET, "light") as window, progress(count, "page") as show:
        sheets = Handout(course.lesson, notes=notes)
        for widget in (window.desk.left, window.desk.controls.playback):
            widget.hide()
        for index in range(count):
            show(index, f"page {index + 1} of {count}")
            window.lecture.player.go(index)
            window.desk.left.hide()
            asks = window.lecture.player.waits_for_guess
            if asks:
                let_live(window, lambda: window.session.idle)
                let_settle(window)
            sheets.begin_page(index)
            if asks:
                sheets.ask(window.desk.stage)
            play_page(window)
            QApplication.processEvents()
            sheets.answer(window.desk.stage)
        show(count, "")
    write_atomically(out, sheets.finish())


@contextmanager
def lecture_on(course: Course, index: int, size: tuple[int, int], theme: str) -> Iterator[MainWindow]:
    """A window as it is in a lecture on a page, but for the full screen."""
    with temporary_window() as window:
        window.appearance.use(theme)
        window.present(presenting=True)
        window.showNormal()
        window.resize(*size)
        window.start(Opened(course=course), index)
        yield window


def play_page(window: MainWindow) -> None:
    """Answer the page's question and let it run, as fast as it goes, until it is done."""
    lecture, session = window.lecture, window.session
    lecture.player.reveal()
    session.pace(None)
    scene = lecture.player.scene
    plays_on = scene is not None and scene.page.run.play
    # a run that stands has come to its end, or waits for somebody's hand
    let_live(
        window,
        lambda: session.idle or (plays_on and session.playing and lecture.player.index in lecture.player.done),
    )
    session.pause()
    let_settle(window)


def let_settle(window: MainWindow) -> None:
    """Wait until all is there: what is asked of the run, and for what the views show of it."""
    session, stage = window.session, window.desk.stage
    let_live(
        window, lambda: session.idle and all(stage.views[n].is_done_with(session.snapshot) for n in stage.shown)
    )


def save_window(window: MainWindow, out: Path) -> None:
    """Write a picture of a window once all is laid out."""
    for _ in range(2):  # a number that is shown now is laid out after that
        QApplication.processEvents()
    write_picture(window, out)


def _has_come(show: Show, amount: float, total: float) -> bool:
    """Move a progress bar on, and say whether it is full."""
    show(amount, "")
    return amount >= total
