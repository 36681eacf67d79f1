"""Tables of every kind are written, with known content, and understood again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.table import Table, understand

Write = Callable[[bytes | str], Path]
ROWS = 30
YES_NO = (("yes", "no"), ("TRUE", "FALSE"), ("ja", "nein"), ("oui", "non"), ("sì", "no"), ("verdadero", "falso"))

numbers = st.lists(
    st.integers(-9_999_999, 9_999_999).map(lambda k: k / 100), min_size=ROWS, max_size=ROWS, unique=True
)
forms = st.fixed_dictionaries(
    {
        "separator": st.sampled_from([",", ";", "\t", "|", " "]),
        "decimal": st.sampled_from([".", ","]),
        "minus": st.sampled_from(["-", "\u2212"]),
        "grouped": st.booleans(),
        "percent": st.booleans(),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]),
        "line_end": st.sampled_from(["\n", "\r\n", "\r"]),
        "header": st.booleans(),
        "above": st.sampled_from([[], ["# measured in May"], ["My measurements"], ["% one", "", "% two"]]),
        "below": st.sampled_from([[], ["Source: a notebook"], ["# end"], [""]]),
        "first": st.sampled_from(["", "count", "names"]),
        "missing": st.sampled_from(["", "NA", "?", "null"]),
        "classes_first": st.booleans(),
    }
)


def written(value: float, form: dict[str, Any]) -> str:
    """A number as a person with these habits writes it."""
    plain = f"{abs(value):,.2f}" if form["grouped"] else f"{abs(value):.2f}"
    if form["decimal"] == ",":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return f"{form['minus'] if value < 0 else ''}{plain}{'%' if form['percent'] else ''}"


def possible(form: dict[str, Any]) -> bool:
    """Whether such a table can be told from others."""
    marks = {form["decimal"], *("." if form["decimal"] == "," else ",") * form["grouped"]}
    beside_letters = form["encoding"] == "cp1252" and form["minus"] != "-"  # which cannot write it
    words_of_blanks = form["separator"] == " " and (form["missing"] == "" or form["above"] or form["below"])
    short = not form["header"] and form["first"] == "names"  # nothing says that it names rows
    unclear = not form["header"] and form["classes_first"]  # then the last column is the target
    return form["separator"] not in marks and not (beside_letters or words_of_blanks or short or unclear)


def table_of(
    form: dict[str, Any], size: list[float], weight: list[float], words: tuple[str, str], lost: int
) -> str:
    """A table of two columns of numbers, a category, a yes or no, a column of nothing, and classes."""
    names = ["size", "weight", "colour", "ripe"]
    columns = [
        [written(value, form) for value in size],
        [form["missing"] if row == lost else written(value, form) for row, value in enumerate(weight)],
        [("red", "green", "blue")[row % 3] for row in range(ROWS)],
        [words[row % 2] for row in range(ROWS)],
    ]
    place = 0 if form["classes_first"] else len(names)
    names.insert(place, "species")
    columns.insert(place, [("setosa", "virginica")[row // 2 % 2] for row in range(ROWS)])
    if form["first"]:
        names.insert(0, "id")
        columns.insert(0, [f"{row + 1}" if form["first"] == "count" else f"P{row:03}" for row in range(ROWS)])
    rows = [names] * form["header"] + [list(row) for row in zip(*columns, strict=True)]
    lines = [*form["above"], *map(form["separator"].join, rows), *form["below"]]
    return "".join(f"{line}{form['line_end']}" for line in lines)


def roles(table: Table) -> dict[str, list[str]]:
    return {
        role: [column.name for column in table.columns if column.role == role]
        for role in ("input", "target", "left out")
    }


@settings(deadline=None, max_examples=300)
@given(forms.filter(possible), numbers, numbers, st.sampled_from(YES_NO), st.integers(0, ROWS - 1))
def test_a_table_of_any_kind_is_understood(
    write: Write, form: dict[str, Any], size: list[float], weight: list[float], words: tuple[str, str], lost: int
) -> None:
    text = table_of(form, size, weight, words, lost)
    content = text.encode("utf-16" if form["encoding"] == "cp1252" and "ì" in text else form["encoding"])
    table = understand(write(content))
    kept = [row for row in range(ROWS) if row != lost]
    read = table.dataset.inputs
    at = [
        index for index, column in enumerate(table.columns) if column.kind == "number" and column.role == "input"
    ]
    assert len(at) == 2
    assert table.total - table.rows == 1
    assert np.array_equal(read[:, 0], np.array(size)[kept])
    assert np.array_equal(read[:, 1], np.array(weight)[kept])
    assert read.shape[1] == 6  # two numbers, three colours, yes or no
    if form["header"]:
        assert roles(table) == {
            "input": ["size", "weight", "colour", "ripe"],
            "target": ["species"],
            "left out": ["id"] * bool(form["first"]),
        }
        assert table.dataset.class_names == ("setosa", "virginica")
        assert table.dataset.targets.tolist() == [row // 2 % 2 for row in kept]
    again = understand(write(content), table.found)
    assert again.columns == table.columns
    assert again.dataset.inputs.tobytes() == read.tobytes()
