"""The real window, with settings and a folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import parse_experiment
from nnviz.start import application
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Opener]:
    """Open a window on an experiment (TOML text) and wait until it shows the first moment."""
    windows: list[MainWindow] = []
    former = QApplication.palette()

    def open_(text: str = "", folder: Path = tmp_path) -> MainWindow:
        application()
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(settings, folder)
        windows.append(window)
        window.resize(1280, 800)
        window.files.asks = False  # a question that no test expects would wait for ever
        window.show()
        with qtbot.waitSignal(window.session.snapshot_changed):
            window.begin(parse_experiment(text, "test") if text else Experiment())
        return window

    yield open_
    for window in windows:
        window.close_unasked()
        window.deleteLater()
    QApplication.setPalette(former)


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """The window on the default experiment."""
    return open_window()
