from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.analysis.unit import NeuronLens
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text
from nnviz.engine.network import forward
from nnviz.numerals import figure
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.neuron.view import NeuronView
from seeing import points, use_font

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]
SnapshotOf = Callable[..., Snapshot]

LEFT = Qt.MouseButton.LeftButton
ONE = '[data]\nname = "blobs"\nclasses = 2\nnoise = 0.3\n[network]\nhidden = []\noutput = "sigmoid"\n'


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 500) -> NeuronView:
    view = NeuronView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    QApplication.processEvents()
    return view


def with_parameters(snapshot: Snapshot, *values: float) -> Snapshot:
    return replace(snapshot, position=replace(snapshot.position, parameters=np.array(values)))


def place_of(view: NeuronView, point: FloatArray) -> QPoint:
    x, y = view.plane.pixels(point.reshape(1, 2))[0].tolist()
    return QPoint(round(x), round(y))


def numbers_at(snapshot: Snapshot, point: FloatArray) -> tuple[float, float]:
    """The engine's p and y of the first unit."""
    inputs = snapshot.problem.network_inputs(snapshot.problem.projection.lift(point[None]))
    p, o = next(forward(snapshot.problem.network, snapshot.parameters, inputs.T))
    return float(p[0, 0]), float(o[0, 0])


def in_plane(view: NeuronView, pixel: FloatArray) -> FloatArray:
    return np.array(view.plane.plane.point_at(QPointF(*pixel.tolist())))


def rows(view: NeuronView) -> list[str]:
    return [row.text() for row in view.diagram.rows]


def test_before_a_snapshot_it_takes_themes_and_shows_nothing(show: Show) -> None:
    view = NeuronView()
    view.set_theme(theme("dark"))
    show(view)
    QTest.mouseMove(view.plane.plot.viewport(), QPoint(50, 50))
    assert view.diagram.reckoning is None
    assert view.diagram.rows == []


def test_numbers_are_those_of_the_engine(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(ONE, epochs=5)
    view = shown(show, snapshot)
    point = snapshot.problem.train.points[0]
    p, y = numbers_at(snapshot, point)
    w, b, x = snapshot.weights[0][0], snapshot.biases[0][0], point
    assert rows(view) == [
        f"w₁ x₁ = {figure(w[0])} · {figure(x[0])} = {figure(w[0] * x[0])}",
        f"w₂ x₂ = {figure(w[1])} · {figure(x[1])} = {figure(w[1] * x[1])}",
        f"b = {figure(b)}",
        f"p = w₁ x₁ + w₂ x₂ + b = {figure(p)}",
        f"y = σ(p) = {figure(y)}    σ: sigmoid",
    ]
    assert view.diagram.reckoning is not None
    assert view.diagram.reckoning.activation == pytest.approx(1.0 / (1.0 + np.exp(-p)), abs=1e-12)


def test_the_probe_follows_the_pointer_and_goes_back_to_the_point_clicked(
    show: Show, snapshot_of: SnapshotOf, qtbot: QtBot
) -> None:
    snapshot = snapshot_of(ONE, epochs=5)
    view = shown(show, snapshot)
    viewport = view.plane.plot.viewport()
    clicked, passed = place_of(view, np.array([4.0, 3.0])), place_of(view, np.array([-4.0, -2.0]))
    QTest.mouseClick(viewport, LEFT, pos=clicked)
    with qtbot.waitSignal(view.plane.probed) as signal:
        QTest.mouseMove(viewport, passed)
    point, is_click = signal.args
    assert not is_click
    np.testing.assert_allclose(point, [-4.0, -2.0], atol=0.05)
    p, y = numbers_at(snapshot, point)
    assert rows(view)[-2:] == [f"p = w₁ x₁ + w₂ x₂ + b = {figure(p)}", f"y = σ(p) = {figure(y)}    σ: sigmoid"]
    view.plane.unprobed.emit()
    assert view.diagram.inputs == pytest.approx([4.0, 3.0], abs=0.05)
    ring = view.plane.ring.path().boundingRect().center()
    assert abs(ring.x() - clicked.x()) < 2.0
    assert abs(ring.y() - clicked.y()) < 2.0


def test_the_ring_is_painted_though_it_is_paused(show: Show, snapshot_of: SnapshotOf, paints: Paints) -> None:
    plane = shown(show, snapshot_of(ONE)).plane
    assert paints(plane.plot.viewport(), lambda: plane.show_probe(np.array([1.0, 2.0])))
    assert not paints(plane.plot.viewport(), lambda: plane.show_probe(np.array([1.0, 2.0])))


def test_of_a_deeper_network_it_is_the_first_neuron_at_first(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    assert view.diagram.title.text() == "layer 1, neuron 1"
    assert rows(view)[-1].endswith("σ: tanh")
    view.show_snapshot(snapshot_of(ONE))
    assert view.diagram.title.text() == "the only neuron"


def test_many_inputs_are_folded(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of('[data]\nname = "iris"\n[network]\nhidden = [3]\noutput = "softmax"\n')
    view = shown(show, snapshot)
    assert [row.label.text() for row in view.sliders.rows if not row.label.isHidden()] == [
        "w₁",
        "w₂",
        "w₃",
        "w₄",
        "b",
    ]
    digits = snapshot_of('[data]\nname = "digits"\n[network]\nhidden = [3]\noutput = "softmax"\n')
    view.show_snapshot(digits)
    assert rows(view)[4].startswith("60 more inputs add ")
    assert view.diagram.reckoning is not None
    rest = view.diagram.reckoning.products[4:].sum()
    assert rows(view)[4] == f"60 more inputs add {figure(float(rest))}"
    assert view.plane.arrow.tip is None
    five = '[data]\nfeatures = ["x1", "x2", "x1^2", "x2^2", "x1*x2"]\n'
    view.show_snapshot(snapshot_of(five))
    assert rows(view)[4].startswith("1 more input adds ")


def test_the_arrow_is_normal_to_the_boundary_and_begins_on_it(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = with_parameters(snapshot_of(ONE), 0.6, -0.8, 0.5)
    view = shown(show, snapshot)
    boundary, shaft = view.plane.contours.boundary.path(), view.plane.arrow.shaft.path()
    along = points(boundary)[1] - points(boundary)[0]
    foot, end = points(shaft)
    arrow = end - foot
    assert abs(along @ arrow) / np.hypot(*along) / np.hypot(*arrow) < 1e-3
    assert arrow[0] > 0.0
    assert arrow[1] > 0.0  # downwards on the screen: w₂ is negative
    assert numbers_at(snapshot, in_plane(view, foot))[0] == pytest.approx(0.0, abs=1e-9)
    assert numbers_at(snapshot, in_plane(view, end))[0] > 0.1


@pytest.mark.parametrize("text", [ONE, ONE.replace("[network]", "standardize = true\n[network]"), ""])
def test_dragging_the_arrow_sets_both_weights(show: Show, snapshot_of: SnapshotOf, text: str) -> None:
    snapshot = snapshot_of(text)
    view = shown(show, snapshot)
    viewport = view.plane.plot.viewport()
    tip = view.plane.arrow.tip
    assert tip is not None
    found: list[tuple[int, int, object, float]] = []
    view.parameter_set.connect(lambda *place: found.append(place))
    QTest.mousePress(viewport, LEFT, pos=place_of(view, tip))
    QTest.mouseMove(viewport, place_of(view, tip))
    assert [place[:3] for place in found] == [(0, 0, 0), (0, 0, 1)]
    # a tip that stays where it is means the weights that there are, but for rounding to pixels
    np.testing.assert_allclose([place[3] for place in found], snapshot.weights[0][0], atol=0.06)
    QTest.mouseRelease(viewport, LEFT, pos=place_of(view, tip))
    found.clear()
    QTest.mouseMove(viewport, place_of(view, tip + 1.0))
    assert found == []


def test_sliders_show_and_set_weights_and_bias(show: Show, snapshot_of: SnapshotOf, qtbot: QtBot) -> None:
    view = shown(show, with_parameters(snapshot_of(ONE), 0.61, -0.8, 1.5))
    fields = [row for row in view.sliders.rows if not row.label.isHidden()]
    assert [row.label.text() for row in fields] == ["w₁", "w₂", "b"]
    assert [row.field.value() for row in fields] == [0.61, -0.8, 1.5]
    for row, source in zip(fields, (0, 1, None), strict=True):
        with qtbot.waitSignal(view.parameter_set) as signal:
            row.slider.setValue(40)
        assert signal.args == [0, 0, source, 2.0]
        with qtbot.waitSignal(view.parameter_set) as signal:
            row.field.setValue(-7.25)
        assert signal.args == [0, 0, source, -7.25]


def test_a_snapshot_moves_sliders_without_setting_anything(
    show: Show, snapshot_of: SnapshotOf, qtbot: QtBot
) -> None:
    view = shown(show, snapshot_of(ONE))
    with qtbot.assertNotEmitted(view.parameter_set):
        view.show_snapshot(with_parameters(snapshot_of(ONE), 1.0, np.nan, 900.0))
    assert view.sliders.rows[0].slider.value() == 20
    assert view.sliders.rows[-1].slider.value() == 100


def test_contours_are_where_the_engine_says(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = with_parameters(snapshot_of(ONE), 0.6, -0.8, 0.5)
    view = shown(show, snapshot)
    begins = points(view.plane.contours.contours.path())[::2]
    found = [numbers_at(snapshot, in_plane(view, place))[1] for place in begins]
    np.testing.assert_allclose(sorted(found), [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], atol=1e-9)
    assert {tag.text for tag in view.plane.contours.labels if tag.is_visible} == {"y = 0.1", "y = 0.5", "y = 0.9"}


def test_the_nerve_cell_is_named_when_wanted(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(ONE))
    parts = view.diagram.picture.cell.names
    assert [part.text() for part in parts] == ["", "", "", ""]
    assert not view.diagram.picture.cell.body.isVisible()
    QTest.mouseClick(view.diagram.biology, LEFT)
    assert [part.text() for part in parts] == ["dendrites", "soma", "axon", "synapses"]
    assert view.diagram.picture.cell.body.isVisible()
    QTest.mouseClick(view.diagram.biology, LEFT)
    assert parts[0].text() == ""


def test_one_input_and_a_diverged_run_are_shown_too(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of('[data]\nname = "sine"\n[network]\nhidden = [3]\noutput = "identity"\n'))
    assert len(rows(view)) == 4
    assert view.plane.arrow.tip is None
    view.show_snapshot(with_parameters(snapshot_of(ONE), np.nan, 1.0, 0.0))
    assert rows(view)[-2].endswith("= —")
    assert view.plane.arrow.tip is None
    assert view.plane.contours.boundary.path().isEmpty()


def test_texts_follow_the_widgets_font(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(ONE), 1200, 800)
    use_font(view, 21)
    picture = view.diagram.picture
    texts = (*view.diagram.rows, view.diagram.title, picture.bias, picture.sum, *picture.inputs)
    assert {text.font().pixelSize() for text in texts} == {21}
    assert {tag.words.font().pixelSize() for tag in view.plane.contours.labels} == {21}


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, with_neuron(snapshot_of, ONE, 1, 0))
    view.diagram.biology.setChecked(name == "dark")
    view.set_theme(theme(name))
    assert_matches_image(view, f"neuron_{name}")


@pytest.mark.parametrize("size", [(740, 230), (900, 300), (900, 500)])
def test_the_numbers_of_edges_do_not_cover_each_other(
    show: Show, snapshot_of: SnapshotOf, size: tuple[int, int]
) -> None:
    view = shown(show, snapshot_of(), *size)
    first, second = (tag.words.sceneBoundingRect() for tag in view.diagram.picture.weights[:2])
    assert first.bottom() <= second.top() + 0.35 * first.height()  # letters do not fill their line
    assert first.left() > view.diagram.picture.inputs[0].sceneBoundingRect().right()


def seen_texts(view: NeuronView) -> list[Text]:
    return [
        item
        for item in view.diagram.canvas.scene().items()
        if isinstance(item, Text) and item.isVisible() and item.text()
    ]


PARITY = '[data]\nname = "parity"\nbits = 4\n'
IRIS = '[data]\nname = "iris"\n[network]\nhidden = [5]\noutput = "softmax"\n'
DIGITS = '[data]\nname = "digits"\n[network]\nhidden = [9]\noutput = "softmax"\n'
FEATURES = '[data]\nfeatures = ["x1", "x2", "x1^2", "x2^2", "x1*x2"]\n'
SINE = '[data]\nname = "sine"\n[network]\nhidden = [6]\noutput = "identity"\n'


@pytest.mark.parametrize("text", ["", PARITY, IRIS, DIGITS, FEATURES, SINE])
@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [(737, 230, 12), (990, 240, 13), (1630, 330, 15), (900, 180, 13), (560, 700, 20), (1200, 110, 13)],
)
def test_no_words_run_into_each_other(
    show: Show, snapshot_of: SnapshotOf, text: str, width: int, height: int, pixels: int
) -> None:
    view = shown(show, snapshot_of(text), width, height)
    use_font(view, pixels)
    texts, canvas = seen_texts(view), view.diagram.canvas.area
    assert view.diagram.rows[-1] in texts
    assert not view.diagram.rows[-1].text().endswith("…")
    boxes = [item.sceneBoundingRect().adjusted(1.0, 0.25 * pixels, -1.0, -0.25 * pixels) for item in texts]
    for k, box in enumerate(boxes):
        assert canvas.contains(box), texts[k].text()
        for other in range(k):
            assert not box.intersects(boxes[other]), (texts[k].text(), texts[other].text())


def test_a_flat_view_keeps_the_sketch_beside_the_sliders(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(PARITY), 990, 240)
    assert view.diagram.picture.nodes.isVisible()
    assert rows(view)[0].startswith("w₁ x₁ = ")
    assert view.sliders.x() > view.diagram.x() + view.diagram.width() - 2
    view.resize(500, 420)
    QApplication.processEvents()
    assert view.sliders.y() > view.diagram.y()


def test_where_the_name_needs_the_room_the_nerve_cell_is_not_offered(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(), 990, 240)
    assert view.diagram.biology.isVisible()
    view.resize(600, 230)
    QApplication.processEvents()
    assert view.diagram.title.text() == "layer 1, neuron 1"
    assert not view.diagram.biology.isVisible()


def test_the_sample_worked_out_is_the_networks_own_not_the_slices(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot := snapshot_of(PARITY))
    assert view.diagram.reckoning is not None
    np.testing.assert_array_equal(view.diagram.reckoning.inputs, snapshot.problem.train.inputs[0])


def with_neuron(snapshot_of: SnapshotOf, text: str, layer: int, unit: int) -> Snapshot:
    snapshot, lens = snapshot_of(text, epochs=5), NeuronLens(layer, unit)
    assert snapshot.scene
    return replace(
        snapshot, scene=replace(snapshot.scene, aspects={lens: lens.prepare(snapshot.problem)(snapshot)})
    )


def test_any_neuron_can_be_chosen(show: Show, snapshot_of: SnapshotOf, qtbot: QtBot) -> None:
    view = shown(show, with_neuron(snapshot_of, "", 1, 0))
    for title in ("layer 1, neuron 2", "layer 1, neuron 3", "layer 1, neuron 4", "layer 2, neuron 1"):
        with qtbot.waitSignal(view.aspects_changed):
            QTest.mouseClick(view.diagram.after, LEFT)
        assert view.diagram.title.text() == title
        assert view.aspects == (NeuronLens(*view.neuron),)
    view.show_snapshot(snapshot := with_neuron(snapshot_of, "", 2, 0))
    weights, bias = snapshot.weights[1][0], snapshot.biases[1][0]
    assert [row.text().split(" = ")[0] for row in view.diagram.rows] == [
        *(f"w{'₁₂₃₄'[k]} o{'₁₂₃₄'[k]}" for k in range(4)),
        "b",
        "p",
        "o",
    ]
    assert view.diagram.picture.inputs[0].text() == "o₁"
    shown_values = [row.field.value() for row in view.sliders.rows]
    assert shown_values == pytest.approx([*weights, bias], abs=1e-4)
    with qtbot.waitSignal(view.parameter_set) as signal:
        view.sliders.rows[3].slider.setValue(40)
    assert signal.args == [1, 0, 3, 2.0]
    QTest.mouseClick(view.diagram.before, LEFT)
    assert view.neuron == (1, 3)
    view.show_parameter(2, 0, 1)
    assert view.diagram.title.text() == "output"
    assert rows(view)[-1].startswith("y = σ(p) = ")
    QTest.mouseClick(view.diagram.after, LEFT)
    assert view.neuron == (1, 0)
    view.show_neuron(7, 3)
    assert view.neuron == (1, 0)


def test_a_neuron_that_is_gone_gives_way_to_the_first(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    view.show_neuron(2, 1)
    view.show_snapshot(snapshot_of(ONE))
    assert view.neuron == (1, 0)
    assert not view.diagram.after.isVisible()


def test_a_deep_neuron_has_a_map_and_the_line_where_p_is_zero(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    view.show_neuron(2, 1)
    view.show_snapshot(snapshot := with_neuron(snapshot_of, "", 2, 1))
    assert snapshot.scene
    picture = snapshot.scene.aspects[NeuronLens(2, 1)]
    drawn = points(view.plane.threshold.path())
    assert len(drawn) == np.isfinite(picture.threshold).all(axis=1).sum()
    assert view.plane.arrow.tip is None
    assert view.plane.contours.boundary.path().isEmpty()
    for text in (IRIS, FEATURES):
        found = []
        for unit in range(4):
            view.show_snapshot(with_neuron(snapshot_of, text, 1, unit))
            view.show_neuron(1, unit)
            view.show_snapshot(with_neuron(snapshot_of, text, 1, unit))
            found.append(not view.plane.threshold.path().isEmpty())
        assert any(found)


def test_with_one_input_a_neuron_is_a_curve_with_its_threshold(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot := with_neuron(snapshot_of, SINE, 1, 2))
    view.show_neuron(1, 2)
    view.show_snapshot(snapshot)
    drawn = points(view.plane.curve.path())
    w, b = snapshot.weights[0][2, 0], snapshot.biases[0][2]
    np.testing.assert_allclose(drawn[:, 1], np.tanh(w * drawn[:, 0] + b), atol=1e-6)
    upright = points(view.plane.threshold.path())
    np.testing.assert_allclose(upright[:, 0], -b / w, atol=0.01)
    assert view.plane.threshold_name.text == "p = 0"
    assert view.plane.plane.axes.names[1].text() == "o"
    assert not view.plane.points.isVisible()
    x = snapshot.problem.train.points[0][0]
    ring = view.plane.plane.point_at(view.plane.ring.path().boundingRect().center())
    assert ring == pytest.approx((x, float(np.tanh(w * x + b))), abs=0.05)
    view.show_neuron(2, 0)
    view.show_snapshot(with_neuron(snapshot_of, SINE, 2, 0))
    assert view.plane.points.isVisible()  # the output is to give the targets
    assert view.plane.plane.axes.names[1].text() == "y"


def test_a_narrow_view_comes_to_rest(show: Show, snapshot_of: SnapshotOf) -> None:
    view = NeuronView()
    show(view, 600, 128)
    view.show_snapshot(snapshot_of())
    arranged: list[int] = []

    def look() -> None:
        arranged.append(view.width())
        if arranged.count(view.width()) > 20:
            view.hide()  # or it would go on for ever

    view.diagram.canvas.resized.connect(look)
    for width in range(600, 60, -1):
        arranged.clear()
        view.resize(width, 128)
        QApplication.processEvents()
    assert view.isVisible(), f"endless at a width of {arranged[-1]}"
