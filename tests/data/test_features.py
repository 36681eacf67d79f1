"""Engineered inputs."""

import numpy as np
import pytest

from nnviz.data.features import FEATURES, engineer, features_for
from nnviz.errors import InputError

POINTS = np.array([[2.0, -3.0], [0.5, 0.0]])


def test_every_feature_by_its_formula() -> None:
    expected = [[2, -3, 4, 9, -6, np.sin(2), np.sin(-3)], [0.5, 0, 0.25, 0, 0, np.sin(0.5), 0]]
    assert np.allclose(engineer(POINTS, list(FEATURES)), expected)


def test_features_come_in_the_order_asked_for() -> None:
    assert np.array_equal(engineer(POINTS, ["x2", "x1"]), POINTS[:, ::-1])


def test_labels_are_typeset() -> None:
    assert [f.label for f in FEATURES.values()] == ["x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin x₁", "sin x₂"]


def test_a_curve_has_those_of_its_one_input() -> None:
    assert features_for(1) == ("x1", "x1^2", "sin(x1)")
    assert engineer(np.array([[3.0]]), ["x1^2"]).tolist() == [[9.0]]


@pytest.mark.parametrize(
    ("columns", "names", "message"),
    [
        (4, ["x1"], "features are for data with 1 or 2 inputs; this has 4"),
        (2, [], f"at least one feature is needed; allowed are {', '.join(FEATURES)}"),
        (2, ["x1", "x3"], f"data with 2 inputs have no feature 'x3'; allowed are {', '.join(FEATURES)}"),
        (1, ["x2"], "data with 1 input have no feature 'x2'; allowed are x1, x1^2, sin(x1)"),
    ],
)
def test_what_is_not_allowed_is_said(columns: int, names: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        engineer(np.zeros((3, columns)), names)
    assert str(caught.value) == message
