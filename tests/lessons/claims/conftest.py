"""What every claim is checked on: the lesson's own pages."""

from collections.abc import Callable
from typing import Any

import pytest

from nnviz.lessons.lesson import Course
from nnviz.lessons.reading import read_lesson
from nnviz.paths import resource
from nnviz.runs.begin import begin
from nnviz.runs.run import Run

Played = Callable[[str, int], Any]


@pytest.fixture(scope="session")
def lesson() -> Callable[[str], Course]:
    """A lesson that nnviz ships."""
    return lambda name: read_lesson(resource("lessons") / f"{name}.toml")


@pytest.fixture
def experiment(lesson: Callable[[str], Course]) -> Played:
    """What runs on a page, counted from 1, of a lesson."""
    return lambda name, page: lesson(name).scenes[page - 1].experiment


@pytest.fixture
def run(experiment: Played) -> Callable[[str, int], Run]:
    """The run of a page, counted from 1, of a lesson."""
    return lambda name, page: begin(experiment(name, page))


def settle(run: Run, steps: int) -> Any:
    """Take steps until nothing changes any more, so many at most, and say where that is."""
    for _ in range(steps):
        if run.settled:
            break
        run.advance(1)
    return run.snapshot()
