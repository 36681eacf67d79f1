"""What is kept in case of a crash, and what a crash left: it stays until somebody answers for it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from hands import press, when_asked
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


@pytest.fixture
def crashed(open_window: Opener, qtbot: QtBot, tmp_path: Path) -> Path:
    """A folder as a crash leaves it: moons, learned for five epochs."""
    folder, before = tmp_path / "crashed", tmp_path / "before"
    window = open_window('data = { name = "moons" }', before)
    window.session.advance(epochs=5)
    settle(qtbot, window)
    window.recovery.keep_at_once()
    folder.mkdir()
    shutil.copy(before / "recovery.nnviz", folder)
    return folder


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.nnviz"))


def teach(qtbot: QtBot, window: MainWindow) -> None:
    """Let another run go on, and be kept."""
    window.session.advance(epochs=2)
    settle(qtbot, window)
    window.recovery.keep()
    window.recovery.flush()


def test_what_a_crash_left_is_taken_up_with_its_past(crashed: Path, open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(folder=crashed)
    assert "kept" in window.desk.notice.words
    window.desk.notice.press("Restore it")
    settle(qtbot, window)
    moment: Any = window.session.snapshot
    assert (moment.experiment.data.name, moment.epoch) == ("moons", 5)
    assert len(window.session.timeline.line.moments) > 1
    assert window.documents.path is None
    assert window.isWindowModified()
    assert left(crashed) == ["recovery.nnviz"]  # another crash would leave it once more
    window.session.seek(0)
    settle(qtbot, window)
    assert window.session.in_past


def test_until_it_is_answered_for_it_stays_whatever_happens(
    crashed: Path, open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window(folder=crashed)
    teach(qtbot, window)
    assert left(crashed) == ["left-1.nnviz", "recovery.nnviz"]
    window.desk.notice.hide()
    window.edits.setClean()
    window.close()
    assert left(crashed) == ["left-1.nnviz"]
    again = open_window(folder=crashed)
    teach(qtbot, again)
    again.desk.notice.press("Restore it")
    settle(qtbot, again)
    assert again.session.experiment.data.name == "moons"


def test_of_two_crashes_each_is_asked_about(crashed: Path, open_window: Opener, qtbot: QtBot) -> None:
    shutil.copy(crashed / "recovery.nnviz", crashed / "left-1.nnviz")
    os.utime(crashed / "left-1.nnviz", (0, 0))
    window = open_window(folder=crashed)
    assert left(crashed) == ["left-1.nnviz", "left-2.nnviz"]
    window.desk.notice.press("Discard it")
    assert left(crashed) == ["left-1.nnviz"]
    assert "kept" in window.desk.notice.words
    window.desk.notice.press("Restore it")
    settle(qtbot, window)
    assert left(crashed) == ["recovery.nnviz"]
    assert window.desk.notice.words == ""


def test_what_cannot_be_read_is_refused_in_a_line_and_stays(crashed: Path, open_window: Opener) -> None:
    (crashed / "recovery.nnviz").write_bytes(b"no document")
    window = open_window(folder=crashed)
    window.desk.notice.press("Restore it")
    assert "left-1.nnviz: cannot be read: it is damaged" in window.desk.notice.words
    assert left(crashed) == ["left-1.nnviz"]


def test_what_cannot_be_begun_is_refused_and_stays(open_window: Opener, qtbot: QtBot, tmp_path: Path) -> None:
    table, crashed = tmp_path / "t.csv", tmp_path / "crashed"
    table.write_text("a,b,c\n" + "1,2,x\n3,4,y\n" * 9, encoding="utf-8")
    first = open_window(f"data = {{ file = '{table}' }}", tmp_path)
    teach(qtbot, first)
    crashed.mkdir()
    shutil.copy(tmp_path / "recovery.nnviz", crashed)
    table.unlink()
    window = open_window(folder=crashed)
    window.desk.notice.press("Restore it")
    settle(qtbot, window)
    assert "t.csv does not exist" in window.desk.notice.words
    assert window.session.experiment.data.name == "xor"
    assert left(crashed) == ["left-1.nnviz"]


def test_edits_of_a_file_are_asked_about_before_something_is_taken_up(
    crashed: Path, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(folder=crashed)
    window.files.asks = True
    assert window.files.save_to(tmp_path / "mine.nnviz")
    training = replace(window.session.experiment.training, learning_rate=0.5)
    window.desk.controls.training.changed.emit(training)
    settle(qtbot, window)

    def cancel(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()

    when_asked(cancel)
    window.desk.notice.press("Restore it")
    settle(qtbot, window)
    assert window.session.experiment.training.learning_rate == 0.5
    assert left(crashed) == ["left-1.nnviz"]


def test_a_window_that_ends_in_order_leaves_nothing_to_recover(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    teach(qtbot, window)
    assert left(tmp_path) == ["recovery.nnviz"]
    window.close()
    assert left(tmp_path) == []


def test_what_changes_is_kept_soon_and_only_then(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    timer = window.recovery._timer
    assert not timer.isActive()
    window.session.advance(steps=1)
    settle(qtbot, window)
    assert timer.isActive()
    timer.setInterval(0)
    qtbot.waitUntil(lambda: not timer.isActive())
    window.recovery.flush()
    assert left(tmp_path) == ["recovery.nnviz"]
    (tmp_path / "recovery.nnviz").unlink()
    window.recovery.keep_at_once()
    assert left(tmp_path) == []  # nothing has happened since


def test_weights_set_by_hand_while_the_run_is_paused_are_kept(
    window: MainWindow, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    teach(qtbot, window)
    window.edits.set_parameter(0, 0, 0, 0.125)
    settle(qtbot, window)
    window.recovery.keep_at_once()
    (tmp_path / "crashed").mkdir()
    shutil.copy(tmp_path / "recovery.nnviz", tmp_path / "crashed")
    again = open_window(folder=tmp_path / "crashed")
    again.desk.notice.press("Restore it")
    settle(qtbot, again)
    assert np.isclose(again.session.snapshot.parameter(0, 0, 0), 0.125)


def test_a_second_window_keeps_nothing_and_touches_nothing_of_the_first(
    crashed: Path, open_window: Opener, qtbot: QtBot
) -> None:
    first = open_window(folder=crashed)
    teach(qtbot, first)
    content = (crashed / "recovery.nnviz").read_bytes()
    second = open_window(folder=crashed)
    assert second.desk.notice.words == ""
    teach(qtbot, second)
    second.close()
    assert (crashed / "recovery.nnviz").read_bytes() == content
    assert left(crashed) == ["left-1.nnviz", "recovery.nnviz"]


def test_temporary_files_that_a_crash_left_are_cleared(crashed: Path, open_window: Opener) -> None:
    (crashed / ".nnviz-abcd").write_bytes(b"half")
    open_window(folder=crashed)
    assert not list(crashed.glob(".nnviz-*"))


def test_the_offer_waits_until_a_full_screen_lecture_is_over(crashed: Path, open_window: Opener) -> None:
    window = open_window(folder=crashed)
    for _ in range(2):
        assert "kept" in window.desk.notice.words
        press(window, Qt.Key.Key_F11)
        assert window.desk.notice.words == ""
        press(window, Qt.Key.Key_F11)  # a clicker's key for a lecture may come twice
        press(window, Qt.Key.Key_Escape)
    window.desk.notice.press("Discard it")
    press(window, Qt.Key.Key_F11)
    press(window, Qt.Key.Key_Escape)
    assert window.desk.notice.words == ""
