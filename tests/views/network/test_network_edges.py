from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QGraphicsScene
from pytestqt.qtbot import QtBot

from nnviz.theme import THEMES, theme
from nnviz.views.network.edges import Edges
from nnviz.views.network.layout import MOST_EDGES, Frame, Layout, lay_out
from nnviz.views.paths import PathItem

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Draw = Callable[..., list[PathItem]]


@pytest.fixture
def draw(qtbot: QtBot) -> Iterator[Draw]:
    """The lines that weights make: ``draw(layout, weights)``, without those that are empty."""
    scenes = []

    def make(
        layout: Layout, *weights: object, name: str = "light", edges: list[Edges] | None = None
    ) -> list[PathItem]:
        scenes.append(QGraphicsScene())
        drawn = Edges(scenes[-1])
        drawn.set_theme(theme(name))
        parameters = np.concatenate([np.array(w, float).ravel() for w in weights])
        drawn.show(layout.starts, layout.ends, parameters[layout.weights])
        if edges is not None:
            edges.append(drawn)
        return [item for item in scenes[-1].items() if isinstance(item, PathItem) and not item.path().isEmpty()]

    assert qtbot
    yield make
    for scene in scenes:
        scene.clear()


def layout_of(*sizes: int, shown: int = 40) -> Layout:
    return lay_out(sizes, Frame.within(700, 500, 60.0, 40.0, 16.0), shown)


def lines(item: PathItem) -> int:
    return item.path().elementCount() // 2


def item_of(draw: Draw, weight: float) -> PathItem:
    (item,) = draw(layout_of(1, 1), [[weight, 0.0]])
    return item


def test_lines_grow_with_the_weight(draw: Draw) -> None:
    widths = [item_of(draw, w).pen().widthF() for w in (0.1, 0.5, 1.0, 1.5, 1.9)]
    assert widths == sorted(set(widths))
    assert [item_of(draw, -w).pen().widthF() for w in (0.1, 0.5, 1.0, 1.5, 1.9)] == widths


@pytest.mark.parametrize("name", THEMES)
def test_a_sign_is_seen_by_colour_and_by_dashes(draw: Draw, name: str) -> None:
    layout, colors = layout_of(1, 1), theme(name)
    (positive,), (negative,) = (draw(layout, [[w, 0.0]], name=name) for w in (2.0, -2.0))
    assert positive.pen().color().name() == colors.positive
    assert negative.pen().color().name() == colors.negative
    assert positive.pen().style() == Qt.PenStyle.SolidLine
    assert negative.pen().style() == Qt.PenStyle.CustomDashLine
    assert positive.pen().color().alpha() == negative.pen().color().alpha() == 255


def test_dashes_are_of_one_length_at_any_width(draw: Draw) -> None:
    pens = [item_of(draw, -w).pen() for w in (0.1, 0.5, 1.0, 1.5, 1.9)]
    for pen in pens:
        assert [part * pen.widthF() for part in pen.dashPattern()] == pytest.approx([9.0, 5.0])


def test_a_line_goes_from_neuron_to_neuron(draw: Draw) -> None:
    layout = layout_of(2, 3)
    (item,) = draw(layout, [[0.0, 0.0, 9.0], [0.0, 0.0, 9.0], [0.0, 1.0, 9.0]])
    assert lines(item) == 1
    bounds = item.path().boundingRect()
    assert bounds.left() == pytest.approx(layout.centers[0][1, 0] + layout.side / 2)
    assert bounds.right() == pytest.approx(layout.centers[1][2, 0] - layout.side / 2)
    heights = sorted([layout.centers[0][1, 1], layout.centers[1][2, 1]])
    assert [bounds.top(), bounds.bottom()] == pytest.approx(heights)


def test_a_weight_of_zero_and_no_number_are_no_lines(draw: Draw) -> None:
    weights = [[0.0, 1.0, 0.0], [np.nan, -0.0, 0.0]]
    assert sum(map(lines, draw(layout_of(2, 2), weights))) == 1
    assert draw(layout_of(2, 2), np.full((2, 3), np.nan)) == []


def test_weights_without_bound_are_drawn_as_the_widest(draw: Draw) -> None:
    items = draw(layout_of(2, 1), [[np.inf, -np.inf, 0.0]])
    assert [lines(item) for item in items] == [1, 1]
    assert len({item.pen().color().name() for item in items}) == 2
    assert len({item.pen().widthF() for item in items}) == 1


def test_a_bias_is_no_edge(draw: Draw) -> None:
    assert draw(layout_of(2, 3), [[0.0, 0.0, 5.0]] * 3) == []


def test_of_many_the_strongest_are_drawn(draw: Draw) -> None:
    layout, rng = layout_of(30, 30, 10), np.random.default_rng(0)
    weights = [rng.normal(size=(30, 31)), rng.normal(size=(10, 31))]
    kept: list[Edges] = []
    items = draw(layout, *weights, edges=kept)
    values = np.concatenate([w[:, :-1].ravel() for w in weights])
    assert sum(map(lines, items)) == MOST_EDGES == len(kept[0].drawn)
    assert set(kept[0].drawn) == set(np.argsort(-np.abs(values))[:MOST_EDGES])


def test_folded_layers_leave_out_what_is_folded(draw: Draw) -> None:
    layout = layout_of(20, 20, shown=3)
    weights = np.ones((20, 21))
    weights[:3, :3] = -1.0
    items = draw(layout, weights)
    assert sum(map(lines, items)) == 9
    assert all(item.pen().style() == Qt.PenStyle.CustomDashLine for item in items)
    places = {(p.x, p.y) for item in items for p in [item.path().elementAt(0)]}
    assert all(QPointF(*place).x() < 350 for place in places)
