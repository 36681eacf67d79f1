"""Features of digits that a person thought of."""

import numpy as np
import pytest

from nnviz.data.catalogue import digit_shapes, digit_sums, digits
from nnviz.data.dataset import FloatArray
from nnviz.data.digit_features import SHAPE_NAMES, shapes


def _of(rows: str) -> FloatArray:
    """Features of a picture in signs."""
    picture = np.array([[float(c == "#") for c in row] for row in rows.split()])
    features: FloatArray = shapes(picture.reshape(1, 64))[0]
    return features


def test_sums_are_the_ink_of_every_row_and_column() -> None:
    data, pixels = digit_sums(), digits()
    picture = pixels.inputs[7].reshape(8, 8)
    assert data.inputs[7] == pytest.approx([*picture.mean(axis=1), *picture.mean(axis=0)])
    assert np.array_equal(data.targets, pixels.targets)


def test_all_features_have_a_name_and_are_finite_and_of_one_size() -> None:
    data = digit_shapes()
    assert data.inputs.shape == (1797, 32)
    assert data.input_names == SHAPE_NAMES
    assert np.isfinite(data.inputs).all()
    assert 0.5 < np.abs(data.inputs).max() < 20.0


def test_strokes_are_told_apart_by_their_direction() -> None:
    upright = _of("...##... " * 8)
    lying = _of("........ " * 3 + "######## " * 2 + "........ " * 3)
    names = list(SHAPE_NAMES)
    assert upright[names.index("up left |")] > 5 * upright[names.index("up left -")]
    assert lying[names.index("up left -")] > 5 * lying[names.index("up left |")]
    assert upright[names.index("left-right symmetry")] == 1.0
