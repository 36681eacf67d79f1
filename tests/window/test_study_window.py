from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, Training
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.run import StudyRun
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.lessons.opening import opened
from nnviz.runs.snapshot import Snapshot
from nnviz.storage import read_text
from nnviz.views.study.view import StudyView
from nnviz.window.window import MainWindow

STUDY = Study(
    base=Experiment(data=Data(name="xor_table"), training=Training(learning_rate=0.5, batch_size=4)),
    vary=(Factor(key="network.hidden", title="hidden units", values=([2], [4])),),
    seeds=6,
    epochs=200,
    success=0.9,
)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle)


def finished(window: MainWindow, qtbot: QtBot) -> StudySnapshot:
    window.edits.change(STUDY)
    settle(qtbot, window)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.snapshot.settled and not window.session.playing)
    settle(qtbot, window)
    snapshot = window.session.snapshot
    assert isinstance(snapshot, StudySnapshot)
    return snapshot


def test_a_click_on_a_seed_shows_that_network_at_its_end_and_undo_the_study(
    window: MainWindow, qtbot: QtBot
) -> None:
    study = finished(window, qtbot)
    view = window.desk.stage.views["study"]
    assert isinstance(view, StudyView)
    qtbot.waitUntil(lambda: len(view.tiles._tiles) == 12)
    tile, (variant, seed) = view.tiles._tiles[7]
    QTest.mouseClick(
        view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=view.canvas.mapFromScene(tile.center())
    )
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, Snapshot))
    settle(qtbot, window)
    network = window.session.snapshot
    assert network.experiment == STUDY.one(variant, seed)
    assert network.epoch == 200
    assert network.metrics.train.accuracy == study.values[variant][seed]
    assert window.session.timeline.line.moments[0].epoch == 0
    assert len(window.session.timeline.line.moments) > 20
    window.edits.undo()
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, StudySnapshot))
    assert window.session.snapshot.done == 12


def test_a_study_is_saved_with_what_it_has_found_and_goes_on_from_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    study = finished(window, qtbot)
    path = tmp_path / "s.nnviz"
    window.session.seek(1)
    settle(qtbot, window)
    assert window.files.save_to(path)
    assert read_text(path / "results.csv").count("\n") == 1 + window.session.snapshot.done < 1 + study.done
    found = opened(path).begun()
    assert isinstance(found.run, StudyRun)
    assert found.past is not None
    assert found.run.step == found.past(found.run).line.moments[-1].step == 1
    window.edits.change(Experiment())
    settle(qtbot, window)
    window.files.asks = False
    window.files.open(path)
    qtbot.waitUntil(lambda: isinstance(window.session.snapshot, StudySnapshot))
    assert window.session.snapshot.step == 1
    window.session.play()
    qtbot.waitUntil(lambda: window.session.snapshot.settled)
    assert [v.tobytes() for v in window.session.snapshot.values] == [v.tobytes() for v in study.values]
