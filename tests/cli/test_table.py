"""``nnviz table``."""

import json
from pathlib import Path

import pytest

from nnviz.cli import main

TABLE = "id;size;kind;y\n1;1,5;red;no\n2;2,5;blue;yes\n3;;red;no\n4;3,5;blue;yes\n5;1,25;red;no\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "things.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_what_was_found_is_told_to_programs(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", str(table), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "rows": 4,
        "dropped_rows": 1,
        "target": "y",
        "task": "classification",
        "classes": ["no", "yes"],
        "separator": ";",
        "decimal": ",",
        "encoding": "utf-8",
        "header": True,
        "notes": ["id left out (row number)", "1 row left out: 1 without size"],
        "columns": [
            {"name": "id", "kind": "row number", "role": "left out", "least": 1.0, "most": 5.0},
            {"name": "size", "kind": "number", "role": "input", "least": 1.25, "most": 3.5},
            {"name": "kind", "kind": "category", "role": "input"},
            {"name": "y", "kind": "yes/no", "role": "target"},
        ],
    }


def test_what_was_found_is_told_to_people(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", str(table)]) == 0
    first, *columns = capsys.readouterr().out.splitlines()
    assert first == (
        "header · separated by ; · decimal commas · y: 2 classes · 4 rows · 3 inputs · id left out (row number) · "
        "1 row left out: 1 without size"
    )
    assert [line.split() for line in columns] == [
        ["id", "row", "number", "left", "out", "1", "to", "5"],
        ["size", "number", "input", "1.25", "to", "3.5"],
        ["kind", "category", "input", "blue,", "red"],
        ["y", "yes/no", "target", "no,", "yes"],
    ]


def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,y\n1,2.5\n2,3.5*\n3,4.5\n4,5\n", encoding="utf-8")
    assert main(["table", str(path), "--json"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "odd.csv, row 3, column y: '3.5*' is not a number; 3 others are\n"
