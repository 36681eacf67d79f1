from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget

from hands import emitted, wheel
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.kind import Kind
from nnviz.kinds.memory.schema import Memory
from nnviz.kinds.race.run import RaceRun, RaceSnapshot
from nnviz.kinds.race.schema import Lane, Race
from nnviz.numerals import tick
from nnviz.plots.curves import curve_pen
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Timeline
from nnviz.theme import THEMES, theme
from nnviz.views.race.lane import places_in
from nnviz.views.race.view import RaceView, cells
from seeing import overlapping, pixels, points, texts, use_font
from timing import least_seconds
from zooming import calls_while_painted, check_hands, clipped_by, place_in

Show = Callable[..., QWidget]

LANES = (
    Lane(title="one neuron", change={"network": {"hidden": []}}),
    Lane(title="one hidden layer", change={"network": {"hidden": [4]}}),
    Lane(title="a deep network", change={"network": {"hidden": [8, 4]}}),
    Lane(
        title="too fast",
        change={
            "network": {"hidden": [8], "activation": "relu", "output": "identity"},
            "training": {"learning_rate": 50.0},
        },
    ),
)
SAME = tuple(Lane(title=f"batch {size}", change={"training": {"batch_size": size}}) for size in (250, 10))
BASE = Experiment(data=Data(name="circle", noise=0.1), training=Training(learning_rate=0.1))


def raced(lanes: tuple[Lane, ...] = LANES, base: Kind = BASE, moments: int = 20) -> tuple[Timeline, RaceSnapshot]:
    run, timeline = RaceRun(Race(base=base, lanes=lanes)), Timeline()
    for _ in range(moments):
        timeline.add(run.snapshot())
        run.advance(1)
        run.measure()
    timeline.add(run.snapshot())
    return timeline, run.picture(Lens())


def shown(show: Show, width: int = 900, height: int = 600, **race: Any) -> tuple[Any, Timeline, RaceSnapshot]:
    timeline, snapshot = raced(**race)
    view: Any = RaceView()
    show(view, width, height)
    view.show_history(timeline)
    view.show_snapshot(snapshot)
    return view, timeline, snapshot


def test_before_a_snapshot_it_takes_themes_and_a_timeline_and_shows_nothing(show: Show) -> None:
    view = RaceView()
    view.set_theme(theme("dark"))
    show(view)
    view.show_history(Timeline())
    assert view.lanes == []
    assert view.caption.text() == ""


def test_every_lane_has_its_title_and_its_accuracy(show: Show) -> None:
    view, _, snapshot = shown(show)
    assert [lane.title.text() for lane in view.lanes] == [lane.title for lane in LANES]
    assert [lane.score.text() for lane in view.lanes] == [text for _, text in snapshot.figures[1:]]
    assert view.lanes[3].score.text() == "diverged"
    assert view.lanes[3].score.brush().color().name() == theme("light").warning
    assert {lane.caption.text() for lane in view.lanes[:3]} == {"test accuracy"}


def test_values_have_their_loss_and_their_curve(show: Show) -> None:
    base = Experiment(data=Data(name="sine"), network=NetworkDesign(output="identity"))
    view, _, snapshot = shown(show, lanes=LANES[:2], base=base)
    assert view.lanes[0].caption.text() == "test loss"
    assert view.lanes[0].score.text() == snapshot.figures[1][1]


def test_the_figures_stand_out(show: Show) -> None:
    view, *_ = shown(show)
    use_font(view, 20)
    assert view.lanes[0].score.font().pixelSize() == 34


def test_a_curve_for_each_lane_goes_through_every_moment(show: Show) -> None:
    view, timeline, _ = shown(show)
    for k in range(3):
        drawn = points(view.plot.lines[k].path())
        assert drawn[:, 1] == pytest.approx([moment.lanes[k].loss for moment in timeline.line.moments])
        assert drawn[:, 0] == pytest.approx(range(21))


def test_lanes_are_told_apart_without_colour(show: Show) -> None:
    view, *_ = shown(show)
    dashes = [tuple(line.pen().dashPattern()) for line in view.plot.lines]
    assert len(set(dashes)) == 4
    assert [tuple(lane.swatch.pen().dashPattern()) for lane in view.lanes] == dashes


@pytest.mark.parametrize("name", THEMES)
def test_no_lane_has_the_colour_of_a_sign(name: str) -> None:
    colors = {curve_pen(theme(name), lane).color().name() for lane in range(4)}
    assert len(colors) == 4
    assert not colors & {theme(name).positive, theme(name).negative}


def test_titles_stand_at_the_ends_of_their_lines_apart_from_each_other(show: Show) -> None:
    view, *_ = shown(show)
    for line, name in list(zip(view.plot.lines, view.plot.names, strict=True))[:3]:
        assert name.x() > view.plot.plane.pixels(points(line.path()))[-1, 0]
        assert name.sceneBoundingRect().right() <= view.width()
    rows = sorted(name.y() for name in view.plot.names[:3])
    assert np.diff(rows).min() >= 0.9 * QFontMetricsF(view.plot.names[0].font()).height()


def test_a_logarithmic_scale_is_for_all(show: Show) -> None:
    view, *_ = shown(show)
    assert not view.plot.plane.y.logarithmic
    view.log_button.click()
    assert view.plot.plane.y.logarithmic
    view.set_logarithmic(logarithmic=False)
    assert not view.plot.plane.y.logarithmic


def test_a_moment_in_the_past_is_marked(show: Show) -> None:
    view, timeline, _ = shown(show)
    assert view.plot.cursor.path().isEmpty()
    view.show_snapshot(timeline.line.moments[7])
    assert points(view.plot.cursor.path())[0, 0] == 7.0


def test_another_kinds_timeline_is_no_race(show: Show) -> None:
    view, _, snapshot = shown(show)
    timeline = Timeline()
    timeline.add(NetworkRun(Experiment()).snapshot())
    view.show_history(timeline)
    view.show_snapshot(snapshot)
    assert all(line.path().isEmpty() for line in view.plot.lines)


def test_another_race_takes_the_place_of_the_first(show: Show) -> None:
    view, *_ = shown(show)
    timeline, snapshot = raced(LANES[1:3])
    view.show_history(timeline)
    view.show_snapshot(snapshot)
    assert [lane.title.text() for lane in view.lanes[:2]] == ["one hidden layer", "a deep network"]
    assert [lane.output.isVisible() for lane in view.lanes] == [True, True, False, False]
    assert [lane.title.isVisible() for lane in view.lanes] == [True, True, False, False]
    assert not view.plot.lines[2].isVisible()


def test_hidden_it_takes_snapshots_and_paints_them_when_shown(show: Show) -> None:
    view, _, before = shown(show)
    view.hide()
    _, earlier = raced(moments=2)
    view.show_snapshot(earlier)
    assert view.lanes[1].score.text() == before.figures[2][1] != earlier.figures[2][1]
    view.show()
    assert view.lanes[1].score.text() == earlier.figures[2][1]


def test_lanes_stand_side_by_side_or_two_by_two() -> None:
    wide, narrow = (list(cells(QRectF(0, 0, width, 500), 4, 15.0)) for width in (900, 480))
    assert len({cell.top() for cell in wide}) == 1
    assert len({cell.top() for cell in narrow}) == 2
    three = list(cells(QRectF(0, 0, 480, 500), 3, 15.0))
    assert not overlapping(three)


@pytest.mark.parametrize("size", [(220, 400), (400, 220), (300, 300), (100, 100)])
def test_parts_of_a_lane_stand_apart_within_it(size: tuple[int, int]) -> None:
    cell = QRectF(0.0, 0.0, *size)
    places = places_in(cell, 15.0)
    parts = [part for part in (places.head, places.diagram, places.output) if not part.isEmpty()]
    assert len(parts) >= 2
    assert all(cell.contains(part) for part in parts)
    assert not overlapping(parts)


@pytest.mark.parametrize(("width", "height", "pixels"), [(1024, 768, 17), (1400, 900, 20), (480, 360, 13)])
def test_no_text_is_clipped_or_smaller_than_the_widgets_own(
    show: Show, width: int, height: int, pixels: int
) -> None:
    view, *_ = shown(show, width, height)
    use_font(view, pixels)
    area = view.canvas.area
    texts = [view.caption, *view.plot.names[:3], *(t for lane in view.lanes for t in (lane.title, lane.score))]
    for text in texts:
        assert area.contains(text.sceneBoundingRect().adjusted(1, 2, -1, -2))
        assert text.font().pixelSize() >= pixels
    for lane in view.lanes:
        assert lane.score.sceneBoundingRect().right() <= lane.output.geometry().right() + 1
        if lane.caption.text():
            assert not lane.caption.sceneBoundingRect().intersects(
                lane.score.sceneBoundingRect().adjusted(2, 2, -2, -2)
            )


def test_lanes_of_one_shape_have_paths_which_can_be_hidden(show: Show) -> None:
    view, timeline, _ = shown(show, lanes=SAME)
    plane = view.paths.plane
    for lane, line in enumerate(view.paths.lines[:2]):
        drawn = points(line.path())
        assert len(drawn) == len(timeline.line.moments) == 21
        assert all(plane.frame.contains(*place) for place in plane.pixels(drawn).tolist())
        dot = view.paths.dots[lane].path().boundingRect().center()
        assert (dot.x(), dot.y()) == pytest.approx(tuple(plane.pixels(drawn[-1])))
        assert tuple(line.pen().dashPattern()) == tuple(view.plot.lines[lane].pen().dashPattern())
    for name, share in zip(plane.axes.names, view.paths.followed.shares, strict=True):
        assert f"{100 * share:.0f} %" in name.text()
    assert view.plot.plane.frame.right() < plane.frame.left()
    view.paths_button.click()
    assert not plane.is_visible
    assert view.plot.plane.frame.right() > plane.frame.left()


def test_paths_are_drawn_with_one_unit_for_both_directions(show: Show) -> None:
    view, *_ = shown(show, lanes=SAME)
    across, up = view.paths.plane.unit
    assert across == pytest.approx(up)
    assert np.allclose(points(view.paths.lines[1].path()), view.paths.followed.paths[1])


def test_a_moment_in_the_past_has_its_dots_on_the_paths(show: Show) -> None:
    view, timeline, _ = shown(show, lanes=SAME)
    view.show_snapshot(timeline.line.moments[7])
    dot = view.paths.dots[1].path().boundingRect().center()
    place = view.paths.plane.pixels(points(view.paths.lines[1].path())[7])
    assert (dot.x(), dot.y()) == pytest.approx(tuple(place))


@pytest.mark.parametrize("part", ["plot", "paths"])
def test_curves_and_paths_answer_the_hand(show: Show, part: str) -> None:
    view, timeline, _ = shown(show, lanes=SAME)
    plane = getattr(view, part).plane
    check_hands(view.canvas, plane, lambda: view.show_snapshot(timeline.line.moments[12]))
    assert calls_while_painted(view.canvas) == []


def test_after_a_zoom_dots_stand_at_the_ends_of_their_paths(show: Show) -> None:
    view, *_ = shown(show, lanes=SAME)
    plane, dot = view.paths.plane, view.paths.dots[1]
    wheel(view.canvas.viewport(), place_in(plane), notches=3)
    middle = dot.path().boundingRect().center()
    assert (middle.x(), middle.y()) == pytest.approx(tuple(plane.pixels(points(view.paths.lines[1].path())[-1])))
    assert clipped_by(dot) == plane.frame


def test_losses_and_paths_are_read_under_the_pointer(show: Show) -> None:
    view, timeline, _ = shown(show, lanes=SAME)
    losses = [tick(lane.loss, 4) for lane in timeline.line.moments[5].lanes]
    assert view.plot.read(5.1, 0.0) == [
        "epoch 5.1",
        *(f"{lane.title} {loss}" for lane, loss in zip(SAME, losses, strict=True)),
    ]
    x, y = view.paths.followed.paths[1][8].tolist()
    place, *titles = view.paths.plane.reading(x, y)
    assert place == f"1st {tick(x, 4)}, 2nd {tick(y, 4)}"
    assert SAME[1].title in titles
    assert view.paths.plane.reading(1e3, 1e3)[1:] == []


def test_lanes_of_different_shapes_offer_no_paths(show: Show) -> None:
    view, *_ = shown(show)
    assert view.paths_button.isHidden()
    assert not view.paths.plane.is_visible


def test_the_loss_is_drawn_against_updates_too(show: Show) -> None:
    view, timeline, _ = shown(show, lanes=SAME)
    assert view.count_button.text() == "by step"
    view.count_button.click()
    assert view.plot.plane.x.logarithmic
    assert view.plot.plane.axes.names[0].text() == "step"
    for lane in range(2):
        updates = np.array([moment.lanes[lane].step for moment in timeline.line.moments[1:]])
        drawn = points(view.plot.lines[lane].path())
        assert drawn[:, 0] == pytest.approx(np.log10(updates))
    assert view.plot.cursor.path().isEmpty()


def test_a_race_by_steps_is_drawn_against_epochs_too(show: Show) -> None:
    run, timeline = RaceRun(Race(base=BASE, lanes=SAME, by="step")), Timeline()
    for _ in range(50):
        timeline.add(run.snapshot())
        run.advance(1)
        run.measure()
    timeline.add(run.snapshot())
    view: Any = show(RaceView(), 900, 600)
    view.show_history(timeline)
    view.show_snapshot(run.picture(Lens()))
    assert view.count_button.text() == "by epoch"
    view.count_button.click()
    last = points(view.plot.lines[1].path())[-1]
    assert view.plot.plane.value_of(*last)[0] == pytest.approx(2.0)


def test_a_frame_is_cheap(show: Show) -> None:
    view, *_ = shown(show, 1400, 900)
    run = RaceRun(Race(base=BASE, lanes=LANES[:3] + LANES[1:2]))
    snapshots = []
    for _ in range(30):
        run.advance(1)
        snapshots.append(run.picture(Lens()))
    assert least_seconds(partial(view.show_snapshot, snapshot) for snapshot in snapshots) < 0.010


def test_lanes_zoom_and_pan_with_each_other_and_tell_it_once(show: Show) -> None:
    view, *_ = shown(show, lanes=LANES[:3])
    outputs = [lane.output.currentWidget() for lane in view.lanes]
    told = emitted(view.looked_at)
    wheel(outputs[1].plot.viewport(), outputs[1].plane.frame.center(), notches=3)
    held = outputs[1].plane.extent
    assert [output.plane.extent for output in outputs] == [held] * 3
    assert told == [held]
    view.zoom(None)
    assert not any(output.plane.held for output in outputs)
    assert told == [held, None]


def test_a_race_is_computed_for_what_is_seen() -> None:
    run, part = RaceRun(Race(base=BASE, lanes=LANES[:2])), (0.1, 0.4, -0.2, 0.3)
    assert [lane.scene.seen for lane in run.picture(Lens(extent=part)).lanes if lane.scene] == [part, part]


def test_what_is_on_the_screen_is_what_the_view_would_paint_anew(show: Show, qapp: QApplication) -> None:
    view, _, after = shown(show, lanes=LANES[:3])
    host: QWidget = view.window()
    before = RaceRun(after.experiment).picture(Lens())
    for snapshot, size in ((before, (900, 600)), (after, (900, 600)), (after, (820, 560)), (before, (820, 560))):
        view.resize(*size)
        view.show_snapshot(snapshot)
        qapp.processEvents()
        seen = qapp.primaryScreen().grabWindow(host.winId()).toImage()
        assert np.array_equal(pixels(seen), pixels(host.grab().toImage()))


def test_with_paths_it_looks_as_it_did(
    show: Show, assert_matches_image: Callable[[QWidget, str], None], qapp: QApplication
) -> None:
    view, *_ = shown(show, 900, 600, lanes=SAME)
    qapp.processEvents()
    assert_matches_image(view, "race_paths")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_it_looks_as_it_did(
    show: Show, assert_matches_image: Callable[[QWidget, str], None], qapp: QApplication, name: str
) -> None:
    view, *_ = shown(show, 900, 600, lanes=LANES if name == "light" else LANES[:2])
    view.set_theme(theme(name))
    qapp.processEvents()
    assert_matches_image(view, f"race_{name}")


def remembering(show: Show, size: tuple[int, int] = (900, 600)) -> Any:
    lanes = (Lane(title="recurrent"), Lane(title="LSTM", change={"cell": "lstm"}))
    return shown(show, *size, lanes=lanes, base=Memory(length=12, units=4), moments=3)[0]


@pytest.mark.parametrize("size", [(1100, 700), (640, 520)])
def test_networks_with_a_memory_are_unrolled_side_by_side(show: Show, size: tuple[int, int]) -> None:
    view = remembering(show, size)
    assert [lane.course.isVisible() for lane in view.lanes] == [True, True]
    assert not any(lane.diagram.isVisible() or lane.output.isVisible() for lane in view.lanes)
    plain, gated = (lane.course.unrolled for lane in view.lanes)
    assert plain.rows["f"].rect.isEmpty()
    assert gated.rows["f"].rect.height() > 10.0
    assert not view.paths.plane.is_visible
    for lane in view.lanes:
        assert calls_while_painted(lane.course) == []
        boxes = [item.sceneBoundingRect() for item in texts(lane.course.scene()) if item.text().strip()]
        assert overlapping(boxes) == []


@pytest.mark.parametrize("name", THEMES)
def test_a_race_of_memories_looks_as_it_did(
    show: Show, assert_matches_image: Callable[..., None], name: str
) -> None:
    view = remembering(show)
    view.set_theme(theme(name))
    assert_matches_image(view, f"race_memory_{name}")
