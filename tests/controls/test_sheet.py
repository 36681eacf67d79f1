"""The sheet of a table, by mouse and keys, reading real files as it asks for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QMenu, QWidget
from pytestqt.qtbot import QtBot

from hands import emitted, press
from nnviz.controls.sheet import TableSheet
from nnviz.data.settings import TableSettings
from nnviz.data.table import understand
from nnviz.errors import InputError
from workbooks import SHEETS, workbook

Open = Callable[..., TableSheet]
_TABLES = Path(__file__).parents[1] / "data" / "tables"
_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_sheet(qtbot: QtBot) -> Open:
    """Open the sheet of one of the tables; it reads it again whenever it asks for something else."""

    def open_(
        path: Path | str, asked: TableSettings | None = None, width: int = 900, height: int = 600
    ) -> TableSheet:
        around = QWidget()
        qtbot.addWidget(around)
        around.resize(width, height)
        sheet = TableSheet(Path(path).name, asked or TableSettings(), around)
        sheet.around = around  # type: ignore[attr-defined] # kept as long as the sheet

        def read() -> None:
            try:
                sheet.show_table(understand(_TABLES / path, sheet.asked, preview=True))
            except InputError as error:
                sheet.refuse(str(error))

        sheet.changed.connect(read)
        read()
        with qtbot.waitExposed(sheet):
            sheet.open()
        return sheet

    return open_


def click_header(sheet: TableSheet, name: str) -> QMenu:
    """Click the header of a column; return the menu that it opens."""
    header = sheet.columns.header
    section = [column.name for column in sheet.columns.rows.columns].index(name)
    place = QPoint(
        header.sectionViewportPosition(section) + header.sectionSize(section) // 2, header.height() // 2
    )
    QTest.mouseClick(header.viewport(), _LEFT, pos=place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(sheet: TableSheet, name: str, words: str) -> None:
    """Click a column, and then what it is to be."""
    menu = click_header(sheet, name)
    action = next(action for action in menu.actions() if action.text().replace("&", "").startswith(words))
    QTest.mouseClick(menu, _LEFT, pos=menu.actionGeometry(action).center())


def roles(sheet: TableSheet) -> dict[str, str]:
    return {column.name: column.role for column in sheet.columns.rows.columns}


def kind_of_first(sheet: TableSheet) -> str:
    return sheet.columns.rows.columns[0].kind


def values_of(sheet: TableSheet, name: str) -> list[str]:
    return next([*column.values] for column in sheet.columns.rows.columns if column.name == name)


def text_of(sheet: TableSheet, key: str) -> str:
    field: QComboBox = sheet.fields[key]
    return field.currentText()


def test_enter_takes_a_clean_table_as_found(open_sheet: Open) -> None:
    sheet = open_sheet("plain.csv")
    taken, changes = emitted(sheet.accepted), emitted(sheet.changed)
    focus = sheet.focusWidget()
    assert focus is sheet.ok
    press(focus, Qt.Key.Key_Return)
    assert len(taken) == 1
    assert changes == []
    assert sheet.settings == understand(_TABLES / "plain.csv").found


def test_it_says_what_was_found_and_what_will_be_learned(open_sheet: Open) -> None:
    sheet = open_sheet("thousands_german.csv")
    assert sheet.summary.text().startswith("header · separated by ; · decimal commas · y: 2 classes")
    assert sheet.prediction.text().startswith("The network learns to predict y (one of: ")
    assert [text_of(sheet, key) for key in ("separator", "decimal", "header", "task")] == [
        "semicolon ; (found)",
        "comma (found)",
        "yes (found)",
        "classes (found)",
    ]
    rows = sheet.columns.rows
    first = (_TABLES / "thousands_german.csv").read_text(encoding="utf-8").splitlines()[1].split(";")
    assert [rows.index(0, column).data() for column in range(rows.columnCount())] == first
    assert sheet.marks.placeholderText() == "none found"
    assert open_sheet("regression.csv").prediction.text() == "The network learns to predict the number y from a."


def test_a_click_on_a_column_changes_what_it_is_for(open_sheet: Open) -> None:
    sheet = open_sheet("categories.csv")
    assert roles(sheet) == {"cabin": "input", "a": "input", "b": "input", "y": "target"}
    choose(sheet, "a", "Left out")
    assert roles(sheet) == {"cabin": "input", "a": "left out", "b": "input", "y": "target"}
    assert "4 inputs" in sheet.summary.text()
    choose(sheet, "a", "Input")
    choose(sheet, "cabin", "Target")
    assert roles(sheet) == {"cabin": "target", "a": "input", "b": "input", "y": "input"}
    assert "cabin (one of: blue, green, red)" in sheet.prediction.text()
    assert sheet.settings.target == "cabin"


def test_the_target_can_only_be_handed_on(open_sheet: Open) -> None:
    menu = click_header(open_sheet("categories.csv"), "y")
    assert [action.isEnabled() for action in menu.actions()[:3]] == [False, True, False]
    menu.close()


def test_numbers_are_taken_as_categories_by_a_click(open_sheet: Open, tmp_path: Path) -> None:
    path = tmp_path / "passengers.csv"
    path.write_text("a,y\n" + "".join(f"{1 + n % 3},{'ab'[n % 2]}\n" for n in range(12)), encoding="utf-8")
    sheet = open_sheet(path)
    choose(sheet, "a", "As categories")
    assert sheet.asked.categories == ("a",)
    assert kind_of_first(sheet) == "category"
    choose(sheet, "a", "As categories")
    assert kind_of_first(sheet) == "number"
    menu = click_header(open_sheet("categories.csv"), "cabin")
    assert not any("categories" in action.text() for action in menu.actions())
    menu.close()


def test_what_says_that_a_text_is_missing_is_made_a_category_by_a_click(open_sheet: Open, tmp_path: Path) -> None:
    path = tmp_path / "coats.csv"
    coats = ("wool", "NA", "?", "none", "none")
    rows = "".join(f"{n % 7},{coats[n % 5]},{'ab'[n % 2]}\n" for n in range(40))
    path.write_text(f"size,coat,kind\n{rows}20,,a\n", encoding="utf-8")
    sheet = open_sheet(path)
    assert "17 rows left out: 17 without coat (NA, ?)" in sheet.summary.text()
    choose(sheet, "coat", "As categories, NA and ? too")
    assert values_of(sheet, "coat") == ["?", "NA", "none", "wool"]
    assert "1 row left out: 1 without coat" in sheet.summary.text()
    choose(sheet, "coat", "As categories")
    assert values_of(sheet, "coat") == ["none", "wool"]
    choose(sheet, "size", "As categories")  # in numbers NA stays what it is
    assert sheet.columns.rows.columns[0].marks == ()


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (6, " Are its 6 numbers values? Choose so at Predict."),
        (25, " Are its 25 whole numbers classes? Choose so at Predict."),
        (150, ""),
    ],
)
def test_it_asks_what_whole_numbers_mean(open_sheet: Open, tmp_path: Path, count: int, asked: str) -> None:
    path = tmp_path / "rings.csv"
    path.write_text("a,rings\n" + "".join(f"{n % 9}.5,{3 + n % count}\n" for n in range(400)), encoding="utf-8")
    sheet = open_sheet(path)
    assert sheet.prediction.text().partition("from a.")[2] == asked


def test_a_column_is_changed_by_keys_alone(open_sheet: Open) -> None:
    sheet = open_sheet("categories.csv")
    sheet.columns.setFocus()
    press(sheet.columns, Qt.Key.Key_Right)
    press(sheet.columns, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    press(menu, Qt.Key.Key_L)
    assert roles(sheet)["a"] == "left out"
    assert sheet.columns.currentIndex().column() == 1
    taken = emitted(sheet.accepted)
    press(sheet.columns, Qt.Key.Key_Return)
    assert len(taken) == 1


def test_what_was_found_is_overruled_and_found_again(open_sheet: Open, choose: Callable[..., None]) -> None:
    sheet = open_sheet("plain.csv")
    choose(sheet.fields["header"], False)
    assert sheet.columns.rows.columns[0].name == "x1"
    assert text_of(sheet, "header") == "no"
    choose(sheet.fields["header"], None)
    assert sheet.columns.rows.columns[0].name != "x1"
    assert text_of(sheet, "header") == "yes (found)"
    choose(sheet.fields["encoding"], "utf-16")
    assert "plain.csv has only one column" in sheet.refusal.text()


def test_a_typed_mark_makes_a_value_missing_and_enter_takes_it_so(open_sheet: Open) -> None:
    sheet = open_sheet("regression_footnote.csv")
    assert "'4.53*' is not a number" in sheet.refusal.text()
    assert not sheet.ok.isEnabled()
    taken = emitted(sheet.accepted)
    press(sheet.focusWidget(), Qt.Key.Key_Return)
    assert taken == []
    sheet.marks.setFocus()
    QTest.keyClicks(sheet.marks, "4.53*, -999")
    press(sheet.marks, Qt.Key.Key_Return)
    assert sheet.asked.missing == ("4.53*", "-999")
    assert sheet.refusal.isHidden()
    assert "1 row left out: 1 without y" in sheet.summary.text()
    assert len(taken) == 1


def test_what_is_no_table_is_refused_in_a_line_and_escape_leaves_it(open_sheet: Open) -> None:
    sheet = open_sheet("ragged.csv")
    assert sheet.refusal.text() == "ragged.csv, row 12: 5 fields found, the others have 3"
    assert sheet.refusal.isVisible()
    assert sheet.columns.rows.columnCount() == 0
    press(sheet.columns, Qt.Key.Key_Space)
    assert QApplication.activePopupWidget() is None
    left = emitted(sheet.rejected)
    press(sheet, Qt.Key.Key_Escape)
    assert len(left) == 1


def test_what_was_asked_before_is_shown(open_sheet: Open) -> None:
    asked = TableSettings(separator=",", missing=("NA", "-9"), target="a", task="regression", encoding="koi8-r")
    sheet = open_sheet("plain.csv", asked)
    assert sheet.marks.text() == "NA, -9"
    assert text_of(sheet, "separator") == "comma ,"
    assert text_of(sheet, "task") == "values"
    assert text_of(sheet, "encoding") == "koi8-r"
    assert roles(sheet)["a"] == "target"


def test_a_table_of_a_thousand_columns_is_shown_at_once(open_sheet: Open, tmp_path: Path) -> None:
    names = [f"column {k}" for k in range(1_000)]
    rows = [",".join(str((k * n) % 7 + 0.5) for k in range(1_000)) for n in range(60)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    sheet = open_sheet(path)
    assert sheet.columns.rows.columnCount() == 1_000
    assert sheet.prediction.text().endswith("column 7, … (999).")


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1920, 1080)])
@pytest.mark.parametrize("name", ["categories.csv", "regression_footnote.csv", "mostly_missing.csv"])
def test_nothing_is_clipped(open_sheet: Open, name: str, width: int, height: int) -> None:
    sheet = open_sheet(name, width=width, height=height)
    assert sheet.width() <= width
    assert sheet.height() <= height
    header: Any = sheet.columns.header
    assert all(header.sectionSize(k) >= header.sectionSizeFromContents(k).width() for k in range(header.count()))
    for field in (*sheet.fields.values(), sheet.marks):
        assert field.width() >= field.minimumSizeHint().width()
        assert sheet.rect().contains(field.mapTo(sheet, field.rect().bottomRight()))
    assert sheet.buttons.button(QDialogButtonBox.StandardButton.Cancel).isVisible()


def test_another_sheet_of_a_spreadsheet_is_chosen(open_sheet: Open, tmp_path: Path) -> None:
    path = tmp_path / "flowers.xlsx"
    path.write_bytes(workbook(SHEETS))
    sheet = open_sheet(path)
    assert sheet.summary.text().startswith("header · sheet Flowers · species: 2 classes")
    shown = [key for key, field in sheet.fields.items() if field.isVisible()]
    assert shown == ["sheet", "header", "task"]
    field = sheet.fields["sheet"]
    assert [field.itemText(k) for k in range(field.count())] == ["Flowers (found)", "cover", "Flowers", "numbers"]
    field.setFocus()
    press(field, Qt.Key.Key_End)
    assert sheet.summary.text().startswith("header · sheet numbers · y: values")
    assert sheet.settings.sheet == "numbers"


def test_a_text_has_no_sheets(open_sheet: Open) -> None:
    assert not open_sheet("plain.csv").fields["sheet"].isVisible()
