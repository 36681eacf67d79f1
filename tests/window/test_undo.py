"""Undo brings back the run with all that is kept of it, and reaches nothing but what its edit was made on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hands import take_table
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import save_experiment
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.window.edits import ChangeExperiment, words_of
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
_TABLE = "length,width,kind\n" + "".join(f"{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(40))


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def steps(window: MainWindow) -> list[list[int]]:
    """Steps of the moments of every line that is kept."""
    return [[moment.step for moment in line.moments] for line in window.session.timeline.lines]


def edit_of(window: MainWindow, index: int) -> ChangeExperiment:
    edit = window.edits.command(index % window.edits.count())
    assert isinstance(edit, ChangeExperiment)
    return edit


def press_undo(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def trained(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose run has a branch and is shown in the middle of it."""
    session = window.session
    for _ in range(4):
        session.advance(epochs=5)
        settle(qtbot, window)
    session.seek(200)
    session.branch()
    session.advance(epochs=9)
    settle(qtbot, window)
    session.seek(125)
    settle(qtbot, window)
    return window


@pytest.mark.parametrize(
    "edit",
    [
        lambda window: window.desk.views.network.hidden_changed.emit((4, 3, 2)),
        lambda window: window.edits.reset(),
        lambda window: window.edits.new_seed(),
        lambda window: window.desk.controls.data.changed.emit(Data(name="moons")),
        lambda window: window.workbench.fork(),
    ],
)
def test_undo_brings_back_the_moment_the_curve_and_the_branches(
    trained: MainWindow, qtbot: QtBot, edit: Callable[[MainWindow], None]
) -> None:
    before, kept = trained.session.snapshot, steps(trained)
    curve = trained.desk.views.loss._history.present.x.copy()
    assert len(kept) == 2
    edit(trained)
    settle(qtbot, trained)
    assert steps(trained) == [[0]]
    trained.session.advance(epochs=2)
    settle(qtbot, trained)
    left = trained.session.snapshot
    press_undo(trained)
    settle(qtbot, trained)
    now = trained.session.snapshot
    assert now.step == before.step == 125
    assert np.array_equal(now.position.parameters, before.position.parameters)
    assert steps(trained) == kept
    assert trained.session.in_past
    assert np.array_equal(trained.desk.views.loss._history.present.x, curve)
    trained.edits.redo()
    settle(qtbot, trained)
    assert trained.session.experiment == left.experiment
    assert trained.session.snapshot.step == left.step
    trained.edits.undo()
    settle(qtbot, trained)
    trained.session.advance(steps=1)
    settle(qtbot, trained)
    assert trained.session.snapshot.step == 126


def test_the_race_and_the_run_before_it_change_places(trained: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        trained.workbench.fork()
        settle(qtbot, trained)
        assert trained.display.stages.kind == "race"
        trained.edits.undo()
        settle(qtbot, trained)
        assert trained.display.stages.kind == "network"


def test_a_run_under_other_settings_goes_on(trained: MainWindow, qtbot: QtBot) -> None:
    training = replace(trained.session.experiment.training, learning_rate=0.5)
    trained.desk.controls.training.changed.emit(training)
    settle(qtbot, trained)
    trained.session.advance(epochs=2)
    settle(qtbot, trained)
    step = trained.session.snapshot.step
    trained.edits.reset()
    settle(qtbot, trained)
    for rate in (0.5, 0.03):
        trained.edits.undo()
        settle(qtbot, trained)
        assert trained.session.experiment.training.learning_rate == rate
        assert trained.session.snapshot.step == step


def test_edits_are_undone_faster_than_they_are_carried_out(trained: MainWindow, qtbot: QtBot) -> None:
    kept, before = steps(trained), trained.session.experiment
    for hidden in ((3,), (5, 5), (2, 2, 2)):
        trained.desk.views.network.hidden_changed.emit(hidden)
        edit_of(trained, -1).at -= 10.0  # not one edit with the next
    assert trained.edits.count() == 3
    for _ in range(3):
        trained.edits.undo()
    settle(qtbot, trained)
    assert (trained.session.experiment, steps(trained)) == (before, kept)
    for _ in range(3):
        trained.edits.redo()
    settle(qtbot, trained)
    assert trained.session.snapshot.problem.network.layer_sizes == (2, 2, 2, 2, 1)


def test_what_many_edits_bring_back_is_bounded(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 10 * 2**20
    monkeypatch.setattr("nnviz.window.edits.DEFAULT_LIMIT", limit)
    wide = NetworkDesign(hidden=(300, 300))
    window.edits.change(replace(window.session.experiment, network=wide))
    for _ in range(12):
        settle(qtbot, window)
        window.session.advance(steps=30)
        settle(qtbot, window)
        window.edits.reset()
    settle(qtbot, window)
    states = [edit_of(window, index).other for index in range(window.edits.count())]
    assert sum(state.size for state in states) <= limit
    assert states[-1].lines
    assert not states[1].lines
    while window.edits.canUndo():
        window.edits.undo()
    settle(qtbot, window)
    assert window.session.experiment == Experiment()


def test_a_weight_of_a_network_that_is_about_to_go_cannot_be_set(window: MainWindow, qtbot: QtBot) -> None:
    broke: list[Exception] = []
    window.session.broke.connect(broke.append)
    window.desk.views.network.hidden_changed.emit((2,))
    window.edits.set_parameter(1, 0, 3, 2.0)  # it is still on the screen
    settle(qtbot, window)
    assert window.edits.count() == 1
    assert broke == []


def test_undo_does_not_reach_through_a_lesson(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.views.network.hidden_changed.emit((8,))
    settle(qtbot, window)
    window.edits.set_parameter(0, 7, 0, 2.0)
    settle(qtbot, window)
    for course in window.lessons.library.courses:
        if course.lesson.id in {"xor-solved", "hopfield"}:
            window.lecture.open(course)
            press_undo(window)
            settle(qtbot, window)
            scene = window.lecture.player.scene
            assert scene is not None
            assert window.session.experiment == scene.experiment
            assert window.desk.notice.words == ""
            assert not window.edits.canUndo()


def test_an_edit_on_a_page_ends_with_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(next(c for c in window.lessons.library.courses if c.lesson.id == "xor-solved"))
    settle(qtbot, window)
    window.edits.set_parameter(0, 0, 0, 2.0)
    settle(qtbot, window)
    assert window.edits.canUndo()
    window.lecture.player.go(1)
    assert not window.edits.canUndo()
    settle(qtbot, window)


def test_a_table_is_opened_after_a_trained_file(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.session.advance(epochs=3)
    settle(qtbot, window)
    assert window.files.save_to(tmp_path / "saved.toml")
    window.files.open(tmp_path / "saved.toml")
    settle(qtbot, window)
    assert window.session.snapshot.step == 75
    three = "a,b,c,kind\n" + "".join(f"{n},{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(40))
    for name, text in (("two.csv", _TABLE), ("three.csv", three)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        window.files.open(tmp_path / name)
        take_table(window)
        settle(qtbot, window)
        assert window.desk.notice.words == ""
        assert window.session.experiment.data.file.endswith(name)
        assert window.windowTitle().startswith("untitled")
        assert window.menus.actions["undo"].text() == f"Undo open {name}"
        window.edits.undo()
        settle(qtbot, window)
        assert window.documents.path == tmp_path / "saved.toml"
        assert window.windowTitle().startswith("saved.toml")
        assert window.session.snapshot.step == 75


def test_weights_and_cuts_of_other_inputs_do_not_stand_in_a_tables_way(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    network = NetworkDesign(
        hidden=(1,), weights=(((1.0, 1.0),), ((1.0,),)), biases=((0.0,), (0.0,)), cut=((1, 1, 2),)
    )
    save_experiment(Experiment(network=network), tmp_path / "set.toml")
    window.files.open(tmp_path / "set.toml")
    settle(qtbot, window)
    (tmp_path / "one.csv").write_text("x,y\n" + "".join(f"{n}.5,{n * n}.5\n" for n in range(30)), encoding="utf-8")
    window.files.open(tmp_path / "one.csv")
    take_table(window)
    settle(qtbot, window)
    assert window.desk.notice.words == ""
    assert window.session.snapshot.problem.network.layer_sizes == (1, 1, 1)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (Experiment(data=Data(name="gaussians")), "other data: two clouds"),
        (Experiment(data=Data(name="xor_table")), "other data: XOR truth table"),
        (Experiment(data=Data(name="and")), "other data: AND"),
        (Experiment(data=Data(file="/a/iris.csv")), "other data: iris.csv"),
        (Experiment(data=Data(noise=0.3)), "change noise"),
        (Experiment(network=NetworkDesign(hidden=(3,))), "change hidden layers"),
        (Experiment(training=Training(learning_rate=1.0, l2=0.1)), "change learning rate, L2"),
        (Hopfield(), "another experiment: hopfield"),
    ],
)
def test_words_say_what_is_undone(after: Experiment, words: str) -> None:
    assert words_of(after, Experiment()) == words


def test_a_panel_that_is_put_away_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    controls = window.desk.controls
    for course in window.lessons.library.courses:
        if course.lesson.id in {"xor-solved", "hopfield", "gradient-descent"}:
            window.lecture.open(course)
            settle(qtbot, window)
            before = window.session.experiment
            controls.training.changed.emit(Training(learning_rate=7.0))
            controls.data.changed.emit(Data(samples=7))
            controls.network.changed.emit(NetworkDesign(hidden=(9,)))
            controls.settings.changed.emit(Hopfield())
            settle(qtbot, window)
            assert window.session.experiment == before
            assert window.desk.notice.words == ""


def test_what_is_asked_of_a_network_does_nothing_to_anything_else(window: MainWindow, qtbot: QtBot) -> None:
    window.edits.change(Hopfield())
    settle(qtbot, window)
    bench, before = window.workbench, window.edits.count()
    bench.change_training(Training(learning_rate=7.0))
    bench.change_data(Data(samples=7))
    bench.change_network(NetworkDesign(hidden=(9,)))
    bench.resize((3,))
    bench.choose_activation("relu")
    bench.draw(np.zeros((2, 2)))
    bench.retry_with_lower_rate()
    bench.fork()
    settle(qtbot, window)
    assert window.session.experiment == Hopfield()
    assert window.edits.count() == before
