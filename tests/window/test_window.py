"""The whole program as a person uses it: real window, real thread, real mouse and keys."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QDate, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCursor, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hands import emitted, press, take_table
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import load_experiment, parse_experiment
from nnviz.lessons.library import Library
from nnviz.paths import resource
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.window.appearance import theme_for
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def now(window: MainWindow) -> Snapshot:
    """The moment shown."""
    snapshot = window.session.snapshot
    assert isinstance(snapshot, Snapshot)
    return snapshot


def wait_until_idle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until everything asked for has been answered."""
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def write_table(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    rows = [
        f"{x:.4f},{y:.4f},{'inside' if x * x + y * y < 1 else 'outside'}" for x, y in rng.normal(size=(300, 2))
    ]
    path = folder / "points.csv"
    path.write_text("width,height,place\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_it_shows_the_default_experiment_from_the_first_step(window: MainWindow) -> None:
    assert now(window).step == 0
    assert window.desk.controls.playback.readouts.figures["epoch"].number.text() == "0"
    assert not window.session.playing


def test_space_plays_and_pauses(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.playing_changed):
        press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: now(window).epoch > 5)
    with qtbot.waitSignal(window.session.playing_changed):
        press(window, Qt.Key.Key_Space)
    assert not window.session.playing


def test_arrows_step_by_steps_and_epochs_and_back(window: MainWindow, qtbot: QtBot) -> None:
    for key, modifier, step in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 2),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 25),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 24),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 0),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
    ):
        press(window, key, modifier)
        wait_until_idle(qtbot, window)
        assert now(window).step == step
        place = window.desk.controls.timeline.place.text()
        assert place == f"step {step:,} · epoch {now(window).epoch:,}"


def test_the_main_job(window: MainWindow, qtbot: QtBot, tmp_path: Path, open_window: Opener) -> None:
    """Open a table, play, pause, scrub, branch, save, open again: nothing is lost and everything repeats."""
    window.files.open(write_table(tmp_path))
    take_table(window)
    wait_until_idle(qtbot, window)
    assert now(window).problem.classes == ("inside", "outside")
    window.session.play()
    qtbot.waitUntil(lambda: now(window).epoch > 60, timeout=20_000)
    window.session.pause()
    wait_until_idle(qtbot, window)
    end = now(window).step

    window.desk.controls.timeline.sought.emit(end // 2)
    wait_until_idle(qtbot, window)
    middle = now(window)
    assert middle.step < end
    headless = NetworkRun(middle.experiment)
    headless.advance(middle.step)
    assert np.array_equal(headless.snapshot().position.parameters, middle.position.parameters)

    window.session.branch()
    window.session.advance(epochs=2)
    wait_until_idle(qtbot, window)
    branched = now(window)
    headless.advance(branched.step - middle.step)
    assert np.array_equal(headless.snapshot().position.parameters, branched.position.parameters)
    assert len(window.session.timeline.lines) == 2
    assert window.session.timeline.lines[0].moments[-1].step == end

    saved = tmp_path / "saved" / "experiment.toml"
    saved.parent.mkdir()
    assert window.files.save_to(saved)
    other = open_window()
    other.files.open(saved)
    wait_until_idle(qtbot, other)
    assert now(other).step == branched.step
    assert np.array_equal(now(other).position.parameters, branched.position.parameters)
    assert now(other).problem.classes == ("inside", "outside")


def test_a_dropped_file_is_opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "circle.toml"
    path.write_text('data = { name = "circle" }', encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, button, Qt.KeyboardModifier.NoModifier))
    wait_until_idle(qtbot, window)
    assert now(window).experiment.data.name == "circle"
    assert window.windowTitle().startswith("circle.toml")
    assert window.documents.recent == [path]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.toml", "data = { noise = 7 }", "data.noise"),
        ("bad.toml", 'data = { file = "nowhere.csv" }', "nowhere.csv"),
        ("bad.docx", "", "allowed"),
    ],
)
def test_a_bad_file_is_refused_in_a_line_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: str, words: str
) -> None:
    window.session.advance(epochs=3)
    wait_until_idle(qtbot, window)
    before = now(window)
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    window.files.open(path)
    wait_until_idle(qtbot, window)
    assert words in window.desk.notice.words
    assert window.session.experiment == before.experiment
    assert now(window).step == before.step
    window.session.advance(steps=1)
    wait_until_idle(qtbot, window)
    assert now(window).step == before.step + 1


def test_a_picture_is_exported_whole_or_not_at_all(window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    window.exports.write_picture_of_window(folder / "window")
    assert QImage(str(folder / "window.png")).size() == window.size() * window.devicePixelRatioF()
    assert [path.name for path in folder.iterdir()] == ["window.png"]
    assert window.desk.notice.words == ""
    window.exports.write_picture_of_window(tmp_path / "nowhere" / "window.png")
    assert "cannot be written" in window.desk.notice.words
    assert "\n" not in window.desk.notice.words


def test_the_learning_rate_changes_live(window: MainWindow, qtbot: QtBot) -> None:
    window.session.advance(epochs=2)
    wait_until_idle(qtbot, window)
    before = now(window)
    training = replace(window.session.experiment.training, learning_rate=0.3)
    window.desk.controls.training.changed.emit(training)
    wait_until_idle(qtbot, window)
    assert now(window).step == before.step
    assert np.array_equal(now(window).position.parameters, before.position.parameters)
    assert window.session.experiment.training.learning_rate == 0.3
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until_idle(qtbot, window)
    assert window.session.experiment.training.learning_rate == 0.03
    assert now(window).step == before.step


def test_undo_of_another_network_brings_its_weights_back(window: MainWindow, qtbot: QtBot) -> None:
    window.session.advance(epochs=4)
    wait_until_idle(qtbot, window)
    before = now(window)
    window.desk.views.network.hidden_changed.emit((4, 3, 2))
    wait_until_idle(qtbot, window)
    assert (now(window).step, now(window).problem.network.layer_sizes) == (0, (2, 4, 3, 2, 1))
    window.menus.actions["undo"].trigger()
    wait_until_idle(qtbot, window)
    assert now(window).experiment == before.experiment
    assert now(window).step == before.step
    assert np.array_equal(now(window).position.parameters, before.position.parameters)
    window.menus.actions["redo"].trigger()
    wait_until_idle(qtbot, window)
    assert now(window).problem.network.layer_sizes == (2, 4, 3, 2, 1)


def test_reset_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    window.session.advance(epochs=4)
    wait_until_idle(qtbot, window)
    press(window, Qt.Key.Key_R)
    wait_until_idle(qtbot, window)
    assert now(window).step == 0
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until_idle(qtbot, window)
    assert now(window).step == 100


def test_a_weight_set_by_hand_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    before = float(now(window).weights[0][1, 0])
    window.desk.views.network.parameter_set.emit(0, 1, 0, 2.5)
    wait_until_idle(qtbot, window)
    assert now(window).weights[0][1, 0] == 2.5
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert now(window).weights[0][1, 0] == before


def test_other_data_bring_an_output_that_suits_them(window: MainWindow, qtbot: QtBot) -> None:
    for name, output, loss in (
        ("blobs", "softmax", "cross_entropy"),
        ("sine", "identity", "squared_error"),
        ("digits", "softmax", "cross_entropy"),
    ):
        data = replace(window.session.experiment.data, name=name)
        window.desk.controls.data.changed.emit(data)
        wait_until_idle(qtbot, window)
        experiment = now(window).experiment
        assert (experiment.data.name, experiment.network.output, experiment.training.loss) == (name, output, loss)
        assert window.desk.notice.words == ""


def test_points_are_drawn_erased_and_undone_and_the_weights_stay(window: MainWindow, qtbot: QtBot) -> None:
    window.session.advance(epochs=3)
    wait_until_idle(qtbot, window)
    before = now(window)
    brushes = window.desk.controls.data.brushes
    brushes.switch.click()
    brushes.classes[1].click()
    viewport = window.desk.views.output.region.plot.viewport()
    start = QPoint(viewport.width() // 2, viewport.height() // 2)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(30, 0))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    wait_until_idle(qtbot, window)
    drawn = now(window)
    added = len(drawn.problem.dataset.inputs) - 500
    assert drawn.experiment.data.name == "drawn"
    assert added >= 1
    assert np.array_equal(drawn.position.parameters, before.position.parameters)
    brushes.eraser.click()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    wait_until_idle(qtbot, window)
    assert len(now(window).problem.dataset.inputs) < 500 + added
    window.edits.undo()
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert now(window).experiment == before.experiment


def draw_at(window: MainWindow, qtbot: QtBot, x: float, y: float) -> None:
    """Click in the plane, at parts of its width and height."""
    frame = window.desk.views.output.region.plane.frame
    place = QPoint(round(frame.left() + x * frame.width()), round(frame.top() + y * frame.height()))
    QTest.mouseClick(window.desk.views.output.region.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until_idle(qtbot, window)


def on_sheet(window: MainWindow) -> list[list[float]] | None:
    """The points that wait on the sheet; None without a sheet."""
    sheet = window.desk.views.output.region.sheet
    return sheet.train.points.tolist() if sheet else None


def test_points_are_drawn_on_an_empty_canvas_and_learned_once_there_are_two_classes(
    window: MainWindow, qtbot: QtBot
) -> None:
    brushes, region = window.desk.controls.data.brushes, window.desk.views.output.region
    brushes.switch.click()
    window.session.play()
    brushes.clear.click()
    wait_until_idle(qtbot, window)
    assert not window.session.playing
    before, extent = now(window), region.plane.extent
    assert on_sheet(window) == []
    draw_at(window, qtbot, 0.25, 0.5)
    draw_at(window, qtbot, 0.75, 0.5)
    assert len(on_sheet(window) or ()) == 2
    assert not window.edits.canUndo()
    brushes.classes[1].click()
    draw_at(window, qtbot, 0.5, 0.25)
    after = now(window)
    assert on_sheet(window) is None
    assert [row[2] for row in after.experiment.data.points] == [0, 0, 1]
    assert (len(after.problem.train), len(after.problem.test)) == (3, 0)
    assert region.plane.extent == pytest.approx(extent)
    x_min, x_max, *_ = extent
    assert after.experiment.data.points[0][0] == pytest.approx(x_min + 0.25 * (x_max - x_min), rel=0.02)
    draw_at(window, qtbot, 0.9, 0.9)
    assert region.plane.extent == pytest.approx(extent)
    for _ in range(window.edits.index()):
        window.edits.undo()
    wait_until_idle(qtbot, window)
    assert now(window).experiment == before.experiment


def test_a_large_eraser_takes_a_whole_class_away_and_the_rest_waits_for_another(
    open_window: Opener, qtbot: QtBot
) -> None:
    points = "[[-2, 0, 0], [-2, 1, 0], [2, 0, 1], [2, 1, 1]]"
    window = open_window(f'data = {{ name = "drawn", points = {points}, train_fraction = 0.5 }}')
    brushes, region = window.desk.controls.data.brushes, window.desk.views.output.region
    brushes.switch.click()
    brushes.eraser.click()
    brushes.radius.setValue(len(brushes.radius.stops) - 1)
    place = region.plane.pixels(np.array([2.0, 0.5]))
    QTest.mouseClick(region.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(*map(round, place.tolist())))
    assert on_sheet(window) == [[-2, 0], [-2, 1]]
    brushes.classes[1].click()
    draw_at(window, qtbot, 0.5, 0.5)
    data = now(window).experiment.data
    assert [row[2] for row in data.points] == [0, 0, 1]
    assert data.train_fraction == 0.5


def test_a_sheet_is_put_away_with_the_pen_and_with_other_data(window: MainWindow, qtbot: QtBot) -> None:
    brushes, region = window.desk.controls.data.brushes, window.desk.views.output.region
    whole = region.plane.extent
    brushes.switch.click()
    brushes.clear.click()
    draw_at(window, qtbot, 0.5, 0.5)
    brushes.switch.click()
    assert on_sheet(window) is None
    assert region.plane.extent == whole
    assert not region.plane.held
    brushes.switch.click()
    brushes.clear.click()
    window.desk.controls.data.changed.emit(replace(window.session.experiment.data, name="spiral"))
    wait_until_idle(qtbot, window)
    assert on_sheet(window) is None
    assert not region.plane.held
    draw_at(window, qtbot, 0.5, 0.5)
    assert len(now(window).experiment.data.points) == 501


def test_a_curve_is_drawn_over_the_one_to_learn(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('data = { name = "sine" }\nnetwork = { output = "identity" }')
    window.session.advance(epochs=2)
    wait_until_idle(qtbot, window)
    before = now(window)
    window.desk.controls.data.brushes.switch.click()
    viewport = window.desk.views.output.curve.plot.viewport()
    middle, left = viewport.height() // 2, viewport.width() // 3
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(left, middle))
    for x in range(left, left + 120, 10):
        QTest.mouseMove(viewport, QPoint(x, middle - 20))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(left + 120, middle))
    wait_until_idle(qtbot, window)
    after = now(window)
    assert after.experiment.data.name == "curve"
    xs = [x for x, _ in after.experiment.data.points]
    assert xs == sorted(xs)
    assert xs[0] < -5.0
    assert xs[-1] > 5.0
    assert np.array_equal(after.position.parameters, before.position.parameters)
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert now(window).experiment == before.experiment


def test_divergence_is_explained_and_there_is_a_way_back(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(
        'network = { output = "identity", activation = "relu" }\ntraining = { learning_rate = 50.0 }'
    )
    window.session.play()
    qtbot.waitUntil(lambda: not now(window).finite)
    wait_until_idle(qtbot, window)
    assert "η = 50" in window.desk.notice.words
    assert not window.session.playing
    window.desk.notice.press("Back, with η ÷ 10")
    wait_until_idle(qtbot, window)
    assert now(window).finite
    assert window.session.experiment.training.learning_rate == 5.0
    assert len(window.session.timeline.lines) == 2


def test_a_huge_weight_set_by_hand_is_blamed_for_the_divergence(window: MainWindow, qtbot: QtBot) -> None:
    window.edits.set_parameter(1, 0, 0, 1e300)
    wait_until_idle(qtbot, window)
    window.session.advance(epochs=2)
    qtbot.waitUntil(lambda: not now(window).finite)
    wait_until_idle(qtbot, window)
    assert "One that was set by hand, to 1e+300, is too large." in window.desk.notice.words
    assert "η" not in window.desk.notice.words


def test_from_a_moment_that_diverged_nothing_races_on(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('network = { output = "identity" }\ntraining = { learning_rate = 1000.0 }')
    window.session.play()
    qtbot.waitUntil(lambda: not now(window).finite)
    wait_until_idle(qtbot, window)
    window.workbench.fork()
    assert window.desk.notice.words == "From here nothing can race on: the weights have grown beyond all numbers."
    wait_until_idle(qtbot, window)
    assert isinstance(window.session.experiment, Experiment)


def test_a_divergence_is_no_more_spoken_of_once_another_run_has_begun(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('network = { output = "identity" }\ntraining = { learning_rate = 1000.0 }')
    window.session.play()
    qtbot.waitUntil(lambda: not now(window).finite)
    wait_until_idle(qtbot, window)
    assert "η = 1,000" in window.desk.notice.words
    window.edits.change(parse_experiment('kind = "perceptron"', "test"))
    wait_until_idle(qtbot, window)
    assert window.desk.notice.words == ""


def test_saving_keeps_the_experiment_and_the_title_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    training = replace(window.session.experiment.training, learning_rate=0.2)
    window.desk.controls.training.changed.emit(training)
    wait_until_idle(qtbot, window)
    assert window.isWindowModified()
    path = tmp_path / "mine.toml"
    assert window.files.save_to(path)
    assert not window.isWindowModified()
    assert "mine.toml" in window.windowTitle()
    assert load_experiment(path).training.learning_rate == 0.2


def test_a_save_that_fails_says_so(window: MainWindow, tmp_path: Path) -> None:
    assert not window.files.save_to(tmp_path / "nowhere" / "mine.toml")
    assert "cannot be written" in window.desk.notice.words


def test_an_unforeseen_error_is_told_and_the_window_goes_on(
    window: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window.session.set_parameter(99, 0, 0, 1.0)
    wait_until_idle(qtbot, window)
    assert "IndexError" in window.desk.notice.words
    assert "IndexError" in capsys.readouterr().err
    window.session.advance(steps=1)
    wait_until_idle(qtbot, window)
    assert now(window).step == 1


@pytest.mark.parametrize("name", ["light", "dark", "high_contrast"])
def test_every_theme_and_size_of_text(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.appearance.use(name)
    for zoom in (-3, 0, 8):
        window.appearance.zoom_to(zoom)
    panel = window.appearance.theme.panel
    qtbot.waitUntil(lambda: window.palette().window().color().name() == panel)
    assert window.desk.views.network.font().pointSizeF() > 2 * window.appearance._size
    window.desk.stage.drawer.open("activations")
    wait_until_idle(qtbot, window)


def test_settings_outlive_the_window(open_window: Opener) -> None:
    window = open_window()
    window.appearance.use("dark")
    window.appearance.zoom_to(2)
    window.close()
    other = open_window()
    assert (other.appearance.name, other.appearance.zoom) == ("dark", 2)


def test_until_a_theme_is_chosen_the_window_is_light_or_dark_as_the_system_is(open_window: Opener) -> None:
    assert open_window().appearance.name == theme_for(QApplication.styleHints().colorScheme())
    schemes = Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown
    assert [theme_for(scheme) for scheme in schemes] == ["dark", "light", "light"]


def test_the_lens_follows_what_is_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    assert now(window).scene is not None
    window.desk.stage.drawer.open("activations")
    wait_until_idle(qtbot, window)
    scene = now(window).scene
    assert scene is not None
    assert len(scene.responses) == 3
    window.desk.stage.drawer.open("")
    window.desk.views.network.hovered.emit((1, 2))
    wait_until_idle(qtbot, window)
    scene = now(window).scene
    assert scene is not None
    assert scene.focus is not None
    assert scene.responses == ()


def test_idle_nothing_runs(window: MainWindow, qtbot: QtBot) -> None:
    wait_until_idle(qtbot, window)
    assert not window.session.playing


def test_default_experiment_is_the_default(window: MainWindow) -> None:
    assert window.session.experiment == Experiment()


def test_speed_is_changed_by_keys_and_the_label_says_it(window: MainWindow) -> None:
    playback, control = window.desk.controls.playback, Qt.KeyboardModifier.ControlModifier
    paces = emitted(playback.pace_changed)
    for _ in range(3):
        press(window, Qt.Key.Key_Down, control)
    assert paces == [10_000, 5_000, 2_000]
    press(window, Qt.Key.Key_Up, control)
    assert (paces[-1], playback.pace.value()) == (5_000, len(playback.pace.stops) - 3)
    press(window, Qt.Key.Key_Up, control | Qt.KeyboardModifier.ShiftModifier)
    assert paces[-1] is None
    for _ in range(30):
        press(window, Qt.Key.Key_Down, control)
    assert paces[-1] == 1


def test_it_begins_at_a_speed_that_is_seen_and_keeps_the_one_chosen_for_the_day(open_window: Opener) -> None:
    window = open_window()
    playback, speed = window.desk.controls.playback, window.speed
    speed.begin_day()
    chosen = [playback.steps_per_second]
    press(window, Qt.Key.Key_M)
    speed.begin_day()
    assert [*chosen, playback.steps_per_second] == [200, None]
    for kept in ("2001-01-01 5", "2001-01-01", QDate.currentDate().toString(Qt.DateFormat.ISODate) + " fast"):
        window.settings.setValue("pace", kept)
        speed.begin_day()
        assert playback.steps_per_second == 200


def test_one_key_is_as_fast_as_it_goes_and_back_and_another_one_step_a_second(window: MainWindow) -> None:
    window.speed.begin_day()
    playback = window.desk.controls.playback
    press(window, Qt.Key.Key_M)
    press(window, Qt.Key.Key_M)
    assert playback.steps_per_second == 200
    press(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert playback.steps_per_second == 1
    press(window, Qt.Key.Key_M)
    press(window, Qt.Key.Key_M)
    assert playback.steps_per_second == 1


def test_a_page_has_its_speed_and_after_it_the_chosen_one_is_back(window: MainWindow, qtbot: QtBot) -> None:
    window.speed.begin_day()
    playback, lecture = window.desk.controls.playback, window.lecture
    lecture.open(Library((resource("lessons"),)).find("neuron"))
    paces = {}
    for index, scene in enumerate(lecture.player.course.scenes if lecture.player.course else ()):
        lecture.player.go(index)
        lecture.player.reveal()
        paces[index] = playback.steps_per_second
        run = scene.page.run
        assert playback.steps_per_second == (run.pace or (None if run.steps or run.epochs else 200))
        if run.pace:
            press(window, Qt.Key.Key_M)
            assert playback.steps_per_second is None  # for this page
    assert len(set(paces.values())) > 1
    lecture.close()
    assert playback.steps_per_second == 200
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle)


def take_a_hundred_steps(window: MainWindow, qtbot: QtBot) -> None:
    """Every tenth is kept."""
    for step in range(10, 101, 10):
        window.session.advance(steps=10)
        qtbot.waitUntil(partial(_is_at, window, step))


def point_at(window: MainWindow, place: QPoint) -> None:
    """Move the pointer there at once."""
    QCursor.setPos(window.mapToGlobal(place))
    QTest.mouseMove(window.windowHandle(), place)


def test_in_full_screen_the_timeline_is_a_line_that_grows_under_the_pointer(
    window: MainWindow, qtbot: QtBot
) -> None:
    take_a_hundred_steps(window, qtbot)
    edge, bar, stage = window.desk.edge, window.desk.controls.timeline, window.desk.stage
    assert bar.isVisible()
    assert not edge.line.isVisible()
    press(window, Qt.Key.Key_F11)
    assert not bar.isVisible()
    assert edge.line.isVisible()
    QApplication.processEvents()  # the screen's size is taken
    before = stage.geometry()
    middle = QPoint(window.width() // 2, window.height() - 1)
    point_at(window, middle)
    qtbot.waitUntil(bar.isVisible)
    assert stage.geometry() == before
    assert bar.geometry().bottom() == window.desk.rect().bottom()
    QTest.mouseClick(bar.track, Qt.MouseButton.LeftButton, pos=bar.track.rect().center())
    qtbot.waitUntil(lambda: window.session.idle and window.session.snapshot.step == 50)
    qtbot.waitUntil(lambda: edge.line.share == 0.5)
    point_at(window, QPoint(window.width() // 2, window.height() // 2))
    qtbot.waitUntil(lambda: not bar.isVisible())
    press(window, Qt.Key.Key_Escape)
    assert bar.isVisible()
    assert not edge.line.isVisible()


def test_the_timeline_is_gone_along_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    take_a_hundred_steps(window, qtbot)
    press(window, Qt.Key.Key_F11)
    bar, control = window.desk.controls.timeline, Qt.KeyboardModifier.ControlModifier
    for key, step in ((Qt.Key.Key_Left, 90), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 10), (Qt.Key.Key_End, 100)):
        press(window, key, control)
        qtbot.waitUntil(partial(_is_at, window, step))
    assert not bar.isVisible()
    press(window, Qt.Key.Key_T)
    assert bar.isVisible()
    assert bar.track.hasFocus()
    press(bar.track, Qt.Key.Key_Left)
    qtbot.waitUntil(partial(_is_at, window, 90))
    press(bar.track, Qt.Key.Key_PageUp)  # the page keys of a clicker are not the slider's
    qtbot.waitUntil(partial(_is_at, window, 90))
    press(bar.track, Qt.Key.Key_Escape)
    assert window.hasFocus()
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert window.isFullScreen()


def _is_at(window: MainWindow, step: int) -> bool:
    return window.session.idle and window.session.snapshot.step == step
