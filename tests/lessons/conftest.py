"""Lessons for the tests: small ones, and valid ones at random."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from nnviz.lessons.lesson import Course, Lesson, Page, PageGoal, PageRun, Question, ViewLayout
from nnviz.lessons.reading import parse_lesson

MakeCourse = Callable[..., Course]

_HEAD = 'id = "test"\ntitle = "A test"\n'


@pytest.fixture
def course_in(tmp_path: Path) -> MakeCourse:
    """The course of pages as TOML text, files beside it in ``tmp_path``: ``course_in("[[pages]] …")``."""
    return lambda pages, folder=tmp_path: parse_lesson(_HEAD + pages, "test.toml", folder)


_letters = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="$<>[]`#|=:-*_!~\\")
_lines = st.text(_letters, min_size=1, max_size=30).map(lambda text: " ".join(text.split()) or "words")
_words = st.lists(_lines | st.just("") | st.just("- **item** $w_1 x$"), max_size=4).map("\n".join)
_numbers = st.floats(0.0, 1.0)
_experiments: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"kind": "network"},
        {"data": {"name": "moons", "noise": 0.25}, "network": {"hidden": [3], "activation": ["relu"]}},
        {"network": {"hidden": []}, "training": {"learning_rate": 0.5, "optimizer": "adam"}},
        {"data": {"name": "drawn", "points": [[0.0, 1.5, 0.0], [1e-17, -2.0, 1.0]]}},
        {"data": {"file": "tables/iris.csv", "target": "species"}, "training": {"start": "start.npz"}},
    ]
)
_changes = st.sampled_from([{}, {"training": {"learning_rate": 0.125}}, {"training": {"l2": 0.5, "seed": 3}}])
_questions = st.builds(
    Question,
    ask=_lines,
    choices=st.lists(_lines, min_size=2, max_size=6).map(tuple),
    answer=st.integers(0, 2),
    reveal=_words,
) | st.builds(Question, ask=_lines, draw=st.sampled_from(["plane", "curve"]), reveal=_words)
_stands = st.sampled_from(
    [
        ViewLayout(),
        ViewLayout(main="output", side=("loss", "network")),
        ViewLayout(drawer="weights", side=("output", "loss")),
    ]
)
_goings = (
    st.builds(PageRun, pace=_numbers)
    | st.builds(PageRun, play=st.booleans())
    | st.builds(PageRun, steps=st.just(9))
)
_goals = st.builds(PageGoal, step=st.integers(0, 99), epoch=st.integers(0, 99), accuracy=_numbers, loss=_numbers)


def _pages(**begins: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Page]:
    return st.builds(
        Page,
        title=_lines,
        words=_words,
        notes=_words,
        look=_lines,
        views=_stands,
        light=st.sampled_from([(), ("loss",), ("output", "unit 0.1")]),
        question=st.none() | _questions,
        run=_goings,
        done=_goals,
        **begins,
    )


@pytest.fixture(scope="session")
def lessons() -> st.SearchStrategy[Lesson]:
    """Valid lessons."""
    first = _pages(experiment=_experiments)
    others = st.lists(_pages(change=_changes) | first, max_size=3)
    return st.builds(
        Lesson,
        id=st.from_regex(r"[a-z0-9][a-z0-9-]{3,20}x", fullmatch=True),
        title=_lines,
        summary=st.just("") | _lines,
        part=st.integers(1, 99),
        order=st.integers(0, 999),
        source=st.lists(_lines, max_size=2).map(tuple),
        references=st.lists(_lines, max_size=2).map(tuple),
        pages=st.tuples(first, others).map(lambda pair: (pair[0], *pair[1])),
    )
