"""What is asked of a table after a change, by what it then turns out to be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.asking import settled, with_categories, with_role, with_setting
from nnviz.data.columns import Role
from nnviz.data.settings import TableSettings
from nnviz.data.table import PREVIEW_BYTES, Table, understand

Asked = Callable[[TableSettings], Table]
_ROWS = "".join(f"{n % 7}.5,{n % 5},{n * n % 11}.25,{'ab'[n % 2]},{'' if n % 3 else n}\n" for n in range(40))


@pytest.fixture
def read(tmp_path: Path) -> Asked:
    path = tmp_path / "flowers.csv"
    path.write_text(f"length,width,height,kind,rare\n{_ROWS}", encoding="utf-8")
    return lambda asked: understand(path, asked)


def roles(table: Table) -> dict[str, Role]:
    return {column.name: column.role for column in table.columns}


def after(read: Asked, *changes: tuple[str, Role]) -> Table:
    table, asked = read(TableSettings()), TableSettings()
    for name, role in changes:
        asked = with_role(asked, table.columns, name, role)
        table = read(asked)
    return table


@pytest.mark.parametrize(
    ("changes", "inputs", "target"),
    [
        ([], "length width height", "kind"),
        ([("width", "left out")], "length height", "kind"),
        ([("width", "left out"), ("width", "input")], "length width height", "kind"),
        ([("rare", "input")], "length width height rare", "kind"),
        ([("rare", "input"), ("rare", "left out")], "length width height", "kind"),
        ([("width", "target")], "length height kind", "width"),
        ([("width", "target"), ("kind", "target")], "length width height", "kind"),
        ([("width", "left out"), ("width", "target")], "length height kind", "width"),
        ([("rare", "input"), ("width", "target")], "length height kind rare", "width"),
        ([("rare", "input"), ("length", "left out"), ("height", "left out")], "width rare", "kind"),
    ],
)
def test_a_column_is_used_as_it_is_asked(
    read: Asked, changes: list[tuple[str, Role]], inputs: str, target: str
) -> None:
    found = roles(after(read, *changes))
    assert [name for name, role in found.items() if role == "input"] == inputs.split()
    assert found[target] == "target"


def test_what_is_left_without_inputs_is_refused_and_can_be_taken_back(read: Asked) -> None:
    names = ("length", "width", "height")
    none = after(read, ("rare", "input"), ("rare", "left out"), *((name, "left out") for name in names))
    assert "no column of numbers or categories" in str(none.refusal)
    again = read(with_role(none.found, none.columns, "width", "input"))
    assert [name for name, role in roles(again).items() if role == "input"] == ["width"]


def test_numbers_are_categories_and_numbers_again(read: Asked) -> None:
    asked = with_categories(TableSettings(), "width", are_categories=True)
    assert read(asked).columns[1].kind == "category"
    assert read(with_categories(asked, "width", are_categories=False)).columns[1].kind == "number"


@pytest.mark.parametrize("rows", [6, 10_000], ids=["each by itself", "many at once"])
def test_a_number_can_say_that_a_value_is_missing(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "weather.csv"
    texts = ["-999", "-999.0", *(f"{n}.5" for n in range(rows)), "-999"]
    path.write_text("a,y\n" + "".join(f"{a},{'uv'[n % 2]}\n" for n, a in enumerate(texts)), encoding="utf-8")
    table = understand(path, TableSettings(missing=("-999",)))
    assert (table.columns[0].missing, table.columns[0].least, table.rows) == (3, 0.5, rows)
    assert understand(path).columns[0].least == -999.0
    as_names = TableSettings(missing=("-999",), categories=("a",))
    assert understand(path, as_names).columns[0].missing == 3


def test_marks_are_told_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    path.write_text("a,b,y\n1.5,x,u\nNA,x,v\n2.5,-,u\n3,x,v\n-,?,u\n,-,v\n" + "1,x,u\n" * 9, encoding="utf-8")
    assert understand(path).marks == ("NA", "-", "?")


def test_columns_that_are_no_more_are_not_asked_for() -> None:
    asked = TableSettings(target="kind", inputs=("width",), categories=("width",), missing=("-999",))
    assert with_setting(asked, "separator", ";") == TableSettings(separator=";", missing=("-999",))
    assert with_setting(asked, "decimal", ",").target == "kind"


def test_what_is_settled_is_read_alike(read: Asked) -> None:
    asked = TableSettings(leave_out=("width",))
    kept = settled(asked, read(asked))
    assert (kept.separator, kept.header, kept.target, kept.task) == (",", True, "kind", "classification")
    assert roles(read(kept)) == roles(read(asked))


def test_what_the_rest_of_a_large_table_may_contradict_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = [f"{n % 7}.{'5' * 60},{n % 2}" for n in range(PREVIEW_BYTES // 60)]
    path.write_text("\n".join(["a,y", *rows, "1.5,0.5", "1.5,0.25"]), encoding="utf-8")
    first = understand(path, preview=True)
    assert first.is_part
    assert "the first" in first.summary
    assert first.found.task == "classification"
    kept = settled(TableSettings(), first)
    assert (kept.separator, kept.target, kept.task) == (",", "y", "auto")
