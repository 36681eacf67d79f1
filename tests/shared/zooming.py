"""What every plot does under the hand, and what it does not do while Qt paints it."""

import cProfile
import pstats
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem

from hands import double_click, drag, pixel, wheel
from nnviz.drawing.canvas import Canvas
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane

SHIFT, NO_KEY = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@contextmanager
def every_move_counts() -> Iterator[None]:
    """Let no move of the mouse be left out for having come too soon after another."""
    rate = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOptions(mouseRateLimit=-1)
    yield
    pg.setConfigOptions(mouseRateLimit=rate)


def place_in(plane: Plane, across: float = 0.5, down: float = 0.5) -> QPointF:
    """A pixel so far across and down a plane's frame."""
    frame = plane.frame
    place = frame.topLeft() + QPointF(across * frame.width(), down * frame.height())
    return QPointF(pixel(place))


def check_hands(canvas: PlotCanvas, plane: Plane, go_on: Callable[[], object]) -> None:
    """The wheel zooms about the pointer, and holds while it goes on; a drag pans; a double click shows all."""
    viewport, place = canvas.viewport(), place_in(plane, 0.7, 0.35)
    whole, before = np.array(plane.extent), plane.point_at(place)
    with every_move_counts():
        wheel(viewport, place, notches=2)
        near = np.array(plane.extent)
        assert np.ptp(near[:2]) < np.ptp(whole[:2])
        assert np.ptp(near[2:]) < np.ptp(whole[2:])
        assert np.allclose(plane.point_at(place), before, atol=1e-3 * np.ptp(near))
        go_on()
        assert np.allclose(plane.extent, near, rtol=1e-9, atol=0.0)
        start, end = place_in(plane, 0.3, 0.9), place_in(plane, 0.5, 0.8)
        grasped = plane.point_at(start)
        modifier = SHIFT if plane.box.is_drawn_on else NO_KEY
        drag(viewport, *(pixel(start + (end - start) * share) for share in (0.0, 0.5, 1.0)), modifier=modifier)
        assert np.allclose(plane.point_at(end), grasped, atol=0.02 * np.ptp(near))
    if plane.box.is_drawn_on:
        canvas.show_all()
    else:
        double_click(viewport, pixel(place))
    assert not plane.held
    assert np.ptp(plane.extent[:2]) >= 0.99 * np.ptp(whole[:2])


def read_at(canvas: PlotCanvas, plane: Plane, x: float, y: float) -> tuple[tuple[float, float], list[str]]:
    """The point of a plane under the pixel that is nearest to another, and what is said with the pointer there."""
    place = pixel(QPointF(*plane.pixels(np.array([x, y]))))
    QTest.mouseMove(canvas.viewport(), place)
    tag = canvas._readout.tag
    return plane.point_at(QPointF(place)), tag.text.splitlines() if tag.is_visible else []


def clipped_by(item: QGraphicsItem) -> Any:
    """The rectangle that cuts an item off, in pixels."""
    parent = item.parentItem()
    while parent and not parent.flags() & QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape:
        parent = parent.parentItem()
    return parent.sceneBoundingRect() if parent else None


def calls_while_painted(canvas: Canvas) -> list[Any]:
    """Calls of Python functions while Qt paints a canvas."""
    for _ in range(3):  # layouts may ask for others
        QApplication.processEvents()
    canvas.viewport().update()
    profile = cProfile.Profile()
    profile.enable()
    QApplication.processEvents()
    profile.disable()
    calls = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return [key for key in calls if key[0] not in {"~", __file__}]
