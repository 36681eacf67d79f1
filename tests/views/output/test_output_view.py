from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.output.view import OutputView
from seeing import use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

SINE = '[data]\nname = "sine"\n[network]\noutput = "identity"\n'


@pytest.fixture
def view(show: Show) -> OutputView:
    view = OutputView()
    show(view, 500, 400)
    return view


def test_it_is_a_plane_or_a_curve_as_the_data_are(view: OutputView, snapshot_of: SnapshotOf) -> None:
    for text, expected in (("", view.region), (SINE, view.curve), ("", view.region)):
        view.show_snapshot(snapshot_of(text))
        assert view.currentWidget() is expected
        assert expected.snapshot
        assert expected.isVisible()


@pytest.mark.parametrize("name", THEMES)
def test_both_take_the_theme(view: OutputView, snapshot_of: SnapshotOf, name: str) -> None:
    view.set_theme(theme(name))
    for text in ("", SINE):
        view.show_snapshot(snapshot_of(text))
        QApplication.processEvents()
        ground = view.grab().toImage().pixelColor(1, view.height() - 1).name()
        assert ground == theme(name).background


def test_its_button_has_the_views_font(view: OutputView, snapshot_of: SnapshotOf) -> None:
    view.show_snapshot(snapshot_of())
    use_font(view, 24)
    assert view.lines.font().pixelSize() == 24
    assert view.lines.geometry().right() == view.width() - 1


def test_strokes_are_passed_on(view: OutputView, snapshot_of: SnapshotOf) -> None:
    strokes: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []
    view.stroke_drawn.connect(strokes.append)
    view.show_snapshot(snapshot_of())
    QApplication.processEvents()
    target = view.region.plot.viewport()
    view.set_drawing(True)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    view.set_drawing(False)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(250, 150))
    assert [stroke.shape for stroke in strokes] == [(1, 2)]


def test_before_a_snapshot_it_takes_themes_and_sizes(view: OutputView) -> None:
    view.set_theme(theme("dark"))
    view.resize(300, 250)
    picture = view.grab().toImage()
    assert (picture.width(), picture.height()) == (300, 250)
    assert picture.pixelColor(1, 249).name() == theme("dark").background
