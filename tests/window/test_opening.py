"""Files opened in the window: read once, taken up when they are had, and nothing changed when they are refused."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from hands import sheet_of, take_table, when_asked
from nnviz.experiment.experiment import Data, NetworkDesign, Training
from nnviz.experiment.files import load_experiment
from nnviz.lessons.opening import Opened, opened
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
_TABLE = "length,width,kind\n" + "".join(f"{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(40))
_ON_TABLE = 'data = { file = "table.csv" }'
_LESSON = 'id = "mine"\ntitle = "Mine"\n[[pages]]\ntitle = "One"\n[pages.experiment]\n' + _ON_TABLE

_opened: list[str] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        _opened.append(os.path.realpath(arguments[0]))


sys.addaudithook(_note)


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.{'csv' if name == 'table' else 'toml'}").write_text(text, encoding="utf-8")
    return folder


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until everything asked for has been answered."""
    qtbot.waitUntil(lambda: window.tables.first_rows.idle and window.session.idle, timeout=20_000)


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier))


def test_weights_make_a_network_and_what_is_not_in_the_file_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    weights: dict[str, Any] = {
        "W1": rng.normal(size=(7, 2)),
        "b1": np.zeros(7),
        "W2": rng.normal(size=(1, 7)),
        "b2": np.zeros(1),
    }
    np.savez(tmp_path / "mine.npz", **weights)
    drop(window, tmp_path / "mine.npz")
    settle(qtbot, window)
    assert np.array_equal(window.session.snapshot.weights[0], weights["W1"])
    assert window.desk.notice.words.startswith("mine.npz has the weights of 2-7-1 units, but not their activation")
    assert window.documents.path is None  # nothing is saved over it
    window.workbench.choose_activation("relu")
    settle(qtbot, window)
    assert window.session.experiment.network.activation == "relu"
    assert np.array_equal(window.session.snapshot.weights[0], weights["W1"])


def test_weights_that_no_data_fit_leave_all_as_it_is(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", W1=np.zeros((2, 40)), b1=np.zeros(2))
    before = state(window)
    drop(window, tmp_path / "mine.npz")
    settle(qtbot, window)
    assert "from 40 inputs to 2 outputs, and no data here have as many" in window.desk.notice.words
    assert state(window) == before


def state(window: MainWindow) -> tuple[object, ...]:
    """All that a refused file must leave as it is."""
    edits, documents = window.edits, window.documents
    title = (window.windowTitle(), window.isWindowModified())
    return (*title, documents.path, documents.recent, edits.count(), edits.index(), window.session.experiment)


@pytest.fixture
def lecture(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A window on a file that has been edited since."""
    window.files.asks = True
    write(tmp_path, lecture="data = { name = 'moons' }")
    window.files.open(tmp_path / "lecture.toml")
    settle(qtbot, window)
    change_rate(window, 0.5)
    settle(qtbot, window)
    return window


def change_rate(window: MainWindow, rate: float) -> None:
    training = replace(window.session.experiment.training, learning_rate=rate)
    window.desk.controls.training.changed.emit(training)


def answer(button: QMessageBox.StandardButton) -> None:
    """Press a button of the question that is about to be asked."""

    def press(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        box.button(button).click()

    when_asked(press)


@pytest.mark.parametrize("way", [lambda window: window.files.open, lambda window: lambda path: drop(window, path)])
@pytest.mark.parametrize("name", ["lesson.toml", "experiment.toml", "table.csv"])
def test_each_file_is_read_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, way: Callable[..., Callable[[Path], None]], name: str
) -> None:
    write(tmp_path, lesson=_LESSON, experiment=_ON_TABLE, table=_TABLE)
    _opened.clear()
    way(window)(tmp_path / name)
    if name == "table.csv":  # for its sheet the first rows have been read, and now all are
        sheet_of(window)
        assert _opened.count(os.path.realpath(tmp_path / name)) == 1
        _opened.clear()
        take_table(window)
    settle(qtbot, window)
    assert window.session.snapshot.problem.classes == ("a", "b")
    for file in {name, "table.csv"}:
        assert _opened.count(os.path.realpath(tmp_path / file)) == 1


def test_a_run_that_is_begun_already_is_shown_and_nothing_is_read_again(
    open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, table=_TABLE)
    window, first = open_window(), opened(tmp_path / "table.csv").begun()
    _opened.clear()
    window.start(first)
    settle(qtbot, window)
    assert window.session.snapshot.problem.dataset.class_names == ("a", "b")
    assert os.path.realpath(tmp_path / "table.csv") not in _opened
    assert window.documents.recent == [tmp_path / "table.csv"]
    assert window.edits.count() == 0


def test_a_lesson_begins_nothing_but_what_its_page_asks_for(
    open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, lesson=_LESSON, table=_TABLE)
    window = open_window()
    begun: list[str] = []
    window.session.snapshot_changed.connect(lambda snapshot: begun.append(snapshot.experiment.data.name))
    window.start(opened(tmp_path / "lesson.toml"))
    settle(qtbot, window)
    assert window.lecture.player.course
    assert {name == "xor" for name in begun} == {True}
    assert window.session.timeline.line.moments[0].problem.classes == ("a", "b")


def test_behind_a_page_on_which_nothing_runs_waits_the_usual_experiment(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window()
    course = next(c for c in window.lessons.library.courses if c.scenes[0].experiment is None)
    window.start(Opened(course=course))
    settle(qtbot, window)
    window.lecture.close()
    window.session.advance(steps=1)
    settle(qtbot, window)
    assert window.session.snapshot.step == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.toml", "data = { noise = 7 }", "data.noise"),
        ("bad.toml", 'data = { file = "usb-stick.csv" }', "usb-stick.csv does not exist"),
        ("bad.toml", 'training = { start = "usb-stick.npz" }', "usb-stick.npz: cannot be read"),
        ("bad.toml", 'id = "bad"\npages = []', "title: missing"),
        ("bad.docx", "", "allowed"),
        ("missing.csv", None, "does not exist"),
    ],
)
def test_a_refused_file_changes_nothing(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    asks = words.startswith("usb-stick")  # what is to be refused later is asked about first
    before = state(lecture)
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    if asks:
        answer(QMessageBox.StandardButton.Discard)
    lecture.files.open(tmp_path / name)
    settle(qtbot, lecture)
    assert words in lecture.desk.notice.words
    assert state(lecture) == before
    assert lecture.files.save()
    assert load_experiment(tmp_path / "lecture.toml").data.name == "moons"
    assert load_experiment(tmp_path / "lecture.toml").training.learning_rate == 0.5


def test_a_table_refused_on_its_sheet_leaves_the_document_its_name(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = state(lecture)
    (tmp_path / "table.csv").write_text("a,b,kind\n1,2,p\n1,p\n", encoding="utf-8")
    lecture.files.open(tmp_path / "table.csv")
    take_table(lecture)
    assert "row 3" in sheet_of(lecture).refusal.text()
    sheet_of(lecture).reject()
    settle(qtbot, lecture)
    assert state(lecture) == before
    assert before[:2] == ("lecture.toml[*] — nnviz", True)
    assert lecture.files.unsaved


def test_a_file_is_taken_up_when_it_is_had(lecture: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    write(tmp_path, next=_ON_TABLE, table=_TABLE)
    lecture.edits.setClean()
    lecture.files.open(tmp_path / "next.toml")
    assert lecture.documents.path == tmp_path / "lecture.toml"
    settle(qtbot, lecture)
    assert lecture.documents.path == tmp_path / "next.toml"
    assert lecture.documents.recent == [tmp_path / "next.toml", tmp_path / "lecture.toml"]
    assert lecture.windowTitle().startswith("next.toml")
    assert lecture.edits.count() == 0


def test_of_two_files_the_one_that_can_be_had_is_taken_up(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, first="data = { name = 'circle' }", second="data = { file = 'nowhere.csv' }")
    lecture.edits.setClean()
    lecture.files.open(tmp_path / "first.toml")
    lecture.files.open(tmp_path / "second.toml")
    settle(qtbot, lecture)
    assert lecture.documents.path == tmp_path / "first.toml"
    assert lecture.session.snapshot.experiment.data.name == "circle"
    assert "nowhere.csv" in lecture.desk.notice.words


def test_edits_that_are_not_saved_are_asked_about_before_another_experiment_is_opened(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, other="data = { name = 'circle' }")
    before = state(lecture)
    answer(QMessageBox.StandardButton.Cancel)
    lecture.files.open(tmp_path / "other.toml")
    settle(qtbot, lecture)
    assert state(lecture) == before
    answer(QMessageBox.StandardButton.Save)
    lecture.files.open(tmp_path / "other.toml")
    settle(qtbot, lecture)
    assert lecture.documents.path == tmp_path / "other.toml"
    assert load_experiment(tmp_path / "lecture.toml").training.learning_rate == 0.5


def test_a_table_that_is_opened_can_be_taken_back(lecture: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    write(tmp_path, table=_TABLE)
    lecture.files.open(tmp_path / "table.csv")
    take_table(lecture)
    settle(qtbot, lecture)
    assert lecture.documents.path is None
    assert lecture.session.experiment.training.learning_rate == 0.5
    lecture.edits.undo()
    settle(qtbot, lecture)
    assert lecture.session.experiment.data.name == "moons"


def open_again(window: MainWindow, path: Path) -> None:
    window.files.open(path)
    take_table(window)


@pytest.mark.parametrize("again", [open_again, lambda w, _: w.edits.reset()])
def test_a_table_that_is_written_anew_is_read_anew(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, again: Callable[[MainWindow, Path], None]
) -> None:
    table = write(tmp_path, table=_TABLE) / "table.csv"
    window.files.open(table)
    take_table(window)
    settle(qtbot, window)
    problem = window.session.snapshot.problem
    window.edits.reset()
    settle(qtbot, window)
    assert window.session.snapshot.problem is problem
    table.write_text(_TABLE + "1,2,c\n", encoding="utf-8")
    os.utime(table, ns=(0, problem.dataset.written + 1))
    again(window, table)
    settle(qtbot, window)
    assert window.session.snapshot.problem.classes == ("a", "b", "c")
    table.unlink()
    window.edits.reset()
    settle(qtbot, window)
    assert window.desk.notice.words == ""
    assert window.session.snapshot.problem.classes == ("a", "b", "c")


def test_a_refused_change_is_no_edit(lecture: MainWindow, qtbot: QtBot) -> None:
    before = state(lecture)
    lecture.desk.controls.data.changed.emit(Data(file="/nowhere/table.csv"))
    settle(qtbot, lecture)
    assert state(lecture) == before
    assert not lecture.edits.canRedo()
    lecture.edits.undo()
    settle(qtbot, lecture)
    assert lecture.session.experiment.training.learning_rate != 0.5


def test_a_reset_whose_data_are_gone_is_no_edit(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    write(tmp_path, table=_TABLE, perceptron='kind = "perceptron"\n' + _ON_TABLE)
    window.files.open(tmp_path / "perceptron.toml")
    settle(qtbot, window)
    (tmp_path / "table.csv").unlink()
    window.edits.reset()
    assert window.edits.count() == 1
    settle(qtbot, window)
    assert "does not exist" in window.desk.notice.words
    assert window.edits.count() == 0


def test_of_changes_that_became_one_edit_only_what_was_refused_goes(window: MainWindow, qtbot: QtBot) -> None:
    change = window.edits.change
    experiment = window.session.experiment
    change(replace(experiment, data=Data(features=("x1",))))
    settle(qtbot, window)
    change(replace(experiment, data=Data(features=("x1", "x2", "x1", "nonsense"))))
    settle(qtbot, window)
    assert window.edits.count() == 1
    assert window.session.experiment.data.features == ("x1",)
    window.edits.undo()
    settle(qtbot, window)
    assert window.session.experiment == experiment
    window.edits.redo()
    settle(qtbot, window)
    assert window.session.experiment.data.features == ("x1",)


def test_a_refusal_is_put_away_once_something_else_is_had(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, table=_TABLE)
    lecture.files.open(tmp_path / "nowhere.csv")
    settle(qtbot, lecture)
    assert "nowhere.csv" in lecture.desk.notice.words
    lecture.files.open(tmp_path / "table.csv")
    take_table(lecture)
    settle(qtbot, lecture)
    assert lecture.desk.notice.words == ""


def test_a_refusal_goes_with_the_next_edit_and_with_undo(lecture: MainWindow, qtbot: QtBot) -> None:
    successes: list[Callable[[], object]] = [
        lecture.edits.reset,
        lecture.edits.undo,
        lambda: change_rate(lecture, 0.25),
        lecture.edits.undo,
        lecture.files.save,
    ]
    for success in successes:
        lecture.desk.controls.data.changed.emit(Data(file="/nowhere/table.csv"))
        settle(qtbot, lecture)
        assert "table.csv" in lecture.desk.notice.words
        success()
        settle(qtbot, lecture)
        assert lecture.desk.notice.words == ""


def diverge(window: MainWindow, qtbot: QtBot) -> str:
    """Let the run diverge, and return what is said of it."""
    network = NetworkDesign(activation="relu", output="identity")
    training = Training(learning_rate=100.0)
    window.edits.change(replace(window.session.experiment, network=network, training=training))
    settle(qtbot, window)
    window.session.play()
    qtbot.waitUntil(lambda: not window.session.snapshot.finite, timeout=20_000)
    settle(qtbot, window)
    assert "too large" in window.desk.notice.words
    return window.desk.notice.words


@pytest.mark.parametrize("name", ["xor-solved", "hopfield", "gradient-descent"])
def test_an_offer_goes_with_what_it_was_for(window: MainWindow, qtbot: QtBot, name: str) -> None:
    diverge(window, qtbot)
    window.lecture.open(next(c for c in window.lessons.library.courses if c.lesson.id == name))
    experiment = window.session.experiment
    window.desk.notice.press("Back, with η ÷ 10")  # while the lesson is being loaded
    settle(qtbot, window)
    assert window.desk.notice.words == ""
    assert window.session.experiment == experiment
    window.workbench.retry_with_lower_rate()
    settle(qtbot, window)


def test_a_divergence_stands_while_other_things_are_done(window: MainWindow, qtbot: QtBot) -> None:
    words = diverge(window, qtbot)
    change_rate(window, 0.1)
    settle(qtbot, window)
    assert window.desk.notice.words == words
    window.desk.notice.press("Back to before")
    settle(qtbot, window)
    assert window.session.snapshot.finite


def test_what_a_question_keeps_waiting_is_not_said_any_more_after_the_answer(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.lecture.open(next(c for c in window.lessons.library.courses if c.lesson.id == "three-datasets"))
    settle(qtbot, window)
    assert not window.lecture.may_run()
    assert "asks first" in window.desk.notice.words
    window.lecture.player.reveal()
    assert window.desk.notice.words == ""
    window.session.pause()
    settle(qtbot, window)


def test_a_success_that_was_asked_for_before_leaves_a_refusal(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    write(tmp_path, first="data = { name = 'circle' }")
    window.files.open(tmp_path / "first.toml")
    window.files.open(tmp_path / "second.docx")
    settle(qtbot, window)
    assert window.session.experiment.data.name == "circle"
    assert "second.docx" in window.desk.notice.words


def test_what_is_asked_for_while_an_experiment_is_loaded_is_done_to_its_end(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window()
    window.files.take(Opened(experiment=replace(window.session.experiment, training=Training(seed=5))))
    window.session.advance(epochs=3000)
    settle(qtbot, window)
    assert window.session.snapshot.epoch == 3000
