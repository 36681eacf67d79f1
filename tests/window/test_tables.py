"""The user's tables in the window: their sheet, their changes on the disk, and cells that are pasted."""

import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from hands import emitted, press, sheet_of, take_table
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import load_experiment
from nnviz.lessons.opening import opened
from nnviz.window.window import MainWindow
from workbooks import workbook

Opener = Callable[..., MainWindow]
_CONTROL = Qt.KeyboardModifier.ControlModifier
_TABLE = "length;width;height;kind\n" + "".join(
    f"{n % 7},5;{n % 5};{n * n % 11};{'ab'[n % 2]}\n" for n in range(40)
)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.tables.first_rows.idle and window.session.idle, timeout=20_000)


def inputs(window: MainWindow) -> tuple[str, ...]:
    names: tuple[str, ...] = window.session.snapshot.problem.dataset.input_names
    return names


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(_TABLE, encoding="utf-8")
    return path


@pytest.fixture
def lecture(window: MainWindow, qtbot: QtBot, table: Path) -> MainWindow:
    """A window on a table that was taken as found."""
    window.files.open(table)
    take_table(window)
    settle(qtbot, window)
    return window


def write_again(path: Path, text: str) -> None:
    """Write a file so that it is newer even where the clock is coarse."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_a_sheet_is_shown_and_nothing_has_changed_before_it_is_taken(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    before = window.session.experiment
    window.files.open(table)
    sheet = sheet_of(window)
    assert sheet.isVisible()
    assert sheet.windowTitle() == "flowers.csv — table"
    press(sheet, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.session.experiment == before
    assert window.tables.sheet is None
    assert window.documents.recent == []


def longest_stillness(window: MainWindow) -> Callable[[], float]:
    """Watch the window; says for how many seconds it stood still at most."""
    looks = [perf_counter()]
    timer = QTimer(window, interval=1)
    timer.timeout.connect(lambda: looks.append(perf_counter()))
    timer.start()
    return lambda: max(after - before for before, after in pairwise(looks))


def drop(window: MainWindow, path: Path, _patch: pytest.MonkeyPatch) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier))


def choose(window: MainWindow, path: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    QTest.keyClick(window, Qt.Key.Key_O, _CONTROL)


def open_recent(window: MainWindow, path: Path, _patch: pytest.MonkeyPatch) -> None:
    window.documents.take(path, window.session.experiment)
    window.menus.recent.actions()[0].trigger()


def name_it(window: MainWindow, path: Path, _patch: pytest.MonkeyPatch) -> None:
    window.start(opened(path).ready())


@pytest.mark.parametrize("way", [drop, choose, open_recent, name_it])
def test_a_table_opened_any_way_has_its_sheet_and_is_an_edit_that_can_be_undone(
    window: MainWindow,
    qtbot: QtBot,
    table: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Callable[[MainWindow, Path, pytest.MonkeyPatch], None],
) -> None:
    way(window, table, monkeypatch)
    assert sheet_of(window).windowTitle() == "flowers.csv — table"
    settle(qtbot, window)
    assert window.session.snapshot.experiment.data.name == "xor"
    take_table(window)
    settle(qtbot, window)
    assert inputs(window) == ("length", "width", "height")
    assert window.edits.undoText() == "open flowers.csv"
    window.edits.undo()
    settle(qtbot, window)
    assert window.session.snapshot.experiment.data.name == "xor"


def test_an_experiment_is_saved_with_what_was_found_out_about_its_table(
    window: MainWindow, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    rows = _TABLE.splitlines()
    numbered = [f"id;{rows[0]}", *(f"{number};{row}" for number, row in enumerate(rows[1:]))]
    table.write_text("\n".join(numbered), encoding="utf-8")
    (tmp_path / "terse.toml").write_text('data = { file = "flowers.csv" }', encoding="utf-8")
    window.files.open(tmp_path / "terse.toml")
    settle(qtbot, window)
    for name in ("saved.toml", "saved.nnviz"):
        assert window.files.save_to(tmp_path / name)
    text = load_experiment(tmp_path / "saved.toml").data
    found = (text.separator, text.decimal, text.encoding, text.header, text.target, text.task, text.leave_out)
    assert found == (";", ",", "utf-8", True, "kind", "classification", ("id",))
    document = opened(tmp_path / "saved.nnviz").experiment
    assert isinstance(document, Experiment)
    assert document.data.table == text.table


def test_while_a_workbook_is_being_opened_the_window_goes_on_and_it_can_be_given_up(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "large.xlsx"
    path.write_bytes(workbook({"one": [[f"c{k}" for k in range(20)], *([k % 7] * 20 for k in range(95_000))]}))
    longest = longest_stillness(window)
    window.files.open(path)
    qtbot.waitUntil(lambda: window.desk.loading.words == "Reading large.xlsx …", timeout=20_000)
    QTest.mouseClick(window.desk.loading.cancel, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.tables.sheet is None
    assert window.desk.loading.words == window.desk.notice.words == ""
    began = perf_counter()
    window.files.open(path)
    assert "the first" in sheet_of(window).summary.text()
    assert longest() < (perf_counter() - began) / 3
    sheet_of(window).reject()


def test_enter_before_a_change_is_shown_takes_the_change(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.files.open(table)
    sheet = sheet_of(window)
    sheet.columns.role_chosen.emit("width", "left out")
    assert not window.tables.first_rows.idle
    press(sheet.focusWidget(), Qt.Key.Key_Return)
    assert sheet.isVisible()
    settle(qtbot, window)
    assert window.tables.sheet is None
    assert inputs(window) == ("length", "height")


def test_what_is_taken_is_in_the_experiment_and_saved_with_it(
    window: MainWindow, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    window.files.open(table)
    sheet_of(window).columns.role_chosen.emit("width", "left out")
    take_table(window)
    settle(qtbot, window)
    data = window.session.experiment.data
    kept = (data.file, data.separator, data.decimal, data.header, data.leave_out, data.target, data.task)
    assert kept == (str(table), ";", ",", True, ("width",), "kind", "classification")
    assert inputs(window) == ("length", "height")
    assert window.documents.recent == [table]
    assert window.desk.controls.data.table.text() == "kind…"
    assert window.files.save_to(tmp_path / "saved.toml")
    assert load_experiment(tmp_path / "saved.toml").data == data


def test_the_sheet_of_the_table_in_use_changes_it_and_is_undone(lecture: MainWindow, qtbot: QtBot) -> None:
    edits = lecture.edits.count()
    QTest.mouseClick(lecture.desk.controls.data.table, Qt.MouseButton.LeftButton)
    take_table(lecture)
    assert lecture.edits.count() == edits
    lecture.menus.actions["change_table"].trigger()
    sheet_of(lecture).columns.role_chosen.emit("height", "target")
    sheet_of(lecture).fields["task"].changed.emit("regression")
    take_table(lecture)
    settle(qtbot, lecture)
    assert lecture.session.snapshot.problem.classes == ()
    assert inputs(lecture)[:2] == ("length", "width")
    assert "kind" in inputs(lecture)[-1]
    assert lecture.edits.count() == edits + 1
    lecture.edits.undo()
    settle(qtbot, lecture)
    assert inputs(lecture) == ("length", "width", "height")
    assert lecture.session.experiment.data.target == "kind"


def test_a_table_within_a_document_has_its_sheet_too(
    lecture: MainWindow, open_window: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    assert lecture.files.save_to(tmp_path / "lecture.nnviz", with_table=True)
    window = open_window(folder=tmp_path / "other")
    window.files.open(tmp_path / "lecture.nnviz")
    settle(qtbot, window)
    window.menus.actions["change_table"].trigger()
    sheet_of(window).columns.role_chosen.emit("height", "left out")
    take_table(window)
    settle(qtbot, window)
    assert inputs(window) == ("length", "width")
    assert window.desk.notice.words == ""


def test_without_a_table_it_is_said_how_one_is_had(window: MainWindow) -> None:
    window.menus.actions["change_table"].trigger()
    assert window.tables.sheet is None
    assert "No table is open" in window.desk.notice.words


def test_a_bad_table_is_refused_on_its_sheet(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before, path = window.session.experiment, tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n1\n", encoding="utf-8")
    window.files.open(path)
    sheet = sheet_of(window)
    assert "row 3" in sheet.refusal.text()
    take_table(window)
    assert sheet.isVisible()
    sheet.reject()
    settle(qtbot, window)
    assert window.session.experiment == before


def test_what_is_no_table_has_a_notice_and_no_sheet(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before, path = window.session.experiment, tmp_path / "list.csv"
    path.write_text('[{"a": 1, "b": 2}]', encoding="utf-8")
    window.files.open(path)
    settle(qtbot, window)
    assert window.tables.sheet is None
    assert "JSON" in window.desk.notice.words
    assert window.session.experiment == before


def test_a_table_that_has_changed_is_offered_anew(lecture: MainWindow, qtbot: QtBot, table: Path) -> None:
    write_again(table, _TABLE + "1,5;2;3;c\n")
    qtbot.waitUntil(lambda: lecture.desk.notice.words == "flowers.csv has changed.")
    assert lecture.session.snapshot.problem.classes == ("a", "b")
    lecture.desk.notice.press("Read again")
    settle(qtbot, lecture)
    assert lecture.session.snapshot.problem.classes == ("a", "b", "c")
    assert lecture.desk.notice.words == ""
    assert lecture.edits.undoText() == "read flowers.csv again"


def test_the_offer_stays_while_something_else_is_changed(lecture: MainWindow, qtbot: QtBot, table: Path) -> None:
    write_again(table, _TABLE + "1,5;2;3;c\n")
    qtbot.waitUntil(lambda: lecture.desk.notice.words == "flowers.csv has changed.")
    training = replace(lecture.session.experiment.training, learning_rate=0.5)
    lecture.desk.controls.training.changed.emit(training)
    settle(qtbot, lecture)
    assert lecture.desk.notice.words == "flowers.csv has changed."
    lecture.menus.actions["change_table"].trigger()
    assert "3 classes" in sheet_of(lecture).summary.text()
    take_table(lecture)
    settle(qtbot, lecture)
    assert lecture.session.snapshot.problem.classes == ("a", "b", "c")


def test_a_file_that_is_only_touched_by_its_reader_is_no_change(
    lecture: MainWindow, qtbot: QtBot, table: Path
) -> None:
    seen = emitted(lecture.tables.file.written)
    written = table.stat().st_mtime_ns
    os.utime(table, ns=(written + 1, written))
    qtbot.waitUntil(lambda: bool(seen))
    assert lecture.desk.notice.words == ""


def test_cells_are_pasted_and_kept_under_names_of_their_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    cells = _TABLE.replace(";", "\t").replace(",", ".")
    for number in (1, 2):
        QGuiApplication.clipboard().setText(cells)
        QTest.keyClick(window, Qt.Key.Key_V, _CONTROL)
        assert "separated by tabs" in sheet_of(window).summary.text()
        take_table(window)
        settle(qtbot, window)
        path = tmp_path / "pasted" / f"pasted-{number}.csv"
        assert path.read_text(encoding="utf-8") == cells
        assert window.session.experiment.data.file == str(path)
        assert window.documents.recent[0] == path
    assert inputs(window) == ("length", "width", "height")


def test_cells_that_are_not_taken_leave_no_file(window: MainWindow, tmp_path: Path) -> None:
    QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n")
    window.menus.actions["paste"].trigger()
    sheet_of(window).reject()
    assert list((tmp_path / "pasted").iterdir()) == []
    QGuiApplication.clipboard().setText(" ")
    window.menus.actions["paste"].trigger()
    assert window.tables.sheet is None
    assert "The clipboard holds no cells" in window.desk.notice.words


def test_in_a_text_field_the_same_keys_paste_text(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("0.25")
    field = window.desk.controls.training.learning_rate.edit
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, _CONTROL)
    assert field.text() == "0.25"
    assert window.tables.sheet is None
