from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView
from pytestqt.qtbot import QtBot

from nnviz.drawing.network_edges import EdgeGroup, Edges, Gap
from nnviz.drawing.network_layout import MOST_EDGES, DiagramFrame, DiagramLayout, lay_out
from nnviz.start import application
from nnviz.theme import THEMES, theme

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Draw = Callable[..., list[EdgeGroup]]


@pytest.fixture
def draw(qtbot: QtBot) -> Draw:
    """The lines that weights make: ``draw(layout, weights)``."""

    scenes: list[QGraphicsScene] = []

    def make(
        layout: DiagramLayout, *weights: object, name: str = "light", edges: list[Edges] | None = None
    ) -> list[EdgeGroup]:
        scene = QGraphicsScene()
        scenes.append(scene)
        drawn = Edges(scene, layout)
        drawn.set_theme(theme(name))
        parameters = np.concatenate([np.array(w, float).ravel() for w in weights])
        drawn.show(parameters[layout.weights])
        if edges is not None:
            edges.append(drawn)
        return drawn.strokes

    assert qtbot
    return make


def layout_of(*sizes: int, shown: int = 40) -> DiagramLayout:
    return lay_out(sizes, DiagramFrame.within(700, 500, 60.0, 40.0, 16.0), shown)


def lines(stroke: EdgeGroup) -> int:
    return len(stroke.lines)


def pen_of(draw: Draw, weight: float) -> QPen:
    (stroke,) = draw(layout_of(1, 1), [[weight, 0.0]])
    return stroke.pen


def test_lines_grow_with_the_weight(draw: Draw) -> None:
    widths = [pen_of(draw, w).widthF() for w in (0.1, 0.5, 1.0, 1.5, 1.9)]
    assert widths == sorted(set(widths))
    assert [pen_of(draw, -w).widthF() for w in (0.1, 0.5, 1.0, 1.5, 1.9)] == widths


@pytest.mark.parametrize("name", THEMES)
def test_a_sign_is_seen_by_colour_and_by_dashes(draw: Draw, name: str) -> None:
    layout, colors = layout_of(1, 1), theme(name)
    (positive,), (negative,) = (draw(layout, [[w, 0.0]], name=name) for w in (2.0, -2.0))
    assert positive.pen.color().name() == colors.positive
    assert negative.pen.color().name() == colors.negative
    assert positive.pen.style() == Qt.PenStyle.SolidLine
    assert negative.pen.style() == Qt.PenStyle.CustomDashLine
    assert positive.pen.color().alpha() == negative.pen.color().alpha() == 255


def test_dashes_are_of_one_length_at_any_width(draw: Draw) -> None:
    pens = [pen_of(draw, -w) for w in (0.1, 0.5, 1.0, 1.5, 1.9)]
    for pen in pens:
        assert [part * pen.widthF() for part in pen.dashPattern()] == pytest.approx([9.0, 5.0])


def test_a_line_goes_from_neuron_to_neuron(draw: Draw) -> None:
    layout = layout_of(2, 3)
    (stroke,) = draw(layout, [[0.0, 0.0, 9.0], [0.0, 0.0, 9.0], [0.0, 1.0, 9.0]])
    assert lines(stroke) == 1
    (line,) = stroke.lines
    source, unit = layout.centers[0][1], layout.centers[1][2]
    assert line.p1().toTuple() == pytest.approx((source[0] + layout.side / 2, source[1]))
    assert line.p2().toTuple() == pytest.approx((unit[0] - layout.side / 2, unit[1]))


def test_a_weight_of_zero_and_no_number_are_no_lines(draw: Draw) -> None:
    weights = [[0.0, 1.0, 0.0], [np.nan, -0.0, 0.0]]
    assert sum(map(lines, draw(layout_of(2, 2), weights))) == 1
    assert draw(layout_of(2, 2), np.full((2, 3), np.nan)) == []


def test_weights_without_bound_are_drawn_as_the_widest(draw: Draw) -> None:
    strokes = draw(layout_of(2, 1), [[np.inf, -np.inf, 0.0]])
    assert [lines(stroke) for stroke in strokes] == [1, 1]
    assert len({stroke.pen.color().name() for stroke in strokes}) == 2
    assert len({stroke.pen.widthF() for stroke in strokes}) == 1


def test_a_bias_is_no_edge(draw: Draw) -> None:
    assert draw(layout_of(2, 3), [[0.0, 0.0, 5.0]] * 3) == []


def test_of_many_the_strongest_are_drawn(draw: Draw) -> None:
    layout, rng = layout_of(30, 30, 10), np.random.default_rng(0)
    weights = [rng.normal(size=(30, 31)), rng.normal(size=(10, 31))]
    kept: list[Edges] = []
    strokes = draw(layout, *weights, edges=kept)
    values = np.concatenate([w[:, :-1].ravel() for w in weights])
    assert sum(map(lines, strokes)) == MOST_EDGES == len(kept[0].drawn)
    assert set(kept[0].drawn) == set(np.argsort(-np.abs(values))[:MOST_EDGES])


def test_folded_layers_leave_out_what_is_folded(draw: Draw) -> None:
    layout = layout_of(20, 20, shown=3)
    weights = np.ones((20, 21))
    weights[:3, :3] = -1.0
    strokes = draw(layout, weights)
    assert sum(map(lines, strokes)) == 9
    assert all(stroke.pen.style() == Qt.PenStyle.CustomDashLine for stroke in strokes)
    assert all(line.x1() < 350 for stroke in strokes for line in stroke.lines)


class Counted(Gap):
    """Counts how often its picture is painted."""

    pictures = 0

    def paint(self, *args: Any) -> None:
        self.pictures += 1
        super().paint(*args)


def painted_in(qtbot: QtBot, layout: DiagramLayout) -> tuple[Edges, QGraphicsView]:
    view = QGraphicsView()
    view.setScene(QGraphicsScene(view))
    qtbot.addWidget(view)
    edges = Edges(view.scene(), layout)
    edges.set_theme(theme("light"))
    return edges, view


def pictures(view: QGraphicsView) -> list[int]:
    """How often the picture of each gap was painted, from left to right."""
    gaps = [item for item in view.scene().items() if isinstance(item, Counted)]
    return [gap.pictures for gap in sorted(gaps, key=lambda gap: gap.rect().left())]


def test_a_picture_is_painted_anew_only_when_an_edge_in_it_changes(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.drawing.network_edges.Gap", Counted)
    edges, view = painted_in(qtbot, layout_of(2, 1, 1))
    painted = []
    for weights in ([1.0, -1.0, 1.0], [1.01, -1.01, 1.01], [1.02, 1.02, 1.01], [1.0, 1.0, 1.4]):
        edges.show(np.array(weights))
        view.grab()
        painted.append(pictures(view))
    assert painted == [[1, 1], [1, 1], [2, 1], [2, 2]]


def test_pictures_of_two_large_screens_are_kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.drawing.network_edges.Gap", Counted)
    application()
    layout = lay_out((2, 8, 8), DiagramFrame.within(3800, 2000, 60.0, 40.0, 16.0), 8)
    screens = [painted_in(qtbot, layout) for _ in range(2)]
    for edges, view in 3 * screens:
        view.resize(3800, 2000)
        edges.show(np.ones(len(layout.starts)))
        view.grab()
    assert [pictures(view) for _, view in screens] == [[1, 1], [1, 1]]
