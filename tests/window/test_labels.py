"""On every page of every lesson, at the sizes of projectors and laptops: no label is cut, and none is small."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QLabel,
    QToolButton,
    QWidget,
)

from nnviz.lessons.opening import Opened
from nnviz.lessons.reading import read_lesson
from nnviz.offscreen_window import let_live
from nnviz.paths import resource
from nnviz.window.window import MainWindow
from painted import sized_texts
from stress import CASES

_LESSONS = sorted(path.stem for path in resource("lessons").glob("*.toml"))
_BY_TURNS = ((1280, 800), (1366, 768), (1920, 1080), (3840, 2160))
_LEAST = (1024, 768)
"""Each page is seen at one of the sizes by turns, or under stress at all of them, and then at the least."""
_SMALLEST = 1 / 50
"""Height of letters at least, as a fraction of the window's."""
_NOT_CUT = re.compile(r"x = …|its weights ?…|stroke|measuring …")
"""Texts that end so by themselves."""
_EDGE = 3.0
"""Pixels that a text may reach out of its canvas: the room around its letters."""
_SMALLEST_DRAWN = 1 / 64
"""The same of a figure, which keeps its proportions however narrow its view is."""
_INDEX = re.compile(r"[\d,]{1,3}|[a-z]{1,3}|∧|\w[₁-₉]")
"""Indices and exponents of formulas, and names at the edges of a figure, which may be smaller."""
_ASKED_LATER: frozenset[tuple[str, int]] = frozenset({("feature-learning", 5), ("loss", 5)})
"""Pages whose views have buttons, or names of a table's columns, that no width holds."""


def _complaints(window: MainWindow, name: str, number: int) -> set[str]:
    found = set()
    sizes = _BY_TURNS if CASES else (_BY_TURNS[number % len(_BY_TURNS)],)
    for width, height in (*sizes, _LEAST):
        window.resize(width, height)
        for _ in range(3):  # another arrangement of the views is laid out after the one before it
            QApplication.processEvents()
        page = f"{name} {number} at {width}×{height}"
        found |= {f"{page}: {label.text()!r} is cut" for label in labels(window) if is_cut(label)}
        found |= {
            f"{page}: {words!r} is small" for words, pixels in written(window) if pixels < _SMALLEST * height
        }
        found |= {f"{page}: {words!r} reaches out of its view" for words in outside(window.desk.stage)}
        if window.desk.lesson.page.hidden_height:
            found.add(f"{page}: a part of the words is hidden")
        smallest = _SMALLEST_DRAWN if "figure" in window.desk.stage.shown else _SMALLEST
        for size, text in sized_texts(window.desk.stage):
            where = f"{name} {number} at {width}×{height}: {text!r}"
            if "…" in text and not _NOT_CUT.search(text) and (name, number) not in _ASKED_LATER:
                found.add(f"{where} is cut")
            if size < smallest * height - 0.5 and not _INDEX.fullmatch(text):
                found.add(f"{where} has letters of {size:g} pixels")
    return found


def labels(window: QWidget) -> list[QLabel]:
    return [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]


def outside(stage: QWidget) -> Iterator[str]:
    """Buttons and words on canvases that are not wholly in their views."""
    for button in stage.findChildren(QToolButton):
        around = button.parentWidget()
        if around and button.isVisible() and not around.rect().adjusted(-1, -1, 1, 1).contains(button.geometry()):
            yield button.text()
    for view in stage.findChildren(QGraphicsView):
        room = QRectF(view.viewport().rect()).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        scrolls = view.verticalScrollBar().maximum() > 0 or view.horizontalScrollBar().maximum() > 0
        for item in view.scene().items() if view.isVisible() and not scrolls else ():
            if isinstance(item, QGraphicsSimpleTextItem) and is_read(item):
                place = item.sceneTransform().mapRect(item.boundingRect())
                place = QRectF(view.mapFromScene(place).boundingRect())
                if (
                    not room.contains(place)
                    and not item.flags() & item.GraphicsItemFlag.ItemIgnoresTransformations
                ):
                    yield item.text()


def is_read(item: QGraphicsSimpleTextItem) -> bool:
    """Whether an item's words are seen at all."""
    return item.isVisible() and bool(item.text().strip()) and item.effectiveOpacity() > 0.0


def is_cut(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    return label.sizeHint().width() > label.width() + 1 or label.sizeHint().height() > label.height() + 1


def written(window: QWidget) -> list[tuple[str, int]]:
    """All words that can be read in a window, and the size in pixels that they are written in."""
    found = [(label.text(), label.fontInfo().pixelSize()) for label in labels(window)]
    for view in window.findChildren(QGraphicsView):
        if view.isVisible():
            items = (item for item in view.scene().items() if isinstance(item, QGraphicsSimpleTextItem))
            found += [(i.text(), i.font().pixelSize()) for i in items if i.isVisible() and i.text().strip()]
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
