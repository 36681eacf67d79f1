"""Tables that cannot be used, each with the one line that says so."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.dataset import Dataset
from nnviz.data.settings import TableSettings
from nnviz.data.table import read_table
from nnviz.errors import InputError

Write = Callable[[bytes | str], Path]

# Content, options, and the message after the file's name.
BAD: dict[str, tuple[bytes | str, dict[str, Any], str]] = {
    "empty": ("", {}, " is empty; a table with at least 2 columns is needed"),
    "only a BOM": (b"\xef\xbb\xbf", {}, " is empty; a table with at least 2 columns is needed"),
    "only blanks": (" \n\n\t\n", {}, " is empty; a table with at least 2 columns is needed"),
    "NUL": (b"a,b\n1,\x002\n", {}, " is a binary file; a table as text (CSV) is needed"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0", {}, " is a binary file; a table as text (CSV) is needed"),
    "control": (b"a,b\n1,\x1b2\n", {}, ", row 2: the control character U+001B is no text"),
    "undecodable": (b"a,b\n1,\x81\n", {}, " is not a text file; a table (CSV) in UTF-8 is needed"),
    "half a UTF-16": (b"\xff\xfea", {}, " is not a text file; a table (CSV) in UTF-8 is needed"),
    "one column": (
        "a\n1\n2\n",
        {},
        " has only one column; at least 2 are needed, separated by comma, semicolon, tab, | or blanks",
    ),
    "header only": ("a,b,c\n", {}, " has no usable row; a row without missing values is needed"),
    "all missing": ("a,b\n1,?\n,2\n", {}, " has no usable row: column a is missing in 1 of 2"),
    "short row": ("a,b,c\n1,2,3\n\n1,2\n4,5,6\n", {}, ", row 4: 2 fields found, the others have 3"),
    "long row": ("a,b\n1,2\n1,2,3\n", {}, ", row 3: 3 fields found, the others have 2"),
    "text input": (
        "size,kind,y\n1,2,a\n3,red,b\n1,3,a\n2,4,b\n",
        {},
        ", row 3, column kind: 'red' is not a number; 3 others are",
    ),
    "text input, no header": (
        "1,2,a\n3,4,b\n5,red,b\n",
        {},
        ", row 3, column x2: 'red' is not a number; 2 others are",
    ),
    "underscore": ("a,y\n1,1\n1_0,2\n2,2\n", {}, ", row 3, column a: '1_0' is not a number; 2 others are"),
    "another decimal mark": (
        "a;y\n1,5;1\n2.5;2\n1,5;2\n",
        {},
        ", row 3, column a: '2.5' is not a number; 2 others are",
    ),
    "percent on some": (
        "a,y\n5%,1\n6,2\n7,1\n",
        {},
        ", column a: some numbers have a % sign and some have none",
    ),
    "long text": (
        f"a,y\n1,1\n2,1\n{'very ' * 20},2\n",
        {},
        ", row 4, column a: 'very very very very very very very very…' is not a number; 2 others are",
    ),
    "line end in text": (
        '"the\na",y\n1,1\n2,1\n"b\nc",2\n',
        {},
        ", row 4, column the a: 'b c' is not a number; 2 others are",
    ),
    "infinite": ("a,y\n1,1\n-inf,2\n", {}, ", row 3, column a: '-inf' is too large; allowed is up to 1e+30"),
    "too large": ("a,y\n1,1\n1e31,2\n", {}, ", row 3, column a: '1e+31' is too large; allowed is up to 1e+30"),
    "large target": (
        "a,y\n1,1\n,2\n1,1e999\n",
        {},
        ", row 4, column y: 'inf' is too large; allowed is up to 1e+30",
    ),
    "open quote": (
        'a,b\n1,2\n"1,2\n3,4\n',
        {},
        ", row 3: a quotation mark is misplaced or open, or a field is far too long",
    ),
    "misplaced quote": (
        'a,b\n1,2\n"1"x,2\n',
        {},
        ", row 3: a quotation mark is misplaced or open, or a field is far too long",
    ),
    "huge field": (
        f"a,b\n{'1' * 140_000},2\n",
        {},
        ", row 2: a quotation mark is misplaced or open, or a field is far too long",
    ),
    "no such target": ("a,b\n1,2\n", {"target": "c"}, " has no column 'c'; its columns are a, b"),
    "number with a header": ("a,b\n1,2\n", {"target": "1"}, " has no column '1'; its columns are a, b"),
    "number too high": ("1,2\n3,4\n", {"target": "3"}, " has no column '3'; its columns are x1, x2"),
    "number zero": ("1,2\n3,4\n", {"target": "0"}, " has no column '0'; its columns are x1, x2"),
    "no such of many": (
        ",".join(map(str, range(20))) + "\n",
        {"target": "z"},
        " has no column 'z'; its columns are x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, …",
    ),
    "one class": ("a,y\n1,red\n2,red\n", {}, ", column y: 'red' is the only class; at least 2 are needed"),
    "one number": ("a,y\n1,7\n2,7\n", {}, ", column y: '7' is the only class; at least 2 are needed"),
    "101 numbers": (
        "a,y\n" + "".join(f"{i},{i}\n" for i in range(101)),
        {"task": "classification"},
        ", column y: 101 classes; at most 100 are allowed",
    ),
    "a text among numbers": (
        "a,y\n" + "".join(f"{i},{i}.5\n" for i in range(200)) + "1,3.x\n",
        {},
        ", row 202, column y: '3.x' is not a number; 200 others are",
    ),
    "regression on text": (
        "a,y\n1,blue\n2,red\n",
        {"task": "regression"},
        ", row 2, column y: 'blue' is not a number, as regression needs",
    ),
    "1,001 columns": ("1," * 1000 + "1\n", {}, " has more than 1,000 columns, the most allowed"),
    "a million fields": (
        "," * 1_000_000 + "\n1,2\n",
        {},
        ", row 1: 1,000,000 characters; at most 262,144 are allowed",
    ),
    "a line without end": (
        "a,b\n" + "1" * 300_000,
        {},
        ", row 2: 300,000 characters; at most 262,144 are allowed",
    ),
    "blank lines": (
        "a,b\n" + "\n" * 1_000_000,
        {},
        " has more than 1,000,000 lines, the most allowed",
    ),
    "100,001 rows": ("a,b\n" + "1,2\n" * 100_001, {}, " has too many rows; at most 100,000 are allowed"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_table_is_refused_in_one_line(case: str, write: Write) -> None:
    content, options, message = BAD[case]
    with pytest.raises(InputError) as caught:
        read_table(write(content), TableSettings(**options))
    assert str(caught.value) == f"table.csv{message}"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "none.csv")
    assert str(caught.value).endswith("none.csv does not exist")


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(tmp_path)
    assert str(caught.value) == f"{tmp_path.name} is a directory; a table (CSV) is needed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match=r"^pipe.csv is not an ordinary file; a table \(CSV\) is needed$"):
        read_table(tmp_path / "pipe.csv")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(write: Write) -> None:
    path = write("a,b\n1,2\n")
    path.chmod(0)
    try:
        with pytest.raises(InputError, match=r"^table.csv cannot be read: Permission denied$"):
            read_table(path)
    finally:
        path.chmod(0o600)


def test_a_file_larger_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "film.csv"
    with path.open("wb") as file:
        file.truncate(512 * 2**20 + 1)  # a hole, no bytes on the disk
    with pytest.raises(InputError, match=r"^film.csv is larger than 512 MB, the most allowed$"):
        read_table(path)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "a\nb.csv"])
def test_odd_names_of_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name)
    assert len(str(caught.value).splitlines()) == 1


def read_or_refuse(path: Path, target: str | None = None, task: Any = "auto") -> Dataset | None:
    """The data, or None after a refusal that is one line and names the file."""
    try:
        return read_table(path, TableSettings(target=target or "", task=task))
    except InputError as error:
        message = str(error)
        assert message.startswith(path.name)
        assert len(message.splitlines()) == 1
        assert message.isprintable()
        assert len(message) < 700
        return None


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(write: Write, content: bytes) -> None:
    read_or_refuse(write(content))


pieces = st.sampled_from(
    [
        *("1", "2.5", "-3", "1e400", "nan", "?", "a", "b", "é", ",", ",", ",", ";", "\t", '"', "\n", "\n", "\r\n"),
        *(" ", "_", "inf", "0,5", "\u2028", "\f", "\ufeff", "٣", "x1", "٫", "\x85", "1_0"),
    ]
)


@settings(deadline=None, max_examples=1500)
@given(
    st.lists(pieces, max_size=60).map("".join),
    st.none() | st.sampled_from(["x1", "a", "1", "2", "99", ""]) | st.text(max_size=5),
    st.sampled_from(["auto", "classification", "regression"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_nearly_tables_are_read_or_refused(
    write: Write, content: str, target: str | None, task: str, encoding: str
) -> None:
    data = read_or_refuse(write(content.encode(encoding)), target, task)
    if data is not None:
        assert len(data.inputs) == len(data.targets) > 0
        assert data.inputs.shape[1] == len(data.input_names) > 0
        assert abs(data.inputs).max() <= 1e30
        assert task in {"auto", data.task}
