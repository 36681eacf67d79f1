import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ACTIVATIONS
from nnviz.numerals import tick
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.activations.histogram import Histogram
from nnviz.views.activations.view import HINT, ActivationView
from seeing import points, use_font
from zooming import calls_while_painted, check_hands, read_at

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]
SnapshotOf = Callable[..., Snapshot]

SOFTMAX = '[data]\nname = "blobs"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 240) -> ActivationView:
    view = ActivationView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def heights(histogram: Histogram) -> FloatArray:
    """How high each bar is, from left to right, in heights of the plane."""
    y = np.concatenate([points(item.path())[1:-1:2, 1] for item in (histogram.negative, histogram.positive)])
    return np.asarray((y - histogram.plane.y.low) / (histogram.plane.y.high - histogram.plane.y.low))


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
    value, slope = layer.curves.lines
    for line, expected in ((value, function), (slope, function.derivative)):
        p, seen = points(line.path()).T
        assert p == pytest.approx(np.linspace(*layer.before.extent[:2], len(p)), abs=1e-6)
        assert seen == pytest.approx(expected(p), abs=1e-6)
    assert slope.pen().style() != value.pen().style()


def test_of_a_zoomed_function_what_is_seen_is_drawn_finely(show: Show, snapshot_of: SnapshotOf) -> None:
    layer = shown(show, snapshot_of()).layers[0]
    layer.before.zoom((-0.01, 0.02, -0.1, 0.1))
    p, seen = points(layer.curves.lines[0].path()).T
    assert (p[0], p[-1]) == pytest.approx((-0.01, 0.02))
    assert 0.0 in p
    assert seen == pytest.approx(np.tanh(p))


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
        counted = response.pre_activations, response.activations
        for histogram, counts in zip(layer.histograms, counted, strict=True):
            bars = heights(histogram)
            assert bars / bars.max() == pytest.approx(counts / counts.max(), abs=1e-6)


def test_bars_below_zero_have_the_colour_of_the_negative(show: Show, snapshot_of: SnapshotOf) -> None:
    histogram = shown(show, snapshot_of(epochs=5)).layers[0].histograms[0]
    assert points(histogram.negative.path())[:, 0].max() == pytest.approx(0.0)
    assert points(histogram.positive.path())[:, 0].min() == pytest.approx(0.0)
    negative, positive = (item.brush().color() for item in (histogram.negative, histogram.positive))
    assert negative.red() > negative.blue()
    assert positive.blue() > positive.red()


def test_without_distributions_a_line_says_so(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of()
    view = shown(show, replace(snapshot, scene=None))
    assert view.hint.text() == HINT
    assert all(histogram.positive.path().isEmpty() for histogram in view.layers[0].histograms)
    assert not view.layers[0].curves.lines[0].path().isEmpty()
    assert len(read_at(view.canvas, view.layers[0].before, 0.0, 0.0)[1]) == 3
    view.show_snapshot(snapshot)
    assert view.hint.text() == ""


def test_softmax_is_no_function_of_one_pre_activation(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(SOFTMAX))
    output = view.layers[-1]
    assert output.title.text() == "output · softmax"
    assert output.formula.text() == "softmax: depends on all outputs"
    assert all(line.path().isEmpty() for line in output.curves.lines)
    assert heights(output.histograms[1]).any()
    assert [name.text() for name in output.curves.names] == ["", ""]


def test_zero_parameters_make_a_bar_at_zero(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of('[network]\ninitializer = "zeros"\n'))
    layer = view.layers[0]
    assert layer.before.x.high > 0.0
    bars = points(layer.histograms[0].positive.path())
    assert bars[bars[:, 1].argmax(), 0] == pytest.approx(0.0)


def test_a_diverged_run_is_shown(show: Show, snapshot_of: SnapshotOf) -> None:
    text = '[data]\nname = "sine"\n[network]\nactivation = "relu"\noutput = "identity"\n'
    snapshot = snapshot_of(text + "[training]\nlearning_rate = 900.0\n", epochs=4)
    assert not snapshot.finite
    view = shown(show, snapshot)
    for layer in view.layers:
        assert np.isfinite(points(layer.curves.lines[0].path())).all()


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


def test_another_network_takes_the_planes_there_are(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("[network]\nhidden = [4, 4]\n"))
    view.layers[0].before.zoom((-1.0, 1.0, 0.0, 1.0))
    planes = list(view.canvas.planes)
    view.show_snapshot(snapshot_of('[network]\nhidden = [3]\nactivation = "relu"\n'))
    assert view.canvas.planes == planes
    assert [plane.is_visible for plane in planes] == [True] * 4 + [False] * 2
    assert not view.layers[0].before.held
    p, seen = points(view.layers[0].curves.lines[0].path()).T
    assert seen == pytest.approx(np.maximum(p, 0.0))


def test_plots_answer_the_hand(show: Show, snapshot_of: SnapshotOf) -> None:
    view, later = shown(show, snapshot_of(epochs=5)), snapshot_of(epochs=5)
    for plane in (view.layers[0].before, view.layers[1].after):
        check_hands(view.canvas, plane, lambda: view.show_snapshot(later))
    assert calls_while_painted(view.canvas) == []


def test_values_and_counts_are_read_under_the_pointer(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=5)
    view = shown(show, snapshot)
    assert snapshot.scene
    layer, response = view.layers[0], snapshot.scene.responses[0]
    (p, _), words = read_at(view.canvas, layer.before, 0.33 * response.reach, 0.0)
    value = math.tanh(p)
    assert words == [
        f"p {tick(p, 4)}",
        f"σ(p) {tick(value, 4)}",
        f"σ′(p) {tick(1.0 - value**2, 4)}",
        f"{response.pre_activations[int(20.0 * (1.0 + p / response.reach))]:,} pre-activations",
    ]
    (o, _), words = read_at(view.canvas, layer.after, response.high - 0.01, 0.5)
    assert words == [f"o {tick(o, 4)}", f"{response.activations[-1]:,} activations"]


def test_what_is_drawn_of_each_layer_is_among_saved_numbers(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=5)
    rows = shown(show, snapshot).canvas.numbers()[1:]
    drawn = "σ", "σ′", "pre-activations", "activations"
    assert {name for name, *_ in rows} == {f"{l} {c}" for l in ("layer 1", "layer 2", "output") for c in drawn}
    assert snapshot.scene
    response = snapshot.scene.responses[1]
    counts = [(x, count) for name, x, count in rows if name == "layer 2 activations"]
    assert [count for _, count in counts] == response.activations.tolist()
    assert counts[0][0] == pytest.approx(response.low + (response.high - response.low) / 80)


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
