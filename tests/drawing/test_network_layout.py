from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen, QPixmapCache
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView
from pytestqt.qtbot import QtBot

from nnviz.drawing.network_layout import (
    MOST_EDGES,
    DiagramFrame,
    DiagramLayout,
    EdgeGroup,
    EdgeLayer,
    Edges,
    distances,
    lay_out,
)
from nnviz.runs.scene import Lens
from nnviz.start import application, kept_pictures
from nnviz.theme import THEMES, theme

_frames = st.builds(
    DiagramFrame.within,
    width=st.integers(200, 3840),
    height=st.integers(150, 2160),
    left=st.floats(15.0, 800.0),
    right=st.floats(15.0, 800.0),
    line=st.floats(10.0, 80.0),
)

_sizes = st.lists(st.integers(1, 4096), min_size=2, max_size=33).map(tuple)
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Draw = Callable[..., list[EdgeGroup]]


def drawn(sizes: tuple[int, ...], count: int, firsts: tuple[int, ...] = ()) -> tuple[range, ...]:
    return Lens(shown=count, firsts=firsts).units(sizes)


def laid_out(sizes: tuple[int, ...], width: int = 700, height: int = 500, shown: int = 12) -> DiagramLayout:
    return lay_out(sizes, DiagramFrame.within(width, height, 60.0, 40.0, 16.0), drawn(sizes, shown))


@given(_sizes, _frames, st.integers(1, 40))
def test_neurons_are_inside_the_view_and_apart(sizes: tuple[int, ...], frame: DiagramFrame, shown: int) -> None:
    layout = lay_out(sizes, frame, drawn(sizes, shown))
    half = layout.side / 2
    assert half > 0
    for centers in layout.centers:
        assert (centers[:, 0] - half >= frame.left - 1e-6).all()
        assert (centers[:, 0] + half <= frame.width - frame.right + 1e-6).all()
        assert (centers[:, 1] - half >= frame.top - 1e-6).all()
        assert (centers[:, 1] + half <= frame.height - frame.bottom + 1e-6).all()
        assert (np.diff(centers[:, 1]) > 1.3 * layout.side).all()
    assert all(right[0, 0] - left[0, 0] > 1.3 * layout.side for left, right in pairwise(layout.centers))


@given(_sizes, _frames, st.integers(1, 40))
def test_of_wide_layers_so_many_are_shown(sizes: tuple[int, ...], frame: DiagramFrame, shown: int) -> None:
    layout = lay_out(sizes, frame, drawn(sizes, shown))
    assert layout.sizes == sizes
    assert [len(centers) for centers in layout.centers] == [min(size, shown) for size in sizes]
    assert len(layout.edges[0]) == sum(min(a, shown) * min(b, shown) for a, b in pairwise(sizes))


@given(_sizes, _frames, st.integers(1, 12))
def test_every_edge_joins_the_sides_of_its_two_neurons(
    sizes: tuple[int, ...], frame: DiagramFrame, shown: int
) -> None:
    layout = lay_out(sizes, frame, drawn(sizes, shown, tuple(size // 3 for size in sizes)))
    starts, ends = layout.starts, layout.ends
    for at in np.linspace(0, len(starts) - 1, 50).astype(int):
        layer, unit, source = (int(of[at]) for of in layout.edges)
        x, y = layout.centers[layer][layout.shown[layer].index(source)]
        assert starts[at] == pytest.approx((x + layout.side / 2, y))
        x, y = layout.centers[layer + 1][layout.shown[layer + 1].index(unit)]
        assert ends[at] == pytest.approx((x - layout.side / 2, y))


@given(_frames)
def test_as_many_as_there_is_room_for_can_be_read(frame: DiagramFrame) -> None:
    layout = lay_out((frame.capacity, frame.capacity), frame, (range(frame.capacity),) * 2)
    narrow = frame.room[0] / (2 * 1.7)
    least = 26.0 if frame.capacity > 2 else 0.0
    assert layout.side >= min(least, narrow) - 1e-9


@given(_frames)
def test_there_is_room_left_whatever_the_words_need(frame: DiagramFrame) -> None:
    assert frame.room[0] >= 0.39 * frame.width
    assert frame.room[1] >= 0.34 * frame.height


def test_neurons_grow_with_the_view_to_be_seen_from_afar() -> None:
    assert laid_out((2, 4, 1), 3000, 2000).side > 2 * laid_out((2, 4, 1), 900, 500).side


def test_the_pitch_is_the_distance_of_two_layers() -> None:
    layout = laid_out((2, 3, 1))
    assert layout.pitch == layout.centers[2][0, 0] - layout.centers[1][0, 0]


def test_distances_are_those_from_segments_and_not_from_lines() -> None:
    starts = np.array([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0], [-3.0, 4.0]])
    ends = np.array([[10.0, 0.0], [0.0, 10.0], [5.0, 5.0], [-3.0, 9.0]])
    assert distances((3.0, 4.0), starts, ends) == pytest.approx([4.0, 3.0, np.hypot(2, 1), 6.0])


_coordinates = st.floats(-1000, 1000)


_points = st.tuples(_coordinates, _coordinates)


@given(_points, _points, _points)
def test_distances_agree_with_a_walk_along_the_segment(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> None:
    walk = np.linspace(start, end, 2001)
    nearest = np.hypot(*(walk - point).T).min()
    length = np.hypot(end[0] - start[0], end[1] - start[1])
    assert distances(point, np.array([start]), np.array([end]))[0] == pytest.approx(
        nearest, abs=length / 2000 + 1e-5
    )


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
    return lay_out(sizes, DiagramFrame.within(700, 500, 60.0, 40.0, 16.0), drawn(sizes, shown))


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


class Counted(EdgeLayer):
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
    monkeypatch.setattr("nnviz.drawing.network_layout.EdgeLayer", Counted)
    edges, view = painted_in(qtbot, layout_of(2, 1, 1))
    painted = []
    for weights in ([1.0, -1.0, 1.0], [1.01, -1.01, 1.01], [1.02, 1.02, 1.01], [1.0, 1.0, 1.4]):
        edges.show(np.array(weights))
        view.grab()
        painted.append(pictures(view))
    assert painted == [[1, 1], [1, 1], [2, 1], [2, 2]]


def test_pictures_of_two_large_screens_are_kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.drawing.network_layout.EdgeLayer", Counted)
    application()
    limit = QPixmapCache.cacheLimit()
    QPixmapCache.setCacheLimit(kept_pictures(2 * 3840 * 2160))
    layout = laid_out((2, 8, 8), 3800, 2000)
    screens = [painted_in(qtbot, layout) for _ in range(2)]
    for edges, view in 3 * screens:
        view.resize(3800, 2000)
        edges.show(np.ones(len(layout.starts)))
        view.grab()
    QPixmapCache.setCacheLimit(limit)
    assert [pictures(view) for _, view in screens] == [[1, 1], [1, 1]]
