"""The view of linear regions: polygons, their number, a curve's pieces."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nnviz.analysis.linear_regions import Pieces, Regions
from nnviz.runs.run import NetworkRun
from nnviz.theme import THEMES, theme
from nnviz.views.regions.view import NONE, LinearRegionsView
from runs import run_of
from seeing import feed, points

Show = Callable[..., QWidget]
CIRCLE = (
    '[data]\nname = "circle"\n[network]\nhidden = [6, 5]\nactivation = "relu"\ninitializer = "he_normal"\n'
    'initial_biases = "uniform"\n[training]\nlearning_rate = 0.1\n'
)
TOOTH = (
    '[data]\nname = "sawtooth"\nfolds = 3\n[network]\nhidden = [2, 2, 2]\nactivation = "relu"\n'
    'output = "identity"\nbuilt = "sawtooth"\n'
)


def shown(show: Show, run: NetworkRun, width: int = 500, height: int = 460) -> LinearRegionsView:
    view = LinearRegionsView()
    show(view, width, height)
    feed(view, run)
    return view


def test_every_region_is_drawn_and_counted(show: Show) -> None:
    view = shown(show, run_of(CIRCLE, 20))
    assert isinstance(view.picture, Regions)
    assert view.count.words == f"{view.picture.count} regions"
    corners = sum(len(points(item.path())) for item in view._tints)
    assert corners == sum(map(len, view.picture.polygons))


def test_they_follow_the_network(show: Show) -> None:
    run = run_of(CIRCLE)
    view = shown(show, run)
    before = view.picture
    run.advance(50)
    feed(view, run)
    assert view.picture is not before


def test_a_curve_has_pieces(show: Show) -> None:
    view = shown(show, run_of(TOOTH))
    assert isinstance(view.picture, Pieces)
    assert view.count.words == "8 pieces"
    assert view.read(-0.9, 0.0)[-1] == "piece 1 of 8"


def test_what_bends_everywhere_is_said(show: Show) -> None:
    view = shown(show, run_of('[data]\nname = "circle"\n'))
    assert view.title.text() == NONE
    assert not view.count.ground.isVisible()


def test_the_number_is_a_verdict(show: Show) -> None:
    view = shown(show, run_of(CIRCLE))
    view.keep_secret(True)
    assert view.count.ground.opacity() == 0.0
    view.keep_secret(False)
    assert view.count.ground.opacity() == 1.0


@pytest.mark.parametrize("name", THEMES)
def test_regions_look_as_expected(
    name: str, show: Show, assert_matches_image: Callable[[QWidget, str], QImage]
) -> None:
    view: Any = shown(show, run_of(CIRCLE, 20))
    view.set_theme(theme(name))
    assert_matches_image(view, f"regions_{name}")


def test_pieces_look_as_expected(show: Show, assert_matches_image: Callable[[QWidget, str], QImage]) -> None:
    assert_matches_image(shown(show, run_of(TOOTH)), "regions_curve_light")
