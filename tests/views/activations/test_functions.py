import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.activations import ACTIVATIONS, activation_function
from nnviz.numerals import tick
from nnviz.runs.layer_statistics import Response
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.activations.functions import FunctionPlot, FunctionsView, at_kink
from nnviz.views.activations.histogram import merged
from seeing import points, use_font
from zooming import calls_while_painted, check_hands, read_at

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

LEAKY = '[network]\nhidden = [6, 6]\nactivation = "leaky_relu"\nalpha = 0.25\n'


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 640) -> FunctionsView:
    view = FunctionsView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def plot_of(view: FunctionsView, name: str) -> FunctionPlot:
    return next(plot for plot in view.plots if plot.function.name == name)


def test_all_functions_are_there(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    assert [plot.title.text() for plot in view.plots] == [f.title for f in ACTIVATIONS.values()]
    assert len({(plot.rect.x(), plot.rect.y()) for plot in view.plots}) == len(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curves_are_the_function_and_its_derivative(show: Show, snapshot_of: SnapshotOf, name: str) -> None:
    plot, function = plot_of(shown(show, snapshot_of(LEAKY)), name), activation_function(name, 0.25)
    for item, curve in ((plot.value, function), (plot.slope, function.derivative)):
        p, seen = points(item.path()).T
        assert len(p) >= 400
        assert seen == pytest.approx(curve(p))


@pytest.mark.parametrize("name", ["step", "sign"])
def test_no_line_joins_the_sides_of_a_jump(show: Show, snapshot_of: SnapshotOf, name: str) -> None:
    plot = plot_of(shown(show, snapshot_of(LEAKY)), name)
    for extent in (plot.plane.extent, (-0.02, 0.01, -1.0, 1.0)):
        plot.plane.zoom(extent)
        assert len(plot.value.path().toSubpathPolygons()) == 2


def test_formulas_have_the_networks_alpha(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(LEAKY), 1200, 800)
    assert plot_of(view, "leaky_relu").formula.text().startswith("σ = max(0.25 p, p)")
    assert "0.25 (eᵖ − 1)" in plot_of(view, "elu").formula.text()
    view.show_snapshot(snapshot_of(LEAKY.replace("0.25", "0.5")))
    assert plot_of(view, "leaky_relu").formula.text().startswith("σ = max(0.5 p, p)")
    assert plot_of(view, "leaky_relu").kink.text() == "σ(0) = 0,  σ′(0) = 0.5"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("step", "σ(0) = 1,  σ′(0) = 0"),
        ("sign", "σ(0) = 0,  σ′(0) = 0"),
        ("relu", "σ(0) = 0,  σ′(0) = 0"),
        ("leaky_relu", "σ(0) = 0,  σ′(0) = 0.1"),
        ("elu", "σ(0) = 0,  σ′(0) = 0.1"),
        ("tanh", ""),
        ("softplus", ""),
    ],
)
def test_values_at_kinks_are_stated(name: str, words: str) -> None:
    assert at_kink(ACTIVATIONS[name]) == words


def test_those_of_the_network_are_marked_with_their_layers(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(LEAKY))
    marked = {plot.function.name: plot.used.text() for plot in view.plots if plot.used.text()}
    assert marked == {"leaky_relu": "2 layers", "tanh": "output"}
    framed = {plot.function.name for plot in view.plots if not plot.frame.path().isEmpty()}
    assert framed == set(marked)
    view.show_snapshot(
        snapshot_of('[network]\nhidden = [3, 3]\nactivation = ["relu", "elu"]\noutput = "softmax"\n')
    )
    assert {p.function.name: p.used.text() for p in view.plots if p.used.text()} == {
        "relu": "layer 1",
        "elu": "layer 2",
    }


@pytest.mark.parametrize("width", [260, 350, 520, 900])
@pytest.mark.parametrize("size", [13, 21])
def test_words_are_whole_and_apart(show: Show, snapshot_of: SnapshotOf, width: int, size: int) -> None:
    view = shown(show, snapshot_of('[network]\nactivation = "identity"\n'), width, 640)
    use_font(view, size)
    assert "…" not in view.key.text()
    assert view.key.sceneBoundingRect().right() <= width
    for plot in view.plots:
        texts = [
            text for text in (plot.title, plot.used, plot.formula, plot.kink) if text.isVisible() and text.text()
        ]
        boxes = [text.sceneBoundingRect().adjusted(0.0, 1.0, 0.0, -1.0) for text in texts]
        assert not any("…" in text.text() for text in texts)
        assert [one for one, other in combinations(boxes, 2) if one.intersects(other)] == []
    assert plot_of(view, "identity").used.text() == "2 layers"


def test_pre_activations_lie_behind_the_functions_that_use_them(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(LEAKY, epochs=3)
    view = shown(show, snapshot)
    assert snapshot.scene is not None
    plot = plot_of(view, "leaky_relu")
    assert plot.plane.x.high == max(4.0, *(r.reach for r in snapshot.scene.responses[:2]))
    assert not plot.histogram.negative.path().isEmpty()
    assert plot_of(view, "relu").histogram.negative.path().isEmpty()
    view.show_snapshot(snapshot_of())
    assert plot.histogram.negative.path().isEmpty()
    assert plot.plane.x.high == 4.0


def test_layers_of_different_reach_are_counted_together() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = rng.uniform(-2, 2, 500), rng.uniform(-8, 8, 700)
    responses = [
        Response(reach, np.histogram(p, 40, (-reach, reach))[0], 0.0, 1.0, np.zeros(40, np.int64))
        for p, reach in ((narrow, 2.0), (wide, 8.0))
    ]
    both = merged(responses, 8.0)
    np.testing.assert_array_equal(both, np.histogram(np.concatenate([narrow, wide]), 40, (-8.0, 8.0))[0])
    assert merged(responses, 16.0).sum() == 1200


@pytest.mark.parametrize("name", ["step", "elu"])
def test_a_click_chooses_a_function(show: Show, snapshot_of: SnapshotOf, qtbot: QtBot, name: str) -> None:
    view = shown(show, snapshot_of())
    place = plot_of(view, name).rect.center().toPoint()
    with qtbot.waitSignal(view.activation_chosen) as signal:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [name]


def test_a_click_in_a_zoomed_function_chooses_nothing(show: Show, snapshot_of: SnapshotOf, qtbot: QtBot) -> None:
    view, snapshot = shown(show, snapshot_of()), snapshot_of()
    with qtbot.assertNotEmitted(view.activation_chosen):
        check_hands(view.canvas, plot_of(view, "elu").plane, lambda: view.show_snapshot(snapshot))
    assert calls_while_painted(view.canvas) == []


def test_functions_and_counts_are_read_under_the_pointer(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(LEAKY, epochs=3)
    view = shown(show, snapshot)
    (p, _), words = read_at(view.canvas, plot_of(view, "softplus").plane, 1.0, 0.5)
    assert words == [
        f"p {tick(p, 4)}",
        f"σ(p) {tick(np.log1p(np.exp(p)), 4)}",
        f"σ′(p) {tick(1 / (1 + np.exp(-p)), 4)}",
    ]
    plane = plot_of(view, "leaky_relu").plane
    (p, _), (*values, count) = read_at(view.canvas, plane, -1.0, 0.0)
    assert values == [f"p {tick(p, 4)}", f"σ(p) {tick(0.25 * p, 4)}", "σ′(p) 0.25"]
    assert snapshot.scene
    bins = merged(snapshot.scene.responses[:2], plane.x.high)
    assert count == f"{bins[int(20 * (1.0 + p / plane.x.high))]:,} pre-activations"


@pytest.mark.parametrize(("width", "height", "pixels"), [(480, 360, 13), (1400, 900, 20)])
def test_no_text_is_wider_than_its_function(
    show: Show, snapshot_of: SnapshotOf, width: int, height: int, pixels: int
) -> None:
    view = shown(show, snapshot_of(LEAKY), width, height)
    use_font(view, pixels)
    for plot in view.plots:
        for text in (plot.title, plot.formula, plot.kink):
            assert text.sceneBoundingRect().right() <= plot.rect.right() + 1.0
            assert text.sceneBoundingRect().bottom() <= plot.rect.bottom() + 4.0
            assert text.font().pixelSize() == pixels


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, snapshot_of(LEAKY, epochs=3))
    view.set_theme(theme(name))
    assert_matches_image(view, f"functions_{name}")


IN_TWO_ROWS = math.ceil(len(ACTIVATIONS) / 2)


@pytest.mark.parametrize(
    ("width", "height", "columns"), [(900, 640, 3), (740, 230, 6), (1600, 330, IN_TWO_ROWS), (480, 360, 4)]
)
def test_rows_are_never_too_low_to_be_read(
    show: Show, snapshot_of: SnapshotOf, width: int, height: int, columns: int
) -> None:
    view = shown(show, snapshot_of(), width, height)
    assert len({plot.rect.x() for plot in view.plots}) == columns
    assert all(plot.plane.frame.height() > 2.5 * view.fontMetrics().height() for plot in view.plots)
    assert all(plot.rect.right() <= view.canvas.viewport().width() for plot in view.plots)
    view.canvas.verticalScrollBar().setValue(view.canvas.verticalScrollBar().maximum())
    assert view.canvas.mapFromScene(view.plots[-1].rect.bottomRight()).y() <= height


@pytest.mark.parametrize(("width", "height"), [(740, 222), (1400, 330), (900, 640)])
@pytest.mark.parametrize("size", [13, 21])
def test_every_formula_is_written(show: Show, snapshot_of: SnapshotOf, width: int, height: int, size: int) -> None:
    view = shown(show, snapshot_of(), width, height)
    use_font(view, size)
    for plot in view.plots:
        words = " ".join(plot.formula.text().split())
        assert f"σ = {plot.function.formula}" in words
        assert f"σ′ = {plot.function.derivative_formula}" in words
        assert plot.rect.contains(plot.formula.sceneBoundingRect())


def test_any_size_comes_to_rest(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(), 900, 640)
    arranged: list[int] = []
    view.canvas.resized.connect(lambda: arranged.append(view.width()))
    for width in range(120, 900, 97):
        for height in range(60, 640, 29):
            arranged.clear()
            view.resize(width, height)
            QApplication.processEvents()
            assert len(arranged) <= 8
