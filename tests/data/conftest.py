"""Tables written for a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[[bytes | str], Path]


@pytest.fixture(scope="session")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Write a table called table.csv, over the one before."""
    path = tmp_path_factory.mktemp("tables") / "table.csv"

    def write_content(content: bytes | str) -> Path:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_content
