"""Tables of all kinds as people have them, each with what is to be understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from nnviz.data.table import understand
from nnviz.errors import InputError

FOLDER = Path(__file__).parent / "tables"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
READ = [name for name, wanted in EXPECTED.items() if "refused" not in wanted]


@pytest.mark.parametrize("name", READ)
def test_a_table_is_understood(name: str) -> None:
    table = understand(FOLDER / name)
    found = {
        "rows": len(table.dataset.inputs),
        "dropped_rows": table.total - table.rows,
        "target": table.found.target,
        "task": table.found.task,
        "classes": list(table.dataset.class_names),
        "inputs": [column.name for column in table.columns if column.role == "input"],
        "ranges": {c.name: [c.least, c.most] for c in table.columns if c.name in EXPECTED[name].get("ranges", {})},
    }
    assert {key: found[key] for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", READ)
def test_with_what_was_found_a_table_is_read_alike(name: str) -> None:
    table = understand(FOLDER / name)
    again = understand(FOLDER / name, table.found)
    assert again.found == table.found
    assert again.columns == table.columns
    assert again.dataset.inputs.tobytes() == table.dataset.inputs.tobytes()
    assert again.dataset.targets.tobytes() == table.dataset.targets.tobytes()


@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - set(READ)))
def test_what_is_wrong_is_said_in_one_line(name: str) -> None:
    with pytest.raises(InputError) as caught:
        understand(FOLDER / name).dataset  # noqa: B018 - it raises
    message = str(caught.value)
    assert message.startswith(name)
    assert len(message.splitlines()) == 1
    assert all(words in message for words in EXPECTED[name]["refused"])
