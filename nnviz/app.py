"""The program: Qt's application, and the window in it."""

import gc
import signal
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QWidget

from nnviz.lessons.opening import Opened
from nnviz.runtime.ending import end_process
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
    splash.close()
    window.start(first)
    collect_here(window)
    _notice_interrupts(window)
    return end_process(app.exec())


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


def _reporting(window: MainWindow) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception hook that tells the person, prints the rest, and lets the program go on."""

    def report(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
        else:
            window.report(error)

    return report
