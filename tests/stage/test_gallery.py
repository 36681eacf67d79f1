"""The table of views: every name in it is true."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnviz.drawing.view import View
from nnviz.lessons.views import DRAWER, VIEWS
from nnviz.stage.drawer import Gallery


class Formless(View[object]):
    """A view that is no widget."""


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_of_the_table_can_be_made(qtbot: QtBot, name: str) -> None:
    gallery = Gallery()
    view = gallery[name]
    qtbot.addWidget(view.as_widget)
    assert gallery[name] is view
    assert list(gallery.all) == [name]


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_the_switches_that_the_table_says(qtbot: QtBot, name: str) -> None:
    view = Gallery()[name]
    qtbot.addWidget(view.as_widget)
    usual = view.switch(())
    assert tuple(view.switches) == VIEWS[name].switches
    for switch in VIEWS[name].switches:
        view.switch([switch])
        assert switch in view.switch(usual)


@pytest.mark.parametrize(("kind", "words"), [(QLabel, "network: QLabel is no view"), (Formless, "is no widget")])
def test_what_is_no_view_fails_when_it_is_made(qtbot: QtBot, kind: type, words: str) -> None:
    del qtbot
    with pytest.raises(TypeError, match=words):
        Gallery({"network": kind})["network"]


def test_the_guide_names_every_tab_of_the_drawer() -> None:
    text = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
    assert [entry.tab for entry in DRAWER if f"**{entry.tab}**" not in text] == []
