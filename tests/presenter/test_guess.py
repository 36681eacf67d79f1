from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.dataset import FloatArray
from nnviz.experiment.files import parse_experiment
from nnviz.presenter.guess import GuessLayer, drawing_area_of
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import theme
from nnviz.views.loss.view import LossView
from nnviz.views.output.view import OutputView

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def plane(show: Show, snapshot: Snapshot) -> OutputView:
    view = OutputView()
    show(view, 500, 420)
    view.show_snapshot(snapshot)
    QApplication.processEvents()
    return view


def losses(show: Show, epochs: int = 1) -> tuple[LossView, NetworkRun, Timeline]:
    run, timeline = NetworkRun(parse_experiment("[data]\nname = 'circle'\n", "test")), Timeline()
    view = LossView()
    show(view, 500, 300)
    view.show_history(timeline)
    train(view, run, timeline, epochs)
    return view, run, timeline


def train(view: LossView, run: NetworkRun, timeline: Timeline, epochs: int) -> None:
    for _ in range(epochs):
        timeline.add(run.snapshot())
        run.advance(run.steps_an_epoch)
        run.measure()
    timeline.add(run.snapshot())
    view.show_snapshot(run.snapshot())
    QApplication.processEvents()


def pointed(view: QWidget, places: list[QPointF]) -> None:
    """Draw over a view with the left button held."""
    start = places[0].toPoint()
    sheet = view.childAt(start)
    assert sheet
    kinds = [
        QEvent.Type.MouseButtonPress,
        *[QEvent.Type.MouseMove] * (len(places) - 1),
        QEvent.Type.MouseButtonRelease,
    ]
    for kind, place in zip(kinds, [*places, places[-1]], strict=True):
        button = NONE if kind == QEvent.Type.MouseMove else LEFT
        held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
        there = QPointF(sheet.mapFrom(view, place))
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(sheet, QMouseEvent(kind, there, sheet.mapToGlobal(there), button, held, keys))


def line(view: QWidget, start: tuple[float, float], end: tuple[float, float]) -> list[QPointF]:
    """Places on a view between two that are given as shares of its area."""
    area = drawing_area_of(view).area
    shares = np.linspace(start, end, 20)
    return [QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in shares]


def ink(view: QWidget, color: str) -> FloatArray:
    """Middle of what has this colour, as shares of the width and height."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) & 0xFFFFFF
    rows, columns = np.nonzero(pixels == np.uint32(QColor(color).rgb() & 0xFFFFFF))
    return np.column_stack([columns, rows]).astype(np.float64)


def test_what_is_drawn_on_the_plane_has_its_coordinates(show: Show, snapshot_of: SnapshotOf) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    layer.begin(view)
    places = line(view, (0.2, 0.8), (0.7, 0.3))
    pointed(view, places)
    points = layer.points
    plot = view.region.plot
    for place, point in ((places[0], points[0]), (places[-1], points[-1])):
        expected = plot.main.point_at(plot.viewport().mapFrom(view, place))
        pixels = plot.main.pixels(np.array([point, expected]))
        assert np.abs(pixels[1] - pixels[0]).sum() < 7.0
    layer.clear()


def test_what_is_drawn_on_the_losses_is_in_epochs_and_loss(show: Show) -> None:
    view, *_ = losses(show, 20)
    layer = GuessLayer()
    layer.begin(view)
    pointed(view, line(view, (0.001, 0.5), (0.5, 0.999)))
    points = layer.points
    axes = view.loss.plane
    assert points[0] == pytest.approx([0.0, axes.y.high / 2], abs=0.02 * axes.x.high)
    assert points[-1] == pytest.approx([axes.x.high / 2, 0.0], abs=0.02 * axes.x.high)
    layer.clear()


@pytest.mark.parametrize("logarithmic", [False, True])
def test_pixels_and_points_of_the_losses_are_each_others_inverse(show: Show, logarithmic: bool) -> None:
    view, *_ = losses(show, 30)
    view.set_logarithmic(logarithmic)
    ground = drawing_area_of(view)
    points = np.array([[0.0, 0.3], [10.0, 0.2], [25.0, 0.5]])
    assert ground.points(ground.pixels(points)) == pytest.approx(points)


def test_a_guess_keeps_its_epochs_while_the_axes_grow(show: Show) -> None:
    view, run, timeline = losses(show, 10)
    layer = GuessLayer()
    points = np.array([[4.0, 0.4], [4.0, 0.02]])
    layer.show(points, view)
    middles = []
    for _ in range(2):
        QApplication.processEvents()
        pixels = ink(view, theme("light").accent)
        ground = drawing_area_of(view)
        on_line = pixels[pixels[:, 1] > ground.area.center().y() + 30.0]  # below its label
        middles.append(float(np.median(on_line[:, 0])))
        assert middles[-1] == pytest.approx(ground.pixels(points)[0, 0], abs=3.0)
        train(view, run, timeline, 30)
    assert middles[1] < middles[0] - 50.0
    layer.clear()


def test_a_guess_follows_the_size_of_its_view(show: Show, snapshot_of: SnapshotOf) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    layer.show(np.array([[-1.0, 1.0], [1.0, 1.0]]), view)
    for width, height in ((500, 420), (800, 700)):
        view.window().resize(width, height)
        view.resize(width, height)
        QApplication.processEvents()
        expected = drawing_area_of(view).pixels(np.array([[0.0, 1.0]]))[0]
        columns = ink(view, theme("light").accent)
        near = columns[abs(columns[:, 1] - expected[1]) < 4.0]
        assert near[:, 0].min() < expected[0] < near[:, 0].max()
    layer.clear()


def test_drawing_again_begins_anew(show: Show, snapshot_of: SnapshotOf, qtbot: QtBot) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    layer.begin(view)
    for start in ((0.1, 0.1), (0.6, 0.6)):
        with qtbot.waitSignal(layer.stroke_drawn):
            pointed(view, line(view, start, (0.9, 0.9)))
    ground = drawing_area_of(view)
    first = ground.pixels(layer.points)[0]
    assert first == pytest.approx(
        [ground.area.left() + 0.6 * ground.area.width(), ground.area.top() + 0.6 * ground.area.height()], abs=2.0
    )
    layer.clear()


def test_nothing_is_drawn_outside_the_axes(show: Show, snapshot_of: SnapshotOf) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    layer.begin(view)
    pointed(view, line(view, (0.5, 0.5), (0.5, 1.2)))
    ground = drawing_area_of(view)
    assert ground.pixels(layer.points)[:, 1].max() <= ground.area.bottom()
    layer.clear()


def test_nothing_drawn_is_no_guess(show: Show, snapshot_of: SnapshotOf) -> None:
    layer = GuessLayer()
    assert layer.points.shape == (0, 2)
    layer.begin(plane(show, snapshot_of()))
    was_drawing = layer.is_drawing
    assert layer.points.shape == (0, 2)
    layer.show(layer.points)
    assert (was_drawing, layer.is_drawing) == (True, False)
    layer.clear()


def test_only_while_one_draws_the_pointer_is_kept_from_the_view(show: Show, snapshot_of: SnapshotOf) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    middle = QPoint(250, 200)
    before = view.childAt(middle)
    layer.begin(view)
    assert view.childAt(middle) is not before
    layer.show(layer.points)
    assert view.childAt(middle) is before
    layer.clear()
    layer.clear()


def test_a_guess_is_drawn_on_the_plot_that_comes_to_the_front(show: Show, snapshot_of: SnapshotOf) -> None:
    view, layer = plane(show, snapshot_of()), GuessLayer()
    layer.begin(view)
    view.show_snapshot(snapshot_of("[data]\nname = 'sine'\n[network]\noutput = 'identity'\n"))
    QApplication.processEvents()
    pointed(view, line(view, (0.1, 0.2), (0.9, 0.2)))
    *_, low, high = view.curve.plot.extent
    assert layer.points[:, 1] == pytest.approx(low + 0.8 * (high - low), abs=0.02 * (high - low))
    layer.clear()


def test_a_view_without_axes_is_refused(show: Show) -> None:
    with pytest.raises(TypeError, match="QWidget has no axes"):
        GuessLayer().begin(show(QWidget()))


def test_a_guess_on_one_input_lies_on_its_curve(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of("[data]\nname = 'sine'\n[network]\noutput = 'identity'\n")
    view, layer = plane(show, snapshot), GuessLayer()
    layer.begin(view)
    pointed(view, line(view, (0.1, 0.5), (0.9, 0.5)))
    *_, low, high = view.curve.plot.extent
    assert layer.points[:, 1] == pytest.approx((low + high) / 2, abs=0.02 * (high - low))
    layer.clear()
