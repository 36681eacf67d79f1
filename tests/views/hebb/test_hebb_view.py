from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from nnviz.kinds.hebb import Hebb, Presentation, presented
from nnviz.numerals import tick
from nnviz.plots.scales import linear_scale, span_scale
from nnviz.runs.begin import begin
from nnviz.theme import THEMES, theme
from nnviz.views.hebb.view import HebbView, course_scale
from runs import moment_of
from seeing import check_words, points, texts, use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., QWidget]

LINKED = Hebb()
CLOUD = Hebb(source="cloud", learning_rate=0.01)
OJA = structs.replace(CLOUD, rule="oja", learning_rate=0.03)
MANY = Hebb(repeat=True, stimuli=("food", "bell", "light", "a very long word"), weights=(1.0, 0.0, -0.5, 0.25))


def shown(show: Show, snapshot: Any, width: int = 900, height: int = 560) -> HebbView:
    view = HebbView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def test_before_a_snapshot_it_takes_themes_and_is_empty(show: Show) -> None:
    view = HebbView()
    view.set_theme(theme("dark"))
    show(view)
    assert texts(view.canvas.scene()) == []


def test_at_first_nothing_was_presented(show: Show) -> None:
    view = shown(show, moment_of(LINKED))
    assert view.heading.text() == "Hebb’s rule: w ← w + α x y,  α = 0.1"
    assert view.account.text() == "nothing presented yet"
    assert view.cells.verdict.text() == "at rest"


def test_a_pairing_is_accounted_for_in_numbers(show: Show) -> None:
    view = shown(show, moment_of(LINKED, 4))
    assert view.account.text() == "food and bell: Δw = α x y = 0.1·1·1 = 0.1"
    assert [text.text() for text in view.cells.weights] == ["1.30", "0.20"]
    assert view.cells.verdict.text() == "y = 1"
    assert [text.text() for text in view.bars.names] == ["food", "bell"]


def test_what_is_not_answered_is_said_to_teach_nothing(show: Show) -> None:
    view = shown(show, moment_of(LINKED, 2))
    assert view.account.text() == "bell: y = 0, so nothing is learned"
    assert view.cells.verdict.text() == "silent"


def test_a_forced_answer_is_said_to_be(show: Show) -> None:
    forced = structs.replace(LINKED, protocol=(Presentation(shown=("bell",), forced=True),))
    assert shown(show, moment_of(forced, 1)).cells.verdict.text() == "y = 1, forced"


def test_a_synapse_is_wider_the_stronger_it_is(show: Show) -> None:
    run = begin(LINKED)
    view = shown(show, run.snapshot())
    widths = []
    for _ in range(8):
        run.advance(1)
        view.show_snapshot(run.snapshot())
        widths.append(view.cells._synapses[1].pen().widthF())
    assert widths[2:] == sorted(widths[2:])
    assert widths[-1] > 2.0 * widths[1]


def test_the_weights_course_is_drawn_with_the_threshold(show: Show) -> None:
    snapshot = moment_of(LINKED, 10)
    view = shown(show, snapshot)
    for line, course in zip(view.curves.lines, snapshot.state.trace.T, strict=True):
        assert points(line.path())[:, 1] == pytest.approx(course)
    assert points(view.curves.level.path())[:, 1] == pytest.approx([0.5, 0.5])
    assert [text.text() for text in view.curves.names] == ["food", "bell"]


def test_in_a_cloud_the_arrow_is_the_weights(show: Show) -> None:
    snapshot = moment_of(OJA, 150)
    view = shown(show, snapshot)
    tip = view.cloud.plane.pixels(snapshot.state.weights)
    assert np.abs(points(view.cloud.arrow.path()) - tip).max(axis=1).min() == pytest.approx(0.0, abs=1e-6)
    assert points(view.cloud.trail.path())[-1] == pytest.approx(snapshot.state.weights)
    assert view.cloud.circle.path().boundingRect() == QRectF(-1.0, -1.0, 2.0, 2.0)


def test_the_cloud_keeps_its_size_and_long_weights_show_their_direction(show: Show) -> None:
    view = shown(show, moment_of(CLOUD, 10))
    cloud, wide = view.cloud.cloud.path().boundingRect(), view.cloud.reach
    view.show_snapshot(snapshot := moment_of(CLOUD, 700))
    assert (view.cloud.cloud.path().boundingRect(), view.cloud.reach) == (cloud, wide)
    weights = snapshot.state.weights
    assert np.linalg.norm(weights) > 100.0 * wide
    tip = view.cloud.plane.pixels(0.68 * wide * weights / np.abs(weights).max())
    assert np.abs(points(view.cloud.arrow.path()) - tip).max(axis=1).min() == pytest.approx(0.0, abs=1e-6)
    assert "w, shortened" in [text.text() for text in texts(view.canvas.scene())]


def test_the_main_direction_is_the_clouds(show: Show) -> None:
    view = shown(show, moment_of(CLOUD))
    inputs = presented(CLOUD)[0]
    main = np.linalg.eigh(inputs.T @ inputs)[1][:, -1]
    start, end = points(view.cloud.direction.path())
    along = (end - start) / np.hypot(*(end - start))
    assert abs(along.dot(main)) == pytest.approx(1.0)


def test_planes_answer_the_hand_and_what_is_drawn_stays_at_its_points(show: Show) -> None:
    snapshot = moment_of(OJA, 150)
    view = shown(show, snapshot)
    cloud = view.cloud
    for plane in (cloud.plane, view.curves.plane):
        check_hands(view.canvas, plane, lambda: view.show_snapshot(moment_of(OJA, 150)))
    cloud.plane.zoom((-0.5, 1.0, -0.2, 1.3))
    tip = cloud.plane.pixels(snapshot.state.weights)
    assert np.abs(points(cloud.arrow.path()) - tip).max(axis=1).min() == pytest.approx(0.0, abs=1e-6)
    ring = cloud.now.path().boundingRect().center()
    assert cloud.plane.point_at(ring) == pytest.approx(snapshot.state.inputs)
    assert all(clipped_by(item) == cloud.plane.frame for item in (cloud.cloud, cloud.arrow, cloud.now))
    assert calls_while_painted(view.canvas) == []


def test_answers_and_weights_are_read_under_the_pointer(show: Show) -> None:
    snapshot = moment_of(OJA, 150)
    view, state = shown(show, snapshot), snapshot.state
    (x, y), words = read_at(view.canvas, view.cloud.plane, 0.7, -1.2)
    assert words == [
        f"x₁ {tick(x, 3)}   x₂ {tick(y, 3)}",
        f"y = w·x = {tick(float(state.weights.dot([x, y])), 4)}",
    ]
    (step, _), words = read_at(view.canvas, view.curves.plane, 60.0, 0.5)
    norm = state.norms[round(step / state.stride)]
    assert words == [f"step {tick(step, 4)}", f"|w| {tick(float(norm), 4)}"]


def test_numbers_of_very_different_size_have_a_logarithmic_scale() -> None:
    assert course_scale(np.array([0.2, 3.0]), 1.0) == linear_scale(3.0)
    assert course_scale(np.array([-0.2, 3.0, np.nan]), 1.0) == span_scale(-0.2, 3.0)
    wide = course_scale(np.array([0.5, 1e40, np.inf]), 1.0)
    assert (wide.logarithmic, wide.low, wide.high) == (True, -1, 40)


def test_weights_beyond_all_numbers_are_said_to_be(show: Show) -> None:
    view = shown(show, moment_of(structs.replace(CLOUD, learning_rate=0.1), 100_000))
    assert view.account.text() == "|w| is larger than any number there is: nothing holds it back"
    assert "w → ∞" in [text.text() for text in texts(view.canvas.scene())]


def test_ojas_weights_are_said_to_rest(show: Show) -> None:
    view = shown(show, moment_of(OJA, 100_000))
    assert view.heading.text() == "Oja’s rule: w ← w + α y (x − y w),  α = 0.03"
    assert view.account.text().endswith("the same after every epoch")


def test_another_kind_of_experiment_leaves_nothing_of_the_one_before(show: Show) -> None:
    view = shown(show, moment_of(MANY, 5))
    view.show_snapshot(moment_of(CLOUD, 5))
    assert not {"food", "salivation", "threshold"} & {text.text() for text in texts(view.canvas.scene())}
    view.show_snapshot(moment_of(LINKED, 5))
    assert not {"x₁", "|w| = 1", "|w|", "light"} & {text.text() for text in texts(view.canvas.scene())}


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(480, 360, 13), (900, 600, 16), (500, 800, 16), (1400, 900, 20)]
)
@pytest.mark.parametrize(
    ("experiment", "steps"),
    [
        (LINKED, 0),
        (LINKED, 9),
        (MANY, 43),
        (CLOUD, 3000),
        (OJA, 500),
        (structs.replace(CLOUD, correlation=-1.0), 9),
    ],
)
def test_no_words_are_clipped(
    show: Show, experiment: Hebb, steps: int, width: int, height: int, pixels: int
) -> None:
    view = HebbView()
    use_font(view, pixels)
    show(view, width, height)
    view.show_snapshot(moment_of(experiment, steps))
    check_words(view, pixels)


@pytest.mark.parametrize("name", THEMES)
def test_a_linked_response_looks_as_it_did(
    show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, moment_of(LINKED, 7), 720, 440)
    view.set_theme(theme(name))
    assert_matches_image(view, f"hebb_{name}")


def test_a_cloud_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    assert_matches_image(shown(show, moment_of(OJA, 150), 720, 440), "hebb_cloud_light")
