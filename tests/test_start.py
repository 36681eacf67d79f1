import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.bench.timing import resident
from nnviz.start import application, kept_pictures, show_splash

_ROOT = Path(__file__).resolve().parents[1]
_HEAVY = "import sys, nnviz.cli, nnviz.start; print({'numpy', 'tqdm', 'nnviz.app'} & set(sys.modules))"


def test_there_is_one_application(qapp: QApplication) -> None:
    assert application() is qapp
    assert application() is application()


def test_a_frame_that_waits_for_the_interpreter_is_soon_given_it(qapp: QApplication) -> None:
    assert application() is qapp
    assert sys.getswitchinterval() < 0.0003


def test_the_splash_is_there_at_once_and_goes(qtbot: QtBot) -> None:
    splash = show_splash()
    qtbot.addWidget(splash)
    assert splash.isVisible()
    assert not splash.pixmap().isNull()
    splash.close()
    assert not splash.isVisible()


def test_nothing_heavy_is_imported_before_something_is_seen() -> None:
    done = subprocess.run([sys.executable, "-c", _HEAVY], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


_OPENED = """
import json, linecache, sys
from nnviz.bench.opening import see
from nnviz.cli import main
see(main)
print(json.dumps([sorted(sys.modules), sorted(linecache.cache)]))
"""

_LATE = {
    "contourpy.util",
    "html",
    "numpy.polynomial",
    "tqdm",
    "ziamath",
    "nnviz.engine.landscape",
    "nnviz.lessons.library",
    "nnviz.lessons.reading",
    "nnviz.lessons.writing",
    "nnviz.presenter.audience",
    "nnviz.presenter.library",
    "nnviz.presenter.page",
    "nnviz.runtime.survey",
    "nnviz.views.activations.view",
    "nnviz.plots.curve",
    "nnviz.window.dialogs",
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """What is imported once the window has been painted, and the files whose source is kept."""
    folder = str(tmp_path_factory.mktemp("home"))
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
    environment |= dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"), folder)
    command = [sys.executable, "-c", _OPENED]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=True)
    modules, sources = json.loads(done.stdout.splitlines()[-1])
    return set(modules), set(sources)


def test_the_window_stands_without_what_it_does_not_show(opened: tuple[set[str], set[str]]) -> None:
    modules, _ = opened
    assert not _LATE & modules
    assert not [name for name in modules if name.startswith("nnviz.kinds")]


def test_the_window_stands_with_less_than_half_of_the_program(opened: tuple[set[str], set[str]]) -> None:
    modules, _ = opened
    imported = [name for name in modules if name.split(".")[0] == "nnviz"]
    assert 2 * len(imported) < len(list((_ROOT / "nnviz").rglob("*.py")))


def test_no_source_is_read_to_see_what_it_asks_of_qt(opened: tuple[set[str], set[str]]) -> None:
    _, sources = opened
    assert not [path for path in sources if Path(path).parent.name == "window"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps arrays that are gone")
def test_arrays_that_are_gone_hold_no_memory(qapp: QApplication) -> None:
    application()
    del qapp
    before, megabytes = resident(), 20
    for _ in range(2):  # the first would teach glibc to keep the second
        np.ones(megabytes << 17)
    after = resident()
    assert before is not None
    assert after is not None
    assert after - before < 0.5 * megabytes


def test_pictures_that_qt_keeps_are_bounded_by_the_screens(qapp: QApplication) -> None:
    application()
    size = qapp.primaryScreen().size()
    assert QPixmapCache.cacheLimit() == kept_pictures(size.width() * size.height())
    assert kept_pictures(2 * 3840 * 2160) > 3 * kept_pictures(1920 * 1080)
