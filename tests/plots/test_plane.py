from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from hands import LEFT, double_click, drag, pixel, wheel
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane
from nnviz.plots.scales import Scale, linear_scale, log_scale, range_scale
from nnviz.theme import theme
from seeing import overlapping, texts
from zooming import calls_while_painted

MIDDLE, SHIFT, CONTROL = (
    Qt.MouseButton.MiddleButton,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
ALL = (-1.0, 1.0, 0.0, 10.0)


def pan(canvas: PlotCanvas, start: QPointF, away: QPointF, **how: Any) -> None:
    drag(canvas.viewport(), *(pixel(start + away * share) for share in (0.0, 0.5, 1.0)), **how)


def test_it_shows_the_whole(plane: Plane) -> None:
    assert plane.extent == ALL
    assert not plane.held


def test_points_and_pixels_are_each_others_inverse(plane: Plane) -> None:
    points = np.array([[-1.0, 0.0], [0.3, 7.0], [1.0, 10.0]])
    pixels = plane.pixels(points)
    assert np.allclose(pixels[0], (plane.frame.left(), plane.frame.bottom()))
    assert np.allclose(pixels[-1], (plane.frame.right(), plane.frame.top()))
    assert np.allclose(plane.points(pixels), points)


def test_the_wheel_zooms_about_the_pointer(canvas: PlotCanvas, plane: Plane) -> None:
    place = QPointF(pixel(plane.frame.center() + QPointF(40.0, -30.0)))
    before = plane.point_at(place)
    wheel(canvas.viewport(), place)
    assert plane.held
    assert plane.extent[1] - plane.extent[0] < 2.0
    assert plane.extent[3] - plane.extent[2] < 10.0
    assert np.allclose(plane.point_at(place), before, atol=1e-6)
    wheel(canvas.viewport(), place, notches=-1)
    assert np.allclose(plane.extent, ALL)


def test_the_wheel_over_an_axis_zooms_along_it(canvas: PlotCanvas, plane: Plane) -> None:
    wheel(canvas.viewport(), QPointF(plane.frame.center().x(), plane.frame.bottom() + 8.0))
    assert plane.extent[1] - plane.extent[0] < 2.0
    assert plane.extent[2:] == ALL[2:]


def test_of_a_square_plane_both_axes_zoom_together(canvas: PlotCanvas, plane: Plane) -> None:
    plane.box.is_square = True
    wheel(canvas.viewport(), QPointF(plane.frame.center().x(), plane.frame.bottom() + 8.0))
    assert plane.extent[3] - plane.extent[2] < 10.0


def test_the_wheel_comes_to_an_end(canvas: PlotCanvas, plane: Plane) -> None:
    for notches in (1, -1):
        for _ in range(200):
            wheel(canvas.viewport(), plane.frame.center(), notches=notches)
        canvas.repaint_soon()
        assert 1e-8 < plane.extent[1] - plane.extent[0] < 100.0
        assert overlapping([text.sceneBoundingRect() for text in texts(canvas.scene())]) == []


def test_in_front_of_an_audience_the_wheel_needs_control(canvas: PlotCanvas, plane: Plane) -> None:
    canvas.window().setWindowState(Qt.WindowState.WindowFullScreen)
    wheel(canvas.viewport(), plane.frame.center())
    assert plane.extent == ALL
    wheel(canvas.viewport(), plane.frame.center(), modifier=CONTROL)
    assert plane.held


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_a_drag_pans(canvas: PlotCanvas, plane: Plane, button: Qt.MouseButton) -> None:
    start = plane.frame.center()
    pan(canvas, start, QPointF(plane.unit[0] * 0.5, 0.0), button=button)
    assert np.allclose(plane.extent, (-1.5, 0.5, 0.0, 10.0), atol=0.02)
    assert plane.held


def test_where_one_draws_the_left_button_pans_only_with_shift(canvas: PlotCanvas, plane: Plane) -> None:
    plane.box.is_drawn_on = True
    start = plane.frame.center()
    pan(canvas, start, QPointF(50.0, 0.0))
    assert plane.extent == ALL
    pan(canvas, start, QPointF(50.0, 0.0), modifier=SHIFT)
    assert plane.extent != ALL


def test_a_filled_square_plane_shows_more_where_there_is_room(canvas: PlotCanvas) -> None:
    plane = canvas.plane(is_square=True, is_filled=True)
    plane.show(range_scale(-1.0, 1.0), range_scale(-1.0, 1.0))
    plane.arrange(QRectF(canvas.area), canvas.font())
    assert plane.unit[0] == pytest.approx(plane.unit[1])
    assert plane.extent[2:] == pytest.approx((-1.0, 1.0))
    assert plane.extent[0] == -plane.extent[1] < -1.1
    assert plane.seen[0].low == plane.extent[0]
    wheel(canvas.viewport(), plane.frame.center())
    held = plane.extent
    plane.arrange(QRectF(0.0, 0.0, 300.0, 300.0), canvas.font())
    assert plane.unit[0] == pytest.approx(plane.unit[1])
    assert plane.extent[:2] == pytest.approx(held[:2])


def test_a_hold_ends_where_an_axis_becomes_logarithmic(canvas: PlotCanvas, plane: Plane) -> None:
    wheel(canvas.viewport(), plane.frame.center())
    plane.show(plane.x, log_scale(0.001, 1.0))
    assert not plane.held
    assert plane.extent == (-1.0, 1.0, -3.0, 0.0)


def test_a_zoom_holds_while_the_whole_grows(canvas: PlotCanvas, plane: Plane) -> None:
    wheel(canvas.viewport(), plane.frame.center())
    held = plane.extent
    plane.show(range_scale(-5.0, 5.0), range_scale(0.0, 20.0))
    assert plane.extent == held
    plane.show_all()
    assert np.allclose(plane.extent, (-5.0, 5.0, 0.0, 20.0))


def test_without_a_zoom_it_follows_the_whole(plane: Plane) -> None:
    assert plane.show(range_scale(-5.0, 5.0), plane.y)
    assert plane.extent[:2] == (-5.0, 5.0)
    assert not plane.show(range_scale(-5.0, 5.0), plane.y)


def test_a_double_click_shows_all(canvas: PlotCanvas, plane: Plane, qtbot: QtBot) -> None:
    wheel(canvas.viewport(), plane.frame.center())
    with qtbot.waitSignal(plane.zoomed):
        double_click(canvas.viewport(), pixel(plane.frame.center()))
    assert plane.extent == ALL
    assert not plane.held


def test_a_button_shows_all_and_is_there_only_while_not_all_is_seen(canvas: PlotCanvas, plane: Plane) -> None:
    assert not canvas.findChildren(QToolButton)
    wheel(canvas.viewport(), plane.frame.center())
    (button,) = canvas.findChildren(QToolButton)
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    assert plane.extent == ALL
    assert not button.isVisible()


def test_planes_move_together(canvas: PlotCanvas, plane: Plane) -> None:
    other = canvas.plane()
    other.arrange(QRectF(0.0, 0.0, 10.0, 10.0), canvas.font())
    other.show(range_scale(-1.0, 1.0), range_scale(0.0, 10.0))
    plane.move_with(other)
    plane.zoom((0.0, 0.5, 1.0, 2.0))
    assert other.extent == plane.extent
    other.show_all()
    assert plane.extent == ALL


def test_a_let_go_plane_is_used_again(canvas: PlotCanvas, plane: Plane) -> None:
    canvas.release(plane)
    assert not plane.is_visible
    again = canvas.plane()
    assert again is plane
    assert again.is_visible
    assert not again.named_items()


def test_numbers_and_names_do_not_run_into_each_other(canvas: PlotCanvas, plane: Plane) -> None:
    for width, height in ((400, 300), (150, 90), (70, 60), (900, 110)):
        plane.arrange(QRectF(0.0, 0.0, width, height), canvas.font())
        names = [name.sceneBoundingRect() for name in plane.axes.names]
        marks = [words for _, words in plane.axes._axes[0]._tickLevels[0] if words]
        assert overlapping(names) == []
        assert names[0].top() >= plane.frame.bottom()
        assert names[1].right() <= plane.axes.left
        assert len(marks) == len(set(marks))


def test_of_uneven_ticks_those_with_room_are_labelled(canvas: PlotCanvas, plane: Plane) -> None:
    plane.arrange(QRectF(0.0, 0.0, 400.0, 300.0), canvas.font())
    plane.show(Scale(-0.5, 30.5, tuple((at, f"{at:g}") for at in (0.0, 1.0, 3.0, 10.0, 30.0))), plane.y)
    marks = [words for _, words in plane.axes._axes[0]._tickLevels[0] if words]
    assert marks[0] == "0"
    assert marks[-2:] == ["10", "30"]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_zoomed_scales_have_distinct_numbers_within_them(middle: float, half: float) -> None:
    whole = range_scale(middle - half, middle + half)
    scale = whole.within(middle - half / 700.0, middle + half / 900.0)
    values, words = zip(*scale.ticks, strict=True)
    assert 4 <= len(values) <= 13
    assert len(set(words)) == len(words)
    assert scale.low - 1e-6 * half <= min(values) <= max(values) <= scale.high + 1e-6 * half


@given(st.floats(-8.0, 3.0), st.floats(0.01, 9.0))
def test_zoomed_logarithmic_scales_have_ticks_within_them(low: float, span: float) -> None:
    scale = log_scale(1e-8, 1e3).within(low, low + span)
    assert scale.logarithmic
    assert scale.ticks
    assert all(low - 1e-6 <= at <= low + span + 1e-6 for at, _ in scale.ticks)


def test_a_repaint_calls_no_python(canvas: PlotCanvas, plane: Plane) -> None:
    planes = [plane, *(canvas.plane() for _ in range(6))]
    for k, each in enumerate(planes):
        each.set_theme(theme("light"))
        each.arrange(QRectF(50.0 * k, 0.0, 120.0, 150.0), canvas.font())
        each.show(linear_scale(100.0), log_scale(0.01, 1.0))
    canvas.repaint_soon()
    assert calls_while_painted(canvas) == []


def test_a_move_of_the_pointer_reads_once_and_searches_nothing(canvas: PlotCanvas, plane: Plane) -> None:
    read, searched = list[tuple[float, float]](), list[object]()

    def reading(x: float, y: float) -> list[str]:
        read.append((x, y))
        return ["a value"]

    plane.reading = reading
    canvas.scene().sigMouseHover.connect(searched.append)  # type: ignore[attr-defined] # pyqtgraph's
    places = [pixel(plane.frame.center() + QPointF(10.0 * k, 5.0)) for k in range(4)]
    for place in places:
        QTest.mouseMove(canvas.viewport(), place)
    assert np.allclose(read, [plane.point_at(QPointF(place)) for place in places])
    assert not searched


@pytest.mark.parametrize("is_square", [False, True])
def test_next_to_no_room_is_no_trouble(canvas: PlotCanvas, plane: Plane, is_square: bool) -> None:
    plane.box.is_square = is_square
    for width, height in ((0.0, 0.0), (3.0, 200.0), (200.0, 3.0)):
        plane.arrange(QRectF(0.0, 0.0, width, height), canvas.font())
        assert min(plane.unit) > 0.0
        assert np.isfinite(plane.pixels(np.zeros((1, 2)))).all()
