from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from nnviz.kinds.race.schema import Race
from nnviz.window.commands import COMMANDS
from nnviz.window.race_dialog import RaceDialog
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def command(window: MainWindow, name: str) -> None:
    next(command for command in COMMANDS if command.name == name).carry_out(window._parts())


def opened(window: MainWindow) -> RaceDialog:
    command(window, "race_against")
    dialog = window.findChild(RaceDialog)
    assert isinstance(dialog, RaceDialog)
    assert dialog.isVisible()
    return dialog


def choose(box: QComboBox, words: str) -> None:
    """Choose an entry with the keyboard."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(words)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == words


def press_race(dialog: RaceDialog) -> None:
    button = next(button for button in dialog.buttons.buttons() if button.text() == "&Race")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_network_is_raced_against_other_optimizers_and_the_race_is_undone(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.session.experiment
    dialog = opened(window)
    choose(dialog.setting, "Optimizer")
    assert dialog.present.text() == "SGD"
    choose(dialog.rivals[0], "Adam")
    choose(dialog.rivals[1], "RMSprop")
    with qtbot.waitSignal(dialog.finished):
        press_race(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot.experiment, Race))
    race = window.session.experiment
    assert isinstance(race, Race)
    assert [lane.title for lane in race.lanes] == ["SGD", "Adam", "RMSprop"]
    assert race.base == before
    window.edits.undo()
    qtbot.waitUntil(lambda: window.session.snapshot.experiment == before)


def test_a_typed_value_is_raced_against_or_refused_in_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window)
    field = dialog.rivals[0].lineEdit()
    assert field
    field.selectAll()
    QTest.keyClicks(field, "5000")
    press_race(dialog)
    assert dialog.isVisible()
    assert dialog.refusal.isVisible()
    assert dialog.refusal.text().startswith("Learning rate: ")
    field.selectAll()
    QTest.keyClicks(field, "0,5")
    with qtbot.waitSignal(dialog.finished):
        press_race(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot.experiment, Race))
    assert [lane.title for lane in window.session.experiment.lanes] == ["η = 0.03", "η = 0.5"]


def test_from_a_race_another_one_of_its_base_is_begun(window: MainWindow, qtbot: QtBot) -> None:
    base = window.session.experiment
    for title in ("Activation", "Batch size"):
        dialog = opened(window)
        choose(dialog.setting, title)
        with qtbot.waitSignal(dialog.destroyed):
            press_race(dialog)
        qtbot.waitUntil(lambda: isinstance(window.session.snapshot.experiment, Race))
    qtbot.waitUntil(lambda: window.session.snapshot.experiment.lanes[0].title == "batch 10")
    assert window.session.experiment.base == base


@pytest.mark.parametrize("text", ['kind = "surface"', 'kind = "perceptron"'])
def test_what_is_no_network_does_not_race(open_window: Opener, text: str) -> None:
    window = open_window(text)
    command(window, "race_against")
    assert window.findChild(RaceDialog) is None
    assert "Only networks" in window.desk.notice.words


def test_a_network_with_a_memory_is_raced_against_one_with_gates(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('kind = "memory"\nlength = 4\nunits = 2')
    qtbot.waitUntil(lambda: window.session.idle and window.session.snapshot is not None)
    dialog = opened(window)
    choose(dialog.setting, "Units with gates")
    assert dialog.present.text() == "recurrent"
    with qtbot.waitSignal(dialog.finished):
        press_race(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot.experiment, Race))
    window.session.advance(10)
    qtbot.waitUntil(lambda: window.session.snapshot.step == 10)
    view: Any = window.desk.views["race"]
    assert [lane.course.isVisible() for lane in view.lanes] == [True, True]
    assert not any(lane.diagram.isVisible() or lane.output.isVisible() for lane in view.lanes)
    assert [lane.title.text() for lane in view.lanes] == ["recurrent", "LSTM"]
    assert view.caption.text() == "loss on fresh sequences"
