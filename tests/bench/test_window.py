"""The window on its test stand, briefly: every figure is there and can be; none is judged."""

import gc
from collections.abc import Iterator
from statistics import median

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.bench.stand import MovingPointer, Stopwatch, Timings, live
from nnviz.bench.window import measure
from nnviz.bench.words import told


@pytest.fixture
def widget(qtbot: QtBot) -> Iterator[QWidget]:
    widget = QWidget()
    widget.resize(100, 100)
    with qtbot.waitExposed(widget):
        widget.show()
    QApplication.processEvents()  # what showing it had painted is no frame
    yield widget
    widget.close()
    widget.deleteLater()


def test_frames_are_timed_from_the_tick_to_the_last_painting(widget: QWidget) -> None:
    timer = QTimer(interval=10)
    timer.timeout.connect(widget.update)
    watch = Stopwatch(widget, [timer])
    timer.start()
    watch.start()
    live(0.3)
    timings = watch.stop()
    timer.stop()
    assert 5 <= len(timings.works) <= 30
    assert all(0 < tick < 0.3 for tick in timings.ticks)
    assert all(work > 0 for work in timings.works)
    assert len(timings.gaps) == len(timings.works) - 1
    assert sum(timings.gaps) == pytest.approx(0.3, abs=0.15)
    # a tick that comes late may overtake the news of a painting, which then counts for the next frame
    assert median(timings.paints) == 1
    assert sum(timings.paints) <= watch.paintings


def test_a_tick_that_paints_nothing_is_no_frame(widget: QWidget) -> None:
    timer = QTimer(interval=5)
    watch = Stopwatch(widget, [timer])
    timer.start()
    watch.start()
    live(0.1)
    timer.stop()
    timings = watch.stop()
    assert timings.ticks
    assert not timings.works
    assert watch.stop() == Timings()


def test_stretches_are_pooled() -> None:
    parts = [Timings(ticks=[1.0], gaps=[0.016, 0.030]), Timings(ticks=[2.0], gaps=[0.016, 0.016])]
    whole = Timings.pooled(parts)
    assert whole.ticks == [1.0, 2.0]
    assert whole.late == 25.0
    assert Timings().late == 0.0


def test_every_move_of_the_pointer_is_heard(widget: QWidget) -> None:
    class Ear(QObject):
        heard = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.heard += event.type() == QEvent.Type.MouseMove
            return False

    ear, pointer = Ear(), MovingPointer(widget)
    widget.setMouseTracking(True)
    widget.installEventFilter(ear)
    with pointer.moving():
        live(0.3)
    live(0.05)
    assert len(pointer.waits) == ear.heard > 3
    assert all(0 < wait < 0.3 for wait in pointer.waits)


@pytest.fixture
def untouched(qapp: QApplication) -> Iterator[QApplication]:
    """The application, whose colours and style other tests do not find changed."""
    palette, style = qapp.palette(), qapp.style().objectName()
    yield qapp
    qapp.setStyle(style)
    qapp.setPalette(palette)


def test_the_figures_of_the_live_window(untouched: QApplication) -> None:
    gc.enable()
    (platform, figures) = next(iter(measure(("W2", "W1", "LSTM"), seconds=0.6, rounds=2, aged=50).items()))
    assert platform == untouched.platformName()
    assert gc.isenabled()
    gc.disable()
    assert figures["workload"] == "W2"
    for key in ("work_ms", "interval_ms", "tick_ms", "input_ms"):
        assert 0 < figures[key]["p50"] <= figures[key]["p95"] <= figures[key]["p99"], key
    assert figures["epochs_per_s"] > 1
    assert 0 < figures["training_kept"] < 10  # a short look on a busy machine: only a ratio of the right size
    assert figures["tick_ms"]["p50"] < figures["work_ms"]["p50"]
    assert figures["without_training"]["frames"] > 10
    assert 0 <= figures["late_percent"] <= 100
    assert {"network", "output", "loss", "activations"} <= figures["profile"].keys()
    assert sum(part["share"] for part in figures["profile"].values()) == pytest.approx(1.0, abs=0.01)
    assert figures["grid_vs_tanh"] > 0.5
    assert figures["aged"]["epochs"] == 50
    assert figures["aged"]["work_ms"]["p50"] > 0
    assert figures["others"]["W1"]["vs_browser"] > 0
    gated = figures["others"]["LSTM"]
    assert gated["epochs_per_s"] > 0
    assert 0 < gated["input_ms"]["p50"] <= gated["input_ms"]["p95"]
    assert set(gated["profile"]) == {"memory", "playback", "timeline"}


@pytest.mark.usefixtures("untouched")
def test_words_for_a_lecturer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.bench.words._ALONE", {"W1": "a small network"})
    monkeypatch.setattr("nnviz.bench.words._SECONDS", 0.4)
    lines = list(told())
    assert any(line.endswith("epochs a second of a small network") for line in lines)
    assert any("pictures a second" in line for line in lines)
    assert lines[-1].startswith("Left alone it takes")
