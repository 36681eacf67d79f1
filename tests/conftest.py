"""What every test may use, and what no test may leave behind."""

import nnviz  # noqa: F401 - before NumPy: its products use one thread, as in the program

# isort: split
import gc
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread
from PySide6.QtGui import QFont, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from nnviz.experiment.experiment import Experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens, SceneMaker
from nnviz.runs.snapshot import Snapshot
from runs import experiment_of, run_of
from seeing import differing

# what takes how long says nothing on a machine that does other things besides
hypothesis.settings.register_profile("nnviz", deadline=None)
hypothesis.settings.load_profile("nnviz")

if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # elsewhere Qt would end the whole process

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]

_FONT = "DejaVu Sans"
_MOST_BLOCKS = 0.001


@pytest.fixture(autouse=True, scope="module")
def what_is_there_is_no_garbage() -> None:
    """Search garbage once in what other modules have left, and then only in what this one makes."""
    gc.collect()
    gc.freeze()
    gc.disable()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a top-level widget or a running thread; search garbage after it.

    Python by itself would do so in any thread, as at any moment of an event: what belongs to a widget must not be
    destroyed in the training thread, nor while Qt is at work on it.
    """
    before = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not [*left, *_running_qt_threads(), *QApplication.topLevelWidgets()]


_ENDING = 20_000
"""Milliseconds that a thread which has been told to end may still need, on a busy machine."""


def _running_qt_threads() -> list[QThread]:
    threads = [wrapper for wrapper in Shiboken.getAllValidWrappers() if isinstance(wrapper, QThread)]
    others = (thread for thread in threads if thread != QThread.currentThread())
    return [thread for thread in others if thread.isRunning() and not thread.wait(_ENDING)]


@pytest.fixture(scope="session")
def snapshot_of() -> Callable[..., Snapshot]:
    """A snapshot of a run with its scene: ``snapshot_of(toml_text, epochs=3, lens=Lens())``."""

    def make(text: str = "", epochs: int = 0, lens: Lens | None = None) -> Snapshot:
        snapshot = run_of(text, epochs).snapshot()
        stage = SceneMaker(snapshot.problem, lens or Lens(responses=True))
        return replace(snapshot, scene=stage.scene(snapshot.parameters))

    return make


@pytest.fixture(scope="session")
def make_experiment() -> Callable[..., Experiment]:
    """An experiment with keys of any table: ``make_experiment(name="circle", hidden=(3,))``."""
    return experiment_of


@pytest.fixture(scope="session")
def make_run() -> Callable[..., NetworkRun]:
    """A run of such an experiment."""
    return lambda **values: NetworkRun(experiment_of(**values))


class _Paintings(QObject):
    """Counts how often what it watches is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def paints() -> Paints:
    """Whether a widget is painted when something is done: ``paints(widget, do)``."""

    def check(widget: QWidget, do: Callable[[], object]) -> bool:
        QApplication.processEvents()
        paintings = _Paintings()
        widget.installEventFilter(paintings)
        do()
        QApplication.processEvents()
        widget.removeEventFilter(paintings)
        return paintings.count > 0

    return check


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a view at a size: ``show(view, 400, 300)``. Its host spares it what a window manager does."""

    hosts = []  # qtbot does not keep them

    def show_view(view: QWidget, width: int = 900, height: int = 240) -> QWidget:
        host = QWidget()
        qtbot.addWidget(host)
        hosts.append(host)
        host.resize(width, height)
        view.setParent(host)
        view.setGeometry(0, 0, width, height)
        host.setFocus()  # as in the program, where the window has the keyboard
        host.show()
        return view

    return show_view


@pytest.fixture(scope="session")
def fewest_line_errors() -> Callable[[NDArray[Any], NDArray[Any]], int]:
    """The fewest points in the plane that any line leaves on the wrong side: ``fewest(points, targets)``.

    What a line parts, one parts that is parallel to a line through two points, or turned a little from it.
    """

    def fewest(points: NDArray[Any], targets: NDArray[Any]) -> int:
        between = (points[:, None] - points).reshape(-1, 2)
        across = np.arctan2(between[:, 1], between[:, 0]) + np.pi / 2.0
        angles = np.unique(np.concatenate([across - 1e-6, across, across + 1e-6]))
        heights = points @ np.stack([np.cos(angles), np.sin(angles)])
        above = heights >= np.vstack([heights, np.full(len(angles), np.inf)])[:, None]
        wrong = (above != (targets > 0)[:, None]).sum(axis=1)
        return int(min(wrong.min(), len(points) - wrong.max()))

    return fewest


@pytest.fixture
def image_folder() -> Path:
    """Where the pictures are that views are compared with."""
    return Path(__file__).parent / "images"


@pytest.fixture
def assert_matches_image(qapp: QApplication, image_folder: Path, tmp_path: Path) -> Callable[[QWidget, str], None]:
    """Compare a shown widget with the picture of that name; NNVIZ_UPDATE_IMAGES=1 takes a new picture."""

    def check(widget: QWidget, name: str) -> None:
        widget.setFont(_fixed_font())
        qapp.processEvents()
        picture, path = widget.grab().toImage(), image_folder / f"{name}.png"
        if os.environ.get("NNVIZ_UPDATE_IMAGES") == "1":
            picture.save(str(path))
        expected, seen = QImage(str(path)), tmp_path / f"{name}.png"
        picture.save(str(seen))
        assert not expected.isNull(), f"{path.name} is missing: look at {seen}, then set NNVIZ_UPDATE_IMAGES=1"
        assert picture.size() == expected.size()
        share = differing(picture, expected)
        assert share <= _MOST_BLOCKS, f"{share:.2%} of {path.name} is not as in {seen}"

    return check


def _fixed_font() -> QFont:
    font = QFont(_FONT)
    font.setPixelSize(13)
    if QFontInfo(font).family() != _FONT:
        pytest.skip(f"pictures are compared with text in {_FONT}, which is not installed")
    return font
