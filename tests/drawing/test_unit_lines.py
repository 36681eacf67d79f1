from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.unit_lines import MOST_LINES
from nnviz.engine.network import forward
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import theme
from nnviz.views.output.view import OutputView
from seeing import use_font

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]
SnapshotOf = Callable[..., Snapshot]

CIRCLE = '[data]\nname = "circle"\n[network]\nhidden = [6]\n[training]\nlearning_rate = 0.1\n'


def shown(show: Show, snapshot: Snapshot, width: int = 600, height: int = 500) -> OutputView:
    view = OutputView()
    show(view, width, height)
    view.set_lines(True)
    view.show_snapshot(snapshot)
    QApplication.processEvents()
    return view


def pairs(path: QPainterPath) -> FloatArray:
    points = [(path.elementAt(k).x, path.elementAt(k).y) for k in range(path.elementCount())]
    return np.array(points).reshape(-1, 2, 2)


def pre_activation(view: OutputView, snapshot: Snapshot, unit: int, pixel: FloatArray) -> float:
    """What the engine says at a pixel."""
    point = view.region.plane.point_at(QPointF(*pixel.tolist()))
    inputs = snapshot.problem.network_inputs(np.array([point]))
    p, _ = next(forward(snapshot.problem.network, snapshot.parameters, inputs.T))
    return float(p[unit, 0])


def names(view: OutputView) -> list[str]:
    return [name.text for name in view.region.unit_lines.names if name.is_visible]


@pytest.mark.parametrize("text", [CIRCLE, CIRCLE.replace("[network]", "standardize = true\n[network]")])
def test_lines_are_where_units_change_sign_and_ticks_where_they_are_positive(
    show: Show, snapshot_of: SnapshotOf, text: str
) -> None:
    snapshot = snapshot_of(text, epochs=30)
    view = shown(show, snapshot)
    found, ticks = (pairs(path.path()) for path in (view.region.unit_lines.lines, view.region.unit_lines.ticks))
    assert len(found) == len(ticks) == len(names(view)) > 2
    for name, line, (foot, tip) in zip(names(view), found, ticks, strict=True):
        unit = int(name.removeprefix("h")) - 1
        for end in (*line, foot):
            assert pre_activation(view, snapshot, unit, end) == pytest.approx(0.0, abs=1e-6)
        assert pre_activation(view, snapshot, unit, tip) > 0.0


def test_lines_follow_the_network_and_go_when_switched_off(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(CIRCLE, epochs=1))
    before = pairs(view.region.unit_lines.lines.path())
    view.show_snapshot(snapshot_of(CIRCLE, epochs=40))
    after = pairs(view.region.unit_lines.lines.path())
    assert before.shape != after.shape or np.abs(before - after).max() > 1.0
    QTest.mouseClick(view.lines, Qt.MouseButton.LeftButton)
    assert view.region.unit_lines.lines.path().isEmpty()
    assert names(view) == []


def test_lines_are_painted_though_it_is_paused(show: Show, snapshot_of: SnapshotOf, paints: Paints) -> None:
    region = shown(show, snapshot_of(CIRCLE, epochs=1)).region
    for shows in (False, True):
        assert paints(region.plot.viewport(), partial(region.set_lines, shows))


def test_lines_follow_the_size_of_the_view(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(CIRCLE, epochs=30)
    view = shown(show, snapshot)
    view.resize(300, 260)
    QApplication.processEvents()
    for line in pairs(view.region.unit_lines.lines.path())[:1]:
        unit = int(names(view)[0].removeprefix("h")) - 1
        assert pre_activation(view, snapshot, unit, line[0]) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "[network]\nhidden = []\n",
        '[data]\nfeatures = ["x1", "x2", "x1^2"]\n',
        '[data]\nname = "iris"\n[network]\noutput = "softmax"\n',
        '[data]\nname = "sine"\n[network]\noutput = "identity"\n',
    ],
)
def test_where_units_have_no_lines_none_are_drawn_or_offered(
    show: Show, snapshot_of: SnapshotOf, text: str
) -> None:
    view = shown(show, snapshot_of(CIRCLE))
    assert view.lines.isVisible()
    view.show_snapshot(snapshot_of(text))
    assert not view.lines.isVisible()
    view.show_snapshot(snapshot_of(CIRCLE))
    assert view.lines.isVisible()
    other = shown(show, snapshot_of(text))
    assert other.region.unit_lines.lines.path().isEmpty()


def test_of_very_many_units_the_first_are_drawn(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("[network]\nhidden = [60]\n"))
    assert len(pairs(view.region.unit_lines.lines.path())) == MOST_LINES


def test_a_diverged_network_has_no_lines(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(CIRCLE)
    broken = np.full_like(snapshot.position.parameters, np.nan)
    view = shown(show, replace(snapshot, position=replace(snapshot.position, parameters=broken)))
    assert view.region.unit_lines.lines.path().isEmpty()


def test_names_are_inside_the_view_and_as_large_as_its_text(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(CIRCLE, epochs=30))
    use_font(view, 22)
    QApplication.processEvents()
    for name in view.region.unit_lines.names:
        assert name.words.font().pixelSize() == 22
        assert view.region.plot.sceneRect().contains(name.words.sceneBoundingRect().center())


def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None]
) -> None:
    view = shown(show, snapshot_of(CIRCLE, epochs=100))
    view.set_theme(theme("light"))
    assert_matches_image(view, "region_lines_light")
