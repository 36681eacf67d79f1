"""``nnviz table``: how a table is understood."""

import argparse
import json
from pathlib import Path
from typing import Any

from nnviz.data.columns import Column
from nnviz.data.table import Table, understand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, and whether a program reads the answer."""
    parser.add_argument("file", type=Path, help="a table (.csv, .tsv, .txt, .data, …)")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    """Say what was found; a table that cannot be used is refused."""
    table = understand(arguments.file)
    told = figures(table)
    if arguments.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    print(table.summary)
    for column in table.columns:
        print(f"{column.name:<24}{column.kind:<12}{column.role:<10}{_values(column)}".rstrip())
    return 0


def figures(table: Table) -> dict[str, Any]:
    """What was found, as JSON has it; raises the table's refusal."""
    found, learned = table.found, table.dataset
    return {
        "rows": table.rows,
        "dropped_rows": table.total - table.rows,
        "target": found.target,
        "task": found.task,
        "classes": list(learned.class_names),
        "separator": found.separator,
        "decimal": found.decimal,
        "encoding": found.encoding,
        "header": found.header,
        "notes": list(table.notes),
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: Column) -> dict[str, Any]:
    ends = {} if column.least is None else {"least": column.least, "most": column.most}
    return {"name": column.name, "kind": column.kind, "role": column.role} | ends


def _values(column: Column) -> str:
    if column.least is not None:
        return f"{column.least:g} to {column.most:g}"
    return ", ".join(column.values)
