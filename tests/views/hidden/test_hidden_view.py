from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.analysis.hidden_space import HiddenSpace
from nnviz.engine.network import forward
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.hidden.plot import hidden_ends
from nnviz.views.hidden.view import NO_HIDDEN_LAYER, NOT_FINITE, HiddenView
from runs import run_of
from seeing import feed, points, use_font
from timing import least_seconds
from zooming import calls_while_painted, check_hands, clipped_by

Show = Callable[..., QWidget]

_LEFT = Qt.MouseButton.LeftButton
XOR = "[network]\nhidden = [4, 2]\n[training]\nlearning_rate = 0.1\n"
WIDE = "[network]\nhidden = [6]\n"
DIGITS = (
    '[data]\nname = "digits"\n[network]\nhidden = [12]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
)


def shown(show: Show, run: NetworkRun, width: int = 700, height: int = 500) -> HiddenView:
    view = HiddenView()
    show(view, width, height)
    view.show_snapshot(run.snapshot())
    feed(view, run)
    return view


def place_in_frame(view: HiddenView, ends: Any, there: np.ndarray) -> np.ndarray:
    frame, ((left, right), (low, high)) = view.plot.frame, ends
    x = frame.left() + (there[..., 0] - left) / (right - left) * frame.width()
    y = frame.bottom() - (there[..., 1] - low) / (high - low) * frame.height()
    return np.stack([x, y], axis=-1)


def places(view: HiddenView, count: int) -> np.ndarray:
    return np.array([view.plot.place_of(k) for k in range(count)])


def test_before_a_snapshot_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = HiddenView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.caption.text() == ""
    assert tuple(view.aspects) == ()


def test_it_asks_for_the_last_hidden_layer(show: Show, qtbot: QtBot) -> None:
    view = HiddenView()
    show(view)
    with qtbot.waitSignal(view.aspects_changed):
        view.show_snapshot(run_of(XOR).snapshot())
    assert tuple(view.aspects) == (HiddenSpace(2, (0, 1)),)
    with qtbot.waitSignal(view.aspects_changed):
        view.show_snapshot(run_of(WIDE).snapshot())
    assert tuple(view.aspects) == (HiddenSpace(1),)


def test_in_hidden_space_samples_are_at_the_engines_activations(show: Show) -> None:
    run = run_of(XOR, 30)
    view = shown(show, run)
    train = run.problem.train
    hidden = list(forward(run.problem.network, run.snapshot().parameters, train.inputs.T))[1][1].T
    margin = 0.12
    ends = ((-1.0 - margin, 1.0 + margin),) * 2  # of tanh
    np.testing.assert_allclose(places(view, len(train)), place_in_frame(view, ends, hidden), atol=1e-6)
    assert len(view.plot.markers.items) == len(train)
    for item, (x, y) in zip(view.plot.markers.items, places(view, len(train)), strict=True):
        assert np.hypot(item.sceneBoundingRect().center().x() - x, item.sceneBoundingRect().center().y() - y) < 1.5


def test_at_the_other_end_they_are_where_the_data_are(show: Show) -> None:
    run = run_of(XOR, 30)
    view = shown(show, run)
    view.slider.set_share(0.0)
    x_min, x_max, y_min, y_max = run.problem.extent
    expected = place_in_frame(view, ((x_min, x_max), (y_min, y_max)), run.problem.train.points)
    np.testing.assert_allclose(places(view, len(expected)), expected, atol=1e-6)
    assert [name.text() for name in view.plot.plane.axes.names] == ["x₁", "x₂"]


def test_the_way_between_is_straight(show: Show) -> None:
    view = shown(show, run_of(XOR, 30))
    ways = []
    for share in (0.0, 0.25, 1.0):
        view.slider.set_share(share)
        ways.append(places(view, 50))
    np.testing.assert_allclose(ways[1], 0.75 * ways[0] + 0.25 * ways[2], atol=1e-6)


def test_the_slider_is_moved_by_the_mouse(show: Show, qtbot: QtBot) -> None:
    view = shown(show, run_of(XOR, 30))
    before = places(view, 5)
    slider = view.slider.slider
    QTest.mouseClick(slider, _LEFT, pos=QPoint(slider.width() // 4, slider.height() // 2))
    qtbot.waitUntil(lambda: view.slider.share < 1.0)
    assert np.abs(places(view, 5) - before).max() > 1.0


def test_the_straight_line_is_where_the_output_changes_its_mind(show: Show) -> None:
    run = run_of(XOR, 60)
    view = shown(show, run)
    path = view.plot.straight.path()
    assert path.elementCount() == 2
    assert view.plot.boundary.path().isEmpty()
    weights, bias = run.snapshot().weights[-1][0], run.snapshot().biases[-1][0]
    assert points(path) @ weights + bias == pytest.approx([0.0, 0.0], abs=1e-6)
    view.slider.set_share(0.5)
    assert view.plot.straight.path().isEmpty()
    assert not view.plot.boundary.path().isEmpty()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_at_any_place_of_the_slider_it_answers_the_hand(show: Show, share: float) -> None:
    run = run_of(XOR, 30)
    view = shown(show, run)
    view.slider.set_share(share)
    check_hands(view.canvas, view.plot.plane, lambda: feed(view, run))
    assert calls_while_painted(view.canvas) == []


def test_after_a_zoom_samples_stand_at_their_places_and_are_cut_off(show: Show) -> None:
    run = run_of(XOR, 30)
    view = shown(show, run)
    view.plot.plane.zoom((-1.0, 0.0, 0.2, 0.9))
    train = run.problem.train
    hidden = list(forward(run.problem.network, run.snapshot().parameters, train.inputs.T))[1][1].T
    assert np.allclose(view.plot.plane.points(places(view, len(train))), hidden)
    assert clipped_by(view.plot.markers.items[0]) == view.plot.frame


def test_the_slider_another_layer_and_other_data_show_all_again(show: Show) -> None:
    view = shown(show, run_of(XOR, 30))
    view.plot.plane.zoom((-1.0, 0.0, 0.2, 0.9))
    feed(view, run_of(XOR, 10))
    assert not view.plot.plane.held
    view.plot.plane.zoom((-1.0, 0.0, 0.2, 0.9))
    view.slider.set_share(0.5)
    assert view.plot.plane.extent[:2] == (view.plot.plane.x.low, view.plot.plane.x.high)
    view.plot.plane.zoom((-1.0, 0.0, 0.2, 0.9))
    view.chooser.choose(1, (0, 1))
    assert view.plot.plane.extent[:2] == (view.plot.plane.x.low, view.plot.plane.x.high)


def test_numbers_stand_at_either_end_of_the_way_and_the_frame_stays(show: Show) -> None:
    view = shown(show, run_of(XOR, 30))
    plane, frames = view.plot.plane, []
    for share, numbered in ((0.0, True), (0.3, False), (0.99, False), (1.0, True)):
        view.slider.set_share(share)
        assert any(words for _, words in plane.x.ticks) == numbered
        frames.append(plane.frame)
        assert len(view.plot._read(0.2, -0.3)) == 2 * numbered
    assert all(frame == frames[0] for frame in frames)
    assert view.plot._read(0.2, -0.3) == ["neuron 1 0.2", "neuron 2 −0.3"]


def test_layers_and_units_are_chosen_in_the_corner(show: Show, qtbot: QtBot) -> None:
    run = run_of(XOR)
    view = shown(show, run)
    chooser = view.chooser
    with qtbot.waitSignal(view.aspects_changed):
        chooser.layer.menu().actions()[0].trigger()
    assert chooser.wanted == HiddenSpace(1, (0, 1))
    with qtbot.waitSignal(view.aspects_changed):
        chooser.up.menu().actions()[3].trigger()
    assert chooser.wanted == HiddenSpace(1, (0, 3))
    with qtbot.waitSignal(view.aspects_changed):
        chooser.across.menu().actions()[2].trigger()
    assert chooser.wanted == HiddenSpace(1, (2, 3))
    assert (chooser.across.text(), chooser.up.text()) == ("→ neuron 3 ▾", "↑ neuron 4 ▾")
    feed(view, run)
    assert [name.text() for name in view.plot.plane.axes.names] == ["neuron 4", "neuron 3"][::-1]
    QTest.mouseClick(chooser.components, _LEFT)
    assert chooser.wanted == HiddenSpace(1)
    assert not chooser.up.isVisible()
    QTest.mouseClick(chooser.components, _LEFT)
    assert chooser.wanted == HiddenSpace(1, (0, 1))


def test_components_say_what_they_hold(show: Show) -> None:
    run = run_of(DIGITS, 2)
    view = shown(show, run, 900, 500)
    picture = HiddenSpace(1).prepare(run.problem)(run.snapshot())
    assert picture
    first, second = picture.shares
    assert [n.text() for n in view.plot.plane.axes.names] == [
        f"component 1: {100 * first:.0f} %",
        f"component 2: {100 * second:.0f} %",
    ]
    words = f"layer 1: 12 neurons, {100 * (first + second):.0f} % of the variance, 500 of 898 samples"
    assert view.caption.text() == words
    assert view.plot.grid.path().isEmpty()


def test_pointing_at_a_digit_shows_it(show: Show, qtbot: QtBot) -> None:
    run = run_of(DIGITS, 2)
    view = shown(show, run, 900, 500)
    x, y = view.plot.place_of(17)
    nearest = view.plot.sample_at(view.canvas.mapToScene(QPoint(round(x), round(y))))
    assert nearest is not None
    QTest.mouseMove(view.canvas.viewport(), QPoint(round(x), round(y)))
    qtbot.waitUntil(lambda: view.card.is_visible)
    train = run.problem.train
    assert train.classes is not None
    assert view.card.words.text() == run.problem.classes[train.classes[nearest]]
    image = view.card.picture.pixmap().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    greys = np.array([[image.pixelColor(c, r).red() for c in range(8)] for r in range(8)])
    ink = train.inputs[nearest].reshape(8, 8)
    assert np.corrcoef(greys.ravel(), ink.ravel())[0, 1] < -0.99
    frame = view.plot.frame
    QTest.mouseMove(view.canvas.viewport(), QPoint(round(frame.right()) + 5, round(frame.top()) + 5))
    qtbot.waitUntil(lambda: not view.card.is_visible)


def test_pointing_at_other_data_says_their_inputs(show: Show, qtbot: QtBot) -> None:
    run = run_of(XOR, 10)
    view = shown(show, run)
    view.slider.set_share(0.0)
    point = run.problem.train.points[3]
    x, y = (round(v) for v in view.plot.place_of(3))
    QTest.mouseMove(view.canvas.viewport(), QPoint(x, y))
    qtbot.waitUntil(lambda: view.card.is_visible)
    words = view.card.words.text()
    assert words.startswith(f"x₁ = {point[0]:.2f}".replace("-", "−"))
    assert f"x₂ = {point[1]:.2f}".replace("-", "−") in words
    assert not view.card.picture.isVisible()


def test_a_network_without_hidden_layer_says_so(show: Show) -> None:
    view = shown(show, run_of(XOR))
    feed(view, run_of("[network]\nhidden = []\n"))
    assert view.caption.text() == NO_HIDDEN_LAYER
    assert view.plot.markers.items == []
    assert tuple(view.aspects) == ()


def test_a_diverged_run_says_so(show: Show) -> None:
    text = (
        '[network]\nhidden = [3]\nactivation = "relu"\noutput = "identity"\n[training]\nlearning_rate = 1000.0\n'
    )
    view = shown(show, run_of(text + "l2 = 1000.0\n", 40))
    assert view.caption.text() == NOT_FINITE


def test_values_are_shaded_and_curves_have_one_line(show: Show) -> None:
    view = shown(show, run_of('[data]\nname = "sine"\n[network]\nhidden = [5]\noutput = "identity"\n', 5))
    assert view.plot.grid.path().elementCount() == 257
    assert not view.legend.isVisible()


def test_unbounded_units_have_round_ends(show: Show) -> None:
    run = run_of('[network]\nhidden = [2]\nactivation = "relu"\n', 5)
    view = shown(show, run)
    picture = HiddenSpace(1, (0, 1)).prepare(run.problem)(run.snapshot())
    assert picture
    for (low, high), values in zip(
        hidden_ends(picture, run.problem), picture.grid.hidden.reshape(-1, 2).T, strict=True
    ):
        assert low < values.min()
        assert values.max() < high
    assert len(view.plot.markers.items) == len(run.problem.train)


def test_in_a_low_view_slider_and_legend_stand_beside(show: Show) -> None:
    run = run_of(DIGITS, 1)
    low, tall = shown(show, run, 900, 200), shown(show, run, 500, 600)
    assert low.slider.mapTo(low, QPoint()).x() > low.plot.frame.right()
    assert low.plot.frame.height() > 100
    assert tall.slider.mapTo(tall, QPoint()).y() > tall.plot.frame.bottom()


def test_nothing_is_clipped_in_a_large_font(show: Show) -> None:
    view = shown(show, run_of(DIGITS, 1), 1400, 900)
    use_font(view, 20)
    for name in view.plot.plane.axes.names:
        assert view.canvas.area.contains(name.sceneBoundingRect())
        assert not view.plot.frame.intersects(name.sceneBoundingRect())
    assert view.canvas.area.contains(view.caption.sceneBoundingRect())


def test_a_frame_is_painted_in_time(show: Show) -> None:
    run = run_of(DIGITS, 1)
    view = shown(show, run)

    def show_frame(snapshot: Snapshot) -> None:
        view.show_snapshot(snapshot)
        view.canvas.viewport().repaint()

    snapshots = []
    for _ in range(12):
        run.advance(5)
        snapshots.append(run.picture(Lens(aspects=frozenset(view.aspects))))
    assert least_seconds(partial(show_frame, snapshot) for snapshot in snapshots) < 12e-3


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = shown(show, run_of(XOR, 60), 480, 400)
    view.slider.set_share({"light": 1.0, "dark": 0.4, "high_contrast": 1.0}[name])
    view.set_theme(theme(name))
    assert_matches_image(view, f"hidden_{name}")


def test_digits_look_as_they_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    text = DIGITS.replace("[12]", "[12, 2]") + "learning_rate = 0.1\n"
    view = shown(show, run_of(text, 20), 600, 480)
    assert_matches_image(view, "hidden_digits_light")


def test_without_a_hidden_layer_no_axes_are_left(show: Show, snapshot_of: Callable[..., Any]) -> None:
    view = HiddenView()
    show(view, 480, 400)
    view.show_snapshot(snapshot_of("network = { hidden = [] }"))
    assert not view.plot.plane.is_visible
    assert not any(item.isVisible() for item in view.plot.plane.axes.names)
