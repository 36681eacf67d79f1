from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from hands import wheel
from nnviz.drawing.paths import line_pen
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Curves, Line, loss_scale, spread_apart, value_at
from nnviz.plots.scales import Scale, linear_scale, log_scale
from nnviz.theme import theme
from seeing import overlapping, points

X = np.arange(11.0)


@pytest.fixture
def curves(canvas: PlotCanvas) -> Curves:
    curves = Curves(canvas, "step", "error")
    curves.set_style(
        theme("light"), canvas.font(), [Line("rising", line_pen("#c00")), Line("falling", line_pen("#00c"))]
    )
    curves.arrange(QRectF(canvas.area), canvas.font())
    return curves


def draw(curves: Curves, up: Scale | None = None) -> None:
    curves.show([(X, X / 10.0 + 0.1), (X[:6], 1.0 - X[:6] / 10.0)], linear_scale(10.0), up or linear_scale(1.5))


def test_lines_are_drawn_in_coordinates_of_the_plane(curves: Curves) -> None:
    draw(curves)
    assert np.allclose(points(curves.lines[0].path()), np.column_stack([X, X / 10.0 + 0.1]))


def test_of_a_logarithmic_axis_the_logarithms_are_drawn(curves: Curves) -> None:
    draw(curves, log_scale(0.1, 1.0))
    assert np.allclose(points(curves.lines[0].path())[:, 1], np.log10(X / 10.0 + 0.1))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_left_out(curves: Curves, value: float) -> None:
    curves.show([(X, np.where(X == 3.0, value, 1.0)), (X, X)], linear_scale(10.0), linear_scale(10.0))
    assert 3.0 not in points(curves.lines[0].path())[:, 0]


def test_names_stand_where_lines_end_and_apart(curves: Curves) -> None:
    curves.show([(X, np.full(11, 0.5)), (X, np.full(11, 0.51))], linear_scale(10.0), linear_scale(1.0))
    boxes = [name.sceneBoundingRect() for name in curves.names]
    assert overlapping([box.adjusted(0, 2, 0, -2) for box in boxes]) == []
    assert all(box.left() > curves.plane.frame.right() for box in boxes)


def test_a_name_goes_with_its_line_out_of_sight(curves: Curves) -> None:
    draw(curves)
    curves.plane.zoom((7.0, 9.0, 0.0, 1.5))
    assert [name.opacity() for name in curves.names] == [1.0, 0.0]
    curves.plane.zoom((7.0, 9.0, 1.4, 1.5))
    assert [name.opacity() for name in curves.names] == [0.0, 0.0]


def test_values_are_read_under_the_pointer(curves: Curves) -> None:
    draw(curves)
    assert curves.read(4.2, 0.0) == ["step 4.2", "rising 0.5", "falling 0.6"]
    assert curves.read(7.0, 0.0) == ["step 7", "rising 0.8"]
    assert curves.read(70.0, 0.0) == []


def test_on_a_logarithmic_axis_values_are_read_and_not_their_logarithms(curves: Curves) -> None:
    draw(curves, log_scale(0.1, 1.0))
    assert curves.read(4.0, 0.0)[1] == "rising 0.5"


def test_a_level_reaches_from_side_to_side(curves: Curves) -> None:
    draw(curves)
    curves.show_level(0.7, "chance")
    assert np.allclose(points(curves.level.path()), [(0.0, 0.7), (10.0, 0.7)])
    assert curves.level_name.text() == "chance"


def test_of_a_zoomed_line_only_what_is_seen_is_drawn(curves: Curves, canvas: PlotCanvas) -> None:
    draw(curves)
    place = curves.plane.frame.center()
    for _ in range(4):
        wheel(canvas.viewport(), place)
    x_min, x_max, *_ = curves.plane.extent
    drawn = points(curves.lines[0].path())
    assert len(drawn) < len(X)
    assert drawn[0, 0] < x_min < x_max < drawn[-1, 0]
    assert np.allclose(drawn[:, 1], drawn[:, 0] / 10.0 + 0.1)
    assert len(canvas.numbers()) == 1 + 11 + 6


@pytest.mark.parametrize("value", [1e300, -1e300])
def test_what_is_far_out_of_sight_is_drawn_near_it(curves: Curves, value: float) -> None:
    curves.show([(X, np.where(X > 5.0, value, 1.0)), (X, X)], linear_scale(10.0), linear_scale(10.0))
    assert np.abs(points(curves.lines[0].path())).max() < 100.0
    assert curves.read(9.0, 0.0)[1] == f"rising {tick(value, 4)}"


def test_its_numbers_are_a_table(curves: Curves, canvas: PlotCanvas) -> None:
    draw(curves, log_scale(0.1, 1.0))
    head, *rows = canvas.numbers()
    assert head == ("line", "x", "y")
    assert [row[0] for row in rows] == ["rising"] * 11 + ["falling"] * 6
    assert rows[4][1:] == pytest.approx((4.0, 0.5))


@given(st.lists(st.floats(0.0, 100.0), max_size=6), st.floats(1.0, 10.0))
def test_names_are_apart_and_within(wanted: Sequence[float], height: float) -> None:
    places = sorted(spread_apart(wanted, height, 0.0, 100.0))
    assert np.all(np.diff(places) >= height - 1e-6)
    assert all(height / 2 - 1e-6 <= place <= 100.0 - height / 2 + 1e-6 for place in places)


@given(st.floats(-5.0, 15.0))
def test_the_nearest_point_is_read(at: float) -> None:
    value = value_at(X, 2.0 * X, at)
    if 0.0 <= at <= 10.0:
        assert value is not None
        assert abs(value / 2.0 - at) <= 0.5
    else:
        assert value is None


def test_a_loss_that_explodes_leaves_through_the_top() -> None:
    values = np.array([1.0, 1.0, 1.0, 1.0, 1e30, np.nan, np.inf])
    assert loss_scale(values, logarithmic=False).high < 100.0
    assert loss_scale(values[5:], logarithmic=False).high == 1.0
