from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.kinds.memory.schema import Memory
from nnviz.kinds.study.run import trained_again
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.window.commands import COMMANDS
from nnviz.window.study_dialog import StudyDialog
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def opened(window: MainWindow, qtbot: QtBot) -> StudyDialog:
    qtbot.waitUntil(lambda: window.session.idle and window.session.snapshot is not None)
    next(command for command in COMMANDS if command.name == "study_this").carry_out(window._parts())
    dialog = window.findChild(StudyDialog)
    assert isinstance(dialog, StudyDialog)
    assert dialog.isVisible()
    return dialog


def press(dialog: StudyDialog) -> None:
    QTest.mouseClick(dialog.study, Qt.MouseButton.LeftButton)


def test_one_press_makes_a_study_of_the_width(window: MainWindow, qtbot: QtBot) -> None:
    before = window.session.experiment
    dialog = opened(window, qtbot)
    assert dialog.values[0].text() == "2; 4; 8; 16; 32"
    assert dialog.said.text().startswith("100 networks, about ")
    assert dialog.measure.currentText() == "Seeds that succeed"
    with qtbot.waitSignal(dialog.finished):
        press(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, StudySnapshot))
    study = window.session.experiment
    assert isinstance(study, Study)
    assert study.base == before
    assert [one.network.hidden for one in study.experiments] == [(w, w) for w in (2, 4, 8, 16, 32)]
    window.edits.undo()
    qtbot.waitUntil(lambda: window.session.snapshot.experiment == before)


def test_two_things_a_measure_and_own_data_are_chosen(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    dialog.settings[0].setCurrentText("Learning rate")
    dialog.values[0].setText("0,01; 0.1, 1")
    dialog.settings[1].setCurrentText("Optimizer")
    dialog.values[1].setText("SGD; Adam")
    dialog.seeds.setValue(3)
    dialog.epochs.setValue(2)
    dialog.measure.setCurrentText("Test accuracy")
    dialog.own_data.setChecked(True)
    assert dialog.said.text().startswith("18 networks")
    with qtbot.waitSignal(dialog.finished):
        press(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, StudySnapshot))
    window.session.play()
    qtbot.waitUntil(lambda: window.session.snapshot.settled)
    study = window.session.experiment
    assert study.own_data
    assert study.measure == "test_accuracy"
    assert study.shape == (2, 3)
    assert window.session.snapshot.done == 18
    assert {one.training.optimizer for one in study.experiments} == {"sgd", "adam"}


@pytest.mark.parametrize(
    ("setting", "typed", "words"),
    [
        ("Learning rate", "-1", "-1 is not allowed; allowed: numbers above 0"),
        ("Learning rate", "", "Learning rate: no values; allowed: some, with semicolons between them"),
        ("Optimizer", "Evolution", "'Evolution' is not allowed; allowed: "),
    ],
)
def test_a_value_that_is_not_allowed_is_said_and_nothing_begins(
    window: MainWindow, qtbot: QtBot, setting: str, typed: str, words: str
) -> None:
    dialog = opened(window, qtbot)
    dialog.settings[0].setCurrentText(setting)
    dialog.values[0].setText(typed)
    assert words in dialog.said.text()
    assert not dialog.study.isEnabled()
    dialog.reject()


def test_the_same_thing_twice_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    dialog.settings[1].setCurrentText("Width of the hidden layers")
    assert "is there twice" in dialog.said.text()
    dialog.reject()


def test_a_network_with_a_memory_is_studied_and_a_point_opens_its_run(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('kind = "memory"\nlength = 4\nunits = 2')
    dialog = opened(window, qtbot)
    assert not dialog.own_data.isVisible()
    assert dialog.values[0].text() == "4; 5; 10; 15; 20; 30; 50"
    dialog.values[0].setText("3; 4")
    dialog.seeds.setValue(2)
    dialog.epochs.setValue(3)
    dialog.measure.setCurrentText("Test accuracy")
    assert dialog.said.text().startswith("4 networks")
    with qtbot.waitSignal(dialog.finished):
        press(dialog)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, StudySnapshot))
    window.session.play()
    qtbot.waitUntil(lambda: window.session.snapshot.settled)
    study, moment = window.session.experiment, window.session.snapshot
    assert isinstance(study, Study)
    window.edits.revisit(study.one(1, 1), trained_again(study, 1, 1))
    qtbot.waitUntil(lambda: window.session.idle and isinstance(window.session.snapshot.experiment, Memory))
    assert window.session.snapshot.state.right == moment.values[1][1]
    assert window.session.snapshot.step == 30
