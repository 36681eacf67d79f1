"""The view of three threshold units: pairs of lines, the descent, what the search costs."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nnviz.kinds.three_units.schema import ThreeUnits
from nnviz.theme import THEMES, theme
from nnviz.views.three_units.view import ThreeUnitsView
from runs import moment_of
from seeing import points, use_font

Show = Callable[..., QWidget]


def shown(show: Show, steps: int = 0, width: int = 800, height: int = 560, **settings: object) -> ThreeUnitsView:
    view = ThreeUnitsView()
    show(view, width, height)
    view.show_snapshot(moment_of(ThreeUnits(**settings), steps))  # type: ignore[arg-type]
    return view


def test_before_the_first_pair_there_are_no_lines(show: Show) -> None:
    view = shown(show)
    assert view.verdicts[0].text() == "92 ways, 4,278 pairs to try"
    assert all(not len(points(item.path())) for item in view.search.lines)
    assert all(len(points(item.path())) == 2 for item in view.descent.lines)


def test_a_pair_is_drawn_with_what_is_wrong(show: Show) -> None:
    view = shown(show, 2000)
    assert view.verdicts[0].text() == "pair 2,000 of 4,278: 6 of 10 right"
    assert view.search.wrong.path().elementCount() == 4 * view.descent.wrong.path().elementCount()


def test_the_solution_has_no_ring_and_thicker_lines(show: Show) -> None:
    view = shown(show, 5000)
    assert view.verdicts[0].text() == "pair 3,517 of 4,278: a solution"
    assert view.verdicts[1].text() == "epoch 3,517: 9 of 10 right"
    assert view.search.wrong.path().isEmpty()
    assert {item.pen().widthF() for item in view.search.lines} == {5.0}


def test_the_lines_part_the_points_as_the_search_says(show: Show) -> None:
    view = shown(show, 3517)
    state = view._snapshot.state  # type: ignore[union-attr]
    for (w, b), item in zip(state.search.lines(3516), view.search.lines, strict=True):
        ends = view.search.plane.points(points(item.path()))
        assert np.abs(ends @ w + b).max() < 1e-6


def test_only_pairs_that_hold_class_1(show: Show) -> None:
    view = shown(show, 1, holding=True)
    assert view.titles[0].text() == "search: pairs that hold all of class 1"
    assert view.verdicts[0].text() == "pair 1 of 171: 9 of 10 right"


def test_every_count_is_on_the_lower_curve(show: Show) -> None:
    view = shown(show)
    middles = points(view.counted.path())
    assert len(middles) > 8
    assert view.costs.plane.y.logarithmic


def test_low_views_leave_the_costs_out(show: Show) -> None:
    view = shown(show, width=500, height=220)
    assert not view.costs.plane.is_visible


def test_numbers_are_verdicts(show: Show) -> None:
    view = shown(show, 10)
    view.keep_secret(True)
    assert [text.opacity() for text in (*view.titles, *view.verdicts)] == [1.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(("width", "height", "size"), [(800, 560, 15), (420, 400, 13), (1100, 700, 22)])
def test_words_are_within(width: int, height: int, size: int, show: Show) -> None:
    view = ThreeUnitsView()
    use_font(view, size)
    show(view, width, height)
    view.show_snapshot(moment_of(ThreeUnits(), 100))
    for text in (*view.titles, *view.verdicts):
        assert view.rect().contains(text.sceneBoundingRect().toAlignedRect()), text.text()
    assert not view.titles[0].sceneBoundingRect().intersects(view.titles[1].sceneBoundingRect())


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_expected(
    name: str, show: Show, assert_matches_image: Callable[[QWidget, str], QImage]
) -> None:
    view = shown(show, 3517)
    view.set_theme(theme(name))
    assert_matches_image(view, f"three_units_{name}")
