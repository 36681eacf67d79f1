from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hands import pixel, wheel
from nnviz.analysis.slices import ZERO_ONE, Slice
from nnviz.engine.activations import TANH
from nnviz.engine.network import Network
from nnviz.engine.outputs import SQUARED_ERROR
from nnviz.numerals import figure, tick
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import theme
from nnviz.views.slices.view import SliceView, places_of, steps
from seeing import overlapping, points, use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., Any]


class Watched:
    """A view on the screen, and the run that it looks at."""

    def __init__(self, show: Show, make_run: Any, size: tuple[int, int], **values: Any) -> None:
        self.run = make_run(**{"name": "circle", "noise": 0.1} | values)
        self.run.advance(200)
        self.run.measure()
        self.view: Any = show(SliceView(), *size)
        self.view.aspects_changed.connect(self.look)
        self.view.parameter_set.connect(self.put)
        self.look()

    @property
    def picture(self) -> Slice:
        """What is shown."""
        picture: Slice = self.view.picture
        return picture

    def look(self) -> Snapshot:
        """Show the present moment with what the view wants."""
        snapshot: Snapshot = self.run.picture(Lens(aspects=frozenset(self.view.aspects)))
        self.view.show_snapshot(snapshot)
        return snapshot

    def put(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, as the window does."""
        self.run.set_parameter(layer, unit, source, value)
        self.look()


@pytest.fixture
def watch(show: Show, make_run: Any) -> Callable[..., Watched]:
    return lambda size=(900, 500), **values: Watched(show, make_run, size, **values)


Watch = Callable[..., Watched]


def place_of(view: Any, value: float, panel: int = 0) -> QPoint:
    """The pixel of a value of the weight, in the middle of a panel."""
    plane = view.stack.panels[panel].plane
    return pixel(QPointF(plane.pixels(np.array([value, 0.0]))[0], plane.frame.center().y()))


def test_every_loss_has_its_panel_with_its_numbers(watch: Watch) -> None:
    watched = watch()
    numbers = [panel.number.text() for panel in watched.view.stack.panels]
    zero_one, squared, cross = watched.picture.curves
    assert numbers == [
        f"{100 * zero_one.value:.1f} %   slope 0",
        f"{figure(squared.value)}   slope {figure(squared.slope)}",
        f"{figure(cross.value)}   slope {figure(cross.slope)}",
    ]
    titles = [panel.title.text() for panel in watched.view.stack.panels]
    assert titles[0].startswith("misclassified")
    assert titles[1].startswith("↓ squared error")
    assert "= KL divergence" in titles[2]
    assert figure(watched.run.metrics.train.loss) in numbers[1]


def test_curves_go_through_the_losses(watch: Watch) -> None:
    watched = watch()
    for panel, curve in zip(watched.view.stack.panels, watched.picture.curves, strict=True):
        at, values = (np.asarray(array, np.float64) for array in (watched.picture.at, curve.values))
        if curve.name == ZERO_ONE:
            at, values = steps(at, 100.0 * values)
        assert points(panel.curves.lines[0].path()) == pytest.approx(np.column_stack([at, values]))


def test_the_tangent_touches_the_curve_with_its_slope(watch: Watch) -> None:
    watched = watch()
    view, picture = watched.view, watched.picture
    for _ in range(2):
        for panel, curve in zip(view.stack.panels[1:], picture.curves[1:], strict=True):
            (x, y), (x_end, y_end) = panel.plane.points(points(panel.tangent.path()))
            assert (y_end - y) / (x_end - x) == pytest.approx(curve.slope)
            dot = panel.dot.path().boundingRect().center()
            assert panel.plane.point_at(dot) == pytest.approx((picture.weight, curve.value), abs=1e-6)
            assert x < picture.weight < x_end
            assert clipped_by(panel.dot) == panel.plane.frame
        wheel(view.canvas.viewport(), view.stack.panels[1].plane.frame.center())


def test_the_zero_one_loss_is_level_between_its_jumps() -> None:
    at, values = steps(np.array([0.0, 1.0, 2.0]), np.array([5.0, 7.0, 7.0]))
    assert at.tolist() == [0.0, 0.5, 0.5, 1.5, 1.5, 2.0]
    assert values.tolist() == [5.0, 5.0, 7.0, 7.0, 7.0, 7.0]


def test_frames_are_in_line_and_the_weight_is_one_line_through_all(watch: Watch) -> None:
    watched = watch()
    frames = [panel.plane.frame for panel in watched.view.stack.panels]
    assert len({(frame.left(), frame.right()) for frame in frames}) == 1
    for panel in watched.view.stack.panels:
        assert points(panel.curves.cursor.path())[:, 0] == pytest.approx(watched.picture.weight)


def test_in_a_wide_low_room_panels_stand_beside_each_other(watch: Watch) -> None:
    watched = watch((1200, 260))
    frames = [panel.plane.frame for panel in watched.view.stack.panels]
    assert len({(frame.top(), frame.bottom()) for frame in frames}) == 1
    assert not overlapping(frames)
    viewport = watched.view.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, 1.5, 2))
    assert watched.picture.weight == pytest.approx(1.5, abs=0.03)
    QTest.mouseMove(viewport, place_of(watched.view, 3.0, 1))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton)
    assert watched.picture.weight == -3.6


def test_the_weight_is_dragged(watch: Watch) -> None:
    watched = watch()
    viewport = watched.view.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, watched.picture.weight))
    for value in (1.0, 2.0, -1.5):
        QTest.mouseMove(viewport, place_of(watched.view, value))
        assert watched.run.snapshot().parameter(0, 0, 0) == pytest.approx(value, abs=0.01)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, -1.5))
    QTest.mouseMove(viewport, place_of(watched.view, 3.0))
    assert watched.run.snapshot().parameter(0, 0, 0) == pytest.approx(-1.5, abs=0.01)
    assert watched.view.title.text() == f"layer 1: weight from x₁ to neuron 1 = −{-watched.picture.weight:.4f}"


def test_at_its_end_the_axis_stays(watch: Watch) -> None:
    watched = watch()
    viewport = watched.view.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, 0.0))
    for _ in range(3):
        QTest.mouseMove(viewport, place_of(watched.view, 4.0))
        assert watched.picture.at[-1] == 4.0
    assert watched.picture.weight == 3.6


def test_panels_answer_the_hand_and_move_together_along_the_weight(watch: Watch) -> None:
    watched = watch()
    panels, viewport = watched.view.stack.panels, watched.view.canvas.viewport()
    whole, weight = [panel.plane.extent for panel in panels], watched.picture.weight
    check_hands(watched.view.canvas, panels[1].plane, watched.look)
    assert [panel.plane.extent for panel in panels] == whole
    wheel(viewport, panels[1].plane.frame.center())
    assert len({panel.plane.extent[:2] for panel in panels}) == 1
    assert panels[2].plane.extent[2:] == whole[2][2:]
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, 0.5, 2))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place_of(watched.view, 0.5, 2))
    assert weight != watched.picture.weight == pytest.approx(0.5, abs=0.02)
    assert panels[1].plane.held
    assert calls_while_painted(watched.view.canvas) == []


def test_only_below_the_last_panel_are_numbers_of_the_weight(watch: Watch) -> None:
    panels = watch().view.stack.panels
    for _ in range(2):
        written = [[words for _, words in panel.plane.axes._axes[0]._tickLevels[0] if words] for panel in panels]
        assert [bool(words) for words in written] == [False, False, True]
        panels[0].plane.zoom((-1.0, 1.5, 20.0, 50.0))


def test_losses_are_read_under_the_pointer(watch: Watch) -> None:
    watched = watch()
    zero_one, squared, _ = watched.picture.curves
    for k, curve, factor, unit in ((0, zero_one, 100.0, " %"), (1, squared, 1.0, "")):
        plane = watched.view.stack.panels[k].plane
        (x, _), words = read_at(watched.view.canvas, plane, -1.3, plane.y.high / 2)
        nearest = int(np.abs(watched.picture.at - x).argmin())
        assert words == [f"weight {tick(x, 4)}", f"loss {figure(factor * float(curve.values[nearest]))}{unit}"]


def test_outside_the_frames_nothing_is_taken_hold_of(watch: Watch, qtbot: QtBot) -> None:
    watched = watch()
    with qtbot.assertNotEmitted(watched.view.parameter_set):
        QTest.mouseClick(watched.view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))


def test_buttons_go_from_weight_to_weight(watch: Watch) -> None:
    watched = watch()
    for place in ((0, 0, 1), (0, 0, None), (0, 1, 0)):
        watched.view.after_button.click()
        assert (watched.view.lens.layer, watched.view.lens.unit, watched.view.lens.source) == place
        assert watched.picture.weight == watched.run.snapshot().parameter(*place)
    for _ in range(4):
        watched.view.before_button.click()
    assert (watched.view.lens.layer, watched.view.lens.source) == (2, None)


def test_places_are_every_weight_and_bias() -> None:
    assert places_of(Network((2, 1, 2), (TANH, TANH), SQUARED_ERROR)) == [
        *((0, 0, source) for source in (0, 1, None)),
        *((1, unit, source) for unit in (0, 1) for source in (0, None)),
    ]


def test_a_weight_can_be_chosen(watch: Watch, qtbot: QtBot) -> None:
    watched = watch()
    with qtbot.waitSignal(watched.view.aspects_changed):
        watched.view.show_parameter(1, 1, 3)
    assert watched.picture.weight == watched.run.snapshot().parameter(1, 1, 3)
    with qtbot.assertNotEmitted(watched.view.aspects_changed):
        watched.view.show_parameter(1, 1, 3)


def test_a_network_without_the_weight_shows_the_first(watch: Watch, make_run: Any) -> None:
    watched = watch()
    watched.view.show_parameter(2, 0, 1)
    watched.run = make_run(hidden=())
    watched.look()
    watched.look()
    assert (watched.view.lens.layer, watched.view.lens.source) == (0, 0)
    assert watched.picture.weight == watched.run.snapshot().parameter(0, 0, 0)


def test_values_have_one_panel(watch: Watch, make_run: Any) -> None:
    watched = watch()
    watched.run = make_run(name="sine", output="identity")
    watched.look()
    assert [panel.title.isVisible() for panel in watched.view.stack.panels] == [True, False, False]
    assert watched.view.stack.panels[0].title.text() == "↓ squared error ½‖o − t‖²"


def test_a_long_name_is_said_shorter_and_not_its_value(watch: Watch) -> None:
    view = watch((330, 400), name="iris", output="softmax").view
    value = view.picture.weight
    assert view.title.text().startswith("weight from ")
    assert "…" not in view.title.text()
    assert view.title.text().endswith(f" = {'−' if value < 0 else ''}{abs(value):.4f}")
    assert view.title.sceneBoundingRect().right() <= view.before_button.x()


def test_it_says_over_how_many_samples(watch: Watch) -> None:
    assert watch().view.note.text().endswith("over all 250 training samples, all else held")
    assert (
        watch(hidden=(8,) * 6)
        .view.note.text()
        .endswith("over the first 46 of 250 training samples, all else held")
    )


@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [(480, 360, 13), (900, 300, 13), (1200, 260, 13), (1400, 900, 20), (1024, 768, 17)],
)
def test_no_text_is_clipped_or_runs_into_another(watch: Watch, width: int, height: int, pixels: int) -> None:
    view = watch((width, height)).view
    use_font(view, pixels)
    texts = [view.title, view.note, *(t for panel in view.stack.panels for t in (panel.title, panel.number))]
    boxes = [text.sceneBoundingRect() for text in texts]
    assert all(view.canvas.area.contains(box.adjusted(1, 2, -1, -2)) for box in boxes)
    inner = [box.adjusted(1, 3, -1, -3) for box in boxes]
    assert not overlapping(inner)
    assert {text.font().pixelSize() for text in texts} == {pixels}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_it_looks_as_it_did(watch: Watch, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    watched = watch((800, 480), loss="cross_entropy")
    watched.view.show_parameter(1, 0, 2)
    watched.view.set_theme(theme(name))
    assert_matches_image(watched.view, f"slices_{name}")


def test_it_does_not_begin_at_a_pixel_that_is_always_the_same(show: Callable[..., Any], make_run: Any) -> None:
    view = SliceView()
    show(view, 900, 300)
    run = make_run(name="digits", hidden=(5,), output="softmax")
    view.show_snapshot(run.picture(Lens(aspects=frozenset(view.aspects))))
    source = view.lens.source
    assert source is not None
    assert np.ptp(run.problem.train.inputs[:, source]) > 0.0
    view.show_parameter(0, 0, 0)  # it can still be chosen
    view.show_snapshot(run.picture(Lens(aspects=frozenset(view.aspects))))
    assert view.lens.source == 0
