import numpy as np
import pytest
from PySide6.QtGui import QPainterPath, QPolygonF
from pytestqt.qtbot import QtBot

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, points_of

X = np.array([0.0, 1.0, 2.0, 3.0])
Y = np.array([5.0, -6.0, 7.5, 8.0])


def elements(path: QPainterPath) -> list[tuple[float, float, bool]]:
    """Every point, and whether a line leads to it."""
    there = [path.elementAt(k) for k in range(path.elementCount())]
    return [(e.x, e.y, e.isLineTo()) for e in there]


def drawn(x: FloatArray, y: FloatArray, connect: str) -> list[tuple[float, float, bool]]:
    item = PathItem()
    item.set_points(x, y, connect)
    return elements(item.path())


@pytest.mark.parametrize(
    ("connect", "lines"), [("all", [False, True, True, True]), ("pairs", [False, True, False, True])]
)
def test_points_are_joined_as_is_said(qtbot: QtBot, connect: str, lines: list[bool]) -> None:
    assert qtbot
    assert drawn(X, Y, connect) == list(zip(X.tolist(), Y.tolist(), lines, strict=True))


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, -np.inf])
def test_a_line_breaks_where_there_is_no_number(qtbot: QtBot, nowhere: float) -> None:
    assert qtbot
    x, y = np.array([0.0, 1.0, nowhere, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 9.0, 2.0, 3.0, nowhere])
    assert drawn(x, y, "finite") == [(0, 0, False), (1, 1, True), (2, 2, False), (3, 3, True)]
    assert drawn(x[2:3], y[2:3], "finite") == []


@pytest.mark.parametrize("connect", ["all", "pairs", "finite"])
def test_no_points_are_no_path(qtbot: QtBot, connect: str) -> None:
    assert qtbot
    assert drawn(np.empty(0), np.empty(0), connect) == []


def test_the_points_of_a_polygon_can_be_moved(qtbot: QtBot) -> None:
    assert qtbot
    polygon = QPolygonF()
    points = points_of(polygon, 3)
    for height in (1.0, 2.0):
        points[:] = [(0.0, height), (1.0, height), (2.0, height)]
        path = QPainterPath()
        path.addPolygon(polygon)
        assert elements(path) == [(0, height, False), (1, height, True), (2, height, True)]
