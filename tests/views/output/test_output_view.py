from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hands import drag, emitted, pixel
from nnviz.analysis.probe import Probe
from nnviz.plots.network_plane import NetworkPlane
from nnviz.runs.snapshot import Snapshot
from nnviz.stage.menu import view_menu
from nnviz.theme import THEMES, theme
from nnviz.views.output.view import OutputView
from seeing import pixels, use_font

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


def test_its_buttons_have_the_views_font(view: OutputView, snapshot_of: SnapshotOf) -> None:
    view.show_snapshot(snapshot_of())
    use_font(view, 24)
    assert {button.font().pixelSize() for button in (view.lines, view.probe, view.options)} == {24}
    assert view.options.geometry().right() == view.width() - 1


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


def colours(view: OutputView) -> set[int]:
    """The colours of the region's map."""
    return set(np.unique(pixels(view.region._map.pixmap().toImage())).tolist())


def press_choice(view: OutputView, words: str) -> None:
    """Choose from the view's options with the mouse."""
    menu = view.options.menu()
    action = next(action for action in menu.actions() if action.text() == words)
    menu.popup(view.mapToGlobal(view.rect().center()))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    menu.hide()


@pytest.mark.parametrize("text", ["", '[data]\nname = "blobs"\n[network]\noutput = "softmax"\n'])
def test_the_class_alone_is_shown_on_request(view: OutputView, snapshot_of: SnapshotOf, text: str) -> None:
    view.show_snapshot(snapshot_of(text, 20))
    many = colours(view)
    press_choice(view, "Class only, no confidence")
    few = colours(view)
    assert len(few) <= 3 < len(many)
    press_choice(view, "Class only, no confidence")
    assert colours(view) == many


def test_values_have_no_classes_to_be_shown_alone(view: OutputView, snapshot_of: SnapshotOf) -> None:
    view.show_snapshot(snapshot_of('[data]\nname = "plane"\n[network]\noutput = "identity"\n'))
    assert not view.discrete.isEnabled()
    many = colours(view)
    view.discrete.setChecked(True)
    assert colours(view) == many


@pytest.mark.parametrize("text", ["", '[data]\nname = "sine"\n[network]\noutput = "identity"\n'])
def test_test_samples_are_hidden_on_request(view: OutputView, snapshot_of: SnapshotOf, text: str) -> None:
    view.show_snapshot(snapshot := snapshot_of(text))
    plot = view.currentWidget()
    assert isinstance(plot, NetworkPlane)
    x, y = snapshot.problem.test.points[0].tolist()
    assert "test" in plot.legend.words
    assert any("test sample" in line or "training sample" in line for line in plot.read(x, y))
    before = pixels(plot.points.pixmap().toImage())
    press_choice(view, "Test samples")
    assert "test" not in plot.legend.words
    assert not any("test sample" in line for line in plot.read(x, y))
    assert not np.array_equal(pixels(plot.points.pixmap().toImage()), before)
    press_choice(view, "Test samples")
    assert np.array_equal(pixels(plot.points.pixmap().toImage()), before)


def test_the_options_are_in_the_views_menu(view: OutputView, snapshot_of: SnapshotOf) -> None:
    view.show_snapshot(snapshot_of())
    menu = view_menu(view, None, lambda: None, is_enlarged=False)
    assert {"Test samples", "Class only, no confidence"} <= {action.text() for action in menu.actions()}
    assert view.discrete in menu.actions()


def probed_snapshot(snapshot_of: SnapshotOf, text: str, place: tuple[float, float]) -> Snapshot:
    snapshot, probe = snapshot_of(text, 20), Probe(*place)
    assert snapshot.scene
    picture = probe.prepare(snapshot.problem)(snapshot)
    return replace(snapshot, scene=replace(snapshot.scene, aspects={probe: picture}))


def test_a_probe_is_put_into_the_middle_and_dragged(view: OutputView, snapshot_of: SnapshotOf) -> None:
    view.show_snapshot(snapshot_of("", 20))
    plane, viewport = view.region.plane, view.region.plot.viewport()
    whole, told, pointed = plane.extent, emitted(view.probe_moved), emitted(view.pointed)
    places = [pixel(QPointF(*plane.pixels(np.array(point)).tolist())) for point in ((-2.0, 1.0), (3.0, 2.0))]
    drag(viewport, *places)
    assert told == []
    view.region.plane.show_all()
    QTest.mouseClick(view.probe, Qt.MouseButton.LeftButton)
    assert told == [pytest.approx((0.0, 0.0), abs=0.2)]
    drag(viewport, *places)
    assert told[1:] == [pytest.approx((-2.0, 1.0), abs=0.1), pytest.approx((3.0, 2.0), abs=0.1)]
    assert plane.extent == whole
    QTest.mouseClick(view.probe, Qt.MouseButton.LeftButton)
    assert told[-1] is None
    assert all(len(point) == 2 for point in pointed)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "output "), (SINE, "output "), ('[data]\nname = "blobs"\n[network]\noutput = "softmax"\n', "P(")],
)
def test_the_answer_is_beside_the_probe(view: OutputView, snapshot_of: SnapshotOf, text: str, words: str) -> None:
    view.show_snapshot(probed_snapshot(snapshot_of, text, (1.0, -0.5)))
    plot = view.currentWidget()
    assert isinstance(plot, NetworkPlane)
    ring, label = plot.probe.ring, plot.probe.label
    assert label.words.startswith(words)
    assert label.ground.isVisible()
    height = -0.5
    if plot is not view.region:
        height = float(label.words.split()[1].replace("−", "-"))
    expected = plot.plane.pixels(np.array([1.0, height]))
    middle = ring.boundingRect().center()
    assert (middle.x(), middle.y()) == pytest.approx(expected.tolist(), abs=1.5)
    plot.plane.zoom((0.0, 2.0, -1.0, 1.0))
    expected = plot.plane.pixels(np.array([1.0, height]))
    assert ring.boundingRect().center().x() == pytest.approx(expected[0], abs=1.5)
    view.show_snapshot(snapshot_of(text, 20))
    assert not label.ground.isVisible()
    assert ring.path().isEmpty()
