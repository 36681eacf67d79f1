"""The drawer: tabs that open one view at a time."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnviz.stage.drawer import Drawer


def test_tabs_can_be_seen_whatever_they_are_offered_when(qtbot: QtBot) -> None:
    views = {name: QLabel(name) for name in ("one", "two")}
    drawer = Drawer(views.__getitem__)
    for view in views.values():
        qtbot.addWidget(view)
    qtbot.addWidget(drawer)
    drawer.offer({})
    drawer.resize(400, 300)
    drawer.show()
    drawer.offer({"one": "First", "two": "Second"})
    assert drawer.tabs.isVisible()
    assert drawer.tabs.height() >= drawer.fontMetrics().height()
    opened: list[str] = []
    drawer.opened.connect(opened.append)
    drawer.tabs.tabBarClicked.emit(1)
    assert views["two"].isVisible()
    drawer.tabs.tabBarClicked.emit(1)
    assert not views["two"].isVisible()
    assert opened == ["two", ""]


def test_what_is_open_stays_open_if_it_is_still_offered(qtbot: QtBot) -> None:
    views = {name: QLabel(name) for name in ("one", "two")}
    drawer = Drawer(views.__getitem__)
    for view in views.values():
        qtbot.addWidget(view)
    qtbot.addWidget(drawer)
    drawer.offer({"one": "First", "two": "Second"})
    drawer.open("two")
    drawer.offer({"two": "Second"})
    assert drawer.name == "two"
    drawer.offer({"one": "First"})
    assert drawer.name == ""
