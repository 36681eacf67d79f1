from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hands import drag, emitted, wheel
from nnviz.data.dataset import FloatArray
from nnviz.engine.network import forward
from nnviz.numerals import tick
from nnviz.plots.region import RegionView
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from runs import run_of
from seeing import pixels, use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]
ShowRegion = Callable[..., RegionView]

BLOBS = '[data]\nname = "blobs"\nclasses = 4\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
REGRESSION = '[data]\nname = "plane"\n[network]\noutput = "identity"\n'
SIGMOID = '[network]\noutput = "sigmoid"\n[training]\nloss = "cross_entropy"\n'
IRIS = '[data]\nname = "iris"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'


@pytest.fixture
def show_region(show: Show, snapshot_of: SnapshotOf) -> ShowRegion:
    """A plane on the screen: ``show_region(text, 500, 400)``."""

    def make(text: str = "", width: int = 500, height: int = 400, epochs: int = 20) -> RegionView:
        view = RegionView()
        show(view, width, height)
        view.show_snapshot(snapshot_of(text, epochs))
        settle(view)
        return view

    return make


def settle(view: RegionView) -> None:
    """Let the layout have its way, as a later frame would find it."""
    assert view.snapshot
    QApplication.processEvents()
    view.show_snapshot(view.snapshot)


def picture(view: RegionView) -> QImage:
    image: QImage = view.plot.grab().toImage()
    return image


def snapshot(view: RegionView) -> Snapshot:
    assert view.snapshot
    return view.snapshot


@pytest.fixture
def strokes() -> list[FloatArray]:
    return []


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("text", ["", SIGMOID, REGRESSION, BLOBS])
def test_the_map_has_the_colours_of_its_kind(show_region: ShowRegion, text: str, name: str) -> None:
    view = show_region(text)
    view.set_theme(theme(name))
    scene = snapshot(view).scene
    assert scene
    table = theme(name).class_table(4) if text == BLOBS else theme(name).area_table
    assert np.array_equal(pixels(view._map.pixmap().toImage()), table[scene.region])


def test_classes_have_areas_of_their_colour(show_region: ShowRegion) -> None:
    view = show_region("", epochs=200)
    view.points.setVisible(False)
    image, train = picture(view), snapshot(view).problem.train
    assert train.classes is not None
    hits = 0
    for (x, y), k in zip(view.pixels(train.points).tolist(), train.classes, strict=True):
        color = image.pixelColor(round(x), round(y))
        hits += (color.blue() > color.red()) == (k == 1)
    assert hits > 0.95 * len(train)


def test_the_boundary_is_where_the_output_changes_sign(show_region: ShowRegion) -> None:
    view = show_region("", epochs=200)
    scene = snapshot(view).scene
    assert scene
    path = view._boundary.path()
    elements = np.array([(e.x, e.y) for e in map(path.elementAt, range(path.elementCount()))])
    points = scene.boundary[np.isfinite(scene.boundary).all(axis=1)]
    assert len(points) > 20
    # Qt leaves out a point that is where the one before it is
    assert np.unique(elements, axis=0) == pytest.approx(np.unique(points, axis=0))
    image = picture(view)
    text = QColor(view.theme.text).lightness()
    dark = [
        image.pixelColor(round(x), round(y)).lightness() < text + 90 for x, y in view.pixels(points[5:-5]).tolist()
    ]
    assert np.mean(dark) > 0.8  # the others lie below points, or beyond the border


def test_training_points_are_filled_and_test_points_hollow(show_region: ShowRegion) -> None:
    view = show_region("", 900, 800)
    image, problem = picture(view), snapshot(view).problem
    ground = QColor(view.theme.background)
    for samples, filled in ((problem.train, True), (problem.test, False)):
        assert samples.classes is not None
        hits = 0
        for (x, y), k in zip(view.pixels(samples.points).tolist(), samples.classes, strict=True):
            expected = QColor(view.theme.class_color(int(k), 2)) if filled else ground
            hits += image.pixelColor(round(x), round(y)) == expected
        assert hits > (0.92 if filled else 0.8) * len(samples)  # some lie below others


def test_a_few_samples_are_drawn_large(show_region: ShowRegion) -> None:
    few, many = (show_region(f'[data]\nname = "xor"\nsamples = {samples}\n') for samples in (20, 500))
    assert few.marker == pytest.approx(2.0 * many.marker, rel=0.1)
    assert few.marker >= 10.0


def test_values_are_shown_by_colour(show_region: ShowRegion) -> None:
    view = show_region(REGRESSION, 900, 800)
    image, train = picture(view), snapshot(view).problem.train
    strong = np.flatnonzero(np.abs(train.targets[:, 0]) > 0.5 * np.abs(train.targets).max())
    places = view.pixels(train.points)
    for index in strong[:50]:
        color = image.pixelColor(*map(round, places[index].tolist()))
        assert (color.blue() > color.red()) == (train.targets[index, 0] > 0)


@pytest.mark.parametrize("size", [(300, 250), (500, 700), (1400, 900)])
def test_points_stay_where_the_map_is_when_the_size_changes(
    show_region: ShowRegion, size: tuple[int, int]
) -> None:
    view = show_region()
    use_font(view, size[1] // 15)
    view.resize(*size)
    QApplication.processEvents()  # and no snapshot: the run may be paused
    image, train = picture(view), snapshot(view).problem.train
    assert train.classes is not None
    scene = (
        view._map.mapToScene(QPointF(0, 0)),
        view._map.mapToScene(QPointF(view._map.pixmap().width(), view._map.pixmap().height())),
    )
    x_min, x_max, y_min, y_max = snapshot(view).problem.extent
    share = (train.points - [x_min, y_max]) / [x_max - x_min, y_min - y_max]
    corner = np.array([scene[0].x(), scene[0].y()])
    expected = corner + share * (np.array([scene[1].x(), scene[1].y()]) - corner)
    assert view.pixels(train.points) == pytest.approx(expected, abs=0.01)
    hits = [
        image.pixelColor(round(x), round(y)) == QColor(view.theme.class_color(int(k), 2))
        for (x, y), k in zip(expected.tolist(), train.classes, strict=True)
    ]
    assert np.mean(hits) > 0.8


def test_a_square_of_the_plane_is_a_square_on_the_screen(show_region: ShowRegion) -> None:
    view = show_region("", 900, 300)
    corners = view.pixels(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert corners[1, 0] - corners[0, 0] == pytest.approx(corners[0, 1] - corners[2, 1], rel=1e-3)


def test_axes_of_very_different_length_keep_their_own_scale(show_region: ShowRegion) -> None:
    points = ", ".join(f"[{x}, {1000 * y}, {k}]" for x, y, k in [(0, 0, 0), (1, 1, 1), (0, 1, 0), (1, 0, 1)])
    view = show_region(f'[data]\nname = "drawn"\npoints = [{points}]\n')
    places = view.pixels(snapshot(view).problem.train.points)
    assert np.ptp(places[:, 0]) > 0.5 * view.plot.width() or np.ptp(places[:, 1]) > 0.5 * view.plot.height()


def test_a_view_without_a_theme_is_light(show_region: ShowRegion) -> None:
    assert picture(show_region()).pixelColor(1, 1).name() == theme("light").background


def test_axes_are_typeset(show_region: ShowRegion) -> None:
    view = show_region()
    assert [label.text() for label in view.plane.axes.names] == ["x₁", "x₂"]


def test_a_projection_is_named(show_region: ShowRegion) -> None:
    view = show_region(IRIS)
    assert view.title.isVisible()
    assert view.title.text().startswith("first two principal components, ")
    assert view.plane.axes.names[0].text() == "component 1"
    assert not show_region().title.isVisible()


def test_a_long_label_may_be_longer_than_its_axis_but_stays_in_the_plot(show_region: ShowRegion) -> None:
    view = show_region(IRIS, 300, 235)
    view.plane.name_axes("1st principal component", "2nd principal component")
    below, beside = view.plane.axes.names
    assert [below.text(), beside.text()] == ["1st principal component", "2nd principal component"]
    assert beside.sceneBoundingRect().height() > view.plane.frame.height()
    for name in (below, beside):
        assert view.plot.viewport().rect().toRectF().adjusted(-2, -2, 2, 2).contains(name.sceneBoundingRect())
    view.resize(300, 180)
    assert beside.text().endswith("…")
    view.resize(900, 700)
    assert beside.text() == "2nd principal component"


def test_axes_follow_the_font(show_region: ShowRegion) -> None:
    view = show_region()
    use_font(view, 31)
    settle(view)
    texts = view.plane.axes.names
    assert {axis.style["tickFont"].pixelSize() for axis in view.plane.axes._axes} == {31}
    assert {text.font().pixelSize() for text in texts} == {31}
    assert view.title.font().pixelSize() == 31
    assert view.legend.height() > 31


def test_in_little_room_it_can_be_used(show_region: ShowRegion) -> None:
    view = show_region(IRIS, 300, 235)
    box = view.plane.frame
    assert min(box.width(), box.height()) > 140


def test_no_test_points(show_region: ShowRegion) -> None:
    view = show_region("[data]\ntrain_fraction = 1.0\n")
    assert len(snapshot(view).problem.test) == 0
    assert view.legend.words == ["0", "1"]


def test_other_data_are_drawn_anew(show_region: ShowRegion, snapshot_of: SnapshotOf) -> None:
    view = show_region()
    before = pixels(view.points.pixmap().toImage()).copy()
    view.show_snapshot(snapshot_of("", 3))
    settle(view)
    assert np.array_equal(pixels(view.points.pixmap().toImage()), before)
    view.show_snapshot(snapshot_of('[data]\nname = "circle"\n'))
    settle(view)
    assert not np.array_equal(pixels(view.points.pixmap().toImage()), before)


def test_a_stroke_is_told_in_coordinates_of_the_data(show_region: ShowRegion, strokes: list[FloatArray]) -> None:
    view = show_region()
    view.stroke_drawn.connect(strokes.append)
    view.set_drawing(True)
    wanted = np.array([[-3.0, -3.0], [0.0, 0.5], [3.0, 3.0]])
    drag(view.plot.viewport(), *(QPointF(*place).toPoint() for place in view.pixels(wanted)))
    (stroke,) = strokes
    assert view.pixels(stroke) == pytest.approx(view.pixels(wanted), abs=1.0)


def test_points_of_a_stroke_are_apart(show_region: ShowRegion, strokes: list[FloatArray]) -> None:
    view = show_region()
    view.stroke_drawn.connect(strokes.append)
    view.set_drawing(True)
    drag(view.plot.viewport(), *(QPoint(200 + step, 150) for step in range(61)))
    assert view.pixels(strokes[0])[:, 0] == pytest.approx(range(200, 261, 9), abs=1.0)


def test_a_click_is_one_point_and_so_is_the_second_of_two(
    show_region: ShowRegion, strokes: list[FloatArray]
) -> None:
    view = show_region()
    view.stroke_drawn.connect(strokes.append)
    view.set_drawing(True)
    drag(view.plot.viewport(), QPoint(200, 150))
    QTest.mouseDClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mouseRelease(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert [len(stroke) for stroke in strokes] == [1, 1]


def test_beside_the_plane_nothing_is_drawn(show_region: ShowRegion, strokes: list[FloatArray]) -> None:
    view = show_region()
    view.stroke_drawn.connect(strokes.append)
    view.set_drawing(True)
    drag(view.plot.viewport(), QPoint(3, 100), QPoint(5, 150))
    drag(view.plot.viewport(), QPoint(200, 150), QPoint(200, view.plot.height() - 3))
    assert [len(stroke) for stroke in strokes] == [1]


def test_marks_are_seen_while_drawing_and_go_with_the_stroke(show_region: ShowRegion) -> None:
    view = show_region()
    view.points.setVisible(False)
    view.set_drawing(True)
    target, place, accent = view.plot.viewport(), QPoint(200, 150), QColor(view.theme.accent)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=place)
    assert picture(view).pixelColor(place) == accent
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=place)
    assert picture(view).pixelColor(place) != accent
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=place)
    view.set_drawing(False)
    assert picture(view).pixelColor(place) != accent
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=place)


def test_drawing_is_off_until_it_is_on(show_region: ShowRegion, strokes: list[FloatArray]) -> None:
    view = show_region()
    view.stroke_drawn.connect(strokes.append)
    drag(view.plot.viewport(), QPoint(200, 150), QPoint(300, 150))
    view.set_drawing(True)
    QTest.mouseMove(view.plot.viewport(), QPoint(220, 160))
    view.set_drawing(False)
    drag(view.plot.viewport(), QPoint(200, 150), QPoint(300, 150))
    assert strokes == []
    assert view.plot.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_zoom_moves_map_boundary_and_samples_together(show_region: ShowRegion) -> None:
    view = show_region("", epochs=200)
    frame, train = view.plane.frame, snapshot(view).problem.train
    wheel(view.plot.viewport(), frame.center(), notches=4)
    assert view.plane.extent[1] - view.plane.extent[0] < 0.9 * np.ptp(view.plot.extent[:2])
    image, hits, seen = picture(view), 0, 0
    assert train.classes is not None
    for (x, y), k in zip(view.pixels(train.points).tolist(), train.classes, strict=True):
        if frame.adjusted(6, 6, -6, -6).contains(x, y):
            seen += 1
            hits += image.pixelColor(round(x), round(y)) == QColor(view.theme.class_color(int(k), 2))
    assert 10 < seen < len(train)
    assert hits > 0.8 * seen


def test_samples_and_boundary_are_cut_off_at_the_frame(show_region: ShowRegion) -> None:
    view = show_region("", epochs=200)
    wheel(view.plot.viewport(), view.plane.frame.center(), notches=8)
    image, frame = picture(view), view.plane.frame
    beyond = [
        image.pixelColor(round(frame.right()) + 4, y) for y in range(round(frame.top()), round(frame.bottom()))
    ]
    assert {color.name() for color in beyond} == {view.theme.background}


def test_what_is_seen_of_the_plane_is_told_and_the_map_is_drawn_where_it_belongs(
    show: Show,
) -> None:
    view, run = RegionView(), run_of("", 50)
    show(view, 500, 400)
    view.show_snapshot(run.picture(Lens()))
    told = emitted(view.looked_at)
    wheel(view.plot.viewport(), view.plane.frame.center(), notches=6)
    assert told[-1] == view.plane.extent
    near = run.picture(Lens(extent=told[-1]))
    view.show_snapshot(near)
    assert near.scene
    assert view.plane.held
    assert near.scene.seen == pytest.approx(told[-1])
    corner = view._map.mapToScene(QPointF(0, 0))
    assert (corner.x(), corner.y()) == pytest.approx((view.plane.frame.left(), view.plane.frame.top()), abs=1e-6)
    view.plane.show_all()
    assert told[-1] is None


def test_a_zoomed_region_is_computed_for_what_is_seen(snapshot_of: SnapshotOf) -> None:
    x_min, x_max, y_min, y_max = 0.5, 0.7, -0.4, 0.3
    scene = snapshot_of("", 50, Lens(extent=(x_min, x_max, y_min, y_max))).scene
    whole = snapshot_of("", 50).scene
    assert scene
    assert whole
    assert scene.region is not None
    assert whole.region is not None
    assert scene.region.shape == whole.region.shape
    assert all(np.array_equal(one, other) for one, other in zip(scene.maps, whole.maps, strict=True))
    boundary = scene.boundary[np.isfinite(scene.boundary).all(axis=1)]
    assert ((boundary >= [x_min, y_min]) & (boundary <= [x_max, y_max])).all()


def test_other_data_are_seen_whole(show_region: ShowRegion, snapshot_of: SnapshotOf) -> None:
    view = show_region()
    wheel(view.plot.viewport(), view.plane.frame.center(), notches=6)
    view.show_snapshot(snapshot_of('[data]\nname = "circle"\n', 1))
    assert not view.plane.held
    view.show_snapshot(snapshot_of('[data]\nname = "circle"\n', 1))


@pytest.mark.parametrize("draws", [False, True])
def test_a_drag_pans_and_while_points_are_drawn_shift_does(show_region: ShowRegion, draws: bool) -> None:
    view, way = show_region(), (QPoint(200, 150), QPoint(250, 180), QPoint(300, 200))
    view.set_drawing(draws)
    strokes = emitted(view.stroke_drawn)
    drag(view.plot.viewport(), *way)
    assert view.plane.held == (not draws)
    drag(view.plot.viewport(), *way, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert view.plane.held
    assert len(strokes) == draws


@pytest.mark.parametrize(("text", "said"), [("", "output"), (BLOBS, "P("), (REGRESSION, "output"), (IRIS, "P(")])
def test_coordinates_answer_and_sample_are_read_under_the_pointer(
    show_region: ShowRegion, text: str, said: str
) -> None:
    view = show_region(text, epochs=5)
    now = snapshot(view)
    x, y = now.problem.train.points[3].tolist()
    place, *rest = view.read(x, y)
    assert tick(x, 3) in place
    assert said in rest[0]
    if said == "output" and now.problem.projection.title == "":
        *_, (_, o) = forward(now.problem.network, now.parameters, now.problem.train.inputs[3:4].T)
        assert rest[0] == f"output {tick(float(o[0, 0]), 3)}"
    assert any(line.startswith(("training sample, row ", "test sample, row ")) for line in rest)


def test_the_row_of_a_sample_is_where_it_stands_in_the_data(show_region: ShowRegion) -> None:
    problem = snapshot(show_region(IRIS)).problem
    for samples in (problem.train, problem.test):
        assert samples.inputs == pytest.approx(problem.network_inputs(problem.dataset.inputs[samples.rows]))


@pytest.mark.parametrize(
    ("picture_name", "text", "theme_name"),
    [("region_xor_high_contrast", "", "high_contrast"), ("region_blobs_dark", BLOBS, "dark")],
)
def test_it_looks_as_it_did(
    show_region: ShowRegion,
    assert_matches_image: Callable[[QWidget, str], None],
    picture_name: str,
    text: str,
    theme_name: str,
) -> None:
    view = show_region(text, 340, 300, epochs=60)
    view.set_theme(theme(theme_name))
    assert_matches_image(view, picture_name)


def test_the_rows_of_a_truth_table_are_large_and_their_axes_say_0_and_1(
    show: Callable[..., Any], snapshot_of: Callable[..., Snapshot]
) -> None:
    view = show(RegionView(), 400, 400)
    view.show_snapshot(snapshot_of('[data]\nname = "xor_table"\n'))
    assert view.marker >= 20.0
    for scale in (view.plot.main.x, view.plot.main.y):
        assert [words for _, words in scale.ticks] == ["0", "1"]
    view.show_snapshot(snapshot_of('[data]\nname = "xor"\n'))
    assert view.marker < 12.0
    assert len(view.plot.main.x.ticks) > 2


def test_several_values_are_read_each_under_its_number(show_region: ShowRegion) -> None:
    tree = '[data]\nname = "tree"\n[network]\noutput = "identity"\nhidden = [4]\n'
    view = show_region(tree, epochs=1)
    assert view.snapshot
    outputs = view.snapshot.problem.network.layer_sizes[-1]
    assert outputs > len(view.snapshot.problem.input_labels)
    assert any(line.startswith("output 1 ") for line in view.read(0.0, 0.0))
