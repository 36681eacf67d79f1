"""What takes long says so and can be given up; pause, close and quit answer at once whatever runs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hands import take_table
from nnviz.experiment.files import parse_experiment
from nnviz.runtime import ending
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
_AT_ONCE = 0.3
"""Seconds in which the window answers."""
_HUGE = "network = { hidden = [2048, 2048] }\ntraining = { optimizer = 'adam' }"


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=60_000)


def settle_threads(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(thread.isRunning() for thread in ending._LEFT), timeout=60_000)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that takes about a second to read, and an experiment on it."""
    folder = tmp_path_factory.mktemp("large")
    numbers = ",".join(f"{value:.5f}" for value in np.linspace(-1.0, 1.0, 500))
    rows = "".join(f"{numbers},{'ab'[n % 2]}\n" for n in range(10_000))
    (folder / "large.csv").write_text(rows, encoding="utf-8")
    (folder / "large.toml").write_text('data = { file = "large.csv" }', encoding="utf-8")
    return folder / "large.csv"


def test_a_load_says_how_far_it_is_and_then_is_gone(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    bar, shares = window.desk.loading, set[int]()
    window.files.open(table)
    take_table(window)
    assert bar.words == ""

    def is_reading() -> bool:
        shares.add(bar.progress.value())
        return bar.words == "Reading large.csv …" and bar.progress.value() > 20

    qtbot.waitUntil(is_reading, timeout=20_000)
    assert window.windowTitle().startswith("untitled")
    assert bar.isVisible()

    def is_done() -> bool:
        shares.add(bar.progress.value())
        return window.session.idle

    qtbot.waitUntil(is_done, timeout=60_000)
    assert bar.words == ""
    assert window.session.experiment.data.file == str(table)
    assert len(shares) > 2


def test_a_quick_load_is_not_spoken_of(window: MainWindow, qtbot: QtBot) -> None:
    said: list[object] = []
    window.session.loading_changed.connect(said.append)
    window.edits.reset()
    settle(qtbot, window)
    assert set(said) <= {None}


def give_up_by_button(window: MainWindow) -> None:
    QTest.mouseClick(window.desk.loading.cancel, Qt.MouseButton.LeftButton)


def give_up_by_undo(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("give_up", [give_up_by_button, give_up_by_undo])
def test_what_is_given_up_changes_nothing(
    window: MainWindow, qtbot: QtBot, table: Path, give_up: Callable[[MainWindow], None]
) -> None:
    window.desk.views.network.hidden_changed.emit((3,))
    settle(qtbot, window)
    window.session.advance(epochs=2)
    settle(qtbot, window)
    before, recent = window.session.snapshot, window.documents.recent
    window.files.open(table.with_suffix(".toml"))
    qtbot.waitUntil(lambda: window.desk.loading.words.startswith("Reading"), timeout=20_000)
    window.edits.reset()  # what another document takes the place of is not edited any more
    began = perf_counter()
    give_up(window)
    settle(qtbot, window)
    assert perf_counter() - began < 1.0
    assert window.desk.loading.words == window.desk.notice.words == ""
    assert window.session.experiment == before.experiment
    assert window.session.snapshot.step == before.step
    assert window.documents.recent == recent
    assert window.edits.count() == 1
    window.edits.undo()
    settle(qtbot, window)
    assert window.session.experiment.network.hidden == (4, 2)


def test_an_edit_that_is_given_up_leaves_the_stack(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.files.open(table)
    take_table(window)
    qtbot.waitUntil(lambda: window.desk.loading.words.startswith("Reading"), timeout=20_000)
    give_up_by_button(window)
    settle(qtbot, window)
    assert window.edits.count() == 0
    assert window.session.experiment.data.file == ""


def close(window: MainWindow) -> None:
    window.close()


def quit_(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("leave", [close, quit_])
def test_closing_does_not_wait_for_a_load(
    window: MainWindow, qtbot: QtBot, table: Path, leave: Callable[[MainWindow], None]
) -> None:
    window.files.open(table)
    take_table(window)
    qtbot.waitUntil(lambda: window.desk.loading.words.startswith("Reading"), timeout=20_000)
    began = perf_counter()
    leave(window)
    assert perf_counter() - began < _AT_ONCE
    assert not window.isVisible()
    settle_threads(qtbot)


@pytest.fixture
def huge(open_window: Opener, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window in which a network of four million weights learns."""
    window = open_window()
    window.begin(parse_experiment(_HUGE, "test"))
    qtbot.waitUntil(lambda: window.session.idle, timeout=60_000)
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.playing and window.session.snapshot.step > 2, timeout=60_000)
    yield window
    window.close_unasked()
    settle_threads(qtbot)


def test_pausing_is_answered_at_once(huge: MainWindow, qtbot: QtBot) -> None:
    began = perf_counter()
    QTest.keyClick(huge, Qt.Key.Key_Space)
    assert perf_counter() - began < _AT_ONCE
    assert not huge.session.playing
    settle(qtbot, huge)
    step = huge.session.snapshot.step
    QTest.keyClick(huge, Qt.Key.Key_Right)
    settle(qtbot, huge)
    assert huge.session.snapshot.step == step + 1


def test_closing_does_not_wait_for_training(huge: MainWindow, qtbot: QtBot) -> None:
    began = perf_counter()
    quit_(huge)
    assert perf_counter() - began < _AT_ONCE
    assert not huge.isVisible()
    settle_threads(qtbot)


def test_undo_goes_back_to_a_huge_network(huge: MainWindow, qtbot: QtBot) -> None:
    huge.session.pause()
    settle(qtbot, huge)
    step = huge.session.snapshot.step
    huge.edits.reset()
    settle(qtbot, huge)
    huge.edits.undo()
    settle(qtbot, huge)
    assert huge.session.snapshot.step == step


def test_the_window_lives_on_while_a_large_text_is_parsed(window: MainWindow, tmp_path: Path) -> None:
    path, beats = tmp_path / "large.toml", []
    path.write_text("".join(f"key_{k} = {k}\n" for k in range(40_000)))
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: beats.append(True))
    timer.start()
    window.files.open(path)
    assert len(beats) > 5
    assert "large.toml: key_0" in window.desk.notice.words
    window.lessons.folder.mkdir()
    path.rename(window.lessons.folder / path.name)
    beats.clear()
    (error,) = window.lessons.library.errors
    assert len(beats) > 5
    assert "large.toml" in str(error)
    timer.stop()
