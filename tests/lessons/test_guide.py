"""The guide for authors: its example is a lesson, and nothing is left out."""

import re
from pathlib import Path
from typing import get_type_hints

import pytest
from msgspec import inspect

from nnviz.cli.lessons import GUIDE, checked
from nnviz.experiment.kind import SCHEMAS
from nnviz.lessons.lesson import Lesson, Page, PageGoal, PageRun, Question, ViewLayout
from nnviz.lessons.local_files import bundled_folder
from nnviz.lessons.views import VIEWS
from nnviz.runs.begin import begin

_TEXT = (bundled_folder() / GUIDE).read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", _TEXT, re.DOTALL | re.MULTILINE)
    path = tmp_path / "example.toml"
    path.write_text(block, encoding="utf-8")
    return path


def test_the_example_is_a_lesson_that_can_be_begun(example: Path) -> None:
    course = checked(example)
    assert [scene.anew for scene in course.scenes] == [True, True, False]
    assert any(page.question and page.question.choices for page in course.lesson.pages)
    assert any(page.question and page.question.draw for page in course.lesson.pages)


def test_the_example_reaches_its_goal(example: Path) -> None:
    scene = checked(example).scenes[1]
    assert scene.experiment is not None
    run = begin(scene.experiment)
    run.advance(scene.page.run.epochs * run.steps_an_epoch)
    run.measure()
    assert run.snapshot().measures["test_accuracy"] >= scene.page.done.accuracy


def test_the_guide_names_every_switch_of_every_view() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (`[^|]+) \|$", _TEXT, re.MULTILINE))
    assert {name: tuple(re.findall("`([^`]+)`", rows.get(name, ""))) for name in VIEWS} == {
        name: entry.switches for name, entry in VIEWS.items()
    }


def test_the_guide_names_every_key_view_and_kind() -> None:
    tables = (Lesson, Page, Question, ViewLayout, PageRun, PageGoal)
    keys = {key for table in tables for key in table.__struct_fields__} | VIEWS.keys() | SCHEMAS.keys()
    prose = re.sub(r"^```.*?^```", "", _TEXT, flags=re.DOTALL | re.MULTILINE)
    named = {word for code in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"\w+", code)}
    assert keys - named == set()


def _inner(table: type, key: str) -> set[str]:
    """The keys of the table that stands under a key of a schema, alone or in a list; empty if none does."""
    kind = inspect.type_info(get_type_hints(table)[key])
    kind = getattr(kind, "item_type", kind)
    return set(kind.cls.__struct_fields__) if isinstance(kind, inspect.StructType) else set()


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_the_guide_lists_the_keys_of_every_kind_and_no_others(kind: str) -> None:
    part = re.search(rf"^\*\*`{kind}`\*\*:.*?(?=^\*\*`|\Z)", _TEXT, re.DOTALL | re.MULTILINE)
    assert part
    table, own = SCHEMAS[kind], set(SCHEMAS[kind].__struct_fields__) - {"format"}
    rows = re.findall(r"^\| (`[^|]+) \| (.*) \|$", part[0], re.MULTILINE)
    listed = {key for keys, _ in rows for key in re.findall(r"`([^`]+)`", keys)}
    if kind == "network":
        assert listed == {f"{key}.{inner}" for key in own for inner in _inner(table, key)}
        return
    assert listed == own
    for key in own - {"data", "base"}:
        (words,) = (words for keys, words in rows if f"`{key}`" in keys)
        assert _inner(table, key) <= set(re.findall(r"\w+", words))
