"""The pages in docs/: those that follow from the program do, and every picture that one names is there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from prerequisites import OLDEST_PYTHON, ROOT

sys.path.append(str(ROOT / "packaging" / "site"))
from generated import PAGES

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_what_follows_from_the_program_is_what_it_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "command-line.md" and sys.version_info[:2] != OLDEST_PYTHON:
        pytest.skip("every Python words --help in a way of its own; the page has the oldest one's")
    monkeypatch.setenv("COLUMNS", "80")
    path, text = DOCS / name, PAGES[name]()
    if os.environ.get("NNVIZ_UPDATE_DOCS") == "1":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "set NNVIZ_UPDATE_DOCS=1 to write it anew"


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "packaging" / "site" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} | {"writing-lessons.md", "packaging.md"}
    assert sorted(re.findall(r": ([a-z-]+\.md)$", contents, re.MULTILINE)) == sorted(pages)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_pictures_are_there(page: Path) -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(screenshots/([^)]+)\)", page.read_text(encoding="utf-8")):
        assert (DOCS / "screenshots" / picture).is_file()
