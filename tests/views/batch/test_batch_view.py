from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from hands import wheel
from nnviz.analysis.batch_lens import BatchPicture
from nnviz.numerals import figure, tick
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import theme
from nnviz.views.batch.arrows import BATCH, FULL, MEAN, degrees
from nnviz.views.batch.view import DIVERGED, LENS, TOO_MANY, BatchView
from seeing import overlapping, points, use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., Any]
Pictured = Callable[..., Snapshot]


@pytest.fixture
def pictured(make_run: Callable[..., Any]) -> Pictured:
    """A moment of a run after so many steps, with what the view wants."""

    def make(steps: int = 33, **values: Any) -> Snapshot:
        run = make_run(**{"name": "circle", "noise": 0.1} | values)
        run.advance(steps)
        snapshot: Snapshot = run.picture(Lens(aspects=frozenset(BatchView.aspects)))
        return snapshot

    return make


def picture_of(snapshot: Snapshot) -> BatchPicture:
    assert snapshot.scene is not None
    picture = snapshot.scene.aspects[LENS]
    assert isinstance(picture, BatchPicture)
    return picture


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 500) -> Any:
    view: Any = show(BatchView(), width, height)
    view.show_snapshot(snapshot)
    return view


def lit(view: Any) -> int:
    """How many markers are lit."""
    return sum(len(item.path().toSubpathPolygons()) for item in view.plane.lit)


def tip_of(view: Any, k: int) -> Any:
    """Where an arrow ends, in the plane."""
    return view.arrows.plane.points(points(view.arrows.heads[k].path())[0])


def test_the_batchs_samples_are_lit_and_no_others(show: Show, pictured: Pictured) -> None:
    snapshot = pictured()
    view = shown(show, snapshot)
    picture, train = picture_of(snapshot), snapshot.problem.train
    places = view.plane.samples.plane.pixels(train.points[picture.samples])
    assert train.classes is not None
    for group, item in enumerate(view.plane.lit):
        mine = places[train.classes[picture.samples] == group]
        drawn = [polygon.boundingRect().center().toTuple() for polygon in item.path().toSubpathPolygons()]
        expected = sorted(map(tuple, mine.tolist()))
        assert np.array(sorted(drawn)) == pytest.approx(np.array(expected), abs=0.6)
    assert lit(view) == 10
    assert view.title.text() == "next: batch 9 of 25"
    assert view.note.text() == "10 of 250 training samples"
    assert view.plane.samples.points.opacity() < 0.5


def test_its_numbers_are_those_of_the_gradients(show: Show, pictured: Pictured) -> None:
    snapshot = pictured()
    view, picture = shown(show, snapshot), picture_of(snapshot)
    assert [row[1].text() for row in view.arrows.rows] == [figure(norm) for norm in picture.norms]
    angles = ["", degrees(picture.angle), degrees(picture.mean_angle)]
    assert [row[2].text() for row in view.arrows.rows] == angles
    assert view.arrows.angle.text == angles[BATCH]
    assert view.arrows.angle.is_visible


def test_arrows_are_as_long_as_the_gradients_and_as_far_apart(show: Show, pictured: Pictured) -> None:
    snapshot = pictured()
    view, picture = shown(show, snapshot), picture_of(snapshot)
    assert view.arrows.circle.path().boundingRect().width() == pytest.approx(2.0 * view.arrows.radius)
    for k in (FULL, BATCH, MEAN):
        assert np.hypot(*tip_of(view, k)) == pytest.approx(picture.norms[k])
    tips = [tip_of(view, k) for k in (FULL, BATCH)]
    cosine = tips[0] @ tips[1] / np.hypot(*tips[0]) / np.hypot(*tips[1])
    assert np.degrees(np.arccos(cosine)) == pytest.approx(picture.angle, abs=1e-6)


def test_both_planes_answer_the_hand_and_what_is_drawn_stays_at_its_points(show: Show, pictured: Pictured) -> None:
    snapshot, later = pictured(batch_size=250), pictured(50, batch_size=250)
    view = shown(show, snapshot)
    plane, circle = view.plane.samples.plane, view.arrows.plane
    for each in (plane, circle):
        check_hands(view.canvas, each, lambda: view.show_snapshot(later))
        wheel(view.canvas.viewport(), each.frame.center())
    assert tip_of(view, FULL) == pytest.approx(picture_of(later).arrows[FULL])
    places = plane.pixels(later.problem.train.points)
    drawn = view.plane.lit[0].path().toSubpathPolygons()[0].boundingRect().center()
    assert np.abs(places - drawn.toTuple()).max(axis=1).min() < 0.6
    assert all(clipped_by(item) == plane.frame for item in (*view.plane.lit, view.plane.samples.points))
    assert all(clipped_by(item) == circle.frame for item in (*view.arrows.heads, view.arrows.angle.words))
    assert calls_while_painted(view.canvas) == []


def test_samples_lengths_and_angles_are_read_under_the_pointer(show: Show, pictured: Pictured) -> None:
    snapshot = pictured()
    view, train = shown(show, snapshot), snapshot.problem.train
    assert train.classes is not None
    (x, y), words = read_at(view.canvas, view.plane.samples.plane, *train.points[7])
    assert words[0] == f"x₁ {tick(x, 3)}   x₂ {tick(y, 3)}"
    assert words[1].startswith("training sample, row ")
    arrow = picture_of(snapshot).arrows[BATCH]
    (x, y), words = read_at(view.canvas, view.arrows.plane, *arrow)
    assert words == [
        f"length {tick(float(np.hypot(x, y)), 4)}",
        f"angle {degrees(abs(np.degrees(np.arctan2(y, x))))}",
    ]
    saved = [row[1:] for row in view.canvas.numbers() if row[0] == "end of an arrow"]
    assert saved == [tuple(end) for end in picture_of(snapshot).arrows.tolist()]


def test_the_three_are_told_apart_by_their_dashes(show: Show, pictured: Pictured) -> None:
    view = shown(show, pictured())
    dashes = [tuple(shaft.pen().dashPattern()) for shaft in view.arrows.shafts]
    assert dashes[FULL] == ()
    assert len(set(dashes)) == 3
    assert [tuple(swatch.pen().dashPattern()) for swatch in view.arrows.swatches] == dashes


def test_batches_beyond_the_circle_are_counted(show: Show, pictured: Pictured) -> None:
    snapshot = pictured(700, batch_size=1)
    view, picture = shown(show, snapshot), picture_of(snapshot)
    outside = int((np.hypot(*picture.tips.T) > view.arrows.radius).sum())
    assert outside > 0
    assert view.arrows.outside.text() == f"{outside} of 64 batches lie outside"
    assert len(view.arrows.tips.path().toSubpathPolygons()) == 64 - outside


def test_all_samples_at_once_have_no_angle_to_themselves(show: Show, pictured: Pictured) -> None:
    view = shown(show, pictured(batch_size=250))
    assert lit(view) == 250
    assert not view.arrows.angle.is_visible
    assert view.arrows.rows[BATCH][1].text() == view.arrows.rows[FULL][1].text()


def test_another_problem_has_other_markers(show: Show, pictured: Pictured) -> None:
    view = shown(show, pictured())
    view.show_snapshot(pictured(name="iris", output="softmax", loss="cross_entropy"))
    assert [bool(item.path().elementCount()) for item in view.plane.lit] == [True] * 3
    view.show_snapshot(pictured(name="sine", output="identity"))
    assert [bool(item.path().elementCount()) for item in view.plane.lit] == [True, True, False]
    assert lit(view) == 10


def test_before_there_is_a_picture_it_shows_the_plane(show: Show, pictured: Pictured, make_run: Any) -> None:
    view = shown(show, make_run().picture(Lens()))
    assert view.arrows.rows[FULL][1].text() == ""
    view.show_snapshot(pictured())
    assert view.arrows.rows[FULL][1].text() != ""


def test_the_digits_have_gradients(show: Show, pictured: Pictured) -> None:
    network = {"hidden": (64, 32), "output": "softmax", "loss": "cross_entropy"}
    view = shown(show, snapshot := pictured(name="digits", **network))
    assert view.arrows.rows[FULL][1].text() == figure(picture_of(snapshot).norms[FULL])
    assert view.why_not.text() == ""


def test_without_gradients_the_batch_is_lit_and_a_reason_given(show: Show, pictured: Pictured) -> None:
    view = shown(show, pictured())
    view.show_snapshot(pictured(samples=30_000))
    assert view.note.text() == "10 of 15,000 training samples"
    assert view.why_not.text().replace("\n", " ") == TOO_MANY
    assert lit(view) == 10
    assert not view.arrows.plane.is_visible
    assert not any(text.isVisible() for text in (*view.arrows.titles, *view.arrows.rows[FULL]))
    view.show_snapshot(pictured())
    assert view.why_not.text() == ""
    assert view.arrows.plane.is_visible
    assert view.arrows.rows[FULL][1].isVisible()


def test_a_diverged_run_has_no_arrows(show: Show, pictured: Pictured) -> None:
    view = shown(show, pictured(400, learning_rate=1000.0, activation="relu", output="identity"))
    assert view.why_not.text() == DIVERGED
    assert not view.arrows.plane.is_visible
    assert not any(row[1].isVisible() for row in view.arrows.rows)


@pytest.mark.parametrize(
    ("angle", "words"), [(27.4, "27°"), (5.81, "5.8°"), (0.0, "0.0°"), (179.7, "180°"), (float("nan"), "—")]
)
def test_angles_are_written_short(angle: float, words: str) -> None:
    assert degrees(angle) == words


@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [(480, 360, 13), (900, 260, 13), (1400, 900, 20), (420, 800, 17), (1024, 768, 17)],
)
def test_no_text_is_clipped_or_runs_into_another(
    show: Show, pictured: Pictured, width: int, height: int, pixels: int
) -> None:
    view = shown(show, pictured(), width, height)
    use_font(view, pixels)
    arrows = view.arrows
    texts = [view.title, view.note, *arrows.titles, *(text for row in arrows.rows for text in row), arrows.outside]
    boxes = [text.sceneBoundingRect() for text in texts if text.text()]
    area = view.canvas.area
    assert all(area.contains(box.adjusted(1, 2, -1, -2)) for box in boxes)
    inner = [box.adjusted(1, 3, -1, -3) for box in boxes]
    assert not overlapping(inner)
    assert {text.font().pixelSize() for text in texts} == {pixels}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_it_looks_as_it_did(
    show: Show, pictured: Pictured, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, pictured(), 800, 420)
    view.set_theme(theme(name))
    assert_matches_image(view, f"batch_{name}")
