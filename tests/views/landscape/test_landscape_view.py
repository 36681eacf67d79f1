import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QWidget
from pytestqt.qtbot import QtBot

from hands import wheel
from nnviz.analysis.loss_plane import LEVELS, SurveyRequest, survey
from nnviz.drawing.canvas import Text
from nnviz.experiment.files import parse_experiment
from nnviz.numerals import figure, tick
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import THEMES, theme
from nnviz.views.landscape.relief import relief
from nnviz.views.landscape.surface import Camera
from nnviz.views.landscape.view import NOTHING_YET, VERDICTS, LandscapeView
from seeing import overlapping, points, use_font
from zooming import calls_while_painted, check_hands, clipped_by, place_in

Show = Callable[..., QWidget]

SADDLE = """
[data]
name = "xor_table"
standardize = true
[network]
hidden = [3]
weights = [[[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], [[0.8, -0.6, 0.7]]]
biases = [[0.8, 0.5, -0.6], [0.2]]
[training]
learning_rate = 0.1
batch_size = 4
shuffle = false
"""
WIDE = "[network]\nhidden = [24, 24]\n"


def walked(text: str = "", steps: int = 400, every: int = 20) -> tuple[Timeline, NetworkRun]:
    run, timeline = NetworkRun(parse_experiment(text, "test")), Timeline()
    while run.step < steps:
        timeline.add(run.snapshot())
        run.advance(every)
    run.measure()
    timeline.add(run.snapshot())
    return timeline, run


def fulfil(view: Any, levels: Sequence[int] = LEVELS) -> None:
    """Have a view shown at once what it wants to see, no finer than that."""

    def look(wish: SurveyRequest) -> None:
        for plane in survey(wish):
            if plane and len(plane.x) <= levels[-1]:
                view.show_survey(plane)

    view.requests.wanted.connect(look)


def seen(show: Show, text: str = "", width: int = 700, height: int = 520, steps: int = 400) -> Any:
    timeline, run = walked(text, steps)
    view: Any = LandscapeView()
    show(view, width, height)
    fulfil(view)
    view.show_history(timeline)
    view.show_snapshot(run.snapshot())
    return view


def words_of(view: Any) -> list[Text]:
    """All that is written and can be seen."""
    items: list[QGraphicsItem] = view.canvas.scene().items()
    return [item for item in items if isinstance(item, Text) and item.isVisible() and item.text()]


def test_before_a_picture_it_says_that_it_looks(show: Show) -> None:
    view = LandscapeView()
    for name in THEMES:
        view.set_theme(theme(name))
    show(view, 500, 400)
    assert view.foot.text() == NOTHING_YET


def test_it_wants_to_see_the_landscape_around_what_it_shows(show: Show, qtbot: QtBot) -> None:
    timeline, run = walked()
    view: Any = LandscapeView()
    show(view, 500, 400)
    view.show_history(timeline)
    with qtbot.waitSignal(view.requests.wanted) as asked:
        view.show_snapshot(run.snapshot())
    (wish,) = asked.args
    assert wish.levels == LEVELS
    assert wish.snapshot.step == run.step
    assert len(wish.path) == len(timeline.line.moments)


def test_unseen_it_wants_nothing(show: Show, qtbot: QtBot) -> None:
    view = seen(show)
    with qtbot.waitSignal(view.requests.unwanted):
        view.hide()
    with qtbot.assertNotEmitted(view.requests.wanted, wait=50):
        view.show_snapshot(walked(steps=20)[1].snapshot())


def test_it_says_the_loss_at_the_network_to_the_digit(show: Show) -> None:
    view = seen(show)
    loss = walked()[1].metrics.train.loss
    assert view.caption.text() == f"training loss at step 400: {figure(loss)}"


def test_it_says_what_the_slice_leaves_out(show: Show) -> None:
    view = seen(show, width=1200)
    assert "a slice through 25 dimensions" in view.foot.text()
    assert f"the path leaves it by at most {view.plane.away:.2g}" in view.foot.text()
    view.bar.choices["path"].click()
    first, second = view.plane.directions.shares
    assert f"holds {100 * first:.0f} % + {100 * second:.0f} % of the path's variance" in view.foot.text()
    assert view.map.plane.axes.names[0].text() == f"along the path, 1st: {100 * first:.0f} %"


def test_without_a_path_it_says_that_directions_are_random(show: Show) -> None:
    view = seen(show, steps=0)
    view.bar.choices["path"].click()
    assert "no path yet: random directions" in view.foot.text()
    assert view.map.trail.start.path().isEmpty()


def test_the_path_ends_at_the_middle_of_the_mark(show: Show) -> None:
    view = seen(show)
    view.bar.choices["path"].click()
    now = view.map.trail.now.path().boundingRect().center()
    assert view.map.plane.point_at(now) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert points(view.map.trail.line.path())[-1] == pytest.approx((0.0, 0.0), abs=1e-9)
    assert view.map.trail.start_name.text == "start"


@pytest.mark.parametrize("up", [24.0, -24.0, 60.0])
def test_names_of_a_short_path_do_not_cover_its_ends(show: Show, up: float) -> None:
    view = seen(show)
    trail, frame = view.map.trail, view.map.plane.frame
    way = np.array([[0.0, 0.0], [8.0, 1.2 * up], [0.0, -up]])  # it sets out the other way
    trail.mark(way + np.array(frame.center().toTuple()), frame)
    for name in (trail.start_name, trail.now_name):
        assert name.is_visible
        for end in (trail.start, trail.now):
            assert not name.words.sceneBoundingRect().intersects(end.path().boundingRect())


def test_other_random_directions_are_another_slice_through_the_same_place(show: Show) -> None:
    view = seen(show)
    before = view.plane
    view.bar.new_button.click()
    assert view.plane.centre == before.centre
    assert not np.allclose(view.plane.values, before.values)


def test_along_the_bends_a_saddle_falls_one_way_and_rises_the_other(show: Show) -> None:
    view = seen(show, SADDLE, steps=100)
    view.bar.choices["curvature"].click()
    plane, middle = view.plane, 32
    assert plane.values[middle, [28, 36]].min() > plane.centre
    assert plane.values[[28, 36], middle].max() < plane.centre
    assert view.meter.verdict.text() == VERDICTS["saddle"]
    assert view.meter.numbers[1].text() == figure(plane.curvature.least)
    assert view.meter.numbers[1].text().startswith("−0.50")


def test_the_meter_shows_signs_by_side_as_well_as_by_colour(show: Show) -> None:
    view = seen(show, SADDLE, steps=100)
    (_, least, greatest), cells = view.meter.bars, view.meter._cells
    assert least.rect().right() == pytest.approx(cells[1].center().x())
    assert greatest.rect().left() == pytest.approx(cells[2].center().x())
    assert least.rect().width() > 0.0
    assert greatest.rect().right() == pytest.approx(cells[2].right())


@pytest.mark.parametrize(("text", "words"), [("", "exact, 25 parameters"), (WIDE, "Lanczos, ")])
def test_the_meter_says_how_it_measured(show: Show, text: str, words: str) -> None:
    view = seen(show, text, width=1000, steps=20)
    assert view.meter.method.text().startswith(words)


def test_contours_are_labelled_with_the_loss_along_them(show: Show) -> None:
    view = seen(show)
    labels = [label for label in view.map.labels if label.is_visible]
    assert labels
    check_labels(view)
    view.map.plane.zoom((0.1, 0.5, -0.2, 0.1))
    check_labels(view)


def check_labels(view: Any) -> None:
    drawn = relief(view.plane, logarithmic=False)
    labels = [label for label in view.map.labels if label.is_visible]
    assert labels
    for label in labels:
        x, y = view.map.plane.point_at(label.words.sceneBoundingRect().center())
        assert drawn.at(np.array([[x, y]]))[0] == pytest.approx(drawn.height(float(label.text)), abs=0.03)


def test_the_map_answers_the_hand(show: Show) -> None:
    view = seen(show)
    _, run = walked(steps=500)
    later = replace(run.snapshot(), problem=view.requests.wish.snapshot.problem)
    check_hands(view.canvas, view.map.plane, lambda: view.show_snapshot(later))
    assert calls_while_painted(view.canvas) == []


def test_the_part_that_is_zoomed_to_is_looked_at(show: Show) -> None:
    view = seen(show)
    plane = view.map.plane
    wheel(view.canvas.viewport(), place_in(plane, 0.7, 0.3), notches=5)
    assert (*view.plane.x[[0, -1]], *view.plane.y[[0, -1]]) == pytest.approx(plane.extent)
    assert len(view.plane.x) == LEVELS[-1]
    drawn = view.map.contours.mapToParent(view.map.contours.path()).controlPointRect()
    assert drawn.width() <= 1.01 * (plane.extent[1] - plane.extent[0])
    assert plane.x.high == pytest.approx(1.0)
    loss = walked()[1].metrics.train.loss
    assert view.caption.text() == f"training loss at step 400: {figure(loss)}"
    plane.show_all()
    assert view.plane.x[-1] == pytest.approx(1.0)


def test_what_was_zoomed_to_is_left_for_other_directions(show: Show) -> None:
    view = seen(show)
    wheel(view.canvas.viewport(), place_in(view.map.plane), notches=5)
    view.bar.choices["curvature"].click()
    assert not view.map.plane.held
    assert view.plane.wish.window is None


def test_after_a_zoom_the_mark_stands_at_the_network_and_is_cut_off(show: Show) -> None:
    view = seen(show)
    view.map.plane.zoom((-0.1, 0.3, -0.2, 0.2))
    now = view.map.trail.now
    assert view.map.plane.point_at(now.path().boundingRect().center()) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert clipped_by(now) == view.map.plane.frame
    view.map.plane.zoom((0.1, 0.3, -0.2, 0.2))
    assert now.path().isEmpty()
    assert not view.map.trail.now_name.is_visible


def test_both_coordinates_and_the_loss_are_read(show: Show) -> None:
    view = seen(show)
    plane = view.plane
    x, y, loss = plane.x[40], plane.y[20], plane.values[20, 40]
    first, second = f"random direction 1 {tick(x, 4)}", f"random direction 2 {tick(y, 4)}"
    assert view.map.plane.reading(x, y) == (first, second, f"loss {figure(loss)}")
    assert len(view.map.plane.reading(5.0, 0.0)) == 2


def test_on_a_logarithmic_scale_contours_are_at_powers(show: Show) -> None:
    view = seen(show)
    view.bar.log_button.click()
    logarithmic = relief(view.plane, logarithmic=True)
    assert {float(f"{level:.1e}".split("e")[0]) for level in logarithmic.levels} <= {1, 1.5, 2, 3, 4, 5, 6, 8}
    assert len(logarithmic.levels) >= 6
    assert view._relief.logarithmic
    assert logarithmic.height(float(view.plane.values.max())) == 1.0
    assert logarithmic.height(float(view.plane.values.min())) == 0.0


def test_what_grows_beyond_all_bounds_is_drawn_as_the_highest(show: Show) -> None:
    plane = seen(show).plane
    values = plane.values.copy()
    values[0, 0], values[0, 1], values[1, 0] = np.nan, np.inf, 1e300
    heights = relief(replace(plane, values=values), logarithmic=False).heights
    assert heights[0, 0] == heights[0, 1] == heights[1, 0] == 1.0
    assert 0.1 < np.median(heights) < 0.9


def test_a_drag_turns_the_surface_and_leaves_the_map(show: Show) -> None:
    view = seen(show)
    viewport = view.canvas.viewport()

    def drag() -> None:
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
        QTest.mouseMove(viewport, QPoint(360, 220))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(360, 220))

    drag()
    assert view.surface.camera == Camera()
    view.map.plane.show_all()
    view.bar.surface_button.click()
    before = view.surface.picture.pixmap().toImage()
    drag()
    turned = view.surface.camera
    assert (turned.turn, turned.above) != (Camera().turn, Camera().above)
    assert view.surface.picture.pixmap().toImage() != before
    QTest.mouseMove(viewport, QPoint(100, 100))  # with no button held
    assert view.surface.camera == turned


def test_from_no_side_the_surface_leaves_its_room(show: Show) -> None:
    view = seen(show, width=500, height=400)
    view.bar.surface_button.click()
    for turn in np.linspace(0.0, 2.0 * math.pi, 9):
        for above in (0.12, 0.6, 1.45):
            view.surface.camera = Camera(float(turn), above)
            corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (0.0, 0.9)])
            pixels = view.surface._pixels(corners)
            assert view.surface._room.contains(*pixels[:, :2].min(axis=0).tolist())
            assert view.surface._room.contains(*pixels[:, :2].max(axis=0).tolist())


def test_near_tiles_are_painted_over_far_ones() -> None:
    seen_from = Camera(turn=0.0, above=0.5).seen(np.array([[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]))
    assert seen_from[0, 2] > seen_from[1, 2]  # what is nearer has the larger depth
    assert seen_from[0, 1] > seen_from[1, 1]  # and is lower in the picture


def test_buttons_show_a_smaller_or_a_larger_part_and_so_does_the_wheel_over_the_surface(show: Show) -> None:
    view = seen(show)
    view.bar.in_button.click()
    assert view.plane.x[-1] == pytest.approx(0.5**0.5)
    view.bar.surface_button.click()
    for notches, expected in ((1, 0.5), (-4, 2.0)):
        wheel(view.canvas.viewport(), QPointF(200.0, 200.0), notches)
        assert view.plane.x[-1] == pytest.approx(expected)


def test_while_the_network_learns_it_looks_again_now_and_then(show: Show, qtbot: QtBot) -> None:
    view = seen(show)
    _, run = walked()
    view.show_snapshot(replace(view.requests._snapshot))  # the same place: nothing new to see
    run.advance(10)
    moved = replace(run.snapshot(), problem=view.requests.wish.snapshot.problem)
    with qtbot.waitSignal(view.requests.wanted, timeout=5000) as asked:
        view.show_snapshot(moved)
    assert asked.args[0].levels == (33,)
    assert asked.args[0].snapshot.step == 410
    with qtbot.waitSignal(view.requests.wanted, timeout=5000) as asked:  # it stays there: closer
        pass
    assert asked.args[0].levels == (65,)
    with qtbot.assertNotEmitted(view.requests.wanted, wait=700):
        pass


def test_another_landscape_is_looked_at_at_once_and_as_a_whole(show: Show, qtbot: QtBot) -> None:
    view = seen(show)
    view.map.plane.zoom((0.1, 0.5, -0.2, 0.1))
    with qtbot.waitSignal(view.requests.wanted, timeout=0) as asked:
        view.show_snapshot(walked(SADDLE, 0)[1].snapshot())
    assert asked.args[0].levels == LEVELS
    assert asked.args[0].window is None
    assert not view.map.plane.held


def test_of_a_network_that_diverged_the_last_picture_stays(show: Show, qtbot: QtBot) -> None:
    view = seen(show)
    plane = view.plane
    snapshot: Snapshot = replace(walked(WIDE, 0)[1].snapshot(), finite=False)
    with qtbot.assertNotEmitted(view.requests.wanted, wait=50):
        view.show_snapshot(snapshot)
    assert view.plane is plane


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(480, 360, 13), (1400, 900, 20), (1300, 340, 22), (620, 560, 24)]
)
@pytest.mark.parametrize("surface", [False, True])
def test_no_words_are_cut_off_or_written_over(
    show: Show, qapp: QApplication, width: int, height: int, pixels: int, surface: bool
) -> None:
    view = seen(show, SADDLE, width, height, steps=100)
    use_font(view, pixels)
    view.bar.surface_button.setChecked(surface)
    view.bar.choices["path"].click()
    qapp.processEvents()
    below = [
        view.meter.verdict,
        view.meter.method,
        *view.meter.names,
        *view.meter.numbers,
        view.foot,
        view.caption,
    ]
    boxes = [text.sceneBoundingRect().adjusted(1, 1, -1, -1) for text in below if text.text()]
    for text in words_of(view):
        assert view.canvas.area.contains(text.sceneBoundingRect()), text.text()
        assert text.font().pixelSize() == pixels
    assert not overlapping(boxes)
    for button in view.bar.buttons:
        assert button.isHidden() or view.rect().contains(button.geometry())


def test_buttons_without_room_are_left_out_and_come_back(show: Show, qapp: QApplication) -> None:
    view = seen(show, width=300, height=300)
    assert view.bar.out_button.isHidden()
    assert not view.bar.choices["path"].isHidden()
    view.resize(800, 300)
    qapp.processEvents()
    assert not view.bar.out_button.isHidden()


def test_the_map_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    view = seen(show, width=640, height=480)
    view.bar.choices["path"].click()
    assert_matches_image(view, "landscape")


def test_the_surface_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    view = seen(show, SADDLE, 640, 480, 20)
    view.set_theme(theme("dark"))
    view.bar.choices["curvature"].click()
    view.bar.surface_button.click()
    assert_matches_image(view, "landscape-surface")
