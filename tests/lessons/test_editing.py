"""A lesson's text is edited as its author would: comments and layout of all else stay."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.lessons.editing import Key, LessonText
from nnviz.lessons.lesson import MOST_PAGES, Lesson
from nnviz.lessons.reading import parse_lesson
from nnviz.lessons.writing import format_lesson
from nnviz.paths import resource
from nnviz.storage import parse_tables

_TEXT = """\
# my lecture
format = 1
id = "mine"   # do not change
title = "Mine"

# the beginning
# of it
[[pages]]
title = "One" # short
# [[pages]] stood here
words = '''
[[pages]]
a # no comment
'''
look = "x"

# about the run
[pages.experiment]
kind = "network"   # what else
[pages.question]
ask = "A?"   # they say B
choices = [
    "a", # wrong
    "b",
]
answer = 2

[[pages]]
title = "Two"
# the last
"""
_SHIPPED = sorted(resource("lessons").glob("*.toml"))


def _comments(text: str) -> list[str]:
    return re.findall(r"^[ \t]*#.*$", text, re.MULTILINE)


def test_a_text_is_divided_at_its_pages_and_nowhere_else() -> None:
    text = LessonText.of(_TEXT)
    assert text.text == _TEXT
    assert text.head.endswith('title = "Mine"\n\n')
    assert [page.splitlines()[0] for page in text.pages] == ["# the beginning", "[[pages]]"]


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_lesson_stays_as_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    divided = LessonText.of(text)
    assert parse_tables(divided.text) == parse_tables(text)
    assert divided.text.split() == text.split()
    edited = divided.with_page(1, {("title",): "Another", ("notes",): "New\\ words"})
    assert edited.pages[0] == divided.pages[0]
    assert edited.pages[2:] == divided.pages[2:]
    page = parse_tables(edited.text)["pages"][1]
    assert (page["title"], page["notes"]) == ("Another", "New\\ words")


def test_only_what_is_edited_changes() -> None:
    values: dict[Key, Any] = {
        ("title",): "Uno",
        ("question", "ask"): "B?",
        ("notes",): "$\\sigma$",
        ("look",): None,
    }
    assert LessonText.of(_TEXT).with_page(0, values).text == (
        _TEXT.replace('"One"', '"Uno"')
        .replace('"A?"', '"B?"')
        .replace("'''\nlook = \"x\"\n", "'''\nnotes = '$\\sigma$'\n")
    )


def test_a_question_comes_and_goes() -> None:
    text = LessonText.of(_TEXT)
    without = text.with_page(0, {("question",): None})
    assert "question" not in parse_tables(without.text)["pages"][0]
    asked = without.with_page(0, {("question", "ask"): "C?", ("question", "choices"): ("x", "y")})
    assert parse_tables(asked.text)["pages"][0]["question"] == {"ask": "C?", "choices": ["x", "y"]}
    assert "# about the run" in asked.text


def test_the_lessons_own_values_are_edited() -> None:
    text = LessonText.of(_TEXT).with_head({("title",): "Ours", ("source",): ("a", "b"), ("id",): "ours"}).text
    assert text.startswith(
        '# my lecture\nformat = 1\nid = "ours"   # do not change\ntitle = "Ours"\nsource = ["a"'
    )


def test_pages_are_moved_copied_and_removed_as_they_stand() -> None:
    text = LessonText.of(_TEXT)
    one, two = text.pages
    assert text.moved(0, 1).pages == (two, one)
    assert text.moved(0, 1).moved(1, 0) == text
    assert text.copied(0).pages == (one, one, two)
    assert text.removed(1).pages == (one,)
    assert parse_tables(text.added({"title": "Three"}, 1).text)["pages"][1] == {"title": "Three"}
    assert text.added({"title": "Three"}).pages[:2] == text.pages


def test_a_lesson_keeps_a_page_and_has_no_more_than_allowed() -> None:
    text = LessonText.of(_TEXT).removed(0)
    with pytest.raises(InputError, match="the only page cannot be removed"):
        text.removed(0)
    full = LessonText(text.head, text.pages * MOST_PAGES)
    with pytest.raises(InputError, match=f"there are {MOST_PAGES}; allowed: up to {MOST_PAGES}"):
        full.copied(3)
    with pytest.raises(InputError, match=f"there are {MOST_PAGES}; allowed: up to {MOST_PAGES}"):
        full.added({"title": "x"})


@pytest.mark.parametrize("text", ['pages = [{ title = "a" }]', 'title = "a"', '[["pages"]]\ntitle = "a"'])
def test_pages_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^pages: not written .* allowed: each under \[\[pages\]\]$"):
        LessonText.of(text)


@pytest.mark.parametrize(
    "page",
    [
        'title = "a"\nquestion.ask = "x"\nquestion.choices = ["a", "b"]\n',
        'title = "a"\nquestion = { ask = "x", choices = ["a", "b"] } # so\n',
        'question.ask = "x"\ntitle = "a"\nquestion.choices = ["a", "b"]\n',
        'title = "a"\r\n[pages.question]\r\nask = "x"\r\nchoices = ["a", "b"]\r\n',
    ],
)
def test_a_question_is_edited_however_it_is_written(page: str) -> None:
    text = LessonText.of(f'title = "t"\n[[pages]]\n{page}')
    values: dict[Key, Any] = {("question", "ask"): "y", ("question", "reveal"): "r\ns\n", ("words",): "w"}
    (edited,) = parse_tables(text.with_page(0, values).text)["pages"]
    assert edited == {
        "title": "a",
        "words": "w",
        "question": {"ask": "y", "choices": ["a", "b"], "reveal": "r\ns\n"},
    }


_lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30)
_remarks = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12).map(lambda t: f"# remark {t}")


@st.composite
def _commented(draw: st.DrawFn, lessons: st.SearchStrategy[Lesson]) -> str:
    """A lesson's text with comments between its lines and behind its values."""
    lines: list[str] = []
    inside = False
    for line in format_lesson(draw(lessons)).splitlines():
        inside ^= line.count('"""') % 2 == 1 or line.count("'''") % 2 == 1
        is_free = not inside and not line.endswith(('"""', "'''", "[", ",")) and line[:4].strip()
        behind, below = draw(st.booleans()), draw(st.booleans())
        lines.append(f"{line}  {draw(_remarks)}" if is_free and behind else line)
        if is_free and below:
            lines.append(draw(_remarks))
    return "\n".join(lines) + "\n"


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(data=st.data())
def test_comments_survive_any_edits(data: st.DataObject, lessons: st.SearchStrategy[Lesson]) -> None:
    text = data.draw(_commented(lessons))
    divided = LessonText.of(text)
    tables = parse_tables(text)
    comments = sorted(_comments(text))
    page = data.draw(st.integers(0, len(divided.pages) - 1))
    to = data.draw(st.integers(0, len(divided.pages) - 1))
    keys = data.draw(st.lists(st.sampled_from(["title", "words", "notes", "look", "next"]), unique=True))
    values: dict[Key, Any] = {(key,): data.draw(_lines) for key in keys}
    if "question" in tables["pages"][page]:
        values["question", "reveal"] = data.draw(_lines)
    edited = divided.with_page(page, values).moved(page, to)
    assert sorted(_comments(edited.text)) == comments
    for key, value in values.items():
        table = tables["pages"][page]
        for name in key[:-1]:
            table = table[name]
        table[key[-1]] = value
    tables["pages"].insert(to, tables["pages"].pop(page))
    assert parse_tables(edited.text) == tables


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(data=st.data())
def test_an_edited_lesson_is_read_as_before(data: st.DataObject, lessons: st.SearchStrategy[Lesson]) -> None:
    lesson = data.draw(lessons)
    text = LessonText.of(format_lesson(lesson)).with_head({("title",): "Another"})
    read = parse_lesson(text.text, "test.toml", Path("/nowhere")).lesson
    assert read.title == "Another"
    assert read.pages == lesson.pages
