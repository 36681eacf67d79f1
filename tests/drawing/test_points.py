from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from nnviz.data.dataset import FloatArray
from nnviz.drawing.points import MOST_POINTS, class_style, paint_points
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import SYMBOLS, theme

SnapshotOf = Callable[..., Snapshot]

NONE = np.empty((0, 2))
LIGHT = theme("light")


@pytest.fixture(autouse=True)
def _qt(qtbot: QtBot) -> None:
    assert qtbot


def grid(count: int) -> FloatArray:
    return np.array([(10.0 + 20 * (k % 50), 10.0 + 20 * (k // 50)) for k in range(count)])


def painted(text: str, snapshot_of: SnapshotOf, test: bool = False, ratio: float = 1.0) -> QImage:
    """The points of a set, one in each field of 20 pixels."""
    problem = snapshot_of(text).problem
    places = grid(min(MOST_POINTS, len(problem.test if test else problem.train)))
    both = (NONE, places) if test else (places, NONE)
    return paint_points(problem, both, LIGHT, QSizeF(1000, 1000), ratio, 12.0).toImage()


def test_training_points_are_filled_with_a_rim_of_the_ground(snapshot_of: SnapshotOf) -> None:
    image, problem = painted("", snapshot_of), snapshot_of().problem
    assert problem.train.classes is not None
    for (x, y), k in zip(grid(250).tolist(), problem.train.classes, strict=True):
        assert image.pixelColor(round(x), round(y)) == QColor(LIGHT.class_color(int(k), 2))
        assert image.pixelColor(round(x) - 9, round(y) - 9).alpha() == 0


def test_test_points_are_hollow_with_a_rim_of_their_colour(snapshot_of: SnapshotOf) -> None:
    image, problem = painted("", snapshot_of, test=True), snapshot_of().problem
    assert problem.test.classes is not None
    for (x, y), k in zip(grid(250).tolist(), problem.test.classes, strict=True):
        assert image.pixelColor(round(x), round(y)) == QColor(LIGHT.background)
        row = [image.pixelColor(round(x) - step, round(y)) for step in range(3, 9)]
        assert QColor(LIGHT.class_color(int(k), 2)) in row


def test_on_a_fine_screen_they_are_as_large(snapshot_of: SnapshotOf) -> None:
    coarse, fine = painted("", snapshot_of), painted("", snapshot_of, ratio=2.0)
    assert fine.width() == 2 * coarse.width()
    for x, y in grid(100).tolist():
        assert fine.pixelColor(round(2 * x), round(2 * y)) == coarse.pixelColor(round(x), round(y))


def test_more_than_can_be_told_apart_are_not_drawn(snapshot_of: SnapshotOf) -> None:
    image = painted("[data]\nsamples = 5000\n", snapshot_of)
    assert image.pixelColor(10, 10 + 20 * (MOST_POINTS // 50 - 1)).alpha() > 0
    assert image.pixelColor(10, 10 + 20 * (MOST_POINTS // 50)).alpha() == 0


def test_points_of_value_zero_are_seen_by_their_rim(snapshot_of: SnapshotOf) -> None:
    text = '[data]\nname = "plane"\n[network]\noutput = "identity"\n'
    image, problem = painted(text, snapshot_of), snapshot_of(text).problem
    least = int(np.abs(problem.train.targets[:, 0]).argmin())
    x, y = grid(least + 1)[-1].tolist()
    assert image.pixelColor(round(x), round(y)).lightness() > 220
    assert min(image.pixelColor(round(x) - step, round(y)).lightness() for step in range(3, 9)) < 140


def test_classes_differ_by_marker_and_colour() -> None:
    styles = [class_style(k, 10, LIGHT, filled=True) for k in range(10)]
    assert len({style.symbol for style in styles}) == len({style.color for style in styles}) == 10
    assert {style.symbol for style in styles} == set(SYMBOLS)


def test_of_two_classes_the_first_is_negative() -> None:
    first, second = (class_style(k, 2, LIGHT, filled=True).color for k in (0, 1))
    assert (first, second) == (LIGHT.negative, LIGHT.positive)


def test_nothing_to_draw_is_an_empty_picture(snapshot_of: SnapshotOf) -> None:
    picture = paint_points(snapshot_of().problem, (NONE, NONE), LIGHT, QSizeF(30, 20), 1.0, 8.0)
    assert isinstance(picture, QPixmap)
    assert picture.toImage().pixelColor(10, 10).alpha() == 0
