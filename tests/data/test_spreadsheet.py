"""Sheets of spreadsheets are tables like any other."""

import io
import zipfile
from pathlib import Path

import pytest

from nnviz.data.settings import TableSettings
from nnviz.data.table import understand
from nnviz.errors import InputError
from workbooks import SHEETS, workbook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.xlsx"
    path.write_bytes(workbook(SHEETS))
    return path


def test_the_first_sheet_that_holds_something_is_understood(book: Path) -> None:
    table = understand(book)
    assert table.summary == "header · sheet Flowers · species: 2 classes · 30 rows · 3 inputs"
    assert [(column.name, column.kind) for column in table.columns] == [
        ("length", "number"),
        ("width", "number"),
        ("ripe", "yes/no"),
        ("species", "category"),
    ]
    assert table.dataset.inputs[:2].tolist() == [[0.5, 40.0, 1.0], [1.5, 39.0, 0.0]]


def test_another_sheet_is_read_when_it_is_named(book: Path) -> None:
    table = understand(book, TableSettings(sheet="numbers"))
    assert table.dataset.task == "regression"
    again = understand(book, table.found)
    assert again.columns == table.columns


def test_of_a_preview_the_first_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    path.write_bytes(workbook({"s": [["a", "y"], *[[k / 3, "no" if k % 2 else "yes"] for k in range(3000)]]}))
    assert understand(path, preview=True).total < understand(path).total == 3000


def test_a_sheet_that_is_not_there_is_refused(book: Path) -> None:
    with pytest.raises(
        InputError, match=r"^flowers\.xlsx has no sheet 'leaves'; allowed: cover, Flowers, numbers$"
    ):
        understand(book, TableSettings(sheet="leaves"))


def test_what_is_no_spreadsheet_is_refused_in_one_line(tmp_path: Path) -> None:
    for content in (b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        for name in ("a.xlsx", "a.xls", "a.ods"):
            path = tmp_path / name
            path.write_bytes(content)
            with pytest.raises(InputError, match=rf"^{name} is ") as caught:
                understand(path)
            assert len(str(caught.value).splitlines()) == 1


def test_a_spreadsheet_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.data.spreadsheet.MAX_UNPACKED", 2**20)
    path = tmp_path / "bomb.xlsx"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(2**21))
    path.write_bytes(content.getvalue())
    with pytest.raises(InputError, match=r"^bomb\.xlsx is larger than 1 MB unpacked, the most allowed$"):
        understand(path)
