"""An experiment saved from the window as one file, and opened again, by every way that there is."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from hands import take_table
from nnviz.lessons.opening import opened
from nnviz.runs.document import table_outside
from nnviz.runs.history import TRAIN_LOSS
from nnviz.runs.timeline import Timeline
from nnviz.storage import members
from nnviz.window.window import MainWindow

_ROOT = Path(__file__).parent.parent.parent
Opener = Callable[..., MainWindow]
_TABLE = "length,width,kind\n" + "".join(f"{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(40))


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


@pytest.fixture
def lecture(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A window on a table, with a run that has branched, at a moment in the past, saved as lecture.nnviz."""
    (tmp_path / "table.csv").write_text(_TABLE, encoding="utf-8")
    window.files.open(tmp_path / "table.csv")
    take_table(window)
    settle(qtbot, window)
    window.session.advance(epochs=20)
    settle(qtbot, window)
    window.session.seek(window.session.snapshot.step // 2)
    settle(qtbot, window)
    window.session.branch()
    window.session.advance(epochs=3)
    settle(qtbot, window)
    window.edits.set_parameter(0, 0, 0, 0.5)
    settle(qtbot, window)
    window.session.advance(epochs=3)
    settle(qtbot, window)
    window.session.seek(window.session.snapshot.step - 5)
    settle(qtbot, window)
    assert window.files.save_to(tmp_path / "lecture.nnviz")
    return window


def picture(timeline: Timeline) -> list[Any]:
    """All that tells two timelines apart: of every line the edits, the weights and the losses that are drawn."""
    lines = []
    for line in timeline.lines:
        line.course.follow(line.moments)
        weights = [moment.position.parameters.tobytes() for moment in line.moments]
        curve = line.course.curve
        lines.append((line.edits, weights, curve.x.tolist(), curve.figure(TRAIN_LOSS).tolist(), bool(line.parent)))
    return lines


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier))


def choose(window: MainWindow, path: Path, patch: pytest.MonkeyPatch) -> None:
    """Choose a file in the dialog, which offers documents."""

    def answer(*words: Any) -> tuple[str, str]:
        assert "*.nnviz " in words[3]
        return str(path), words[3]

    patch.setattr(QFileDialog, "getOpenFileName", answer)
    window.files.choose()


_WAYS: dict[str, Callable[[MainWindow, Path, pytest.MonkeyPatch], object]] = {
    "opened": lambda window, path, _: window.files.open(path),
    "dropped": lambda window, path, _: drop(window, path),
    "chosen": choose,
    "named on the command line": lambda window, path, _: window.start(opened(path).begun()),
}


@pytest.mark.parametrize("way", _WAYS)
def test_a_document_brings_all_of_it_back(
    lecture: MainWindow,
    open_window: Opener,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    (tmp_path / "table.csv").unlink()
    window = open_window(folder=tmp_path / "other")
    _WAYS[way](window, tmp_path / "lecture.nnviz", monkeypatch)
    settle(qtbot, window)
    assert window.desk.notice.words == ""
    assert picture(window.session.timeline) == picture(lecture.session.timeline)
    assert len(window.session.timeline.lines) == 2
    assert (window.session.snapshot.step, window.session.in_past) == (lecture.session.snapshot.step, True)
    assert window.documents.path == tmp_path / "lecture.nnviz"
    assert not window.isWindowModified()
    bar = window.desk.controls.timeline
    assert bar.resume.isEnabled()
    assert bar.lines.count() == 2
    for each in (lecture, window):
        each.session.advance(epochs=2)
        settle(qtbot, each)
    mine, yours = lecture.session.snapshot.position, window.session.snapshot.position
    assert mine.parameters.tobytes() == yours.parameters.tobytes()
    for each in (lecture, window):
        each.session.switch(each.session.timeline.lines[0])
        settle(qtbot, each)
    assert window.session.snapshot.step == lecture.session.snapshot.step


def test_a_reset_goes_to_the_beginning_not_to_where_it_was_saved(
    lecture: MainWindow, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(folder=tmp_path / "other")
    window.files.open(tmp_path / "lecture.nnviz")
    settle(qtbot, window)
    window.edits.reset()
    settle(qtbot, window)
    first = lecture.session.timeline.lines[0].moments[0]
    assert window.session.snapshot.step == 0
    assert np.array_equal(window.session.snapshot.position.parameters, first.position.parameters)


def test_another_column_is_predicted_from_the_table_in_a_document(
    lecture: MainWindow, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    assert lecture.documents.with_table
    (tmp_path / "table.csv").write_text("1,b,c,d\n" * 3, encoding="utf-8")
    window = open_window(folder=tmp_path / "other")
    window.files.open(tmp_path / "lecture.nnviz")
    settle(qtbot, window)
    data = replace(window.session.experiment.data, seed=5)
    window.desk.controls.data.changed.emit(data)
    settle(qtbot, window)
    assert window.session.snapshot.problem.classes == ("a", "b")


@pytest.mark.parametrize("name", ["moments.npz", "timeline.json"])
def test_a_damaged_document_is_refused_and_nothing_changes(
    lecture: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    content = (tmp_path / "lecture.nnviz").read_bytes()
    at = content.index(name.encode()) + len(name) + 40
    (tmp_path / "damaged.nnviz").write_bytes(content[:at] + bytes(40) + content[at + 40 :])
    before = picture(lecture.session.timeline)
    lecture.files.open(tmp_path / "damaged.nnviz")
    settle(qtbot, lecture)
    assert str(tmp_path / "damaged.nnviz") in lecture.desk.notice.words
    assert lecture.documents.path == tmp_path / "lecture.nnviz"
    assert picture(lecture.session.timeline) == before


def offers(window: MainWindow, patch: pytest.MonkeyPatch, name: Path, which: int) -> list[str]:
    """Save under a name with one of the dialog's offers; give them all."""
    given: list[str] = []

    def answer(*words: Any) -> tuple[str, str]:
        given.extend(words[3].split(";;"))
        return str(name), given[which]

    patch.setattr(QFileDialog, "getSaveFileName", answer)
    assert window.files.save_as()
    return given


def test_the_dialog_offers_one_file_with_the_data_without_them_and_text(
    lecture: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = offers(lecture, monkeypatch, tmp_path / "a", 0)
    assert given == [
        "Everything in one file, with the table (*.nnviz)",
        "Everything in one file, without the table (*.nnviz)",
        "Settings as text, weights beside it (*.nnviz.toml *.toml)",
    ]
    assert "files/table.csv" in members(tmp_path / "a.nnviz")
    offers(lecture, monkeypatch, tmp_path / "b", 1)
    assert "files/table.csv" not in members(tmp_path / "b.nnviz")
    assert lecture.documents.path == tmp_path / "b.nnviz"
    assert lecture.files.save()  # and it stays so
    assert "files/table.csv" not in members(tmp_path / "b.nnviz")
    offers(lecture, monkeypatch, tmp_path / "c", 2)
    again = opened(tmp_path / "c.nnviz.toml").begun().experiment
    assert table_outside(again) == str(tmp_path / "table.csv")


def test_a_document_without_its_table_stays_so_when_it_is_saved_again(
    lecture: MainWindow, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "without.nnviz"
    assert lecture.files.save_to(path, with_table=False)
    window = open_window(folder=tmp_path / "other")
    window.files.open(path)
    settle(qtbot, window)
    assert window.files.save()
    assert "files/table.csv" not in members(path)


def test_without_a_table_nothing_is_said_of_one(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = offers(window, monkeypatch, tmp_path / "a.v2", 0)
    assert given[0] == "Everything in one file (*.nnviz)"
    assert window.documents.path == tmp_path / "a.v2.nnviz"


@pytest.mark.parametrize(("button", "replaced"), [("Yes", True), ("No", False)])
def test_a_file_that_the_dialog_did_not_ask_about_is_asked_about(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, button: str, *, replaced: bool
) -> None:
    (tmp_path / "a.nnviz").write_bytes(b"somebody's")

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "a.nnviz already exists" in box.text()
        box.button(QMessageBox.StandardButton[button]).click()

    QTimer.singleShot(0, press)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))
    assert window.files.save_as() == replaced
    assert ((tmp_path / "a.nnviz").read_bytes() != b"somebody's") == replaced


def test_a_picture_of_a_document_is_of_where_it_was(lecture: MainWindow, tmp_path: Path) -> None:
    assert lecture.documents.path
    command = [sys.executable, "-m", "nnviz", "screenshot", str(lecture.documents.path), str(tmp_path / "out.png")]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert QImage(str(tmp_path / "out.png")).width() == 1280


def test_saving_leaves_no_other_file(lecture: MainWindow, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert lecture.files.save()
    assert sorted(tmp_path.iterdir()) == before
