from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hands import drag, emitted, wheel
from nnviz.kinds.surface.schema import SURFACES, Racer, Surface
from nnviz.numerals import figure
from nnviz.plots.curves import curve_pen
from nnviz.runs.begin import begin
from nnviz.theme import THEMES, theme
from nnviz.views.surface.rows import MOST_RACERS, changed_rate, marker, racer_color
from nnviz.views.surface.view import SurfaceView
from runs import moment_of
from seeing import pixels, points, texts, use_font
from timing import least_seconds
from zooming import calls_while_painted, check_hands, clipped_by, every_move_counts, place_in

Show = Callable[..., QWidget]

BOWL = Surface()
TWO = structs.replace(BOWL, racers=(Racer(learning_rate=0.3), Racer(learning_rate=0.51, start=(1.0, -1.0))))
WELL = Surface().on("double_well").begun_from(None, (1.9,))
LEFT = Qt.MouseButton.LeftButton


def shown(show: Show, snapshot: Any, width: int = 900, height: int = 560, pixels: int = 13) -> SurfaceView:
    view = SurfaceView()
    use_font(view, pixels)
    view.set_theme(theme("light"))
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def at(view: SurfaceView, *point: float) -> QPoint:
    x, y = view.ground.pixels(np.array(point)).tolist()
    return QPoint(round(x), round(y))


def click(view: SurfaceView, place: QPointF) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=place.toPoint())


def button(view: SurfaceView, racer: int, which: int) -> QPointF:
    return view.rows._boxes(view.rows._rows[racer])[which].center()


def test_before_a_snapshot_it_takes_themes_and_the_pointer(show: Show) -> None:
    view = SurfaceView()
    view.set_theme(theme("dark"))
    show(view)
    drag(view.canvas.viewport(), QPoint(50, 50), QPoint(90, 90))
    assert texts(view.canvas.scene()) == []


def test_each_way_goes_through_the_racers_places(show: Show) -> None:
    snapshot = moment_of(BOWL, 12)
    view = shown(show, snapshot)
    for k in range(5):
        way = points(view.paths.lines[k].path())
        assert way[:-1] == pytest.approx(snapshot.state.paths[k])
        assert way[-1] == pytest.approx(snapshot.state.positions[k])
        assert view.paths.tags[k].text == snapshot.experiment.names[k]
        middle = view.paths.marks[k].path().boundingRect().center()
        assert (middle.x(), middle.y()) == pytest.approx(view.paths.places[k].tolist(), abs=2.0)


@pytest.mark.parametrize(("width", "height"), [(900, 560), (500, 800), (1400, 900)])
def test_on_the_map_a_unit_is_as_long_both_ways(show: Show, width: int, height: int) -> None:
    view = shown(show, moment_of(BOWL), width, height)
    x_min, x_max, y_min, y_max = view.ground.plane.extent
    assert view.ground.plane.unit[0] == pytest.approx(view.ground.plane.unit[1])
    low_x, high_x, low_y, high_y = moment_of(BOWL).state.landscape.extent
    assert x_min <= low_x < high_x <= x_max
    assert y_min <= low_y < high_y <= y_max


def test_with_one_parameter_balls_roll_on_the_curve(show: Show) -> None:
    snapshot = moment_of(WELL, 3)
    view = shown(show, snapshot)
    x, f = snapshot.state.positions[0, 0], snapshot.state.values[0]
    assert view.ground.plane.points(view.paths.places[0]) == pytest.approx([x, f])
    assert view.ground.plane.axes.names[1].text() == "f"


def test_dragging_the_ring_begins_elsewhere(show: Show) -> None:
    view = shown(show, moment_of(BOWL, 20))
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), at(view, *BOWL.common_start), at(view, 0.5, 0.5), at(view, 1.5, -1.0))
    assert [change.start for change in seen] == [
        pytest.approx((0.5, 0.5), abs=0.02),
        pytest.approx((1.5, -1.0), abs=0.02),
    ]
    assert structs.replace(seen[-1], start=()) == BOWL


def test_a_start_of_its_own_is_dragged_alone(show: Show) -> None:
    view = shown(show, moment_of(TWO, 8))
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), at(view, 1.0, -1.0), at(view, 2.0, 1.0))
    assert seen[-1].racers[1].start == pytest.approx((2.0, 1.0), abs=0.02)
    assert seen[-1].racers[0] == TWO.racers[0]
    assert seen[-1].start == ()


def test_a_ball_on_a_curve_is_dragged_along_it(show: Show) -> None:
    view = shown(show, moment_of(WELL))
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), at(view, 1.9), at(view, -1.0) - QPoint(0, 60))
    assert seen[-1].start == pytest.approx((-1.0,), abs=0.02)


def test_dragging_a_racer_puts_it_elsewhere(show: Show) -> None:
    snapshot = moment_of(structs.replace(BOWL, racers=(Racer(),)), 4)
    view = shown(show, snapshot)
    seen: list[tuple[int, int, object, float]] = []
    view.parameter_set.connect(lambda *values: seen.append(values))
    drag(view.canvas.viewport(), at(view, *snapshot.state.positions[0].tolist()), at(view, 1.0, 1.0))
    assert [values[:3] for values in seen] == [(0, 0, None), (0, 1, None)]
    assert [values[3] for values in seen] == pytest.approx([1.0, 1.0], abs=0.02)


def test_elsewhere_a_drag_does_nothing(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), at(view, 2.0, -1.5), at(view, 0.0, 0.0))
    assert seen == []


def test_a_drag_beyond_the_frame_ends_at_its_edge(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), at(view, *BOWL.common_start), QPoint(1, 1))
    x_min, _, _, y_max = view.ground.plane.extent
    assert seen[-1].start == pytest.approx((x_min, y_max), abs=0.01)


def test_minus_and_plus_change_a_learning_rate(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    seen = emitted(view.changed)
    click(view, button(view, 0, 1))
    click(view, button(view, 3, 0))
    assert seen[0] == BOWL.with_racer(0, learning_rate=0.11)
    assert seen[1] == BOWL.with_racer(3, learning_rate=0.027)
    assert all(change.continues(BOWL) for change in seen)


def test_the_wheel_over_a_row_changes_its_learning_rate(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    seen = emitted(view.changed)
    place = view.rows._rows[1].center()
    wheel(view.canvas.viewport(), place, notches=2)
    assert seen == [BOWL.with_racer(1, learning_rate=0.12)]


@pytest.mark.parametrize("rate", [0.0003, 0.01, 0.1, 0.19, 0.5, 0.99, 7.0])
def test_a_rate_always_changes_and_a_little(rate: float) -> None:
    assert 1.02 < changed_rate(rate, 1) / rate < 1.2
    assert 1.02 < rate / changed_rate(rate, -1) < 1.2
    assert changed_rate(1000.0, 1) == 1000.0


def test_a_click_on_a_row_hides_the_racer_and_another_shows_it(show: Show) -> None:
    view = shown(show, moment_of(BOWL, 9))
    click(view, view.rows.names[1].sceneBoundingRect().center())
    assert not view.paths.lines[1].isVisible()
    assert not view.paths.tags[1].is_visible
    assert view.loss.lines[1].path().isEmpty()
    assert view.paths.lines[0].isVisible()
    click(view, view.rows.names[1].sceneBoundingRect().center())
    assert view.paths.lines[1].isVisible()
    assert not view.loss.lines[1].path().isEmpty()


def test_each_row_says_whether_the_rate_is_small_enough(show: Show) -> None:
    view = shown(show, moment_of(TWO, 20), 1400, 700)
    assert view.rows.statements[0].text() == "η = 0.3 < 2/λₘₐₓ = 0.5 ✓"
    assert view.rows.statements[1].text() == "η = 0.51 > 2/λₘₐₓ = 0.5 ✗ diverges"
    view.show_snapshot(moment_of(BOWL, 1))
    said = [text.text() for text in view.rows.statements]
    assert said[1] == "η = 0.1 < 2(1+µ)/λₘₐₓ = 0.95 ✓"
    assert "0.339" in said[2]
    assert said[4] == "η = 0.1, scaled by past gradients"


def test_before_the_first_step_no_row_says_how_it_ends(show: Show) -> None:
    view = shown(show, moment_of(TWO), 1400, 700)
    assert view.rows.statements[1].text() == "η = 0.51 > 2/λₘₐₓ = 0.5"
    assert view.rows.statements[1].brush().color() == view.rows.statements[0].brush().color()


def test_one_that_has_diverged_is_marked(show: Show) -> None:
    view = shown(show, moment_of(TWO, 500))
    assert view.rows.statements[1].text().endswith("✗ diverged")
    assert view.paths.tags[1].text.endswith("✗")
    assert view.ground.frame.contains(QPointF(*view.paths.places[1].tolist()))


def test_on_a_surface_that_is_no_parabola_nothing_is_said_to_diverge(show: Show) -> None:
    view = shown(show, moment_of(WELL.with_racer(0, learning_rate=1.2), 1), 1400, 700)
    assert view.rows.statements[0].text() == "η = 1.2 > 2/λₘₐₓ = 1 ✗ too large"


def test_losses_are_drawn_above_the_lowest_place(show: Show) -> None:
    snapshot = moment_of(Surface().on("two_valleys"), 25)
    view = shown(show, snapshot)
    assert view.loss.caption.text() == "loss above the minimum"
    above = snapshot.state.losses[0] - snapshot.state.landscape.lowest
    assert points(view.loss.lines[0].path())[:-1, 1] == pytest.approx(np.log10(above))


def test_the_pointer_reads_coordinates_and_over_a_racer_how_curved_it_is(show: Show) -> None:
    snapshot = moment_of(structs.replace(BOWL, racers=(Racer(),)), 4)
    view = shown(show, snapshot)
    view.canvas.hovered.emit(QPointF(at(view, 2.0, -1.0)))
    words = read(view)
    x, y, loss = (float(line.replace("−", "-").split(" = ")[1]) for line in words)
    assert (x, y) == pytest.approx((2.0, -1.0), abs=0.02)
    assert loss == pytest.approx((x**2 + 4.0 * y**2) / 2.0, abs=0.01)
    view.canvas.hovered.emit(QPointF(at(view, *snapshot.state.positions[0].tolist())))
    assert read(view)[0] == snapshot.experiment.names[0]
    assert "λₘₐₓ here = 4.000" in read(view)
    view.canvas.left.emit()
    assert not view.canvas._readout.tag.is_visible


def read(view: SurfaceView) -> list[str]:
    return view.canvas._readout.tag.text.splitlines()


def test_over_a_curve_its_height_is_read_wherever_the_pointer_is(show: Show) -> None:
    view = shown(show, moment_of(WELL))
    height = float(WELL.landscape.value(np.array([0.5])))
    assert view._read(0.5, 77.0) == ("x = 0.5000", f"f = {figure(height)}")


@pytest.mark.parametrize("experiment", [BOWL, WELL])
def test_ground_and_losses_answer_the_hand(show: Show, experiment: Surface) -> None:
    view = shown(show, moment_of(experiment, 40))
    for plane in (view.ground.plane, view.loss.plane):
        check_hands(view.canvas, plane, lambda: view.show_snapshot(moment_of(experiment, 43)))
    assert calls_while_painted(view.canvas) == []


def contours(view: SurfaceView) -> np.ndarray:
    return np.array([point for name, *point in view.canvas.numbers() if "contours" in str(name)])


def test_a_part_that_is_zoomed_to_has_contours_of_its_own(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    before = contours(view)
    wheel(view.canvas.viewport(), QPointF(at(view, 1.0, 0.5)), notches=12)
    x_min, x_max, y_min, y_max = view.ground.plane.extent
    drawn = contours(view)
    assert x_max - x_min < 0.2 * np.ptp(before[:, 0])
    assert drawn.min(axis=0).tolist() >= [x_min - 1e-9, y_min - 1e-9]
    assert drawn.max(axis=0).tolist() <= [x_max + 1e-9, y_max + 1e-9]
    levels = {figure(float(BOWL.landscape.value(point))) for point in drawn}
    assert len(levels) >= 5
    assert view.ground._map.sceneBoundingRect().contains(view.ground.frame.adjusted(1, 1, -1, -1))


class PaintedArea(QObject):
    """Collects the area of a widget that is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return super().eventFilter(watched, event)


def test_a_zoom_repaints_the_ground_only(show: Show, qapp: QApplication) -> None:
    view = shown(show, moment_of(BOWL, 40))
    viewport, host = view.canvas.viewport(), view.window()
    qapp.processEvents()
    painted = PaintedArea(viewport)
    with every_move_counts():
        for place in (place_in(view.ground.plane, 0.98, 0.02), place_in(view.ground.plane, 0.5, 0.5)):
            QTest.mouseMove(viewport, place.toPoint())
            qapp.processEvents()
            painted.region = QRegion()
            wheel(viewport, place, notches=2)
            qapp.processEvents()
            assert painted.region.contains(view.ground.frame.toRect())
            assert not painted.region.contains(view.loss.plane.frame.center().toPoint())
            seen = qapp.primaryScreen().grabWindow(host.winId()).toImage()
            assert np.array_equal(pixels(seen), pixels(host.grab().toImage()))


def test_racers_that_are_not_seen_are_neither_named_nor_taken_hold_of(show: Show) -> None:
    view = shown(show, moment_of(BOWL, 12))
    x, y = moment_of(BOWL, 12).state.positions[0].tolist()
    view.ground.plane.zoom((x + 0.1, x + 0.3, y + 0.1, y + 0.2))
    assert not view.paths.tags[0].is_visible
    assert view.ground.plane.points(view.paths.places[0]) == pytest.approx([x, y])
    assert clipped_by(view.paths.marks[0]) == view.ground.frame
    assert view._grasped(QPointF(*view.paths.places[0].tolist())) is None


def test_a_drag_beside_the_racers_pans(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    start, extent = at(view, 2.0, -1.5), view.ground.plane.extent
    with every_move_counts():
        drag(view.canvas.viewport(), start, start + QPoint(30, 10), start + QPoint(60, 20))
    assert view.ground.plane.extent[0] == pytest.approx(extent[0] - 60.0 / view.ground.plane.unit[0], rel=0.02)


def test_another_surface_is_chosen_from_the_list(show: Show) -> None:
    view = shown(show, moment_of(BOWL))
    seen = emitted(view.changed)
    actions = view.chooser.menu().actions()
    assert len(actions) == len(SURFACES)
    actions[SURFACES.index("saddle")].trigger()
    assert seen == [BOWL.on("saddle")]
    view.show_snapshot(moment_of(seen[0]))
    assert view.chooser.text() == "saddle ▾"
    assert view.heading.text() == seen[0].landscape.formula


def test_fewer_racers_leave_nothing_of_those_before(show: Show) -> None:
    view = shown(show, moment_of(BOWL, 5))
    click(view, view.rows.names[4].sceneBoundingRect().center())
    view.show_snapshot(moment_of(TWO, 5))
    assert view.hidden == frozenset()
    assert not {"Adam", "momentum", "Nesterov", "RMSprop"} & {text.text() for text in texts(view.canvas.scene())}
    assert not any(line.isVisible() for line in view.paths.lines[2:])


def test_racers_differ_in_colour_marker_and_dashes() -> None:
    for name in THEMES:
        assert len({racer_color(theme(name), k).name() for k in range(MOST_RACERS)}) == MOST_RACERS
    assert len({str(curve_pen(theme("light"), k).dashPattern()) for k in range(MOST_RACERS)}) == MOST_RACERS
    assert len({points(marker(k, 0.0, 0.0, 9.0)).tobytes() for k in range(MOST_RACERS)}) == MOST_RACERS


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(480, 360, 13), (900, 600, 16), (500, 800, 16), (1400, 900, 20)]
)
@pytest.mark.parametrize("name", SURFACES)
def test_no_words_are_clipped_or_smaller_than_the_font(
    show: Show, name: str, width: int, height: int, pixels: int
) -> None:
    view = shown(show, moment_of(Surface().on(name), 25), width, height, pixels)
    room = QRectF(view.rect()).adjusted(-1, -1, 1, 1)
    for text in texts(view.canvas.scene()):
        assert room.contains(text.sceneBoundingRect()), text.text()
        assert text.font().pixelSize() == pixels
    for left, right in zip(view.rows.names, view.rows.statements, strict=True):
        assert not left.sceneBoundingRect().adjusted(1, 2, -1, -2).intersects(right.sceneBoundingRect())


def test_a_frame_is_cheap(show: Show) -> None:
    view = shown(show, moment_of(BOWL), 1400, 900)
    run = begin(BOWL)
    snapshots = []
    for _ in range(30):
        run.advance(3)
        snapshots.append(run.snapshot())
    assert least_seconds(partial(view.show_snapshot, snapshot) for snapshot in snapshots) < 0.010


@pytest.mark.parametrize("name", THEMES)
def test_a_race_looks_as_it_did(
    show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, moment_of(Surface().on("two_valleys"), 30), 760, 440)
    view.set_theme(theme(name))
    assert_matches_image(view, f"surface_{name}")


def test_a_curve_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    assert_matches_image(shown(show, moment_of(WELL, 6), 760, 440), "surface_curve_light")
