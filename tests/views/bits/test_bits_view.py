"""The view of bits: networks side by side, rows to choose, which of them are right."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from nnviz.runs.run import NetworkRun
from nnviz.theme import THEMES, theme
from nnviz.views.bits.view import NO_BITS, BitsView
from runs import run_of
from seeing import feed, use_font

Show = Callable[..., QWidget]
TREE = (
    '[data]\nname = "parity"\nbits = 4\nstandardize = true\n[network]\nhidden = [4, 2, 2]\n'
    '[training]\noptimizer = "adam"\nlearning_rate = 0.01\n'
)
BUILT = TREE.replace("hidden = [4, 2, 2]", 'hidden = [4, 2, 2]\nbuilt = "xor_tree"')


def shown(show: Show, run: NetworkRun, width: int = 800, height: int = 420) -> BitsView:
    view = BitsView()
    show(view, width, height)
    feed(view, run)
    return view


def test_three_networks_stand_side_by_side(show: Show) -> None:
    view = shown(show, run_of(TREE))
    assert [panel.title.text() for panel in view.panels] == [
        "this network",
        "built by hand: a tree of XORs",
        "the connections it has (mask)",
    ]


def test_the_built_one_stands_beside_its_connections_only(show: Show) -> None:
    view = shown(show, run_of(BUILT))
    assert [panel.title.text() for panel in view.panels][1:] == ["the connections it has (mask)", ""]
    assert view.score.text() == "16 of 16 rows right (blue)"
    assert [text.text() for text in view.panels[0].bits][:4] == ["0", "0", "0", "1"]


def test_rows_are_gone_through_and_clicked(show: Show) -> None:
    run = run_of(BUILT)
    view = shown(show, run)
    view.on.click()
    feed(view, run)
    assert view.heading.text() == "row 3 of 16: 0010, 1 one, target 1"
    for _ in range(3):
        view.back.click()
        feed(view, run)
    assert view.heading.text().startswith("row 16 of 16: 1111, 4 ones")
    place = view.canvas.mapFromScene(view.cells.cell_rect(0, 7).center())
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    feed(view, run)
    assert view.heading.text() == "row 8 of 16: 0111, 3 ones, target 1"


def test_which_rows_are_right_is_a_verdict(show: Show) -> None:
    view = shown(show, run_of(TREE))
    view.keep_secret(True)
    assert view.score.opacity() == view.cells.picture.opacity() == 0.0


def test_other_data_are_told_so(show: Show) -> None:
    view = shown(show, run_of('[data]\nname = "circle"\n'))
    assert view.heading.text() == NO_BITS
    assert not view.on.isVisible()


def test_many_units_have_no_digits(show: Show) -> None:
    text = TREE.replace("bits = 4", "bits = 8").replace("[4, 2, 2]", '[128]\nbuilt = "or_of_ands"')
    view = shown(show, run_of(text))
    assert view.panels[0].bits == []
    assert view.score.text() == "256 of 256 rows right (blue)"


@pytest.mark.parametrize(("width", "height", "size"), [(800, 420, 15), (420, 330, 13), (1100, 600, 22)])
def test_words_are_within(width: int, height: int, size: int, show: Show) -> None:
    view = BitsView()
    use_font(view, size)
    show(view, width, height)
    feed(view, run_of(TREE))
    for text in (view.heading, view.score, *(panel.title for panel in view.panels)):
        assert view.rect().contains(text.sceneBoundingRect().toAlignedRect()), text.text()


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_expected(
    name: str, show: Show, assert_matches_image: Callable[[QWidget, str], QImage]
) -> None:
    view = shown(show, run_of(TREE, 100))
    view.set_theme(theme(name))
    assert_matches_image(view, f"bits_{name}")
