from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from nnviz.experiment.experiment import Data
from nnviz.kinds.perceptron import Perceptron
from nnviz.numerals import tick
from nnviz.paths import resource
from nnviz.runs.begin import begin
from nnviz.theme import THEMES, theme
from nnviz.views.perceptron.view import PerceptronView
from runs import moment_of
from seeing import check_words, points, texts, use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., QWidget]

OR = Perceptron()
XOR = Perceptron(data=Data(name="xor_table"))
CLOUDS = Perceptron(data=Data(name="gaussians", samples=60), mistakes_only=False, learning_rate=0.1)
PARITY = Perceptron(data=Data(name="parity", bits=5))


def shown(show: Show, snapshot: Any, width: int = 900, height: int = 560) -> PerceptronView:
    view = PerceptronView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def words(view: PerceptronView) -> list[str]:
    return [text.text() for text in view.account.lines if text.text()]


def test_before_a_snapshot_it_takes_themes_and_is_empty(show: Show) -> None:
    view = PerceptronView()
    view.set_theme(theme("dark"))
    show(view)
    assert texts(view.canvas.scene()) == []


def test_before_the_first_step_it_says_the_rule_and_that_there_is_no_line(show: Show) -> None:
    view = shown(show, moment_of(OR))
    assert view.score.text() == "w = 0: no line yet, y = 1 everywhere"
    assert words(view)[-2:] == ["w ← w + α (t − y) x", "θ ← θ − α (t − y)"]
    assert view.plane.line.path().isEmpty()
    assert view.plane.arrow is None


def test_a_mistake_is_accounted_for_in_numbers(show: Show) -> None:
    view = shown(show, moment_of(OR, 2))
    assert words(view) == [
        "w·x = 0 < 0.5 = θ, so y = 0",
        "t = 1: a mistake",
        "w₁ ← 0 + 0.5·(1 − 0)·0 = 0",
        "w₂ ← 0 + 0.5·(1 − 0)·1 = 0.5",
        "θ ← 0.5 − 0.5·(1 − 0) = 0",
    ]
    assert [text.text() for text in view.unit.weights] == ["w₁ = 0", "w₂ = 0.5"]
    assert (view.unit.threshold.text(), view.unit.output.text(), view.unit.wanted.text()) == (
        "θ = 0",
        "0",
        "t = 1",
    )
    assert view.score.text() == "1 of 4 wrong now"


def test_negative_inputs_stand_in_brackets(show: Show) -> None:
    run = begin(structs.replace(CLOUDS, mistakes_only=True, order="shuffled"))
    view = shown(show, run.snapshot())
    for _ in range(5):
        run.advance(1)
        view.show_snapshot(run.snapshot())
        state = run.snapshot().state
        if state.mistaken:
            assert ("·(−" in words(view)[2]) == (state.inputs[state.sample, 0] < 0)


def test_what_is_right_changes_nothing(show: Show) -> None:
    view = shown(show, moment_of(structs.replace(OR, mistakes_only=False), 3))
    assert words(view)[1] == "t = 1: right, nothing changes"
    assert view.plane.before.path().isEmpty()


def test_the_line_is_where_the_unit_changes_its_mind(show: Show) -> None:
    snapshot = moment_of(OR, 6)
    view = shown(show, snapshot)
    for x in view.plane.plane.points(points(view.plane.line.path())):
        assert snapshot.state.weights.dot(x) + snapshot.state.bias == pytest.approx(0.0, abs=1e-9)
    assert view.score.text().startswith("done: no mistake in a whole epoch, 5 before")


def test_the_arrow_is_normal_to_the_line_and_points_to_the_ones(show: Show) -> None:
    snapshot = moment_of(OR, 2)
    view = shown(show, snapshot)
    arrow, line = view.plane.arrow, points(view.plane.line.path())
    assert arrow
    assert (arrow.tip - arrow.foot).dot(line[1] - line[0]) == pytest.approx(0.0, abs=1e-6)
    foot, tip = view.plane.plane.points(np.array([arrow.foot, arrow.tip]))
    assert tip - foot == pytest.approx(snapshot.state.weights)


def test_the_line_before_is_still_there_faintly(show: Show) -> None:
    snapshot = moment_of(OR, 4)
    view = shown(show, snapshot)
    state = snapshot.state
    for x in view.plane.plane.points(points(view.plane.before.path())):
        assert state.weights_before.dot(x) + state.bias_before == pytest.approx(0.0, abs=1e-9)
    assert view.plane.before.pen().style() == Qt.PenStyle.DashLine


def test_the_sample_at_fault_is_ringed(show: Show) -> None:
    snapshot = moment_of(XOR, 5)
    view = shown(show, snapshot)
    ring = view.plane.fault.path().boundingRect().center()
    at = view.plane.plane.points(np.array([[ring.x(), ring.y()]]))[0]
    assert at == pytest.approx(snapshot.state.inputs[snapshot.state.sample], abs=1e-6)


def test_mistakes_are_drawn_epoch_by_epoch(show: Show) -> None:
    view = shown(show, moment_of(OR, 6))
    epochs, levels = points(view.mistakes.lines[0].path()).T
    assert levels[::2].tolist() == [2.0, 2.0, 1.0, 0.0]
    assert epochs.tolist() == [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0]


def test_the_plane_answers_the_hand_and_what_is_drawn_stays_at_its_points(show: Show) -> None:
    snapshot = moment_of(OR, 4)
    view, state = shown(show, snapshot), snapshot.state
    check_hands(view.canvas, view.plane.plane, lambda: view.show_snapshot(moment_of(OR, 4)))
    check_hands(view.canvas, view.mistakes.plane, lambda: view.show_snapshot(moment_of(OR, 4)))
    view.plane.plane.zoom((0.2, 1.4, -0.3, 0.9))
    for x in view.plane.plane.points(points(view.plane.line.path())):
        assert state.weights.dot(x) + state.bias == pytest.approx(0.0, abs=1e-9)
    ring = view.plane.fault.path().boundingRect().center()
    assert view.plane.plane.point_at(ring) == pytest.approx(state.inputs[state.sample], abs=1e-6)
    for item in (view.plane.line, view.plane.fault, view.plane.normal, view.plane.samples.points):
        assert clipped_by(item) == view.plane.plane.frame
    assert calls_while_painted(view.canvas) == []


def test_in_a_part_of_the_plane_the_line_is_turned_too(show: Show) -> None:
    view = shown(show, moment_of(OR, 6))
    view.plane.plane.zoom((-0.1, 0.9, -0.1, 0.9))
    arrow, held = view.plane.arrow, view.plane.plane.extent
    assert arrow
    foot = view.plane.plane.points(arrow.foot)
    w1, w2, bias = (values[3] for values in drag(view, arrow.tip, arrow.foot + np.array([arrow.length, 0.0])))
    assert w1 == pytest.approx(np.hypot(0.5, 0.5), abs=0.02)
    assert foot.dot([w1, w2]) + bias == pytest.approx(0.0, abs=0.02)
    assert view.plane.plane.extent == held


def test_point_answer_and_sample_are_read_under_the_pointer(show: Show) -> None:
    snapshot = moment_of(OR, 6)
    view = shown(show, snapshot)
    for point in ((0.2, 0.1), (0.7, 0.6)):
        at, words = read_at(view.canvas, view.plane.plane, *point)
        fires = snapshot.state.weights.dot(at) + snapshot.state.bias >= 0.0
        assert words == [f"x₁ {tick(at[0], 3)}   x₂ {tick(at[1], 3)}", f"y = {int(fires)}"]
    assert read_at(view.canvas, view.plane.plane, 0.0, 1.0)[1][2] == "training sample, row 2: 1"
    (epoch, _), words = read_at(view.canvas, view.mistakes.plane, 2.7, 1.0)
    assert words == [f"epoch {tick(epoch, 4)}", "mistakes 1"]


def test_more_inputs_are_bars_and_a_plane_through_the_data(show: Show) -> None:
    view = shown(show, moment_of(PARITY, 5))
    assert [text.text() for text in view.unit.bars.names] == ["x₁", "x₂", "x₃", "x₄", "x₅"]
    assert view.title.text() == "a slice through 5 inputs; each row at its own place"
    assert "w ← w + 0.5·(0 − 1)·x" in words(view)
    assert view.plane.handle_at(view.rect().center().toPointF(), moment_of(PARITY, 5).state) is None


def drag(view: PerceptronView, start: Any, end: Any) -> list[tuple[int, int, Any, float]]:
    places = [QPoint(round(x), round(y)) for x, y in (start, end)]
    asked: list[tuple[int, int, Any, float]] = []
    view.parameter_set.connect(lambda *values: asked.append(values))
    viewport = view.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=places[0])
    QTest.mouseMove(viewport, places[1])
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=places[1])
    return asked


def test_the_arrows_tip_turns_the_line_around_its_foot(show: Show) -> None:
    view = shown(show, moment_of(OR, 6))
    arrow = view.plane.arrow
    assert arrow
    foot = view.plane.plane.points(arrow.foot[np.newaxis])[0]
    asked = drag(view, arrow.tip, arrow.foot + np.array([arrow.length, 0.0]))
    assert [values[:3] for values in asked] == [(0, 0, 0), (0, 0, 1), (0, 0, None)]
    w1, w2, bias = (values[3] for values in asked)
    assert w1 == pytest.approx(np.hypot(0.5, 0.5), abs=0.01)
    assert w2 == pytest.approx(0.0, abs=0.01)
    assert foot.dot([w1, w2]) + bias == pytest.approx(0.0, abs=0.01)


def test_the_arrows_foot_shifts_the_line(show: Show) -> None:
    view = shown(show, moment_of(OR, 6))
    arrow = view.plane.arrow
    assert arrow
    to = view.plane.plane.pixels(np.array([[0.25, 0.5]]))[0]
    w1, w2, bias = (values[3] for values in drag(view, arrow.foot, to))
    assert (w1, w2) == (0.5, 0.5)
    assert bias == pytest.approx(-0.375, abs=0.01)


def test_a_first_line_can_be_drawn_from_the_middle(show: Show) -> None:
    view = shown(show, moment_of(OR))
    middle = view.plane.middle
    up = np.array([0.0, -0.5 * view.plane.plane.unit[0]])
    w1, w2, bias = (values[3] for values in drag(view, middle, middle + up))
    assert [w1, w2, bias] == pytest.approx([0.0, 0.5, -0.25], abs=0.02)


def test_elsewhere_there_is_nothing_to_take_hold_of(show: Show) -> None:
    view = shown(show, moment_of(OR, 6))
    assert drag(view, (5.0, 5.0), (300.0, 300.0)) == []


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(480, 360, 13), (900, 600, 16), (500, 800, 16), (1000, 320, 14)]
)
@pytest.mark.parametrize(("experiment", "steps"), [(OR, 0), (OR, 2), (XOR, 11), (CLOUDS, 40), (PARITY, 9)])
def test_no_words_are_clipped(
    show: Show, experiment: Perceptron, steps: int, width: int, height: int, pixels: int
) -> None:
    view = PerceptronView()
    use_font(view, pixels)
    show(view, width, height)
    view.show_snapshot(moment_of(experiment, steps))
    check_words(view, pixels)


def test_another_problem_is_another_plane(show: Show) -> None:
    view = shown(show, moment_of(OR, 3))
    view.show_snapshot(moment_of(CLOUDS, 3))
    assert view.plane.plane.unit[0] < 100.0
    view.plane.plane.zoom((0.0, 1.0, 0.0, 1.0))
    held = []
    for snapshot in (moment_of(CLOUDS, 4), moment_of(PARITY, 3)):
        view.show_snapshot(snapshot)
        held.append(view.plane.plane.held)
    assert held == [True, False]
    assert view.unit.bars.names[0].isVisible()
    view.show_snapshot(moment_of(OR, 3))
    assert not any(name.isVisible() for name in view.unit.bars.names)
    assert [text.isVisible() for text in view.unit.weights] == [True, True]


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = shown(show, moment_of(OR, 4), 720, 440)
    view.set_theme(theme(name))
    assert_matches_image(view, f"perceptron_{name}")


def test_more_inputs_look_as_they_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    assert_matches_image(shown(show, moment_of(PARITY, 9), 720, 440), "perceptron_parity_light")


def test_where_samples_are_pictures_the_last_one_is_shown_beside_the_weights(show: Show) -> None:
    cards = Perceptron(data=Data(file=str(resource("lessons") / "cards.csv"), target="mark"), mistakes_only=False)
    view = shown(show, snapshot := moment_of(cards, 50))
    drawn = [caption.text() for caption in view.unit.pictures.captions if caption.isVisible()]
    assert drawn == ["x", "w"]
    sample, weights = view.unit.pictures.items
    ink = snapshot.state.inputs[snapshot.state.sample].reshape(20, 20) > 0.5
    seen = sample.pixmap().toImage()
    dark = np.array([[seen.pixelColor(x, y).lightness() < 128 for x in range(20)] for y in range(20)])
    assert np.array_equal(dark, ink)
    signs = np.sign(snapshot.state.weights).reshape(20, 20)
    image = weights.pixmap().toImage()
    colors = [[image.pixelColor(x, y) for x in range(20)] for y in range(20)]
    hues = np.array([[color.blue() - color.red() for color in row] for row in colors])
    assert (hues[signs > 0] > 60).all()
    assert (hues[signs < 0] < -60).all()
    assert (np.abs(hues[signs == 0]) < 10).all()
