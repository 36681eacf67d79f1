from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.gradients.view import HINT, GradientView, verdict, written
from seeing import use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

DEEP = '[network]\nhidden = [8, 8, 8, 8, 8, 8, 8, 8, 8, 8]\nactivation = "sigmoid"\n'


@pytest.fixture
def measured(snapshot_of: SnapshotOf) -> SnapshotOf:
    return lambda text="", epochs=0: snapshot_of(text, epochs, Lens(gradients=True))


def shown(show: Show, snapshot: Snapshot, width: int = 700, height: int = 400) -> GradientView:
    view = GradientView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def with_sizes(snapshot: Snapshot, *sizes: float) -> Snapshot:
    assert snapshot.scene is not None
    return replace(snapshot, scene=replace(snapshot.scene, gradients=sizes))


def sizes_of(snapshot: Snapshot) -> tuple[float, ...]:
    assert snapshot.scene is not None
    return snapshot.scene.gradients


def names(view: GradientView) -> list[str]:
    """The names of the rows, from top to bottom."""
    return [name for _, name in view.plane.y.ticks][::-1]


def marks(view: GradientView) -> list[tuple[float, str]]:
    """Where along the axis at the left something is written."""
    ticks: list[tuple[float, str]] = view.plane.axes._axes[1]._tickLevels[0]
    return ticks


def test_without_gradients_it_says_so(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    assert view.verdict.text() == HINT
    assert not view.plane.is_visible
    assert view.bars.path().isEmpty()


def test_every_layer_has_its_number_and_a_bar_as_long_as_that(show: Show, measured: SnapshotOf) -> None:
    snapshot = measured(DEEP, epochs=3)
    view = shown(show, snapshot)
    sizes = sizes_of(snapshot)
    assert names(view) == [*(f"layer {l}" for l in range(1, 11)), "output"]
    assert [value.text() for value in view.values] == [written(size) for size in sizes]
    rectangles = [polygon.boundingRect() for polygon in view.bars.path().toSubpathPolygons()]
    for rectangle, size, row in zip(rectangles, sizes, view.plane.y.ticks[::-1], strict=True):
        assert 10.0 ** rectangle.right() == pytest.approx(size)
        assert rectangle.left() == view.plane.x.low
        assert rectangle.center().y() == pytest.approx(row[0])
    assert [r.top() for r in rectangles] == sorted((r.top() for r in rectangles), reverse=True)


def test_it_says_over_how_many_samples(show: Show, measured: SnapshotOf) -> None:
    assert "250 training samples" in shown(show, measured()).plane.axes.names[0].text()
    many = shown(show, measured("[data]\nsamples = 2000\n"))
    assert "500 of 1,000 training samples" in many.plane.axes.names[0].text()


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((1e-4, 0.1), "first layer: 1,000 times smaller than the output"),
        ((2.0, 0.5), "first layer: 4.0 times larger than the output"),
        ((0.5, 0.1, 0.6), "first layer: about as large as the output"),
        ((1e-9, 1.0), "first layer: 1.0·10⁹ times smaller than the output"),
        ((0.3,), "a single layer, next to the loss"),
        ((0.0, 0.3), "nothing reaches the first layer"),
        ((0.0, 0.0), "nothing is left to learn"),
        ((float("nan"), 0.3), "the run has diverged"),
    ],
)
def test_first_and_last_are_compared_in_words(sizes: tuple[float, ...], words: str) -> None:
    assert verdict(sizes)[0] == words


@pytest.mark.parametrize("width", [240, 340, 900])
def test_verdict_and_axis_are_whole_at_any_width(show: Show, measured: SnapshotOf, width: int) -> None:
    view = shown(show, measured(DEEP), width)
    for text in (view.verdict, view.plane.axes.names[0]):
        assert "…" not in text.text()
        assert text.sceneBoundingRect().right() <= width
    assert view.verdict.text().startswith("first layer: ")
    assert "∂loss/∂p" in view.plane.axes.names[0].text()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (3.2e-8, "3.2·10⁻⁸"),
        (12345.0, "1.2·10⁴"),
        (float("inf"), "—"),
        (float("nan"), "—"),
    ],
)
def test_sizes_are_written_short(size: float, words: str) -> None:
    assert written(size) == words


def test_the_axis_only_grows_while_one_network_learns(show: Show, measured: SnapshotOf) -> None:
    snapshot = measured()
    view = shown(show, with_sizes(snapshot, 1e-5, 0.1, 0.5))
    assert (view.plane.x.low, view.plane.x.high) == (-5, 0)
    view.show_snapshot(with_sizes(snapshot, 0.2, 0.1, 30.0))
    assert (view.plane.x.low, view.plane.x.high) == (-5, 2)
    view.show_snapshot(with_sizes(measured(), 0.2, 0.1, 0.4))
    assert (view.plane.x.low, view.plane.x.high) == (-2, 0)


def test_nothing_and_no_number_have_no_bar(show: Show, measured: SnapshotOf) -> None:
    view = shown(show, with_sizes(measured(), 0.0, float("nan"), 0.1))
    widths = [polygon.boundingRect().width() for polygon in view.bars.path().toSubpathPolygons()]
    assert widths[0] == widths[1] == pytest.approx(0.0)
    assert [value.text() for value in view.values] == ["0", "—", "0.1"]


def test_names_that_would_overlap_make_way(show: Show, measured: SnapshotOf) -> None:
    text = f"[network]\nhidden = {[2] * 32}\n"
    view = shown(show, measured(text), 400, 240)
    line = view.fontMetrics().height()
    middles = [value.sceneBoundingRect().center().y() for value in view.values if value.isVisible()]
    rows = np.array([row for row, name in marks(view) if name])
    for places in (middles, rows * view.plane.unit[1]):
        assert 5 < len(places) < 33
        assert np.diff(places).min() >= 0.9 * line


def test_it_answers_the_hand(show: Show, measured: SnapshotOf) -> None:
    view, later = shown(show, measured(DEEP)), measured(DEEP)
    view.show_snapshot(later)
    check_hands(view.canvas, view.plane, lambda: view.show_snapshot(later))
    assert clipped_by(view.bars) == view.plane.frame
    assert calls_while_painted(view.canvas) == []


def test_sizes_stay_at_the_ends_of_their_bars_while_these_are_in_sight(show: Show, measured: SnapshotOf) -> None:
    view = shown(show, with_sizes(measured(), 1e-5, 1e-3, 0.5))
    view.plane.zoom((-4.0, -1.0, 0.5, 2.0))
    assert [value.isVisible() for value in view.values] == [False, True, True]
    _, second, last = (value.x() for value in view.values)
    assert second == pytest.approx(view.plane.pixels(np.array([-3.0, 1.5]))[0] + 4.0, abs=1.0)
    assert last == pytest.approx(view.plane.frame.right() + 4.0, abs=1.0)
    assert [name for _, name in marks(view)] == ["output", "layer 2"]


def test_sizes_are_read_under_the_pointer_and_saved(show: Show, measured: SnapshotOf) -> None:
    view = shown(show, with_sizes(measured(), 1.2345e-5, 0.1, 0.5))
    for row, words in ((2.9, "layer 1: 1.234·10⁻⁵"), (0.1, "output: 0.5")):
        assert read_at(view.canvas, view.plane, -1.0, row)[1] == [words]
    rows = view.canvas.numbers()[1:]
    assert [row[1:] for row in rows] == [(1, 1.2345e-5), (2, 0.1), (3, 0.5)]


def test_another_network_has_other_rows(show: Show, measured: SnapshotOf) -> None:
    view = shown(show, measured(DEEP))
    view.show_snapshot(measured())
    assert names(view) == ["layer 1", "layer 2", "output"]
    assert sum(value.isVisible() for value in view.values) == 3


def test_texts_follow_the_widgets_font(show: Show, measured: SnapshotOf) -> None:
    view = shown(show, measured())
    use_font(view, 24)
    texts = (*view.plane.axes.names, *view.values, view.verdict)
    assert {text.font().pixelSize() for text in texts} == {24}


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, measured: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, measured(DEEP, epochs=5))
    view.set_theme(theme(name))
    assert_matches_image(view, f"gradients_{name}")
