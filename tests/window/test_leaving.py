"""No work is lost in silence: before it is, whatever takes its place, it is asked about."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nnviz.experiment.examples import EXAMPLES
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.files import load_experiment
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
Act = Callable[[MainWindow], object]
_BUTTON = QMessageBox.StandardButton


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)


class Asked:
    """Answers the questions that are asked, and notes them."""

    def __init__(self, button: QMessageBox.StandardButton) -> None:
        self.questions: list[str] = []
        self._button = button
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._answer)
        self._timer.start()

    def _answer(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            self.questions.append(f"{box.text()} {box.informativeText()}")
            box.button(self._button).click()


def is_unsaved(window: MainWindow) -> bool:
    return window.files.unsaved


def train(window: MainWindow) -> None:
    window.session.advance(epochs=3)


def draw(window: MainWindow) -> None:
    window.desk.controls.data.brushes.switch.click()
    window.desk.controls.data.brushes.classes[1].click()
    window.workbench.draw(np.array([[0.5, 0.5], [0.6, 0.5]]))


def edit(window: MainWindow) -> None:
    window.desk.views.network.hidden_changed.emit((3,))


def play_lesson(window: MainWindow) -> None:
    window.files.play(next(c for c in window.lessons.library.courses if c.lesson.id == "xor-solved"))


def begin_anew(window: MainWindow) -> None:
    press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)


def open_example(window: MainWindow) -> None:
    window.menus.examples.actions()[0].trigger()


def open_recent(window: MainWindow) -> None:
    window.menus.recent.actions()[0].trigger()


def quit_(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


def begin_network(window: MainWindow) -> None:
    window.files.begin(Experiment(data=Data(name="moons")))


@pytest.fixture
def asking(window: MainWindow, tmp_path: Path) -> MainWindow:
    """A window that asks, with a file among the recent ones."""
    (tmp_path / "circle.toml").write_text("data = { name = 'circle' }", encoding="utf-8")
    window.documents.take(tmp_path / "circle.toml", Experiment())
    window.documents.take(None, Experiment())
    window.files.asks = True
    return window


@pytest.mark.parametrize("leave", [play_lesson, begin_anew, open_example, open_recent, quit_, begin_network])
@pytest.mark.parametrize(("work", "words"), [(train, "training up to step 75"), (draw, "edits"), (edit, "edits")])
def test_work_is_asked_about_before_anything_takes_its_place(
    asking: MainWindow, qtbot: QtBot, work: Act, words: str, leave: Act
) -> None:
    work(asking)
    settle(qtbot, asking)
    before, count = asking.session.snapshot, asking.edits.count()
    asked = Asked(_BUTTON.Cancel)
    leave(asking)
    settle(qtbot, asking)
    assert len(asked.questions) == 1
    assert "Save this experiment?" in asked.questions[0]
    assert words in asked.questions[0]
    assert asking.isVisible()
    assert asking.session.experiment == before.experiment
    assert asking.session.snapshot.step == before.step
    assert asking.edits.count() == count
    assert asking.lecture.player.course is None


def test_each_answer_has_a_letter(asking: MainWindow, qtbot: QtBot) -> None:
    edit(asking)
    settle(qtbot, asking)
    keys: set[str] = set()

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        keys.update(button.shortcut().toString() for button in box.buttons())
        box.button(_BUTTON.Cancel).click()

    QTimer.singleShot(100, answer)
    assert not asking.files.may_leave()
    assert keys == {"Alt+S", "Alt+D", "Alt+C"}


@pytest.mark.parametrize("leave", [play_lesson, begin_anew, open_example, open_recent, begin_network])
def test_what_is_discarded_makes_room(asking: MainWindow, qtbot: QtBot, leave: Act) -> None:
    train(asking)
    edit(asking)
    settle(qtbot, asking)
    before = asking.session.experiment
    asked = Asked(_BUTTON.Discard)
    leave(asking)
    settle(qtbot, asking)
    assert len(asked.questions) == 1
    assert asking.session.experiment != before
    assert not asking.edits.canUndo()
    leave(asking)  # and of what has only begun nothing is lost
    settle(qtbot, asking)
    assert len(asked.questions) == 1


def test_what_is_saved_first_is_saved(
    asking: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(asking)
    settle(qtbot, asking)
    name = str(tmp_path / "mine.toml")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, ""))
    asked = Asked(_BUTTON.Save)
    open_example(asking)
    settle(qtbot, asking)
    assert asked.questions
    assert load_experiment(tmp_path / "mine.toml").network.hidden == (3,)
    assert asking.session.experiment == EXAMPLES[0].experiment
    assert asking.windowTitle().startswith("untitled")


def test_what_is_not_saved_after_all_stays(
    asking: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(asking)
    settle(qtbot, asking)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    asked = Asked(_BUTTON.Save)
    quit_(asking)
    assert asked.questions
    assert asking.isVisible()
    assert asking.session.experiment.network.hidden == (3,)


def test_what_was_saved_is_not_asked_about_until_it_is_trained_further(
    asking: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    train(asking)
    settle(qtbot, asking)
    assert asking.files.save_to(tmp_path / "mine.toml")
    asking.session.seek(0)
    settle(qtbot, asking)
    assert not is_unsaved(asking)
    asking.files.open(tmp_path / "mine.toml")
    settle(qtbot, asking)
    assert not is_unsaved(asking)
    train(asking)
    settle(qtbot, asking)
    asked = Asked(_BUTTON.Cancel)
    quit_(asking)
    assert asked.questions == [
        "Save the changes to mine.toml? Its training up to step 150 would be lost otherwise."
    ]


def test_what_runs_in_a_lesson_is_nobodys_work_and_no_files(
    asking: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert asking.files.save_to(tmp_path / "mine.toml")
    play_lesson(asking)
    train(asking)
    settle(qtbot, asking)
    assert asking.documents.path is None
    assert not is_unsaved(asking)
    asking.edits.set_parameter(0, 0, 0, 2.0)
    settle(qtbot, asking)
    assert is_unsaved(asking)
    asking.edits.undo()
    settle(qtbot, asking)
    asking.lecture.close()
    assert asking.windowTitle().startswith("untitled")
    assert not is_unsaved(asking)
    train(asking)
    settle(qtbot, asking)
    assert is_unsaved(asking)
    assert load_experiment(tmp_path / "mine.toml") == Experiment()


def test_a_lesson_that_is_closed_while_it_runs_stops_and_leaves_nothing_to_ask_about(
    asking: MainWindow, qtbot: QtBot
) -> None:
    play_lesson(asking)
    asking.session.play()
    qtbot.waitUntil(lambda: asking.session.snapshot.step > 5)
    asking.lecture.close()
    settle(qtbot, asking)
    assert not asking.session.playing
    assert not is_unsaved(asking)
    train(asking)
    settle(qtbot, asking)
    assert is_unsaved(asking)


def test_an_experiment_takes_the_lessons_place(asking: MainWindow, qtbot: QtBot) -> None:
    play_lesson(asking)
    settle(qtbot, asking)
    open_recent(asking)
    settle(qtbot, asking)
    assert asking.lecture.player.course is None
    assert asking.windowTitle().startswith("circle.toml")


def test_what_is_recovered_is_asked_about(asking: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    asking.files.recover(tmp_path / "circle.toml", lambda: None)
    settle(qtbot, asking)
    assert asking.session.experiment.data.name == "circle"
    assert asking.windowTitle().startswith("untitled")
    assert asking.isWindowModified()
    asked = Asked(_BUTTON.Cancel)
    quit_(asking)
    assert asked.questions


def test_every_example_is_in_the_menu_and_begins(window: MainWindow, qtbot: QtBot) -> None:
    assert [action.text() for action in window.menus.examples.actions()] == [e.title for e in EXAMPLES]
    for example, action in zip(EXAMPLES, window.menus.examples.actions(), strict=True):
        action.trigger()
        settle(qtbot, window)
        assert window.session.experiment == example.experiment
        assert window.desk.notice.words == ""
        assert window.windowTitle().startswith("untitled")
