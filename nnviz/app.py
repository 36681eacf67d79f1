"""The program: Qt's application, and the window in it."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QSettings, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.lessons.opening import Opened
from nnviz.runtime.ending import end_process
from nnviz.signals import ending_signals, ignore_ending_signals
from nnviz.start import application
from nnviz.window.appearance import restore_geometry
from nnviz.window.documents import data_folder
from nnviz.window.window import MainWindow

_NOTICING = 500
"""Milliseconds until Ctrl+C in a terminal is noticed."""
_SETTLING = 2_000
"""Milliseconds until what is there will stay."""
_COLLECTING = 10_000
"""Milliseconds between two looks for garbage."""


def run_window(first: Opened, splash: QWidget) -> int:
    """Open the window in place of a splash, and stay until it is closed."""
    app = application()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until there is a window to close in order
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz")
    window = MainWindow(settings, data_folder())
    sys.excepthook = _reporting(window)
    restore_geometry(window, settings)
    window.show()
    window.turns.spread = True
    splash.close()
    window.speed.begin_day()
    window.start(first)
    collect_here(window)
    _notice_interrupts(window)
    _keep_when_the_display_is_lost(window)
    return end_process(app.exec())


def _notice_interrupts(window: MainWindow) -> None:
    """Come back to Python now and then: only there do Ctrl+C in the terminal, and other signals, take effect."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in ending_signals():
        signal.signal(number, lambda number, _frame: QTimer.singleShot(0, window, partial(_end, window, number)))
    timer = QTimer(window, interval=_NOTICING)
    timer.timeout.connect(lambda: None)
    timer.start()


def _end(window: MainWindow, number: int) -> None:
    """End on a signal without asking; the run is saved and offered at the next start."""
    ignore_ending_signals()
    window.recovery.keep_at_once()
    window.end()
    QApplication.exit(128 + number)


def _keep_when_the_display_is_lost(window: MainWindow) -> None:
    """Save the run when the connection to the display breaks: Qt prints a message, then ends the process."""

    def pass_on(_kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        print(words, file=sys.stderr)  # noqa: T201 - as Qt does
        if "connection broke" in words:
            window.recovery.keep_at_once()
            os._exit(1)  # Qt would abort, as the training thread is still running

    qInstallMessageHandler(pass_on)


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


def _reporting(window: MainWindow) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception hook that tells the person, prints the rest, and lets the program go on."""

    def report(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            if window.close():
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl+C would break off what is under way
        else:
            window.report(error)

    return report
