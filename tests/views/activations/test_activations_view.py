from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.drawing.axes import Axes
from nnviz.engine.activations import ACTIVATIONS
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.activations.view import HINT, ActivationView
from seeing import points, use_font

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]
SnapshotOf = Callable[..., Snapshot]

SOFTMAX = '[data]\nname = "blobs"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 240) -> ActivationView:
    view = ActivationView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def read(axes: Axes, path: QPainterPath) -> tuple[np.ndarray, np.ndarray]:
    x, y = points(path).T
    across = axes.x.low + (x - axes.frame.left()) / axes.frame.width() * (axes.x.high - axes.x.low)
    up = axes.y.low + (axes.frame.bottom() - y) / axes.frame.height() * (axes.y.high - axes.y.low)
    return across, up


def within(axes: Axes, path: QPainterPath) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The points of a path that lie in a frame."""
    there, frame = points(path), axes.frame.adjusted(-1e-6, -1e-6, 1e-6, 1e-6)
    return there[[frame.contains(x, y) for x, y in there]].reshape(-1, 2)


def heights(view: ActivationView, axes: Axes) -> list[float]:
    """How high each bar in a frame is, from left to right."""
    bars: list[float] = []
    for item in (view.bars.negative, view.bars.positive):
        bars += [axes.frame.bottom() - y for y in within(axes, item.path())[1:-1:2, 1]]
    return bars


def test_before_a_snapshot_it_takes_themes_and_shows_nothing(show: Show) -> None:
    view = ActivationView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.layers == []


def test_there_is_a_column_for_each_layer(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of('[network]\nhidden = [3, 2]\nactivation = ["relu", "sigmoid"]\n')
    view = shown(show, snapshot)
    assert [layer.title.text() for layer in view.layers] == [
        "layer 1 · ReLU",
        "layer 2 · sigmoid",
        "output · tanh",
    ]
    assert view.layers[0].before.frame.right() < view.layers[1].before.frame.left()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curves_are_the_function_and_its_slope(show: Show, snapshot_of: SnapshotOf, name: str) -> None:
    view = shown(show, snapshot_of(f'[network]\nhidden = [3]\nactivation = "{name}"\n', epochs=2))
    layer, function = view.layers[0], ACTIVATIONS[name]
    for path, expected in ((layer.value.path(), function), (layer.slope.path(), function.derivative)):
        p, seen = read(layer.before, path)
        exact = np.linspace(p[0], p[-1], len(p))
        assert seen == pytest.approx(expected(exact), abs=1e-6)
    assert layer.slope.pen().style() != layer.value.pen().style()


def test_formulas_are_written_out(show: Show, snapshot_of: SnapshotOf) -> None:
    layer = shown(show, snapshot_of()).layers[0]
    assert layer.formula.text() == "σ = tanh p   σ′ = 1 − tanh² p"
    narrow = shown(show, snapshot_of('[network]\nactivation = "elu"\n'), 700, 300).layers[0]
    assert narrow.formula.text().startswith("σ = p if p > 0")
    assert narrow.slope_formula.text().startswith("σ′ = 1 if p > 0")


def test_axes_reach_as_far_as_pre_activations(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=5)
    view = shown(show, snapshot)
    assert snapshot.scene
    for layer, response in zip(view.layers, snapshot.scene.responses, strict=True):
        assert (layer.before.x.low, layer.before.x.high) == (-response.reach, response.reach)
        assert (layer.after.x.low, layer.after.x.high) == (response.low, response.high)


def test_bars_are_as_high_as_their_counts(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=5)
    view = shown(show, snapshot)
    assert snapshot.scene
    for layer, response in zip(view.layers, snapshot.scene.responses, strict=True):
        for axes, counts in (
            (layer.before, response.pre_activations),
            (layer.after, response.activations),
        ):
            bars = np.array(heights(view, axes))
            assert bars / bars.max() == pytest.approx(counts / counts.max(), abs=1e-6)


def test_bars_below_zero_have_the_colour_of_the_negative(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(epochs=5))
    axes = view.layers[0].before
    zero = axes.frame.center().x()
    assert within(axes, view.bars.negative.path())[:, 0].max() == pytest.approx(zero)
    assert within(axes, view.bars.positive.path())[:, 0].min() == pytest.approx(zero)
    negative, positive = (path.brush().color() for path in (view.bars.negative, view.bars.positive))
    assert negative.red() > negative.blue()
    assert positive.blue() > positive.red()


def test_without_distributions_a_line_says_so(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of()
    view = shown(show, replace(snapshot, scene=None))
    assert view.hint.text() == HINT
    assert view.bars.positive.path().isEmpty()
    assert not view.layers[0].value.path().isEmpty()
    view.show_snapshot(snapshot)
    assert view.hint.text() == ""


def test_softmax_is_no_function_of_one_pre_activation(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(SOFTMAX))
    output = view.layers[-1]
    assert output.title.text() == "output · softmax"
    assert output.formula.text() == "softmax: depends on all outputs"
    assert output.value.path().isEmpty()
    assert output.slope.path().isEmpty()
    assert any(heights(view, output.after))
    assert [name.text() for name in output.names] == ["", ""]


def test_zero_parameters_make_a_bar_at_zero(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of('[network]\ninitializer = "zeros"\n'))
    axes = view.layers[0].before
    assert axes.x.high > 0.0
    bars = within(axes, view.bars.positive.path())
    assert bars[bars[:, 1].argmin(), 0] == pytest.approx(axes.frame.center().x())


def test_a_diverged_run_is_shown(show: Show, snapshot_of: SnapshotOf) -> None:
    text = '[data]\nname = "sine"\n[network]\nactivation = "relu"\noutput = "identity"\n'
    snapshot = snapshot_of(text + "[training]\nlearning_rate = 900.0\n", epochs=4)
    assert not snapshot.finite
    view = shown(show, snapshot)
    for layer in view.layers:
        assert np.isfinite(points(layer.value.path())).all()


def test_more_layers_than_fit_are_scrolled_to(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("[network]\nhidden = [2, 2, 2, 2, 2, 2, 2]\n"))
    assert len(view.layers) == 8
    assert view.canvas.area.width() > view.width()
    assert view.canvas.horizontalScrollBar().maximum() > 0
    assert view.layers[0].before.frame.width() > 100
    view.show_snapshot(snapshot_of())
    assert view.canvas.horizontalScrollBar().maximum() == 0


def test_scrolling_paints_though_it_is_paused(show: Show, snapshot_of: SnapshotOf, paints: Paints) -> None:
    view = shown(show, snapshot_of("[network]\nhidden = [2, 2, 2, 2, 2, 2, 2]\n"))
    bar = view.canvas.horizontalScrollBar()
    assert paints(view.canvas.viewport(), lambda: bar.setValue(100))


def test_another_network_makes_other_columns(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    view.show_snapshot(snapshot_of("[network]\nhidden = []\n"))
    assert [layer.title.text() for layer in view.layers] == ["output · tanh"]


def test_texts_follow_the_widgets_font(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    use_font(view, 22)
    assert view.layers[0].title.font().pixelSize() == view.layers[0].formula.font().pixelSize() == 22


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, snapshot_of(SOFTMAX, epochs=10))
    view.set_theme(theme(name))
    assert_matches_image(view, f"activations_{name}")
