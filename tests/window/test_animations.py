"""A film of the run on the screen, written by another process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from PySide6.QtWidgets import QFileDialog, QProgressBar
from pytestqt.qtbot import QtBot

from nnviz.experiment.kind import NETWORK
from nnviz.lessons.views import VIEWS
from nnviz.window.animations import AnimationDialog, Wish
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    for _ in range(epochs):
        window.session.advance(epochs=1)
        qtbot.waitUntil(lambda: window.session.idle)


def test_what_is_chosen_is_filmed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(window, qtbot, 6)
    window.menus.actions["animate"].trigger()
    (dialog,) = window.findChildren(AnimationDialog)
    dialog.view.setCurrentIndex(dialog.view.findData("output"))
    dialog.size_.setCurrentIndex(3)
    dialog.frames.setValue(3)
    dialog.caption.setText("--a caption")
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "film"), "WebP, smaller (*.webp)")
    )
    dialog.buttons.accepted.emit()
    shares: list[int] = []
    assert window.process.bar
    bar = window.process.bar.findChild(QProgressBar)
    assert bar
    bar.valueChanged.connect(shares.append)
    qtbot.waitUntil(lambda: window.process.process is None, timeout=60_000)
    assert window.desk.notice.words == f"Animation: {tmp_path / 'film.webp'}"
    with Image.open(tmp_path / "film.webp") as film:
        assert (len([*ImageSequence.Iterator(film)]), film.size) == (3, (640, 360))
    assert max(shares) > 0


def test_cancelled_nothing_is_written(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    train(window, qtbot, 2)
    window.animations.write(tmp_path / "film.gif", Wish("stage", 40, "640x360", ""))
    window.animations.write(tmp_path / "second.gif", Wish("stage", 40, "640x360", ""))
    assert window.desk.notice.words == "Another file is being written: animation has to wait."
    assert window.process.bar
    window.process.bar.canceled.emit()
    qtbot.waitUntil(lambda: window.process.process is None, timeout=60_000)
    assert list(tmp_path.glob("*.gif")) == []


def test_without_a_timeline_there_is_nothing_to_film(window: MainWindow) -> None:
    window.menus.actions["animate"].trigger()
    assert window.desk.notice.words == "There is nothing to animate yet: train first."


def test_another_kind_is_filmed_from_its_beginning(open_window: Opener, qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window('kind = "perceptron"')
    train(window, qtbot, 2)
    window.menus.actions["animate"].trigger()
    (dialog,) = window.findChildren(AnimationDialog)
    assert dialog.view.findData("perceptron") > 0
    dialog.close()
    window.animations.write(tmp_path / "film", Wish("stage", 40, "640x360", ""))
    qtbot.waitUntil(lambda: window.process.process is None, timeout=60_000)
    assert len(list((tmp_path / "film").glob("frame-*.png"))) == 3


def test_every_view_that_is_offered_can_be_filmed(window: MainWindow, qtbot: QtBot) -> None:
    train(window, qtbot, 1)
    assert {entry.name for entry in VIEWS.values() if entry.shows == NETWORK} <= {*window.desk.stage.offered}
