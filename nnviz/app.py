"""The program: Qt's application, the window in it, and what is done with the window without a person."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication
from tqdm import tqdm

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import prepare, prepare_fitted
from nnviz.experiment.snapshot import Snapshot
from nnviz.paths import resource
from nnviz.version import VERSION
from nnviz.window.documents import open_experiment
from nnviz.window.recovery import data_folder
from nnviz.window.window import MainWindow

_PATIENCE = 60.0
"""Seconds in which the self-test must have learned."""

_LEARNED = 0.95


def application() -> QApplication:
    """Qt's application, made once."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setStyle("Fusion")  # the same on every system, and it takes the theme's colours
    app.setApplicationName("nnviz")
    app.setApplicationVersion(VERSION)
    app.setWindowIcon(QIcon(str(resource("icons", "nnviz.svg"))))
    QGuiApplication.setDesktopFileName("nnviz")
    return app


def experiment_in(path: Path | None) -> Experiment:
    """The experiment in a file, or on a table; the default one if there is no file.

    Raises
    ------
    InputError
        One line naming file, key or row, and what is allowed.
    """
    if path is None:
        return Experiment()
    usual = Experiment()
    experiment, is_experiment = open_experiment(path, usual)
    if is_experiment:
        prepare(experiment)  # what would only be shown in the window is to be an error here
        return experiment
    return prepare_fitted(experiment, prepare(usual))[0]


def run_window(experiment: Experiment, path: Path | None) -> int:
    """Open the window and stay until it is closed."""
    app = application()
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz")
    window = MainWindow(settings, data_folder())
    sys.excepthook = _reporting(window)
    if geometry := settings.value("geometry"):
        window.restoreGeometry(geometry)
    else:
        window.resize(1280, 800)
    window.show()
    window.begin(experiment)
    window.documents.take(path)
    return app.exec()


def picture_of(
    experiment: Experiment, out: Path, epochs: int, size: tuple[int, int], theme: str, drawer: int | None
) -> None:
    """Write a picture of the window after some epochs; a progress bar tells how far it is on a terminal."""
    application()
    with tempfile.TemporaryDirectory() as folder:
        window = _fresh_window(Path(folder))
        window.appearance.use(theme)
        window.resize(*size)
        window.desk.drawer.open(drawer)
        window.show()
        try:
            _train(window, experiment, epochs)
            if not window.grab().save(str(out)):
                raise InputError(f"{out}: cannot be written")
        finally:
            window.close()


def self_test() -> tuple[bool, str]:
    """Open the real window, train, and see whether it learned."""
    application()
    began = monotonic()
    with tempfile.TemporaryDirectory() as folder:
        window = _fresh_window(Path(folder))
        window.show()
        window.begin(Experiment())
        window.session.play()
        try:
            last = _wait(window, lambda s: _accuracy(s) >= _LEARNED or monotonic() - began > _PATIENCE)
        finally:
            window.close()
    accuracy = _accuracy(last)
    words = (
        f"nnviz {VERSION} on {QGuiApplication.platformName()}: {100 * accuracy:.1f} % of the test points right "
        f"after {last.epoch:,} epochs and {monotonic() - began:.1f} s"
    )
    passed = accuracy >= _LEARNED
    return passed, f"{words}: {'passed' if passed else 'FAILED'}"


def _accuracy(snapshot: Snapshot) -> float:
    score = snapshot.metrics.test
    return score.accuracy or 0.0 if score else 0.0


def _fresh_window(folder: Path) -> MainWindow:
    """A window that knows nothing of other sessions and leaves nothing behind."""
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    return MainWindow(settings, folder)


def _train(window: MainWindow, experiment: Experiment, epochs: int) -> None:
    window.begin(experiment)
    with tqdm(total=epochs, unit="epoch", disable=not sys.stderr.isatty() or not epochs) as bar:
        if epochs:
            window.session.advance(epochs=epochs)

        def done(snapshot: Snapshot) -> bool:
            bar.update(min(snapshot.epoch, epochs) - bar.n)
            return snapshot.epoch >= epochs or not snapshot.finite

        _wait(window, done)
    QApplication.processEvents()


def _wait(window: MainWindow, done: Callable[[Snapshot], bool]) -> Snapshot:
    """Let the window live until a snapshot will do, and a frame longer, so that it is painted."""
    loop = QEventLoop()
    seen: list[Snapshot] = []

    def look(snapshot: Snapshot) -> None:
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
