from collections.abc import Sequence

import numpy as np
import pytest

from nnviz.data.catalogue import digits
from nnviz.data.pictures import PictureFormat, picture_format, setting_of

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 784)).astype(np.float64)
PIXELS[:, :28] = PIXELS[:, -28:] = 0.0


@pytest.mark.parametrize(
    "names",
    [
        [f"pixel{k}" for k in range(784)],
        [f"V{k}" for k in range(2, 786)],
        [f"{k}" for k in range(784)],
        [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)],
        [f"pixel_{row}_{column}" for row in range(28) for column in range(28)],
        [f"r{row}c{column}" for row in range(1, 29) for column in range(1, 29)],
    ],
)
def test_numbered_pixels_are_pictures(names: Sequence[str]) -> None:
    assert picture_format(names, PIXELS) == PictureFormat(28, 28, 0.0, 255.0)


@pytest.mark.parametrize(
    "names",
    [
        [f"pixel{k}" for k in range(783, -1, -1)],
        [f"V{k}" for k in range(1, 784)] + ["V900"],
        [f"a{k}" if k % 2 else f"b{k}" for k in range(784)],
        [f"{column}x{row}" for row in range(1, 29) for column in range(1, 29)],
        [f"{row}x{column}" for row in range(5, 33) for column in range(5, 33)],
        [f"name {'i' * k}" for k in range(784)],
    ],
)
def test_other_names_are_none(names: Sequence[str]) -> None:
    assert picture_format(names, PIXELS) is None


def test_numbers_that_are_no_pixels_are_no_pictures() -> None:
    names = [f"V{k}" for k in range(36)]
    rng = np.random.default_rng(0)
    measured = rng.random((50, 36)) * np.geomspace(1.0, 1000.0, 36)
    assert picture_format(names, measured) is None
    assert picture_format(names, measured - 0.5) is None
    assert picture_format(names[:16], rng.random((50, 16))) is None
    assert picture_format(names, rng.random((50, 36))) is not None
    assert picture_format(["x1", "x2"], rng.random((50, 2))) is None


def test_paper_is_what_the_border_has() -> None:
    names = [f"pixel{k}" for k in range(784)]
    assert picture_format(names, 255.0 - PIXELS) == PictureFormat(28, 28, 255.0, 0.0)
    assert picture_format(names, np.zeros((3, 784))) is None


def test_ink_and_numbers_are_each_others_inverse() -> None:
    form = PictureFormat(2, 3, paper=255.0, ink=0.0)
    shares = np.array([[0.0, 0.5, 1.0], [0.25, 0.75, 1.0]])
    np.testing.assert_allclose(form.pixels(shares), [255.0, 127.5, 0.0, 191.25, 63.75, 0.0])
    np.testing.assert_allclose(form.shares(form.pixels(shares)[None])[0], shares)
    assert form.shares(np.array([[300.0, -5.0, np.nan, 0.0, 255.0, 0.0]]))[0, 0].tolist() == [0.0, 1.0, 0.0]


def test_the_digits_fill_the_height_and_stand_in_the_middle() -> None:
    setting = setting_of(digits().inputs[:500].reshape(-1, 8, 8))
    assert (setting.height, setting.width, setting.is_filled) == (8.0, 6.0, True)
    assert setting.center == (4.0, 4.0)
    assert not setting.by_mass
    assert 1.3 < setting.pen < 1.7


@pytest.mark.parametrize("width", [2, 3, 4])
def test_the_pen_is_measured(width: int) -> None:
    pictures = np.zeros((2, 28, 28))
    pictures[0, 4:24, 12 : 12 + width] = 1.0
    pictures[1, 12 : 12 + width, 4:24] = 1.0
    assert setting_of(pictures).pen == pytest.approx(width, rel=0.3)


def test_pictures_centred_by_mass_are_found() -> None:
    rng, pictures = np.random.default_rng(0), np.zeros((50, 28, 28))
    for picture in pictures:  # a column with a foot of another length, its mass always in the middle
        foot = int(rng.integers(1, 9))
        shape = np.zeros((20, 12))
        shape[:, 0:3] = shape[17:, : 3 + foot] = 1.0
        middle = (
            (shape.sum(axis=0) @ np.arange(12)) / shape.sum(),
            (shape.sum(axis=1) @ np.arange(20)) / shape.sum(),
        )
        left, top = round(14 - middle[0]), round(14 - middle[1])
        picture[top : top + 20, left : left + 12] = shape
    setting = setting_of(pictures)
    assert setting.by_mass
    assert setting.center == pytest.approx((14.5, 14.5), abs=0.5)
    assert "by mass" in setting.words


def test_blank_pictures_have_a_setting_too() -> None:
    setting = setting_of(np.zeros((3, 8, 8)))
    assert (setting.height, setting.width) == (8, 8)
    assert setting.pen >= 1.0
