"""The program: Qt's application, the window in it, and what is done with the window without a person."""

import gc
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from nnviz.data.messages import within
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.kinds.begin import begin
from nnviz.experiment.moment import Moment
from nnviz.experiment.run import NetworkRun
from nnviz.experiment.snapshot import Snapshot
from nnviz.lessons.files import is_lesson
from nnviz.start import application
from nnviz.version import version
from nnviz.window.documents import open_experiment
from nnviz.window.recovery import data_folder
from nnviz.window.window import MainWindow

_PATIENCE = 60.0
"""Seconds in which the self-test must have learned."""

_LEARNED = 0.95

_PAGES = 3
"""Pages of a lesson that the self-test turns."""

_PAGE_PATIENCE = 20.0
"""Seconds that a page has to reach its goal."""

_LOOK = 20
"""Milliseconds between two looks at whether it has."""

_NOTICING = 500
"""Milliseconds until Ctrl+C in a terminal is noticed."""

_SETTLING = 2_000
"""Milliseconds until what is there will stay."""

_COLLECTING = 10_000
"""Milliseconds between two looks for garbage."""


def experiment_in(path: Path | None) -> Kind:
    """The experiment in a file, or on a table; the default one if there is no file, or it is a lesson.

    Raises
    ------
    InputError
        One line naming file, key or row, and what is allowed.
    """
    if path is None:
        return Experiment()
    usual = Experiment()
    if is_lesson(path):
        from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

        read_lesson(path)
        return usual
    experiment, is_experiment = open_experiment(path, usual)
    if is_experiment:
        with within(f"{path}: "):
            begin(experiment)  # what would only be shown in the window is to be an error here
        return experiment
    fitted: Kind = begin(experiment, NetworkRun(usual), fit=True).experiment
    return fitted


def run_window(experiment: Kind, path: Path | None, splash: QWidget) -> int:
    """Open the window in place of a splash, and stay until it is closed."""
    app = application()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until there is a window to close in order
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz")
    window = MainWindow(settings, data_folder())
    sys.excepthook = _reporting(window)
    if geometry := settings.value("geometry"):
        window.restoreGeometry(geometry)
    else:
        window.resize(1280, 800)
    window.show()
    splash.close()
    window.begin(experiment)
    if path and is_lesson(path):
        window.lecture.open_file(path)
    else:
        window.documents.take(path)
    collect_here(window)
    _notice_interrupts(window)
    return app.exec()


def _notice_interrupts(window: MainWindow) -> None:
    """Come back to Python now and then: only there does Ctrl+C in the terminal take effect."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = QTimer(window, interval=_NOTICING)
    timer.timeout.connect(lambda: None)
    timer.start()


def collect_here(window: MainWindow) -> None:
    """Let Python look for garbage in this thread only, now and then.

    Left to itself it does so in any thread, and what belongs to a widget must not be destroyed in the training
    thread.
    """
    gc.disable()
    QTimer.singleShot(_SETTLING, window, _keep_what_is_there)
    timer = QTimer(window, interval=_COLLECTING)
    timer.timeout.connect(lambda: gc.collect(1 if window.session.playing else 2))
    timer.start()


def _keep_what_is_there() -> None:
    gc.collect()
    gc.freeze()


def self_test() -> tuple[bool, str]:
    """Open the real window, play the first pages of a lesson, train, and see whether both went well."""
    began = monotonic()
    with passing_window() as window, _errors_counted() as errors:
        pages = _play_lesson(window)
        window.begin(Experiment())
        window.session.play()
        begun = monotonic()
        last = wait(window, lambda s: _accuracy(s) >= _LEARNED or monotonic() - begun > _PATIENCE)
    accuracy = _accuracy(last)
    words = (
        f"nnviz {version()} on {QGuiApplication.platformName()}: {pages} of {_PAGES} pages of a lesson played; "
        f"{100 * accuracy:.1f} % of the test points right after {last.epoch:,} epochs and "
        f"{monotonic() - began:.1f} s"
    )
    passed = accuracy >= _LEARNED and pages == _PAGES and not errors
    return passed, f"{words}: {'passed' if passed else 'FAILED'}"


@contextmanager
def _errors_counted() -> Iterator[list[BaseException]]:
    """Keep the errors that Qt would only print, such as those of a page that cannot be drawn."""
    errors: list[BaseException] = []
    former = sys.excepthook

    def count(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append(error)
        former(kind, error, trace)

    sys.excepthook = count
    try:
        yield errors
    finally:
        sys.excepthook = former


def _play_lesson(window: MainWindow) -> int:
    """Play the first pages of the first lesson that nnviz ships, and return how many reached their goals."""
    lecture = window.lecture
    lecture.open(lecture.library.courses[0])
    player = lecture.player
    for page in range(_PAGES):
        player.go(page)
        player.skip()
        let_live(window, lambda: player.index in player.done)
    played = len(player.done)
    lecture.close()
    return played


def _accuracy(snapshot: Snapshot) -> float:
    score = snapshot.metrics.test
    return score.accuracy or 0.0 if score else 0.0


@contextmanager
def passing_window() -> Iterator[MainWindow]:
    """A window on the screen that knows nothing of other sessions and leaves nothing behind."""
    application()
    with tempfile.TemporaryDirectory() as folder, _without_chatter():
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(settings, Path(folder))
        window.resize(1280, 800)
        window.show()
        try:
            yield window
        finally:
            window.close()


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Keep to itself what Qt's offscreen platform says of every window."""

    def pass_on(_kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        if "propagateSizeHints" not in words:
            print(words, file=sys.stderr)  # noqa: T201 - as Qt does

    former = qInstallMessageHandler(pass_on)
    try:
        yield
    finally:
        qInstallMessageHandler(former)


def wait(window: MainWindow, done: Callable[[Any], bool]) -> Any:
    """Let the window live until a snapshot will do, and a frame longer, so that it is painted."""
    loop = QEventLoop()
    seen: list[Moment] = []

    def look(snapshot: Moment) -> None:
        if done(snapshot):
            seen.append(snapshot)
            QTimer.singleShot(50, loop.quit)

    connection = window.session.snapshot_changed.connect(look)
    window.session.broke.connect(loop.quit)
    window.session.refused.connect(loop.quit)
    loop.exec()
    window.session.snapshot_changed.disconnect(connection)
    if not seen:
        raise RuntimeError(f"the window did not get there: {window.desk.notice.words}")
    return seen[-1]


def let_live(window: MainWindow, holds: Callable[[], bool]) -> None:
    """Let the window live until something holds, or for as long as a page of a lesson may take."""
    began, loop = monotonic(), QEventLoop()
    timer = QTimer(window, interval=_LOOK)
    timer.timeout.connect(lambda: loop.quit() if holds() or monotonic() - began > _PAGE_PATIENCE else None)
    timer.start()
    loop.exec()
    timer.stop()


def _reporting(
    window: MainWindow,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception hook that tells the person, prints the rest, and lets the program go on."""

    def report(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
        else:
            window.report(error)

    return report
