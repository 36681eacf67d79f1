from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.drawing.network_layout import DiagramFrame, DiagramLayout, distances, lay_out

_frames = st.builds(
    DiagramFrame.within,
    width=st.integers(200, 3840),
    height=st.integers(150, 2160),
    left=st.floats(15.0, 800.0),
    right=st.floats(15.0, 800.0),
    line=st.floats(10.0, 80.0),
)
_sizes = st.lists(st.integers(1, 4096), min_size=2, max_size=33).map(tuple)


def laid_out(sizes: tuple[int, ...], width: int = 700, height: int = 500, shown: int = 12) -> DiagramLayout:
    return lay_out(sizes, DiagramFrame.within(width, height, 60.0, 40.0, 16.0), shown)


@given(_sizes, _frames, st.integers(1, 40))
def test_neurons_are_inside_the_view_and_apart(sizes: tuple[int, ...], frame: DiagramFrame, shown: int) -> None:
    layout = lay_out(sizes, frame, shown)
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
    layout = lay_out(sizes, frame, shown)
    assert layout.sizes == sizes
    assert [len(centers) for centers in layout.centers] == [min(size, shown) for size in sizes]
    assert len(layout.edges[0]) == sum(min(a, shown) * min(b, shown) for a, b in pairwise(sizes))


@given(_sizes, _frames, st.integers(1, 12))
def test_every_edge_joins_the_sides_of_its_two_neurons(
    sizes: tuple[int, ...], frame: DiagramFrame, shown: int
) -> None:
    layout = lay_out(sizes, frame, shown)
    starts, ends = layout.starts, layout.ends
    for at in np.linspace(0, len(starts) - 1, 50).astype(int):
        layer, unit, source = (int(of[at]) for of in layout.edges)
        x, y = layout.centers[layer][source]
        assert starts[at] == pytest.approx((x + layout.side / 2, y))
        x, y = layout.centers[layer + 1][unit]
        assert ends[at] == pytest.approx((x - layout.side / 2, y))


@given(_frames)
def test_as_many_as_there_is_room_for_can_be_read(frame: DiagramFrame) -> None:
    layout = lay_out((frame.capacity, frame.capacity), frame, frame.capacity)
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
