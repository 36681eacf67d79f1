import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.start import application, show_splash

_HEAVY = "import sys, nnviz.cli, nnviz.start; print({'numpy', 'tqdm', 'nnviz.app'} & set(sys.modules))"


def test_there_is_one_application(qapp: QApplication) -> None:
    assert application() is qapp
    assert application() is application()


def test_the_splash_is_there_at_once_and_goes(qtbot: QtBot) -> None:
    splash = show_splash()
    qtbot.addWidget(splash)
    assert splash.isVisible()
    assert not splash.pixmap().isNull()
    splash.close()
    assert not splash.isVisible()


def test_nothing_heavy_is_imported_before_something_is_seen() -> None:
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", _HEAVY], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
