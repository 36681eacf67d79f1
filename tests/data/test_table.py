"""Tables that can be read, and what is made of them."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.data.messages import one_line
from nnviz.data.numbers import MAX_NUMBER, is_missing, number
from nnviz.data.settings import TableSettings
from nnviz.data.table import read_table, understand
from nnviz.errors import InputError
from timing import least_seconds

Write = Callable[[bytes | str], Path]

# What each table holds: its inputs, targets, input names and class names.
GOOD: dict[str, tuple[bytes | str, dict[str, Any], tuple[Any, Any, Any, Any]]] = {
    "header": ("a,b,y\n1,2,no\n3,4,yes\n", {}, ([[1, 2], [3, 4]], [0, 1], ("a", "b"), ("no", "yes"))),
    "no header": ("1,2,no\n3,4,yes\n", {}, ([[1, 2], [3, 4]], [0, 1], ("x1", "x2"), ("no", "yes"))),
    "no line end": ("a,y\n1,0.5\n2,1.5", {}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "CRLF": ("a,y\r\n1,0.5\r\n2,1.5\r\n", {}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "old Mac": ("a,y\r1,0.5\r2,1.5\r", {}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "blank lines": ("\n\na,y\n\n1,0.5\n  \n2,1.5\n,\n\n", {}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "BOM": (b"\xef\xbb\xbfa,y\n1,0.5\n2,1.5\n", {}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "UTF-16": ("größe;y\n1;0,5\n2;1,5\n".encode("utf-16"), {}, ([[1], [2]], [[0.5], [1.5]], ("größe",), ())),
    "cp1252": ("größe,y\n1,süß\n2,ä\n".encode("cp1252"), {}, ([[1], [2]], [0, 1], ("größe",), ("süß", "ä"))),
    "tab": ("a\ty\n1,5\t0,5\n2,5\t1,5\n", {}, ([[1.5], [2.5]], [[0.5], [1.5]], ("a",), ())),
    "decimal comma": ("a;y\n-1,5e1;0,5\n2;1,5\n", {}, ([[-15], [2]], [[0.5], [1.5]], ("a",), ())),
    "decimal comma, no header": ("1,5;2\n2,5;0,1\n", {}, ([[1.5], [2.5]], [[2], [0.1]], ("x1",), ())),
    "semicolon with points": ("a;y\n1.5;0.5\n2.5;1.5\n", {}, ([[1.5], [2.5]], [[0.5], [1.5]], ("a",), ())),
    "quotes": (
        '"a","long, ""wide"" name",y\n"1","2","p,q"\n3,4,"r\ns"\n',
        {},
        ([[1, 2], [3, 4]], [0, 1], ("a", 'long, "wide" name'), ("p,q", "r s")),
    ),
    "other delimiters in quotes": (
        '"c;";"d,"\n0,5;"c;"\n0,5;"c,"\n',
        {},
        ([[0.5], [0.5]], [1, 0], ("c;",), ("c,", "c;")),
    ),
    "classes that end in a delimiter": (
        "1,c;\n2,ca;\n",
        {},
        ([[1], [2]], [0, 1], ("x1",), ("c;", "ca;")),
    ),
    "decimal comma beside classes with commas": (
        '0,5;"c;"\n1,0;c,\n2,0;c,\n3,0;c,\n',
        {},
        ([[0.5], [1], [2], [3]], [1, 0, 0, 0], ("x1",), ("c,", "c;")),
    ),
    "classes full of commas and numbers": (
        "0,5;c,1,2\n0,5;c,1,2\n0,5;c,1,2\n1,5;d\n",
        {},
        ([[0.5], [0.5], [0.5], [1.5]], [0, 0, 0, 1], ("x1",), ("c,1,2", "d")),
    ),
    "spaces": ("a , b, y\n 1 , 2, no \n3,4 ,yes\n", {}, ([[1, 2], [3, 4]], [0, 1], ("a", "b"), ("no", "yes"))),
    "trailing delimiters": (
        "a;b;y;\n1;2;no;\n3;4;yes;\n",
        {},
        ([[1, 2], [3, 4]], [0, 1], ("a", "b"), ("no", "yes")),
    ),
    "unnamed column": (",b,y\n1,2,no\n3,4,yes\n", {}, ([[2], [4]], [0, 1], ("b",), ("no", "yes"))),
    "year as a name": (
        "2019,2020,y\n1,2,3.5\n3,4,5\n",
        {},
        ([[1, 2], [3, 4]], [[3.5], [5]], ("2019", "2020"), ()),
    ),
    "target by name": ("y,a\n0.5,1\n1.5,2\n", {"target": "y"}, ([[1], [2]], [[0.5], [1.5]], ("a",), ())),
    "target by number": ("0.5,1\n1.5,2\n", {"target": "1"}, ([[1], [2]], [[0.5], [1.5]], ("x2",), ())),
    "target by made-up name": ("0.5,1\n1.5,2\n", {"target": "x1"}, ([[1], [2]], [[0.5], [1.5]], ("x2",), ())),
    "whole numbers are classes": ("a,y\n1,10\n2,9\n3,10\n", {}, ([[1], [2], [3]], [1, 0, 1], ("a",), ("9", "10"))),
    "signed classes": ("a,y\n1,1.0\n2,-1\n3,1\n", {}, ([[1], [2], [3]], [1, 0, 1], ("a",), ("-1", "1"))),
    "numbers as classes": (
        "a,y\n1,0.5\n2,10\n",
        {"task": "classification"},
        ([[1], [2]], [0, 1], ("a",), ("0.5", "10")),
    ),
    "classes as numbers": ("a,y\n1,1\n2,0\n", {"task": "regression"}, ([[1], [2]], [[1], [0]], ("a",), ())),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_made_of_a_table(case: str, write: Write) -> None:
    content, options, (inputs, targets, input_names, class_names) = GOOD[case]
    data = read_table(write(content), TableSettings(**options))
    assert data.inputs.tolist() == inputs
    assert data.targets.tolist() == targets
    assert data.input_names == input_names
    assert data.class_names == class_names


def test_rows_with_missing_values_are_left_out_and_counted(write: Write) -> None:
    marks = ["", "NA", "n/a", "NaN", "?", "null", " "]
    rows = "".join(f"{mark},1,yes\n1,2,{mark}\n" for mark in marks) + "-,3,no\n"
    data = read_table(write(f"a,b,y\n1,2,no\n{rows}3,4,yes\n"))
    assert data.inputs.tolist() == [[1, 2], [3, 4]]
    assert data.notes == ("15 rows left out: 8 without a, 7 without y (NA, n/a, NaN, ?, null)",)


def test_one_missing_row_is_told_in_the_singular(write: Write) -> None:
    assert read_table(write("a,y\n1,2\n?,3\n2,1\n")).notes == ("1 row left out: 1 without a",)


def test_a_text_among_numbers_is_refused_and_not_counted_as_missing(write: Write) -> None:
    table = understand(write("x,y\n1,2\n2,3\n3,abc\n4,\n"), preview=True)
    assert "row 4, column y: 'abc' is not a number" in str(table.refusal)
    assert table.notes == ("1 row left out: 1 without y",)


def test_eleven_whole_numbers_are_values_ten_are_classes(write: Write) -> None:
    rows = [f"{i},{i}\n" for i in range(11)]
    assert read_table(write("a,y\n" + "".join(rows))).task == "regression"
    assert read_table(write("a,y\n" + "".join(rows[:10]))).class_names == tuple("0123456789")


def test_one_hundred_classes_are_sorted_by_name(write: Write) -> None:
    names = [f"c{i}" for i in range(100)]
    data = read_table(write("a,y\n" + "".join(f"{i},{name}\n" for i, name in enumerate(names))))
    assert data.class_names == tuple(sorted(names))
    assert [data.class_names[k] for k in data.targets.astype(int)] == names


def test_one_hundred_thousand_rows_are_read_in_order(write: Write) -> None:
    data = read_table(write("a,y\n" + "".join(f"{i},{i}.5\n" for i in range(100_000))))
    assert np.array_equal(data.inputs[:, 0], np.arange(100_000.0))
    assert np.array_equal(data.targets[:, 0], np.arange(100_000) + 0.5)


def test_a_thousand_columns_are_read(write: Write) -> None:
    data = read_table(write("\n".join(",".join(str(i * k) for i in range(1000)) for k in (1, 2, 3))))
    assert data.inputs.shape == (3, 999)
    assert data.input_names[-1] == "x999"


numbers = st.floats(-MAX_NUMBER, MAX_NUMBER)
texts = st.text("ab,;\"' éß\t\n", min_size=1, max_size=8).map(lambda t: "c" + t.strip())


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float]], list[str]]:
    """Column names, inputs, and class names."""
    width, height = draw(st.integers(1, 5)), draw(st.integers(6, 12))
    names = draw(st.lists(texts, min_size=width + 1, max_size=width + 1, unique_by=one_line))
    inputs = draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=height, max_size=height))
    choice = draw(st.lists(texts, min_size=2, max_size=3, unique_by=one_line))
    classes = draw(st.lists(st.sampled_from(choice), min_size=height, max_size=height))
    return names, inputs, classes


forms = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t"]),
        "decimal_comma": st.booleans(),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "line_end": st.sampled_from(["\n", "\r\n"]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        "header": st.booleans(),
    }
)


def written(names: list[str], inputs: list[list[float]], classes: list[str], form: dict[str, Any]) -> bytes:
    """The table as a program with these habits would write it."""
    stream = io.StringIO()
    writer = csv.writer(
        stream, delimiter=form["delimiter"], quoting=form["quoting"], lineterminator=form["line_end"]
    )
    mark = "," if form["decimal_comma"] and form["delimiter"] != "," else "."
    if form["header"]:
        writer.writerow(names)
    for row, name in zip(inputs, classes, strict=True):
        writer.writerow([*(repr(number).replace(".", mark) for number in row), name])
    return stream.getvalue().encode(form["encoding"])


@settings(deadline=None, max_examples=300)
@given(tables(), forms)
def test_what_is_written_is_read(
    write: Write, table: tuple[list[str], list[list[float]], list[str]], form: dict[str, Any]
) -> None:
    names, inputs, classes = table
    lines = [one_line(name) for name in classes]
    assume(len(set(lines)) > 1)
    data = read_table(write(written(names, inputs, classes, form)))
    assert data.inputs.tolist() == inputs
    assert data.class_names == tuple(sorted(set(lines)))
    assert [data.class_names[k] for k in data.targets.astype(int)] == lines
    plain = [f"x{i + 1}" for i in range(len(names) - 1)]
    assert list(data.input_names) == ([one_line(name) for name in names[:-1]] if form["header"] else plain)


@settings(deadline=None)
@given(st.lists(numbers, min_size=11, max_size=40, unique=True), st.booleans())
def test_a_numeric_target_is_read_to_the_last_bit(write: Write, values: list[float], comma: bool) -> None:
    rows = "".join(f"{i};{value!r}\n" for i, value in enumerate(values))
    data = read_table(write(rows.replace(".", ",") if comma else rows))
    assert data.targets[:, 0].tolist() == values


@pytest.mark.parametrize("text", ["1", "-1.5e-3", " 2 ", "+.5", "1e5"])
def test_numbers(text: str) -> None:
    assert number(text, ".") is not None


@pytest.mark.parametrize("text", ["", "1_000", "0x10", "1.2.3", "1 2", "one", "1,5", "nan", "--1"])
def test_not_numbers(text: str) -> None:
    assert number(text, ".") is None


@pytest.mark.parametrize("text", ["1,2,3", "1.23,5", "1,234.5", ",", "1_0"])
def test_not_numbers_with_a_decimal_comma(text: str) -> None:
    assert number(text, ",") is None


def test_a_zero_is_not_missing() -> None:
    assert not is_missing("0")


_PLAIN = ["1,2,3,4,5,6,7,8,9,0\n" * 80_000, "0.123456,0.234567,a\n" * 90_000, '"0.123456",0.234567,a\n' * 90_000]


@pytest.mark.parametrize("rows", _PLAIN, ids=("digits", "names", "quoted"))
def test_reading_takes_three_times_the_file_besides_the_numbers(write: Write, rows: str) -> None:
    path = write("1,2,3,4,5,6,7,8,9,1\n" + rows if "0\n" in rows else rows.replace("a", "b", 1))
    tracemalloc.start()
    read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    fields = rows.count(",") + rows.count("\n")
    assert peak < 3 * len(rows) + 3 * 8 * fields + 24 * 2**20


_BOMBS = {"blank lines": b"\n", "commas": b",", "no line end": b"12345,", "wide rows": b"1," * 1_000_000 + b"1\n"}


@pytest.mark.parametrize("part", _BOMBS.values(), ids=_BOMBS.keys())
def test_what_is_no_table_is_refused_at_once_however_large(write: Write, part: bytes) -> None:
    path = write(part * (100 * 2**20 // len(part)))

    def read() -> None:
        with pytest.raises(InputError):
            read_table(path)

    assert least_seconds([read]) < 3.0
