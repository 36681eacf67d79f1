"""The table of views: every name in it is true."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnviz.lessons.views import DRAWER, VIEWS
from nnviz.stage.gallery import Gallery


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_of_the_table_can_be_made(qtbot: QtBot, name: str) -> None:
    gallery = Gallery()
    with qtbot.waitSignal(gallery.made) as made:
        view = gallery[name]
    qtbot.addWidget(view)
    assert made.args == [name, view]
    assert gallery[name] is view
    assert list(gallery.all) == [name]


def test_the_readme_names_every_tab_of_the_drawer() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert [entry.tab for entry in DRAWER if f"**{entry.tab}**" not in text] == []
