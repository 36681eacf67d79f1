"""Plots on a canvas that is shown."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.drawing.paths import PathItem, line_pen
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane
from nnviz.plots.scales import range_scale
from nnviz.theme import theme
from zooming import every_move_counts


@pytest.fixture(autouse=True)
def unlimited_moves() -> Iterator[None]:
    """Take each move of the mouse."""
    with every_move_counts():
        yield


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[PlotCanvas]:
    """A canvas of 400 by 300 pixels."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(400, 300)
    canvas = PlotCanvas(host)
    canvas.resize(host.size())
    canvas.set_style(theme("light"), canvas.font())
    host.show()
    qtbot.waitExposed(host)
    yield canvas
    host.close()


@pytest.fixture
def plane(canvas: PlotCanvas) -> Plane:
    """A plane from −1 to 1 sideways and from 0 to 10 upwards, with a line in it."""
    plane = canvas.plane()
    plane.name_axes("x", "y")
    plane.show(range_scale(-1.0, 1.0), range_scale(0.0, 10.0))
    line = PathItem(line_pen("#c00"))
    line.set_points(np.array([-1.0, 1.0]), np.array([0.0, 10.0]), "all")
    plane.add(line, "slope")
    plane.set_theme(theme("light"))
    plane.arrange(QRectF(canvas.area), canvas.font(), 60.0)
    canvas.repaint_soon()
    return plane
