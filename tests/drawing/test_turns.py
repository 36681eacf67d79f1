from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.drawing.turns import TakesTurns, Turns, finish_layouts, lay_out_soon, waits


class Window(QWidget, TakesTurns):
    def __init__(self) -> None:
        super().__init__()
        self.turns = Turns(self)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.turns.spread = True
    return window


def test_a_view_is_laid_out_once_however_often_it_asks(window: Window, qtbot: QtBot) -> None:
    first, second = QWidget(window), QWidget(window)
    done: list[str] = []
    for view, name in ((first, "first"), (second, "second"), (first, "first, as asked last")):
        lay_out_soon(view, partial(done.append, name))
    assert waits(first)
    assert not done
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == ["first, as asked last", "second"]
    assert not waits(first)


def test_long_layouts_have_turns_of_their_own(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.drawing.turns._AT_ONCE", 1e-9)
    waiting: list[int] = []
    views = [QWidget(window) for _ in range(3)]
    for view in views:
        lay_out_soon(view, lambda: waiting.append(sum(map(waits, views))))
    window.turns._take_turn()
    assert waiting == [2]
    qtbot.waitUntil(lambda: len(waiting) == 3)
    assert waiting == [2, 1, 0]


def test_one_that_is_gone_is_not_laid_out(window: Window, qtbot: QtBot) -> None:
    gone, stays, done = QWidget(window), QWidget(window), []
    lay_out_soon(gone, lambda: done.append("gone"))
    lay_out_soon(stays, lambda: done.append("stays"))
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["stays"]


def test_for_a_picture_all_are_laid_out_now(window: Window) -> None:
    view, done = QWidget(window), []
    lay_out_soon(view, lambda: done.append("view"))
    finish_layouts(view)
    assert done == ["view"]


def test_elsewhere_views_are_laid_out_at_once(window: Window, qtbot: QtBot) -> None:
    alone, inside, done = QWidget(), QWidget(window), []
    qtbot.addWidget(alone)
    window.turns.spread = False
    lay_out_soon(alone, lambda: done.append("alone"))
    lay_out_soon(inside, lambda: done.append("inside"))
    assert done == ["alone", "inside"]
