from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from hands import LEFT, double_click, emitted
from nnviz.lessons.lesson import ViewLayout
from nnviz.runs.snapshot import Snapshot
from nnviz.stage.stage import Stage

SnapshotOf = Callable[..., Snapshot]


@pytest.fixture
def stage(qtbot: QtBot, snapshot_of: SnapshotOf) -> Iterator[Stage]:
    stage = Stage()
    qtbot.addWidget(stage)
    stage.resize(900, 600)
    stage.arrange(ViewLayout(main="network", side=("output", "loss"), drawer="weights"))
    stage.enlarging.connect(stage.enlarge)
    stage.show()
    qtbot.waitExposed(stage)
    snapshot = snapshot_of("", 2)
    for name in stage.shown:
        stage.views[name].show_snapshot(snapshot)
    yield stage
    for menu in menus():
        menu.close()


def menus() -> list[QMenu]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def opened(stage: Stage, name: str) -> QMenu:
    """The menu that a right click in the middle of a view opens."""
    view = stage.views[name].as_widget
    place = view.mapTo(stage, view.rect().center())
    below = stage.childAt(place)
    assert below
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, below.mapFrom(stage, place), stage.mapToGlobal(place)
    )
    QApplication.sendEvent(below, event)
    (menu,) = menus()
    return menu


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        (
            "output",
            ["Show all", "Grid", "Test samples", "Class only, no confidence", "Enlarge", "Copy picture"],
        ),
        ("loss", ["Show all", "Grid", "Logarithmic scale", "Enlarge", "Copy picture"]),
        ("network", ["Enlarge", "Copy picture"]),
        ("weights", ["Enlarge", "Copy picture"]),
    ],
)
def test_a_right_click_opens_the_menu_of_the_view(stage: Stage, name: str, offered: list[str]) -> None:
    assert words(opened(stage, name)) == offered


def test_the_menu_shows_all_again(stage: Stage) -> None:
    plane = stage.views.output.region.plane
    show_all = next(action for action in opened(stage, "output").actions() if action.text() == "Show all")
    assert not show_all.isEnabled()
    menus()[0].close()
    plane.zoom((0.0, 1.0, 0.0, 1.0))
    next(action for action in opened(stage, "output").actions() if action.text() == "Show all").trigger()
    assert not plane.held


def test_the_menu_draws_the_loss_logarithmically_and_takes_the_grid_away(stage: Stage) -> None:
    for text in ("Logarithmic scale", "Grid"):
        next(action for action in opened(stage, "loss").actions() if action.text() == text).trigger()
        menus()[0].close()
    assert stage.views.loss.loss.logarithmic
    assert not stage.views.loss.canvas.has_grid


@pytest.mark.parametrize("name", ["network", "output", "loss", "weights"])
def test_any_view_takes_the_whole_stage_and_goes_back_to_its_place(stage: Stage, name: str) -> None:
    view = stage.views[name].as_widget
    before, shown = view.size(), stage.shown
    told = emitted(stage.arranged)
    next(action for action in opened(stage, name).actions() if action.text() == "Enlarge").trigger()
    QApplication.processEvents()
    assert stage.shown == stage.placed == (name,)
    assert view.width() > 0.95 * stage.width()
    assert view.height() > 0.85 * stage.height()
    assert len(told) == 1
    back = next(button for button in stage.findChildren(QToolButton) if button.text() == "Back")
    QTest.mouseClick(back, LEFT)
    QApplication.processEvents()
    assert stage.shown == shown
    assert view.isVisible()
    assert abs(view.width() - before.width()) <= 2
    assert abs(view.height() - before.height()) <= 2


def test_a_double_click_on_a_tab_enlarges_its_view(stage: Stage) -> None:
    tabs = stage.drawer.tabs
    place = tabs.tabRect(2).center()
    stage.drawer.open("")
    double_click(tabs, place)
    assert stage.enlarged == stage.drawer.name != ""
    assert stage.in_drawer == ()


def test_another_page_puts_an_enlarged_view_back(stage: Stage) -> None:
    stage.enlarge("weights")
    stage.arrange(ViewLayout(main="output", side=("loss",)))
    assert stage.enlarged == ""
    assert stage.views.output.isVisible()
    assert stage.placed == ("output", "loss")


def test_the_view_under_a_place_is_found(stage: Stage) -> None:
    for name in stage.shown:
        view = stage.views[name].as_widget
        assert stage.view_at(view.mapTo(stage, view.rect().center())) == name
    assert stage.view_at(QPoint(-5, -5)) == "network"
