from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsPixmapItem

from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane
from nnviz.plots.scales import range_scale
from nnviz.theme import theme


@pytest.fixture
def pictures(canvas: PlotCanvas, plane: Plane) -> Sequence[QGraphicsPixmapItem]:
    """Of the numbers: those below the frame, then those beside it."""
    canvas.repaint_soon()
    items = [item for item in canvas.scene().items() if isinstance(item, QGraphicsPixmapItem)]
    assert plane.axes.outer.isValid()
    return sorted((item for item in items if not item.pixmap().isNull()), key=lambda item: -item.y())


def keys(pictures: Sequence[QGraphicsPixmapItem]) -> list[int]:
    return [item.pixmap().cacheKey() for item in pictures]


def test_only_the_axis_that_has_changed_is_painted_anew(
    canvas: PlotCanvas, plane: Plane, pictures: Sequence[QGraphicsPixmapItem]
) -> None:
    below, beside = keys(pictures)
    plane.show(range_scale(-1.0, 2.0), plane.y)
    canvas.repaint_soon()
    assert keys(pictures)[0] != below
    assert keys(pictures)[1] == beside


def test_colours_font_and_place_repaint_both(
    canvas: PlotCanvas, plane: Plane, pictures: Sequence[QGraphicsPixmapItem]
) -> None:
    larger = QFont(canvas.font())
    larger.setPointSizeF(1.5 * larger.pointSizeF())
    changes: tuple[Callable[[], None], ...] = (
        lambda: plane.set_theme(theme("dark")),
        lambda: plane.arrange(plane.axes.outer, larger),
        lambda: plane.arrange(QRectF(20.0, 10.0, 300.0, 200.0), larger),
    )
    for change in changes:
        before = keys(pictures)
        change()
        canvas.repaint_soon()
        assert not set(before) & set(keys(pictures))


def test_an_axis_without_numbers_has_no_picture(
    canvas: PlotCanvas, plane: Plane, pictures: Sequence[QGraphicsPixmapItem]
) -> None:
    plane.show(plane.x.without_words(), plane.y)
    canvas.repaint_soon()
    assert pictures[0].pixmap().isNull()
    assert not pictures[1].pixmap().isNull()


def test_only_numbers_are_painted(pictures: Sequence[QGraphicsPixmapItem]) -> None:
    darkest = QColor(theme("light").muted).lightness()
    for item in pictures:
        image = item.pixmap().toImage()
        colors = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        opaque = [color.lightness() for color in colors if color.alpha() == 255]
        assert opaque
        assert min(opaque) >= darkest - 8
