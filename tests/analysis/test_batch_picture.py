import numpy as np
import pytest

from nnviz.analysis.batch_picture import GradientPlane, angle_between, length


@pytest.mark.parametrize("degrees", [0.0, 1e-7, 27.0, 90.0, 179.99999])
def test_angles_are_right_however_small(degrees: float) -> None:
    turn = np.radians(degrees)
    one, other = np.array([3.0, 0.0]), 0.1 * np.array([np.cos(turn), np.sin(turn)])
    assert angle_between(one, other) == pytest.approx(degrees, rel=1e-7)


def test_nothing_has_no_angle() -> None:
    assert np.isnan(angle_between(np.zeros(3), np.ones(3)))


def test_very_long_vectors_have_a_length() -> None:
    assert length(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert length(np.zeros(2)) == 0.0
    assert np.isnan(length(np.array([1.0, np.nan])))


def test_in_the_plane_lengths_and_angles_to_the_full_gradient_are_true() -> None:
    rng = np.random.default_rng(1)
    full, gradients = rng.normal(size=20), rng.normal(size=(12, 20))
    drawn = GradientPlane(full, gradients)(np.concatenate([full[None], gradients]))
    assert drawn[0] == pytest.approx([length(full), 0.0])
    for place, gradient in zip(drawn[1:], gradients, strict=True):
        assert np.hypot(*place) == pytest.approx(length(gradient))
        assert np.degrees(np.arctan2(abs(place[1]), place[0])) == pytest.approx(angle_between(gradient, full))


def test_opposite_parts_across_the_full_gradient_are_drawn_on_opposite_sides() -> None:
    full, across = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.5])
    one, other = GradientPlane(full, np.stack([full + across, full - across]))(
        np.stack([full + across, full - across])
    )
    assert one == pytest.approx([1.0, length(across)])
    assert other == pytest.approx([1.0, -length(across)])


def test_without_a_full_gradient_there_is_no_direction_along_it() -> None:
    drawn = GradientPlane(np.zeros(3), np.eye(3))(np.eye(3))
    assert drawn[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.abs(drawn[:, 1]) == pytest.approx([1.0, 1.0, 1.0])
