"""A window that nobody works in: to be tried, measured or drawn."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QEventLoop, QMessageLogContext, QSettings, QTimer, QtMsgType, qInstallMessageHandler

from nnviz.experiment.kind import name_of
from nnviz.runs.moment import Moment
from nnviz.start import application
from nnviz.window.window import MainWindow

_PATIENCE, _OF_STUDIES = 20.0, 180.0
"""Seconds that something may take, such as a page to reach its goal; and a study, which is counted to its end."""
_LOOK = 20
"""Milliseconds between two looks at whether it is there."""


@contextmanager
def temporary_window() -> Iterator[MainWindow]:
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
            window.close_unasked()


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

    def is_over() -> bool:
        experiment = window.session.experiment
        patience = _OF_STUDIES if experiment and name_of(experiment) == "study" else _PATIENCE
        return holds() or monotonic() - began > patience

    timer.timeout.connect(lambda: loop.quit() if is_over() else None)
    timer.start()
    loop.exec()
    timer.stop()
