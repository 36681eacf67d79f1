from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hands import drag
from nnviz.analysis.codes import Codes
from nnviz.runs.run import NetworkRun
from nnviz.theme import THEMES, theme
from nnviz.views.codes.view import NO_CODES, CodesView
from runs import run_of
from seeing import feed, overlapping, texts, use_font

Show = Callable[..., QWidget]

AUTO = (
    '[data]\nname = "digits"\ntarget = "inputs"\ntrain_fraction = 0.7\n[network]\nhidden = [16, 2, 16]\n'
    'activation = ["tanh", "identity", "tanh"]\noutput = "sigmoid"\n'
    '[training]\noptimizer = "adam"\nlearning_rate = 0.01\nbatch_size = 32\n'
)


def shown(show: Show, run: NetworkRun, width: int = 900, height: int = 600) -> CodesView:
    view = CodesView()
    show(view, width, height)
    feed(view, run)
    return view


def marker(view: CodesView, sample: int) -> QPoint:
    x, y = view.panes["codes"]._places[sample].tolist()
    return QPoint(round(x), round(y))


def apart(view: CodesView) -> tuple[int, int]:
    """Two samples far from each other and inside of the frame."""
    places = view.panes["codes"]._places
    frame = view.panes["codes"].plane.frame.adjusted(30, 30, -30, -30)
    inside = [k for k, (x, y) in enumerate(places.tolist()) if frame.contains(x, y)]
    first = min(inside, key=lambda k: places[k, 0])
    return first, max(inside, key=lambda k: places[k, 0])


def test_a_drag_between_two_samples_walks(show: Show, qtbot: QtBot) -> None:
    run = run_of(AUTO, 5)
    view = shown(show, run)
    pair = apart(view)
    before = view.panes["codes"].pictures[4].pixmap().toImage().copy()
    with qtbot.waitSignal(view.aspects_changed):
        drag(view.canvas.viewport(), marker(view, pair[0]), QPoint(300, 300), marker(view, pair[1]))
    first, second = view.wanted.pair or (-1, -1)
    places = view.panes["codes"]._places  # markers may lie on each other: the nearest counts
    np.testing.assert_allclose(places[[first, second]], places[list(pair)], atol=3.0)
    feed(view, run)
    assert view.panes["codes"].pictures[4].pixmap().toImage() != before


def test_a_click_decodes_the_place(show: Show, qtbot: QtBot) -> None:
    run = run_of(AUTO, 5)
    view = shown(show, run)
    pane = view.panes["components"]
    assert not pane.decoded.isVisible()
    place = pane.plane.frame.center().toPoint()
    with qtbot.waitSignal(view.aspects_changed):
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.wanted.point
    assert view.wanted.point[0] == "components"
    assert view.wanted.point[1:] == pytest.approx(pane.plane.point_at(place.toPointF()))
    feed(view, run)
    assert pane.decoded.isVisible()
    assert not view.panes["codes"].decoded.isVisible()
    drag(view.canvas.viewport(), place, place + QPoint(80, 3))  # from nowhere to nowhere


def test_figures_are_those_of_the_picture(show: Show) -> None:
    run = run_of(AUTO, 5)
    view = shown(show, run)
    picture = Codes().prepare(run.problem)(run.snapshot())
    assert picture
    assert picture.codes.agreement is not None
    expected = (
        f"mean squared error {picture.codes.error:.3g} · neighbours agree: {100 * picture.codes.agreement:.0f} %"
    )
    assert view.panes["codes"].figures.text() == expected
    assert view.panes["codes"].title.text() == "the code: 2 numbers"
    assert "walk from " in view.describe()


def test_a_sample_under_the_pointer_is_shown(show: Show, qtbot: QtBot) -> None:
    view = shown(show, run_of(AUTO, 2))
    QTest.mouseMove(view.canvas.viewport(), marker(view, apart(view)[0]))
    qtbot.waitUntil(lambda: view.card.is_visible)
    QTest.mouseMove(view.canvas.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: not view.card.is_visible)


def test_nothing_is_told_while_a_question_waits(show: Show) -> None:
    view = shown(show, run_of(AUTO, 2))
    view.keep_secret(True)
    for pane in view.panes.values():
        assert pane.figures.opacity() == 0.0
        assert all(item.opacity() == 0.0 for item in (pane.decoded, *pane.pictures))
    view.keep_secret(False)
    assert view.panes["codes"].figures.opacity() == 1.0


def test_another_network_says_what_is_lacking(show: Show) -> None:
    view = shown(show, run_of(AUTO, 1))
    feed(view, run_of())
    assert view.excuse.text() == NO_CODES
    assert not view.panes["codes"].plane.is_visible
    feed(view, run_of(AUTO, 1))
    assert view.excuse.text() == ""
    assert view.panes["codes"].plane.is_visible


def test_data_that_are_no_pictures_have_planes_only(show: Show) -> None:
    text = '[data]\nname = "iris"\ntarget = "inputs"\n[network]\nhidden = [4, 2, 4]\noutput = "identity"\n'
    view = shown(show, run_of(text, 2))
    assert not any(picture.isVisible() for picture in view.panes["codes"].pictures)
    assert len(view.panes["codes"].markers.items) == 75


@pytest.mark.parametrize(
    ("width", "height", "size"), [(480, 360, 13), (1400, 900, 20), (900, 230, 13), (500, 700, 16)]
)
def test_nothing_overlaps(show: Show, width: int, height: int, size: int) -> None:
    run = run_of(AUTO, 2)
    view = shown(show, run, width, height)
    use_font(view, size)
    feed(view, run)
    words = [text for text in texts(view.canvas.scene()) if text.isVisible() and text.text()]
    boxes = [text.sceneBoundingRect() for text in words]
    assert all(view.canvas.area.adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    assert not overlapping(box.adjusted(1, 2, -1, -2) for box in boxes)


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    run = run_of(AUTO, 15)
    view = shown(show, run, 900, 420)
    view.set_theme(theme(name))
    view.look_at(Codes(None, ("codes", 0.0, 0.0)))
    feed(view, run)
    assert_matches_image(view, f"codes_{name}")
