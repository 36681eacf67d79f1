"""Plots in the whole program: the mouse over them, their menus, their keys, while a run goes on."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from hands import LEFT, pixel, press, wheel
from nnviz.experiment.experiment import Experiment
from nnviz.runs.history import epochs
from nnviz.runs.snapshot import Snapshot
from nnviz.window.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
KINDS = [("PNG (*.png)", ".png"), ("SVG (*.svg)", ".svg"), ("PDF (*.pdf)", ".pdf")]


@pytest.fixture(autouse=True)
def pointer_nowhere() -> Iterator[None]:
    """Leave the pointer in the corner of the screen."""
    yield
    QCursor.setPos(0, 0)
    for menu in menus():
        menu.close()


def menus() -> list[QMenu]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]


def now(window: MainWindow) -> Snapshot:
    assert isinstance(window.session.snapshot, Snapshot)
    return window.session.snapshot


def idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def point_at(view: QWidget) -> None:
    QCursor.setPos(view.mapToGlobal(view.rect().center()))


def train(window: MainWindow, qtbot: QtBot, count: int = 30) -> None:
    window.session.advance(epochs=count)
    idle(qtbot, window)


def choose(words: str) -> None:
    (menu,) = menus()
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def test_a_zoomed_region_is_computed_for_what_is_seen_and_holds_while_the_run_goes_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    region = window.desk.views.output.region
    wheel(region.plot.viewport(), region.plane.frame.center(), notches=5)
    held = region.plane.extent
    qtbot.waitUntil(lambda: bool((scene := now(window).scene) and scene.seen == pytest.approx(held)))
    window.session.play()
    qtbot.waitUntil(lambda: now(window).epoch > 3)
    window.session.pause()
    idle(qtbot, window)
    assert region.plane.extent == held
    press(window, Qt.Key.Key_Home)
    assert not region.plane.held
    qtbot.waitUntil(lambda: bool((scene := now(window).scene) and scene.seen == scene.extent))


RACE = """
kind = "race"
[[lanes]]
title = "narrow"
change = { network = { hidden = [2] } }
[[lanes]]
title = "wide"
change = { network = { hidden = [4] } }
"""


def test_lanes_of_a_race_zoom_together_and_are_computed_for_what_is_seen(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(RACE)
    race: Any = window.desk.views["race"]
    first, second = (lane.output.currentWidget() for lane in race.lanes)

    def seen() -> list[object]:
        return [lane.scene.seen for lane in window.session.snapshot.lanes]

    wheel(second.plot.viewport(), second.plane.frame.center(), notches=4)
    held = first.plane.extent
    assert held == second.plane.extent
    qtbot.waitUntil(lambda: seen() == [pytest.approx(held)] * 2)
    window.session.load(Experiment())
    qtbot.waitUntil(lambda: bool((scene := now(window).scene) and scene.seen == scene.extent))


def test_an_axis_follows_the_run_again_after_home(window: MainWindow, qtbot: QtBot) -> None:
    train(window, qtbot, 3)
    plane = window.desk.views.loss.loss.plane
    wheel(window.desk.views.loss.canvas.viewport(), plane.frame.center())
    held = plane.extent
    train(window, qtbot, 40)
    assert plane.extent == held
    press(window, Qt.Key.Key_Home)
    assert plane.extent[1] >= 43.0


def test_accuracy_moves_with_the_loss(window: MainWindow, qtbot: QtBot) -> None:
    loss = window.desk.views.loss
    loss.set_accuracy_shown(shown=True)
    train(window, qtbot)
    whole = loss.accuracy.plane.extent
    wheel(loss.canvas.viewport(), loss.loss.plane.frame.center(), notches=3)
    assert loss.accuracy.plane.extent[:2] == loss.loss.plane.extent[:2]
    assert loss.accuracy.plane.extent[2:] == whole[2:]


def test_a_click_on_the_loss_seeks_to_its_epoch(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(20):
        train(window, qtbot, 1)
    canvas, plane = window.desk.views.loss.canvas, window.desk.views.loss.loss.plane
    x = float(plane.pixels(np.array([[12.0, 0.0]]))[0, 0])
    QTest.mouseClick(canvas.viewport(), LEFT, pos=pixel(QPointF(x, plane.frame.center().y())))
    idle(qtbot, window)
    assert now(window).step == 12 * 25


def test_what_the_lines_are_is_read_under_the_pointer_of_every_branch(window: MainWindow, qtbot: QtBot) -> None:
    train(window, qtbot)
    window.session.seek(300)
    idle(qtbot, window)
    window.session.branch()
    train(window, qtbot, 5)
    loss = window.desk.views.loss.loss
    words = loss.read(6.0, 0.0)
    assert words[0] == "epoch 6"
    assert words[1].startswith("train 0.")
    assert words[2].startswith("test 0.")
    assert words[3].startswith("other line 0.")
    assert len(loss.read(25.0, 0.0)) == 1


@pytest.mark.parametrize(
    "key", [(Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)]
)
def test_a_key_opens_the_menu_of_the_view_under_the_pointer(
    window: MainWindow, key: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    point_at(window.desk.views.loss)
    press(window, *key)
    (menu,) = menus()
    assert "Logarithmic scale" in [action.text() for action in menu.actions()]


def test_f8_enlarges_the_view_under_the_pointer_and_esc_puts_it_back(window: MainWindow, qtbot: QtBot) -> None:
    stage = window.desk.stage
    shown = stage.shown
    point_at(window.desk.views.loss)
    press(window, Qt.Key.Key_F8)
    assert stage.shown == ("loss",)
    before = window.desk.views.loss.loss_words.text()
    train(window, qtbot)
    assert window.desk.views.loss.loss_words.text() != before
    press(window, Qt.Key.Key_Escape)
    assert stage.shown == shown
    assert window.isVisible()


def test_in_full_screen_a_view_is_enlarged_too_and_esc_goes_back_step_by_step(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F5)
    assert window.isFullScreen()
    point_at(window.desk.views.output)
    press(window, Qt.Key.Key_F8)
    assert window.desk.stage.shown == ("output",)
    press(window, Qt.Key.Key_Escape)
    assert window.isFullScreen()
    assert window.desk.stage.enlarged == ""
    press(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_in_front_of_an_audience_the_wheel_zooms_only_with_control(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F5)
    region = window.desk.views.output.region
    place = region.plane.frame.center()
    wheel(region.plot.viewport(), place)
    before = region.plane.held
    wheel(region.plot.viewport(), place, modifier=CONTROL)
    assert (before, region.plane.held) == (False, True)
    press(window, Qt.Key.Key_Escape)


@pytest.mark.parametrize(("kind", "suffix"), KINDS)
def test_a_picture_of_a_view_is_saved_by_its_menu(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, suffix: str
) -> None:
    train(window, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "loss"), kind))
    view = window.desk.views.loss
    window.desk.stage.open_menu(view.mapTo(window.desk.stage, QPoint(40, 40)))
    choose("Save picture…")
    (path,) = tmp_path.glob("loss.*")
    assert path.suffix == suffix
    if suffix == ".svg":
        words = " ".join(ET.fromstring(path.read_text(encoding="utf-8")).itertext())  # noqa: S314 - our own
        assert "epoch" in words
        assert "train" in words


def test_the_numbers_of_the_loss_are_saved_by_its_menu(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(window, qtbot)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "loss.csv"), ""))
    view = window.desk.views.loss
    window.desk.stage.open_menu(view.mapTo(window.desk.stage, QPoint(40, 40)))
    choose("Save numbers…")
    _, *rows = csv.reader((tmp_path / "loss.csv").read_text(encoding="utf-8").splitlines())
    _, epoch, loss = [row for row in rows if row[0] == "train"][-1]
    assert float(epoch) == pytest.approx(epochs(now(window)))
    assert float(loss) == pytest.approx(now(window).metrics.train.loss)


def test_what_cannot_be_saved_is_said_in_a_line(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "loss.png"), "PNG (*.png)")
    )
    view = window.desk.views.loss
    window.desk.stage.open_menu(view.mapTo(window.desk.stage, QPoint(40, 40)))
    choose("Save picture…")
    assert "cannot be written" in window.desk.notice.words
