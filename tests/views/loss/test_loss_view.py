from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import parse_experiment
from nnviz.runs.history import epochs
from nnviz.runs.metrics import Score
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import THEMES, theme
from nnviz.views.loss.view import SMOOTHINGS, LossView, colors
from seeing import points, use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

REGRESSION = '[data]\nname = "sine"\n[network]\noutput = "identity"\n'


def recorded(text: str = "[data]\nnoise = 0.1\n", count: int = 40) -> Timeline:
    run, timeline = NetworkRun(parse_experiment(text, "test")), Timeline()
    for _ in range(count):
        timeline.add(run.snapshot())
        run.advance(7)
        run.measure()
    return timeline


def shown(show: Show, timeline: Timeline, width: int = 400, height: int = 240) -> LossView:
    view = LossView()
    show(view, width, height)
    view.show_history(timeline)
    view.show_snapshot(timeline.line.moments[-1])
    return view


def test_before_a_snapshot_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = LossView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.loss_words.text() == view.accuracy_words.text() == ""


def test_figures_are_those_of_the_snapshot(show: Show) -> None:
    view = shown(show, timeline := recorded())
    metrics = timeline.line.moments[-1].metrics
    assert metrics.test
    assert view.loss_words.text() == f"loss   train {metrics.train.loss:.4f}   test {metrics.test.loss:.4f}"
    train, test = (100.0 * (score.accuracy or 0.0) for score in (metrics.train, metrics.test))
    assert view.accuracy_words.text() == f"accuracy {train:.1f} % train, {test:.1f} % test"


def test_lines_go_through_every_moment(show: Show) -> None:
    view = shown(show, timeline := recorded())
    moments = timeline.line.moments
    drawn = points(view.loss.lines[0].path())
    assert drawn[:, 0] == pytest.approx([epochs(moment) for moment in moments])
    assert drawn[:, 1] == pytest.approx([moment.metrics.train.loss for moment in moments])


def test_training_is_solid_and_test_dashed_and_both_are_named_at_their_ends(show: Show) -> None:
    view = shown(show, recorded())
    train, test = (line.pen() for line in view.loss.lines)
    assert (train.style(), test.style()) == (train.style().SolidLine, test.style().DashLine)
    assert [name.text() for name in view.loss.names] == ["train", "test"]
    for line, name in zip(view.loss.lines, view.loss.names, strict=True):
        assert name.x() > view.loss.plane.pixels(points(line.path()))[-1, 0]
    upper, lower = sorted(name.y() for name in view.loss.names)
    assert lower - upper >= 0.9 * view.loss.names[0].boundingRect().height()


def test_names_have_room_within_the_view(show: Show) -> None:
    view = shown(show, recorded("[data]\nnoise = 0.1\n", 201), 300, 200)
    for name in view.loss.names:
        assert name.sceneBoundingRect().right() <= view.width()


def test_names_of_lines_near_zero_do_not_cover_the_axis(show: Show) -> None:
    view = shown(show, recorded("[network]\nhidden = [8]\n", 3000))
    lines = (view.loss.plane.pixels(points(line.path()))[-1, 1] for line in view.loss.lines)
    below = view.loss.plane.frame.bottom()
    assert all(below - y < 12 for y in lines)  # else this shows nothing
    assert all(name.sceneBoundingRect().bottom() <= below + 1 for name in view.loss.names)


def test_without_held_out_samples_nothing_is_said_of_them(show: Show) -> None:
    view = shown(show, recorded("[data]\ntrain_fraction = 1.0\n"))
    assert "test" not in view.loss_words.text() + view.accuracy_words.text()
    assert view.loss.names[1].opacity() == 0.0
    assert view.loss.lines[1].path().isEmpty()


def test_regression_has_no_accuracy(show: Show) -> None:
    view = shown(show, recorded(REGRESSION))
    view.set_accuracy_shown(shown=True)
    assert view.accuracy_words.text() == ""
    assert not view.accuracy_action.isVisible()
    assert not view.accuracy.plane.is_visible


def test_accuracy_is_drawn_below_if_wanted(show: Show) -> None:
    view = shown(show, timeline := recorded(), 400, 360)
    before = view.loss.plane.frame.height()
    hidden = view.accuracy.plane.is_visible
    view.accuracy_action.trigger()
    assert (hidden, view.accuracy.plane.is_visible) == (False, True)
    assert view.loss.plane.frame.height() < before
    assert view.accuracy.plane.frame.left() == view.loss.plane.frame.left()
    accuracy = timeline.line.moments[-1].metrics.train.accuracy
    assert points(view.accuracy.lines[0].path())[-1, 1] == pytest.approx(100.0 * (accuracy or 0.0))


def test_a_logarithmic_scale_draws_decades_apart(show: Show) -> None:
    view = shown(show, timeline := recorded())
    view.log_button.click()
    drawn = points(view.loss.lines[0].path())
    assert 10.0 ** drawn[:, 1] == pytest.approx([moment.metrics.train.loss for moment in timeline.line.moments])
    view.set_logarithmic(logarithmic=False)
    assert not view.log_button.isChecked()
    assert not view.loss.plane.y.logarithmic


def test_smoothing_takes_the_noise_out_and_not_the_scale(show: Show) -> None:
    view = shown(show, recorded("[data]\nnoise = 0.5\n[training]\nlearning_rate = 1.0\nbatch_size = 1\n"))
    rough, scale = points(view.loss.lines[0].path()), view.loss.plane.y
    view.set_smoothing(SMOOTHINGS["smoothed much"])
    soft = points(view.loss.lines[0].path())
    assert np.abs(np.diff(soft[:, 1])).sum() < 0.5 * np.abs(np.diff(rough[:, 1])).sum()
    assert view.loss.plane.y == scale


def test_smoothing_is_chosen_in_the_options(show: Show) -> None:
    view = shown(show, recorded())
    rough = points(view.loss.lines[0].path())
    next(action for action in view.options.menu().actions() if action.text() == "smoothed much").trigger()
    assert not np.array_equal(points(view.loss.lines[0].path()), rough)


def test_a_moment_in_the_past_is_marked(show: Show) -> None:
    view = shown(show, timeline := recorded())
    assert view.loss.cursor.path().isEmpty()
    past = timeline.line.moments[15]
    view.show_snapshot(past)
    assert points(view.loss.cursor.path())[:, 0] == pytest.approx(epochs(past))
    assert f"{past.metrics.train.loss:.4f}" in view.loss_words.text()


def test_new_moments_are_taken_with_the_next_snapshot(show: Show) -> None:
    view = shown(show, timeline := recorded())
    run = NetworkRun(timeline.line.moments[-1].experiment)
    run.restore(timeline.line.moments[-1])
    run.advance(50)
    run.measure()
    timeline.add(run.snapshot())
    view.show_snapshot(run.snapshot())
    assert len(points(view.loss.lines[0].path())) == len(timeline.line.moments)


def test_older_branches_are_thin_and_muted(show: Show) -> None:
    view = shown(show, timeline := recorded())
    assert view.loss.others.path().isEmpty()
    timeline.branch(timeline.line.moments[20].step)
    view.show_history(timeline)
    assert len(np.unique(points(view.loss.others.path())[:, 0])) == 40
    assert len(points(view.loss.lines[0].path())) == 21
    assert view.loss.others.pen().widthF() < view.loss.lines[0].pen().widthF()


def test_a_loss_that_is_no_number_is_left_out(show: Show) -> None:
    timeline = recorded()
    last = timeline.line.moments[-1]
    lost = structs.replace(
        last.metrics, step=last.step + 1, train=Score(float("nan"), last.metrics.train.confusion)
    )
    position = replace(last.position, step=last.step + 1)
    timeline.add(replace(last, position=position, metrics=lost, finite=False))
    view = shown(show, timeline)
    assert np.isfinite(points(view.loss.lines[0].path())).all()
    assert len(points(view.loss.lines[0].path())) == 40
    assert "train —" in view.loss_words.text()


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_diverging_run_is_drawn_as_far_as_it_goes(show: Show, logarithmic: bool) -> None:
    timeline = recorded(REGRESSION + "[training]\nlearning_rate = 3.0\n", 60)
    assert not timeline.line.moments[-1].finite
    view = shown(show, timeline)
    view.set_logarithmic(logarithmic)
    drawn = points(view.loss.lines[0].path())
    assert len(drawn) >= 1
    y = view.loss.plane.y
    assert np.abs(drawn[:, 1] - (y.low + y.high) / 2).max() <= 1.001 * (y.high - y.low)


def test_it_is_calm_while_the_run_goes_on(show: Show) -> None:
    run, timeline = NetworkRun(Experiment()), Timeline()
    timeline.add(run.snapshot())
    view = shown(show, timeline)
    scales = set()
    for _ in range(150):
        run.advance(25)
        run.measure()
        timeline.add(run.snapshot())
        view.show_snapshot(run.snapshot())
        scales.add((view.loss.plane.x, view.loss.plane.y))
    assert len(scales) <= 20


@pytest.mark.parametrize("name", THEMES)
def test_colours_are_the_themes(show: Show, name: str) -> None:
    view = shown(show, recorded())
    view.set_theme(theme(name))
    assert tuple(line.pen().color().name() for line in view.loss.lines) == colors(theme(name))
    assert view.canvas.backgroundBrush().color().name() == theme(name).background


def test_texts_follow_the_widgets_font(show: Show) -> None:
    view = shown(show, recorded())
    use_font(view, 30)
    assert view.loss_words.font().pixelSize() == view.loss.names[0].font().pixelSize() == 30


def test_hidden_it_takes_snapshots_and_paints_them_when_shown(show: Show) -> None:
    timeline, view = recorded(), LossView()
    view.show_history(timeline)
    view.show_snapshot(timeline.line.moments[-1])
    assert view.loss_words.text() == ""
    show(view)
    assert view.loss_words.text().startswith("loss   train 0.")


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    timeline = recorded()
    timeline.branch(timeline.line.moments[20].step)
    view = shown(show, timeline, 460, 360)
    view.set_theme(theme(name))
    view.set_accuracy_shown(shown=True)
    assert_matches_image(view, f"loss_{name}")


def test_a_run_that_has_not_begun_is_a_dot(show: Show) -> None:
    view = shown(show, timeline := recorded(count=1))
    loss = timeline.line.moments[0].metrics.train.loss
    assert [dot.isVisible() for dot in view.loss.dots] == [True, True]
    middle = view.loss.dots[0].path().boundingRect().center()
    assert view.loss.plane.point_at(middle) == pytest.approx((0.0, loss), abs=0.01)
    assert view.loss.dots[0].brush().color() == view.loss.lines[0].pen().color()
    view.show_history(longer := recorded(count=3))
    view.show_snapshot(longer.line.moments[-1])
    assert not any(dot.isVisible() for dot in view.loss.dots)


def test_an_explosion_is_drawn_whole(show: Show) -> None:
    timeline = recorded(REGRESSION + "[training]\nlearning_rate = 3.0\n", 60)
    losses = [moment.metrics.train.loss for moment in timeline.line.moments]
    finite = np.array([loss for loss in losses if np.isfinite(loss)])
    view = shown(show, timeline)
    drawn = points(view.loss.lines[0].path())[:, 1]
    assert drawn == pytest.approx(np.log10(finite))
    assert drawn.max() > 50.0
    assert view.loss.plane.y.low <= drawn.min() < drawn.max() <= view.loss.plane.y.high
    for name in view.loss.names:
        assert name.sceneBoundingRect().top() >= view.accuracy_words.sceneBoundingRect().bottom() - 1
    calm = timeline.line.moments[0]
    view.show_snapshot(calm)
    assert not view.loss.plane.y.logarithmic


@pytest.mark.parametrize(("width", "pixels"), [(280, 12), (400, 16), (220, 13)])
def test_the_figures_stand_beside_the_buttons_or_below_them(show: Show, width: int, pixels: int) -> None:
    view = LossView()
    use_font(view, pixels)
    show(view, width, 240)
    timeline = recorded()
    view.show_history(timeline)
    view.show_snapshot(timeline.line.moments[-1])
    buttons = QRectF(view.log_button.geometry().united(view.options.geometry()))
    for words in (view.loss_words, view.accuracy_words):
        box = words.sceneBoundingRect()
        assert "train" in words.text()
        assert "test" in words.text()
        assert box.right() <= view.width()
        assert not box.adjusted(0.0, 2.0, 0.0, -2.0).intersects(buttons)
