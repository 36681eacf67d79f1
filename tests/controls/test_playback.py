from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hands import emitted
from nnviz.controls.buttons import ICONS, icon
from nnviz.controls.layout import LargeNumber
from nnviz.controls.playback import PlaybackBar, pace_text
from nnviz.runs.metrics import Metrics, Score
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import theme
from seeing import use_font

Show = Callable[[Any], Any]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(show: Show) -> PlaybackBar:
    shown: PlaybackBar = show(PlaybackBar())
    return shown


def texts(bar: PlaybackBar) -> dict[str, str]:
    return {key: figure.number.text() for key, figure in bar.readouts.figures.items()}


def at(snapshot: Snapshot, step: int, epoch: int, train: float, test: float | None) -> Snapshot:
    metrics = Metrics(step, epoch, Score(train), None if test is None else Score(test))
    return replace(snapshot, position=replace(snapshot.position, step=step, epoch=epoch), metrics=metrics)


@pytest.mark.parametrize("key", ["play", "step", "epoch", "step_back", "reset", "new_seed"])
def test_buttons_ask(qtbot: QtBot, bar: PlaybackBar, key: str) -> None:
    signal = bar.play_toggled if key == "play" else getattr(bar, f"{key}_requested")
    with qtbot.waitSignal(signal):
        QTest.mouseClick(bar.buttons[key], LEFT)
    bar.buttons[key].setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(signal):
        QTest.keyClick(bar.buttons[key], Qt.Key.Key_Return)


def test_a_click_leaves_the_keys_to_the_window(bar: PlaybackBar) -> None:
    bar.setFocus()
    QTest.mouseClick(bar.buttons["step"], LEFT)
    assert not bar.buttons["step"].hasFocus()


def test_the_button_says_what_it_will_do(bar: PlaybackBar) -> None:
    paused = bar.buttons["play"].grab().toImage()
    bar.show_playing(True)
    assert bar.buttons["play"].accessibleName() == "Pause"
    assert bar.buttons["play"].grab().toImage() != paused
    bar.show_playing(False)
    assert bar.buttons["play"].accessibleName() == "Play"
    assert bar.buttons["play"].grab().toImage() == paused


def test_figures(bar: PlaybackBar, snapshot_of: Callable[..., Snapshot]) -> None:
    bar.readouts.show_snapshot(at(snapshot_of(), 1_234_567, 1204, 0.01342, 0.2))
    assert texts(bar) == {
        "epoch": "1,204",
        "step": "1,234,567",
        "train": "0.0134",
        "test": "0.2000",
        "accuracy": "—",
    }


def test_accuracy_is_that_of_the_test_samples(bar: PlaybackBar, snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of(epochs=1)
    assert snapshot.metrics.test
    assert snapshot.metrics.test.accuracy is not None
    bar.readouts.show_snapshot(snapshot)
    assert texts(bar)["accuracy"] == f"{100 * snapshot.metrics.test.accuracy:.1f} %"
    assert bar.readouts.figures["accuracy"].caption.text() == "test accuracy"


def test_without_test_samples_it_is_that_of_the_training_samples(
    bar: PlaybackBar, snapshot_of: Callable[..., Snapshot]
) -> None:
    bar.readouts.show_snapshot(snapshot_of("[data]\ntrain_fraction = 1.0\n"))
    assert texts(bar)["test"] == "—"
    assert texts(bar)["accuracy"].endswith(" %")
    assert bar.readouts.figures["accuracy"].caption.text() == "train accuracy"


@pytest.mark.parametrize("loss", [float("inf"), float("nan")])
def test_a_loss_that_is_no_number(bar: PlaybackBar, snapshot_of: Callable[..., Snapshot], loss: float) -> None:
    bar.readouts.show_snapshot(at(snapshot_of(), 1, 1, loss, 1e12))
    assert texts(bar)["train"] == "diverged"
    assert texts(bar)["test"] == "1.0·10¹²"


class Layouts(QObject):
    """Counts how often something is laid out."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_new_figures_move_nothing(bar: PlaybackBar, snapshot_of: Callable[..., Snapshot]) -> None:
    snapshot = snapshot_of()
    bar.resize(1400, bar.height())
    bar.readouts.show_snapshot(snapshot)
    for _ in range(2):  # a layout asks for another
        QApplication.processEvents()
    places = [figure.geometry() for figure in bar.readouts.figures.values()]
    layouts = Layouts(bar)
    for step in (9, 10, 99_999, 10_000_000):
        bar.readouts.show_snapshot(at(snapshot, step, step // 10, step / 3, 1 / step))
        QApplication.processEvents()
    assert [figure.geometry() for figure in bar.readouts.figures.values()] == places
    assert layouts.count == 0


def test_figures_grow_with_the_font(bar: PlaybackBar) -> None:
    before = bar.readouts.figures["epoch"].number.size()
    font = bar.font()
    font.setPointSizeF(2 * font.pointSizeF())
    bar.setFont(font)
    after = bar.readouts.figures["epoch"].number.size()
    assert after.height() > 1.7 * before.height()
    assert after.width() > 1.7 * before.width()


def test_the_pace_in_words(bar: PlaybackBar) -> None:
    paces = emitted(bar.pace_changed)
    QTest.keyClick(bar.pace, Qt.Key.Key_Home)
    assert bar._words.text() == "1 step a second"
    QTest.keyClick(bar.pace, Qt.Key.Key_Up)
    QTest.keyClick(bar.pace, Qt.Key.Key_End)
    assert bar._words.text() == "as fast as it goes"
    assert paces == [1, 2, None]


@pytest.mark.parametrize(
    ("pace", "stop", "words"),
    [
        (None, None, "as fast as it goes"),
        (1, 1, "1 step a second"),
        (1.5, 2, "1.5 steps a second"),
        (40, 50, "40 steps a second"),
        (60, 50, "60 steps a second"),
        (250, 200, "250 steps a second"),
        (10_000.0, 10_000, "10,000 steps a second"),
        (0.25, 1, "0.25 steps a second"),
    ],
)
def test_a_pace_is_said_exactly_and_silently(bar: PlaybackBar, pace: Any, stop: Any, words: str) -> None:
    paces = emitted(bar.pace_changed)
    bar.show_pace(pace)
    assert bar._words.text() == words == pace_text(pace)
    assert bar.pace.stops[bar.pace.value()] == stop
    assert paces == []


@pytest.mark.parametrize(
    ("pace", "slower", "faster"),
    [(1.5, 1, 2), (40, 20, 50), (60, 50, 100), (200, 100, 500), (1, 1, 2), (0.5, 0.5, 1), (10_000, 5_000, None)],
)
def test_from_between_two_stops_the_next_one_is_taken(
    bar: PlaybackBar, pace: float, slower: float, faster: float | None
) -> None:
    paces = emitted(bar.pace_changed)
    for stops in (-1, 1):
        bar.show_pace(pace)
        bar.change_pace(stops)
    assert paces == [slower, faster]
    bar.show_pace(None)
    bar.change_pace(1)
    bar.change_pace(-1)
    assert paces[2:] == [None, 10_000]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", list(ICONS))
def test_icons_are_painted_in_the_colour_asked_for(name: str) -> None:
    color = theme("dark").palette().text().color()
    image = icon(name, color).pixmap(48, 48).toImage()
    seen = {
        image.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert color.name() in seen


def test_icons_follow_the_palette(bar: PlaybackBar) -> None:
    light = bar.buttons["play"].icon().pixmap(24, 24).toImage()
    bar.setPalette(theme("dark").palette())
    assert bar.buttons["play"].icon().pixmap(24, 24).toImage() != light


def test_a_figure_has_no_more_space_than_its_kind_needs() -> None:
    figure = LargeNumber("epoch", "0,000", "000", "")
    usual = figure.caption.width(), figure.number.width()
    figure.show_number("seeds that are done", "1,200 of 12,000")
    assert (figure.caption.width(), figure.number.width()) > usual
    figure.show_number("epoch", "12")
    assert (figure.caption.width(), figure.number.width()) == usual


@pytest.mark.parametrize(("width", "pixels", "compact"), [(1024, 17, True), (1280, 18, False), (1920, 23, False)])
def test_it_is_one_line_high_on_the_screen_of_a_projector(
    bar: PlaybackBar, snapshot_of: Callable[..., Snapshot], width: int, pixels: int, compact: bool
) -> None:
    use_font(bar.window(), pixels)
    bar.resize(width, bar.sizeHint().height())
    bar.readouts.show_snapshot(at(snapshot_of(), 99_999, 9_999, 0.1, 0.2))
    QApplication.processEvents()
    tops = {group.geometry().top() for group in bar.readouts.groups}
    assert tops == {0}
    assert (bar.readouts.figures["epoch"].number.font().pixelSize() < 1.3 * pixels) == compact
    for figure in bar.readouts.figures.values():
        assert figure.number.sizeHint().width() <= figure.number.width()
