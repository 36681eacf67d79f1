"""On every page of every lesson, at the sizes of projectors and laptops: no label is cut, and none is small."""

import re

import pytest
from PySide6.QtWidgets import QApplication

from nnviz.lessons.opening import Opened
from nnviz.lessons.reading import read_lesson
from nnviz.offscreen_window import let_live
from nnviz.paths import resource
from nnviz.window.window import MainWindow
from painted import sized_texts

_LESSONS = sorted(path.stem for path in resource("lessons").glob("*.toml"))
_SIZES = ((1024, 768), (1280, 800), (1366, 768), (1920, 1080))
_SMALLEST = 1 / 50
"""Height of letters at least, as a fraction of the window's."""
_NOT_CUT = re.compile(r"x = …|its weights ?…|stroke|measuring …")
"""Texts that end so by themselves."""
_INDEX = re.compile(r"[\d,]{1,3}|[a-z]{1,3}")
"""Indices and exponents of formulas, which may be smaller."""
_ASKED_LATER: frozenset[tuple[str, int]] = frozenset({("feature-learning", 5), ("loss", 5)})
"""Pages whose views have buttons, or names of a table's columns, that no width holds."""


def _complaints(window: MainWindow, name: str, number: int) -> set[str]:
    found = set()
    for width, height in _SIZES:
        window.resize(width, height)
        for _ in range(3):
            QApplication.processEvents()
        for size, text in sized_texts(window.desk.stage):
            where = f"{name} {number} at {width}×{height}: {text!r}"
            if "…" in text and not _NOT_CUT.search(text) and (name, number) not in _ASKED_LATER:
                found.add(f"{where} is cut")
            if size < _SMALLEST * height - 0.5 and not _INDEX.fullmatch(text):
                found.add(f"{where} has letters of {size:g} pixels")
    return found


@pytest.mark.parametrize("name", _LESSONS)
def test_labels_are_whole_and_large(window: MainWindow, name: str) -> None:
    course = read_lesson(resource("lessons") / f"{name}.toml")
    window.present(presenting=True)
    window.showNormal()
    window.start(Opened(course=course))
    player, session, found = window.lecture.player, window.session, set()
    for index in range(len(course.scenes)):
        player.go(index)
        player.reveal()
        session.pace(None)
        let_live(window, lambda: session.idle or session.playing)
        session.pause()
        let_live(window, lambda: session.idle)
        found |= _complaints(window, name, index + 1)
    assert not found, "\n".join(sorted(found))
