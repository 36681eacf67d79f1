"""What views ask for is done: every signal of every view in the table, in the real window."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMetaMethod, QPoint, QPointF, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hands import drag, pixel, wheel
from nnviz.analysis.confused import Confused
from nnviz.analysis.filters import Filters
from nnviz.analysis.probe import DrawnAnswer, drawn_in, probed_in
from nnviz.analysis.slices import LossSlice
from nnviz.analysis.unit import NeuronLens
from nnviz.drawing.view import View
from nnviz.experiment.files import parse_experiment
from nnviz.kinds.study.run import trained_again
from nnviz.lessons.views import VIEWS
from nnviz.numerals import tick
from nnviz.runs.network_parts import Lit
from nnviz.stage.stage import Stage
from nnviz.window.window import MainWindow
from seeing import pixels

Opener = Callable[..., MainWindow]

KINDS = {
    "perceptron": 'kind = "perceptron"',
    "hopfield": 'kind = "hopfield"',
    "surface": 'kind = "surface"',
    "circuit": 'kind = "circuit"',
    "boltzmann": 'kind = "boltzmann"\nhidden = 8',
    "memory": 'kind = "memory"',
    "composition": 'kind = "composition"',
    "spikes": 'kind = "spikes"',
    "three_units": 'kind = "three_units"',
    "study": 'kind = "study"\nvariants = [{ title = "one" }, { title = "two" }]\nseeds = 2\nepochs = 1',
}


def wait_until_idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def in_drawer(window: MainWindow, qtbot: QtBot, name: str) -> Any:
    """A view in the open drawer, once it shows the present moment with what it asks for."""
    window.desk.stage.drawer.open(name)
    wait_until_idle(qtbot, window)
    return window.desk.views[name]


def main_view(open_window: Opener, name: str) -> tuple[MainWindow, Any]:
    """A window on the default experiment of a kind, and the view of its runs."""
    window = open_window(KINDS[name])
    assert window.desk.stage.shown[0] == name
    return window, window.desk.views[name]


def signals_of(view: View[Any]) -> Iterator[tuple[str, QMetaMethod]]:
    """A view's own signals, not those that its Qt class has."""
    for kind in type(view).__mro__:
        for name, value in vars(kind).items():
            if isinstance(value, Signal) and kind.__module__.startswith("nnviz."):
                yield name, QMetaMethod.fromSignal(getattr(view, name))


def test_every_view_connects_all_its_signals(window: MainWindow) -> None:
    views = {name: window.desk.views[name] for name in VIEWS}
    for view in views.values():
        view.as_widget.setParent(window)
    loose = {
        f"{name}.{signal}"
        for name, view in views.items()
        for signal, one in signals_of(view)
        if not view.as_widget.isSignalConnected(one)
    }
    assert loose == set()
    assert sum(len(list(signals_of(view))) for view in views.values()) > 25


@pytest.mark.parametrize(
    ("name", "change", "wanted"),
    [
        ("slices", lambda view: view.show_parameter(1, 0, 2), LossSlice(1, 0, 2)),
        ("filters", lambda view: view.choose(2), Filters(2)),
        ("confusion", lambda view: view.look_at(Confused(0, 1)), Confused(0, 1)),
        ("hidden", lambda view: view.chooser.chosen.emit(), None),
        ("backprop", lambda view: view.show_point(0.0, 0.0), None),
    ],
)
def test_other_aspects_are_computed(
    window: MainWindow, qtbot: QtBot, name: str, change: Callable[[Any], None], wanted: object
) -> None:
    view = in_drawer(window, qtbot, name)
    before = window.session.snapshot.scene.aspects
    change(view)
    wait_until_idle(qtbot, window)
    aspects = window.session.snapshot.scene.aspects
    assert set(view.aspects) <= set(aspects)
    assert wanted is None or (wanted in aspects and wanted not in before)


def test_a_parameter_that_is_clicked_is_shown_in_the_view_in_the_drawer(window: MainWindow, qtbot: QtBot) -> None:
    network = window.desk.views.network
    slices = in_drawer(window, qtbot, "slices")
    network.parameter_picked.emit(0, 1, 1)
    assert slices.lens == LossSlice(0, 1, 1)
    backprop = in_drawer(window, qtbot, "backprop")
    network.parameter_picked.emit(0, 1, None)
    assert backprop.walk.chosen == (0, 1, None)
    assert slices.lens == LossSlice(0, 1, 1)


def test_a_point_that_is_clicked_is_traced(window: MainWindow, qtbot: QtBot) -> None:
    backprop = in_drawer(window, qtbot, "backprop")
    window.desk.views.output.pointed.emit(0.3, 0.3)
    wait_until_idle(qtbot, window)
    assert backprop.walk.wanted.sample is not None
    assert backprop.walk.look.example.sample == backprop.walk.wanted.sample


def test_keys_go_through_the_example_that_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_BracketRight)  # nothing to go through yet
    backprop = in_drawer(window, qtbot, "backprop")
    QTest.keyClick(window, Qt.Key.Key_BracketRight)
    QTest.keyClick(window, Qt.Key.Key_BracketRight)
    assert backprop.walk.at == 2
    QTest.keyClick(window, Qt.Key.Key_BracketLeft)
    assert backprop.walk.at == 1
    for key, stop in ((Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):  # brackets need three keys on many keyboards
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        assert backprop.walk.at == stop
    assert window.desk.views.network._lit != Lit()


def test_a_step_gone_through_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    in_drawer(window, qtbot, "backprop").advance_requested.emit()
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.step == 1


def test_a_filter_is_lit_in_the_diagram(window: MainWindow, qtbot: QtBot) -> None:
    in_drawer(window, qtbot, "filters").choose(1)
    assert window.desk.views.network._lit == Lit(neurons=((1, 1),))


def test_a_cell_of_the_matrices_is_set_by_hand(window: MainWindow, qtbot: QtBot) -> None:
    view = in_drawer(window, qtbot, "weights")
    cell = view.matrices[1].weights.cell_rect(0, 2).center()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=view.canvas.mapFromScene(cell))
    assert view.card.name == "layer 2: weight from neuron 3 to neuron 1"
    field = QApplication.focusWidget()
    assert field
    QTest.keyClicks(field, "1.25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.parameter(1, 0, 2) == 1.25
    assert window.edits.undoText() == "set a weight"
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert view.card.value == pytest.approx(window.session.snapshot.parameter(1, 0, 2), abs=1e-4)


@pytest.mark.parametrize("name", ["network", "slices", "backprop", "neuron", "weights"])
def test_a_weight_is_set(window: MainWindow, qtbot: QtBot, name: str) -> None:
    view: Any = window.desk.views.network if name == "network" else in_drawer(window, qtbot, name)
    view.parameter_set.emit(0, 1, 0, 2.5)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.parameter(0, 1, 0) == 2.5
    assert window.edits.undoText() == "set a weight"


def test_as_many_units_are_computed_as_there_is_room_for(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.views.network.capacity_changed.emit(2)
    wait_until_idle(qtbot, window)
    assert [len(maps) for maps in window.session.snapshot.scene.maps[1:3]] == [2, 2]


def test_folded_neurons_are_brought_in_by_the_wheel_until_another_network_is_begun(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("[network]\nhidden = [64]\n")
    wait_until_idle(qtbot, window)
    network: Any = window.desk.views.network
    layout = network.diagram.drawing.layout
    wheel(network.viewport(), QPointF(*layout.centers[1][0]), -2)
    first = 6
    qtbot.waitUntil(lambda: network.diagram.drawing.layout.shown[1] == range(first, first + network.capacity))
    window.workbench.resize((32,))
    qtbot.waitUntil(lambda: network.diagram.drawing.layout.shown[1] == range(network.capacity))


def test_what_is_seen_of_the_plane_is_computed(window: MainWindow, qtbot: QtBot) -> None:
    extent = (-0.5, 0.5, -0.25, 0.25)
    window.desk.views.output.looked_at.emit(extent)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.scene.seen == pytest.approx(extent)
    window.desk.views.output.looked_at.emit(None)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.scene.seen == window.session.snapshot.scene.extent


def test_the_moment_of_an_epoch_is_gone_to(window: MainWindow, qtbot: QtBot) -> None:
    window.session.advance(epochs=2)
    wait_until_idle(qtbot, window)
    window.desk.views.loss.sought.emit(0)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.step == 0


def test_a_function_is_used(window: MainWindow, qtbot: QtBot) -> None:
    in_drawer(window, qtbot, "functions").activation_chosen.emit("relu")
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.experiment.network.activation == "relu"


def test_the_landscape_is_surveyed_until_the_window_closes(window: MainWindow, qtbot: QtBot) -> None:
    view = in_drawer(window, qtbot, "landscape")
    qtbot.waitUntil(lambda: view.plane is not None and view.plane.finished, timeout=20_000)
    assert view.plane.wish.snapshot.step == window.session.snapshot.step


def test_a_perceptron_is_set(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "perceptron")
    view.parameter_set.emit(0, 0, None, 0.75)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.state.bias == 0.75


def test_a_hopfield_net_is_set_and_edited(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "hopfield")
    spin = window.session.snapshot.parameter(0, 5, None)
    view.parameter_set.emit(0, 5, None, -spin)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.parameter(0, 5, None) == -spin
    another = window.session.experiment.with_another()
    view.changed.emit(another)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.experiment == another


def test_a_surface_is_edited_and_a_racer_put_elsewhere(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "surface")
    view.parameter_set.emit(0, 0, None, 0.125)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.parameter(0, 0, None) == 0.125
    slower = window.session.experiment.with_racer(0, learning_rate=0.001)
    view.changed.emit(slower)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.experiment == slower


def test_a_circuit_is_edited(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "circuit")
    units = len(window.session.experiment.drawn.units)
    QTest.mouseClick(view.unit_button, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    assert len(window.session.snapshot.experiment.drawn.units) == units + 1
    assert not window.edits.isClean()


def test_a_hopfield_net_is_heated_and_cooled_again_and_again(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "hopfield")
    view.warmth.click()
    for _ in range(2):
        view.cool.click()
        wait_until_idle(qtbot, window)
        assert window.session.snapshot.state.temperature == 1.0
        window.session.advance(epochs=60)
        wait_until_idle(qtbot, window)
        assert window.session.snapshot.state.temperature == 0.0
    view.temperature.slider.setValue(8)
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.state.temperature == 0.4


def test_a_machine_stops_learning_to_dream(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "boltzmann")
    window.session.advance(5)
    wait_until_idle(qtbot, window)
    view.dream.click()
    window.session.advance(3)
    wait_until_idle(qtbot, window)
    state = window.session.snapshot.state
    assert (state.step, state.learned, state.dreamt) == (8, 5, 3)


def test_a_formula_is_typed_and_the_graph_changes_under_way(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "composition")
    window.session.advance(7)
    wait_until_idle(qtbot, window)
    view.pen.raise_node("x1", 2)
    wait_until_idle(qtbot, window)
    moment = window.session.snapshot
    assert (moment.step, moment.experiment.values[0]) == (7, 3.0)
    view.formula.setText("f2(f1(x1), x1)")
    view.formula.editingFinished.emit()
    wait_until_idle(qtbot, window)
    assert [unit.name for unit in window.session.snapshot.experiment.units] == ["f1", "f2"]
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert len(window.session.snapshot.experiment.units) == 5


def test_a_sequence_is_clicked_while_it_learns_and_gates_begin_anew(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "memory")
    window.session.advance(20)
    wait_until_idle(qtbot, window)
    shown = window.session.experiment.shown
    place = view.unrolled.rows["x"].cell_rect(0, 0).center()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(place))
    wait_until_idle(qtbot, window)
    moment = window.session.snapshot
    assert (moment.step, moment.experiment.shown[1:]) == (20, shown[1:])
    assert moment.experiment.shown[0] != shown[0]
    view.gates.click()
    wait_until_idle(qtbot, window)
    assert (window.session.snapshot.step, window.session.experiment.cell) == (0, "lstm")
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert window.session.experiment.cell == "recurrent"


def test_current_and_synapses_change_while_it_spikes(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "spikes")
    window.session.advance(20)
    wait_until_idle(qtbot, window)
    view.current.slider.setValue(60)
    wait_until_idle(qtbot, window)
    _, row = view.synapses.rows[0]
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(row.center()))
    wait_until_idle(qtbot, window)
    moment = window.session.snapshot
    assert (moment.step, moment.experiment.current, moment.experiment.excitatory[0]) == (20, 3.0, True)
    assert view.current.slider.value() == 60
    window.edits.undo()
    wait_until_idle(qtbot, window)
    assert not window.session.snapshot.experiment.excitatory[0]


def test_what_no_longer_fits_a_network_with_a_memory_goes(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('kind = "memory"\nlength = 4\nunits = 1\ncell = "lstm"\nsequence = "+-+"')
    window.session.advance(10)
    wait_until_idle(qtbot, window)
    resumed = window.session.snapshot.as_resumed()
    window.begin(resumed)
    wait_until_idle(qtbot, window)
    assert window.session.experiment.weights
    window.workbench.change_settings(replace(resumed, cell="recurrent"))
    wait_until_idle(qtbot, window)
    plain = window.session.snapshot.experiment
    assert (plain.cell, plain.weights, plain.trained, plain.sequence) == ("recurrent", (), 0, "+-+")
    window.workbench.change_settings(replace(plain, task="adding"))
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.experiment.shown.count("*") == 2


def test_a_seed_of_a_study_is_begun(open_window: Opener, qtbot: QtBot) -> None:
    window, view = main_view(open_window, "study")
    one = window.session.experiment.one(1, 0)
    view.picked.emit(one, trained_again(window.session.experiment, 1, 0))
    wait_until_idle(qtbot, window)
    assert window.session.snapshot.experiment == one
    assert window.desk.stage.shown[0] == "network"


def hover(window: MainWindow, layer: int, unit: int) -> None:
    network: Any = window.desk.views.network
    QTest.mouseMove(network.viewport(), QPoint(1, 1))
    place = network.diagram.drawing.neuron((layer, unit)).rect.center()
    QTest.mouseMove(network.viewport(), network.mapFromScene(place))


def is_magnified(window: MainWindow) -> bool:
    diagram = window.desk.views.network.diagram
    return diagram is not None and diagram.magnifier.visible


def test_a_hovered_neuron_is_shown_in_the_plane_until_the_pointer_leaves(window: MainWindow, qtbot: QtBot) -> None:
    wait_until_idle(qtbot, window)
    region = window.desk.views.output.region
    before = pixels(region._map.pixmap().toImage())
    hover(window, 1, 2)
    qtbot.waitUntil(region.unit_name.ground.isVisible)
    scene = window.session.snapshot.scene
    assert scene.focus.place == (1, 2)
    assert np.array_equal(pixels(region._map.pixmap().toImage()), region.theme.area_table[scene.focus.map])
    assert region.unit_name.words == "layer 1, neuron 3:  o = tanh(p)"
    assert not region._boundary.isVisible()
    assert not is_magnified(window)
    QTest.mouseMove(window, QPoint(5, 5))
    qtbot.waitUntil(lambda: not region.unit_name.ground.isVisible())
    assert np.array_equal(pixels(region._map.pixmap().toImage()), before)
    assert region._boundary.isVisible()


def test_a_hovered_neuron_of_one_input_is_a_curve_beside_the_output(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('data = { name = "sine" }\nnetwork = { output = "identity" }')
    wait_until_idle(qtbot, window)
    curve = window.desk.views.output.curve
    assert curve._unit.boundingRect().isEmpty()
    hover(window, 1, 0)
    qtbot.waitUntil(curve.unit_name.ground.isVisible)
    assert not curve._unit.boundingRect().isEmpty()


def test_with_the_diagram_enlarged_a_hovered_neuron_is_enlarged_in_it(window: MainWindow, qtbot: QtBot) -> None:
    wait_until_idle(qtbot, window)
    window.display.stages.enlarge("network")
    wait_until_idle(qtbot, window)
    hover(window, 1, 2)
    assert is_magnified(window)
    window.display.stages.put_back()
    wait_until_idle(qtbot, window)
    hover(window, 1, 2)
    assert not is_magnified(window)


def test_the_probe_is_followed_through_the_net_and_taken_away(window: MainWindow, qtbot: QtBot) -> None:
    plots = in_drawer(window, qtbot, "activations")
    output, network = window.desk.views.output, window.desk.views.network
    QTest.mouseClick(output.probe, Qt.MouseButton.LeftButton)
    plane = output.region.plane
    place = pixel(QPointF(*plane.pixels(np.array([1.5, -2.0])).tolist()))
    QTest.mouseClick(output.region.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until_idle(qtbot, window)
    probed = probed_in(window.session.snapshot)
    assert probed
    assert (probed.x, probed.y) == pytest.approx((1.5, -2.0), abs=0.1)
    assert network.diagram
    assert network.diagram.readings[:2] == [tick(probed.x, 3), tick(probed.y, 3)]
    left = plots.layers[0].probe.path().elementAt(0)
    assert left.x == pytest.approx(probed.pre_activations[0][0])
    assert plots.layers[0].probe.path().elementAt(1).y == pytest.approx(probed.activations[1][0])
    window.session.advance(epochs=2)
    wait_until_idle(qtbot, window)
    later = probed_in(window.session.snapshot)
    assert later
    assert (later.x, later.y) == (probed.x, probed.y)
    assert network.diagram.readings[-1] == tick(float(later.outputs[0]), 3)
    QTest.mouseClick(output.probe, Qt.MouseButton.LeftButton)
    wait_until_idle(qtbot, window)
    assert network.diagram.readings == []
    assert plots.layers[0].probe.path().isEmpty()
    assert output.region.probe.ring.path().isEmpty()


def test_with_other_data_the_probe_goes_on_through_them(window: MainWindow, qtbot: QtBot) -> None:
    output = window.desk.views.output
    output.probe.click()
    wait_until_idle(qtbot, window)
    for name, view in (("sine", output.curve), ("digits", output.region)):
        window.desk.controls.data.changed.emit(replace(window.session.experiment.data, name=name))
        wait_until_idle(qtbot, window)
        assert output.currentWidget() is view
        assert probed_in(window.session.snapshot)
        assert view.probe.label.ground.isVisible()


def marked(view: Any) -> tuple[float, float]:
    """Where a plane's mark is, in the plane."""
    x, y = view.plane.point_at(view.mark.path().boundingRect().center())
    return x, y


def test_the_sample_worked_through_is_marked_in_the_decision_plane(window: MainWindow, qtbot: QtBot) -> None:
    region, train = window.desk.views.output.region, window.session.snapshot.problem.train
    assert region.mark.path().isEmpty()
    backprop = in_drawer(window, qtbot, "backprop")
    look = backprop.walk.look
    assert look
    assert look.example.sample is not None
    assert marked(region) == pytest.approx(train.points[look.example.sample], abs=0.05)
    region.pointed.emit(*(train.points[17] + 0.01))
    assert marked(region) == pytest.approx(train.points[train.nearest(*(train.points[17] + 0.01))], abs=0.05)
    wait_until_idle(qtbot, window)
    assert backprop.walk.look.example.sample == train.nearest(*train.points[17])
    window.desk.stage.drawer.open("")
    assert region.mark.path().isEmpty()


@pytest.mark.parametrize(
    ("name", "plane_of"),
    [
        ("batch", lambda view: view.plane.samples),
        ("hidden", lambda view: view.plot),
    ],
)
def test_a_sample_that_is_clicked_is_marked_in_every_plane(
    window: MainWindow, qtbot: QtBot, name: str, plane_of: Callable[[Any], Any]
) -> None:
    region, train = window.desk.views.output.region, window.session.snapshot.problem.train
    region.pointed.emit(*train.points[17])
    view = in_drawer(window, qtbot, name)
    wait_until_idle(qtbot, window)
    plane = plane_of(view)
    places = plane.places if name == "batch" else np.array([plane.place_of(17)])
    place = places[17 if name == "batch" else 0]
    center = plane.mark.path().boundingRect().center()
    assert (center.x(), center.y()) == pytest.approx(tuple(place), abs=1.0)
    region.pointed.emit(*train.points[5])
    other = plane.mark.path().boundingRect().center()
    assert (other.x(), other.y()) != (center.x(), center.y())
    with qtbot.waitSignal(window.session.snapshot_changed):
        window.begin(parse_experiment('[data]\nname = "circle"\n', "test"))
    assert plane.mark.path().isEmpty()
    assert region.mark.path().isEmpty()


def test_the_neuron_works_with_the_sample_that_is_clicked(window: MainWindow, qtbot: QtBot) -> None:
    region, train = window.desk.views.output.region, window.session.snapshot.problem.train
    neuron = in_drawer(window, qtbot, "neuron")
    region.pointed.emit(*train.points[17])
    assert neuron.diagram.reckoning.inputs == pytest.approx(train.inputs[17])
    assert marked(region) == pytest.approx(train.points[17], abs=0.05)


def test_a_neuron_that_is_clicked_in_the_diagram_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    network, neuron = window.desk.views.network, in_drawer(window, qtbot, "neuron")
    assert network.diagram
    for layer, unit in ((2, 1), (1, 3), (3, 0)):
        place = network.mapFromScene(network.diagram.drawing.neurons[layer][unit].rect.center())
        QTest.mouseClick(network.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert neuron.neuron == (layer, unit)
        wait_until_idle(qtbot, window)
        assert NeuronLens(layer, unit) in window.session.snapshot.scene.aspects
    place = network.mapFromScene(network.diagram.drawing.neurons[0][0].rect.center())
    QTest.mouseClick(network.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert neuron.neuron == (3, 0)  # an input is no neuron


DIGITS = (
    '[data]\nname = "digits"\n[network]\nhidden = [10]\noutput = "softmax"\n'
    '[training]\nloss = "cross_entropy"\nlearning_rate = 0.1\n'
)


def draw_on_pad(view: Any) -> None:
    """Draw a line down the middle."""
    places = (view.pad.rect.center() + QPointF(0.0, share * view.pad.rect.height()) for share in (-0.3, 0.0, 0.3))
    drag(view.canvas.viewport(), *map(pixel, places))


def test_a_drawn_picture_lights_the_diagram_and_lies_in_the_plane(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(DIGITS)
    diagram, plane = window.desk.views.network, window.desk.views.output.region
    in_drawer(window, qtbot, "filters")
    before = diagram.grab().toImage()
    pad = in_drawer(window, qtbot, "pad")
    draw_on_pad(pad)
    wait_until_idle(qtbot, window)
    answer = drawn_in(window.session.snapshot)
    assert answer
    assert answer.drawing is pad.drawing
    assert diagram.grab().toImage() != before
    assert diagram.diagram
    assert diagram.diagram.readings == []
    assert plane.probe._place == pytest.approx((answer.x, answer.y))
    window.desk.stage.drawer.open("filters")
    wait_until_idle(qtbot, window)
    assert drawn_in(window.session.snapshot) is None
    assert diagram.grab().toImage() == before
    assert plane.probe._place is None


def test_an_older_moment_answers_the_picture(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(DIGITS)
    pad = in_drawer(window, qtbot, "pad")
    draw_on_pad(pad)
    wait_until_idle(qtbot, window)
    untrained = drawn_in(window.session.snapshot)
    window.session.advance(epochs=3)
    wait_until_idle(qtbot, window)
    trained = drawn_in(window.session.snapshot)
    assert untrained
    assert trained
    assert not np.allclose(trained.outputs, untrained.outputs)
    window.session.seek(0)
    wait_until_idle(qtbot, window)
    again = drawn_in(window.session.snapshot)
    assert again
    assert again.outputs == pytest.approx(untrained.outputs)
    assert pad.caption.text().endswith(f"{untrained.outputs.max():.2f}")


def test_the_audience_sees_what_is_drawn(open_window: Opener, qtbot: QtBot) -> None:
    window, stage = open_window(DIGITS), Stage()
    qtbot.addWidget(stage)
    stage.resize(900, 700)
    window.display.stages.add(stage)
    stage.show()
    window.display.stages.enlarge("pad")
    wait_until_idle(qtbot, window)
    draw_on_pad(window.desk.views["pad"])
    wait_until_idle(qtbot, window)
    theirs, ours = (cast("Any", views["pad"]) for views in (stage.views, window.desk.views))
    assert not theirs.pad._strokes.path().isEmpty()
    assert theirs.caption.text() == ours.caption.text() != ""
    window.display.stages.all.remove(stage)


def test_a_probe_in_the_plane_comes_before_the_picture(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(DIGITS)
    in_drawer(window, qtbot, "pad")
    diagram = cast("Any", window.desk.views.network).diagram
    window.desk.views.output.probe.click()
    wait_until_idle(qtbot, window)
    assert not isinstance(probed_in(window.session.snapshot), DrawnAnswer)
    assert diagram.readings
    window.desk.views.output.probe.click()
    wait_until_idle(qtbot, window)
    assert isinstance(probed_in(window.session.snapshot), DrawnAnswer)
    assert diagram.readings == []
