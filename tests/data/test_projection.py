"""Planes through which inputs are drawn."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnviz.data.catalogue import combinations, digits, iris
from nnviz.data.features import Projection, label_of
from nnviz.errors import InputError

IRIS = iris()
DIGITS = digits()
PLANES = {
    "identity": Projection.identity(("x1", "x2")),
    "columns": Projection.columns(IRIS.inputs, 2, 3, IRIS.input_names),
    "principal": Projection.principal(IRIS.inputs),
    "digits": Projection.principal(DIGITS.inputs),
}
points_in_plane = hnp.arrays(np.float64, (7, 2), elements=st.floats(-100, 100))


@settings(deadline=None)
@given(st.sampled_from(list(PLANES)), points_in_plane)
def test_a_lifted_point_is_drawn_where_it_was(name: str, points: np.ndarray) -> None:
    plane = PLANES[name]
    assert np.allclose(plane.project(plane.lift(points)), points)


def test_the_identity_changes_nothing() -> None:
    plane, points = PLANES["identity"], np.array([[1.0, -2.0]])
    assert np.array_equal(plane.project(points), points)
    assert (plane.axis_labels, plane.title) == (("x1", "x2"), "x1 × x2")


def test_a_single_input_lies_on_the_horizontal_axis() -> None:
    line = Projection.identity(("x",))
    assert line.project(np.array([[3.0]])).tolist() == [[3.0, 0.0]]
    assert line.lift(np.array([[3.0, 9.0]])).tolist() == [[3.0]]
    assert (line.axis_labels, line.title) == (("x", ""), "x")


def test_chosen_columns_hold_the_others_at_their_mean() -> None:
    plane = PLANES["columns"]
    assert np.array_equal(plane.project(IRIS.inputs), IRIS.inputs[:, 2:])
    lifted = plane.lift(np.array([[1.5, 0.2]]))
    assert np.allclose(lifted, [[*IRIS.inputs[:, :2].mean(axis=0), 1.5, 0.2]])
    assert plane.title == "petal length × petal width, others at their mean"
    assert plane.axis_labels == ("petal length", "petal width")


def test_columns_of_two_inputs_have_no_others() -> None:
    plane = Projection.columns(np.array([[1.0, 2.0]]), 1, 0, ("a", "b"))
    assert plane.title == "b × a"
    assert plane.project(np.array([[1.0, 2.0]])).tolist() == [[2.0, 1.0]]


def test_iris_principal_components_are_the_known_ones() -> None:
    plane = PLANES["principal"]
    assert plane.title == "first two principal components, 98 % of the variance"
    known = [[0.3614, 0.6566], [-0.0845, 0.7302], [0.8567, -0.1734], [0.3583, -0.0755]]
    assert np.allclose(plane.axes, known, atol=1e-4)
    assert np.allclose(plane.project(IRIS.inputs).var(axis=0, ddof=1), [4.2282, 0.2427], atol=1e-4)


@settings(deadline=None)
@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 20), st.integers(2, 6)), elements=st.floats(-1e6, 1e6)))
def test_principal_axes_are_orthonormal_and_upright(inputs: np.ndarray) -> None:
    axes = Projection.principal(inputs).axes
    assert np.allclose(axes.T @ axes, np.eye(2))
    assert (axes[np.abs(axes).argmax(axis=0), range(2)] > 0).all()


@settings(deadline=None)
@given(points_in_plane, st.floats(0, 1))
@example(np.array([[0.0, 0.0], [5e-324, 5e-324]]), 0.0)
@example(np.array([[1e9, 1e29], [1e9 + 1e-7, 1e29]]), 0.0)
def test_the_extent_holds_all_points(points: np.ndarray, margin: float) -> None:
    x_min, x_max, y_min, y_max = PLANES["identity"].extent(points, margin)
    low, high = points.min(axis=0), points.max(axis=0)
    assert x_min < x_max
    assert y_min < y_max
    assert np.less_equal((x_min, y_min), low + 1e-9).all()
    assert np.less_equal(high - 1e-9, (x_max, y_max)).all()


def test_the_extent_is_a_square_padded_by_the_margin() -> None:
    box = Projection.extent(np.array([[0.0, 0.0], [10.0, 4.0]]), 0.1)
    assert np.allclose(box, (-1, 11, -4, 8))


def test_axes_of_very_different_length_keep_their_scale() -> None:
    box = Projection.extent(np.array([[0.0, 0.0], [50_000.0, 40.0]]), 0.0)
    assert np.allclose(box, (0, 50_000, 0, 40))


def test_a_single_point_has_room_around_it() -> None:
    assert np.allclose(Projection.extent(np.array([[3.0, 4.0]]), 0.0), (2.5, 3.5, 3.5, 4.5))


def test_what_spans_no_plane_is_said() -> None:
    with pytest.raises(InputError, match=r"^3 inputs do not fit a plane; choose two columns or components$"):
        Projection.identity(("a", "b", "c"))
    with pytest.raises(InputError, match=r"^columns 2 and 2 span no plane; allowed are two different of 1 to 4$"):
        Projection.columns(IRIS.inputs, 1, 1, IRIS.input_names)
    with pytest.raises(InputError, match=r"^columns 1 and 5 span no plane; allowed are two different of 1 to 4$"):
        Projection.columns(IRIS.inputs, 0, 4, IRIS.input_names)
    with pytest.raises(InputError, match=r"^principal components need at least 2 inputs; this has 1$"):
        Projection.principal(np.zeros((3, 1)))


@pytest.mark.parametrize("bits", range(3, 17))
def test_each_row_of_a_truth_table_has_a_place_of_its_own(bits: int) -> None:
    plane, rows = Projection.of_bits(bits), combinations(bits)
    right, up = plane.project(rows).T
    numbers = np.arange(2**bits)
    low = bits // 2
    assert np.allclose(right, numbers >> low)
    assert np.allclose(up, numbers & (2**low - 1))
    assert np.allclose(plane.lift(plane.project(np.full((1, bits), 0.5))), 0.5)
    points = np.array([[0.0, 1.0], [2.5, 0.5]])
    assert np.allclose(plane.project(plane.lift(points)), points)


def test_the_axes_of_a_truth_table_say_what_they_count() -> None:
    assert Projection.of_bits(3).axis_labels == ("2x₁ + x₂", "x₃")
    assert Projection.of_bits(4).axis_labels == ("2x₁ + x₂", "2x₃ + x₄")
    assert Projection.of_bits(16).axis_labels == ("128x₁ + … + x₈", "128x₉ + … + x₁₆")


def test_names_with_a_number_are_written_with_a_subscript() -> None:
    assert list(map(label_of, ("x3", "x16", "x1^2", "xylem", "x", "x1*x2"))) == [
        "x₃",
        "x₁₆",
        "x₁²",
        "xylem",
        "x",
        "x₁x₂",
    ]
