from collections.abc import Callable
from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsSimpleTextItem, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from hands import double_click, emitted, wheel
from nnviz.analysis.probe import Probe
from nnviz.drawing.network import Neuron, bias_bytes
from nnviz.numerals import tick
from nnviz.runs.maps import ZERO
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.network.diagram import Diagram
from nnviz.views.network.view import NetworkView
from seeing import overlapping, pixels, texts, use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]
ShowNetwork = Callable[..., NetworkView]

WIDE = (
    '[data]\nname = "digits"\n[network]\nhidden = [64]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
)
DEEP = "[network]\nhidden = [" + ", ".join(["4"] * 32) + "]\n"


@pytest.fixture
def show_network(show: Show, snapshot_of: SnapshotOf) -> ShowNetwork:
    """A diagram on the screen, beside it some room for the pointer: ``show_network(text, 700, 500)``."""

    def make(text: str = "", width: int = 700, height: int = 500, epochs: int = 3) -> NetworkView:
        view = NetworkView()
        show(view, width, height)
        host_of(view).resize(width + 60, height)
        view.show_snapshot(snapshot_of(text, epochs, Lens(shown=view.capacity)))
        return view

    return make


def host_of(view: NetworkView) -> QWidget:
    host = view.parentWidget()
    assert host
    return host


def diagram(view: NetworkView) -> Diagram:
    assert view.diagram
    return view.diagram


def neuron(view: NetworkView, layer: int, unit: int) -> Neuron:
    return diagram(view).drawing.neurons[layer][unit]


def point_of(view: NetworkView, layer: int, unit: int, source: int | None) -> QPointF:
    """Where a parameter can be pointed at: its bias square, or a place on its edge where no other is as near."""
    drawing = diagram(view).drawing
    place = (layer, unit, source)
    if source is None:
        bias = neuron(view, layer + 1, unit).bias
        assert bias
        return bias.rect().center()
    line = drawing.edge_line(place)
    assert line
    return next(p for p in map(line.pointAt, np.linspace(0.05, 0.95, 91)) if drawing.parameter_at(p) == place)


def point_at(view: NetworkView, place: QPointF) -> None:
    # on the way in it is seen to enter, or it is not seen to leave
    QTest.mouseMove(view.viewport(), QPoint(1, 1))
    QTest.mouseMove(view.viewport(), view.mapFromScene(place))
    QApplication.processEvents()


def point_away(view: NetworkView) -> None:
    QTest.mouseMove(host_of(view), QPoint(view.width() + 30, 10))
    QApplication.processEvents()


def click(view: NetworkView, place: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    QTest.mouseClick(view.viewport(), button, pos=view.mapFromScene(place))


def press(view: NetworkView, sign: str, index: int) -> None:
    buttons = [b for b in diagram(view)._captions.buttons if b.sign == sign]
    click(view, buttons[index].rect.center())


def tab_to(view: NetworkView, qtbot: QtBot) -> None:
    button = QPushButton(host_of(view))
    button.show()
    QWidget.setTabOrder(button, view)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Tab)
    qtbot.waitUntil(view.hasFocus)


def words(view: NetworkView) -> list[str]:
    return [item.text() for item in texts(view.scene())]


def picture(view: NetworkView) -> QImage:
    return view.grab().toImage()


@pytest.mark.parametrize("name", THEMES)
def test_a_neurons_picture_is_its_map_in_the_themes_colours(show_network: ShowNetwork, name: str) -> None:
    view = show_network()
    view.set_theme(theme(name))
    assert view._snapshot
    assert view._snapshot.scene
    for layer, maps in enumerate(view._snapshot.scene.maps):
        for unit, values in enumerate(maps):
            seen = pixels(neuron(view, layer, unit)._map.pixmap().toImage())
            assert np.array_equal(seen, theme(name).signed_table[values])


def test_every_bias_has_the_colour_of_its_value(show_network: ShowNetwork) -> None:
    view = show_network(epochs=40)
    assert view._snapshot
    for layer, biases in enumerate(view._snapshot.biases, 1):
        for unit, value in enumerate(biases):
            square = neuron(view, layer, unit).bias
            assert square
            expected = QColor.fromRgb(int(theme("light").signed_table[bias_bytes(np.array([value]))[0]]))
            assert square.brush().color() == expected
            image, place = picture(view), view.mapFromScene(square.rect().center())
            assert image.pixelColor(place) == expected


def test_inputs_have_no_bias(show_network: ShowNetwork) -> None:
    assert neuron(show_network(), 0, 0).bias is None


@pytest.mark.parametrize(
    ("value", "byte"),
    [(0.0, ZERO), (1.0, 254), (-1.0, 0), (50.0, 254), (-50.0, 0), (float("nan"), ZERO), (float("inf"), ZERO)],
)
def test_a_bias_is_a_byte_of_the_map(value: float, byte: int) -> None:
    assert bias_bytes(np.array([value])) == [byte]


def test_a_run_that_has_diverged_is_shown(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_network()
    snapshot = snapshot_of()
    for value in (np.nan, np.inf):
        position = replace(snapshot.position, parameters=np.full_like(snapshot.position.parameters, value))
        view.show_snapshot(replace(snapshot, position=position, finite=False))
        picture(view)
    point_at(view, point_of(view, 0, 0, None))
    assert diagram(view).label.words == "layer 1: bias of neuron 1 = inf"


def test_a_scene_made_is_partial_is_shown_only_if_its_maps_are_others(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    before, first = picture(view), view._snapshot
    later = snapshot_of("", 60, Lens(shown=view.capacity))
    assert first
    assert first.scene
    assert later.scene
    view.show_snapshot(replace(later, scene=replace(later.scene, maps=first.scene.maps, is_partial=True)))
    assert picture(view) == before
    view.show_snapshot(replace(later, scene=replace(later.scene, is_partial=True)))
    assert picture(view) != before


def test_a_hovered_neuron_is_enlarged_and_named(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_network()
    hovered = emitted(view.hovered)
    point_at(view, neuron(view, 1, 2).rect.center())
    QTest.mouseMove(view.viewport(), view.mapFromScene(neuron(view, 1, 2).rect.center() + QPointF(5, 5)))
    assert hovered == [(1, 2)]
    magnifier = diagram(view).magnifier
    assert magnifier.visible
    assert magnifier.words == "layer 1, neuron 3:  o = tanh(p)"
    focused = snapshot_of(epochs=3, lens=Lens(shown=view.capacity, focus=(1, 2)))
    assert focused.scene
    assert focused.scene.focus is not None
    view.show_snapshot(focused)
    shown = theme("light").signed_table[focused.scene.focus.map]
    assert np.array_equal(pixels(magnifier.picture.toImage()), shown)
    point_away(view)
    assert hovered == [(1, 2), None]
    assert not magnifier.visible


def test_beside_a_plane_a_hovered_neuron_is_only_named(show_network: ShowNetwork) -> None:
    view = show_network()
    view.set_enlarging(False)
    point_at(view, neuron(view, 1, 2).rect.center())
    assert not diagram(view).magnifier.visible
    assert diagram(view).label.words == "layer 1, neuron 3:  o = tanh(p)"
    assert diagram(view).label.ground.isVisible()
    view.set_enlarging(True)
    assert diagram(view).magnifier.visible
    assert not diagram(view).label.ground.isVisible()
    view.set_enlarging(False)
    point_away(view)
    assert not diagram(view).label.ground.isVisible()


def test_another_neuron_is_not_shown_with_the_map_of_the_one_before(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    point_at(view, neuron(view, 1, 2).rect.center())
    view.show_snapshot(snapshot_of(epochs=3, lens=Lens(shown=view.capacity, focus=(1, 2))))
    point_at(view, neuron(view, 0, 0).rect.center())
    assert view._snapshot
    assert view._snapshot.scene
    expected = theme("light").signed_table[view._snapshot.scene.maps[0][0]]
    assert np.array_equal(pixels(diagram(view).magnifier.picture.toImage()), expected)


@pytest.mark.parametrize(
    ("text", "layer", "unit", "expected"),
    [
        ("", 0, 1, "input x₂"),
        ("", 3, 0, "output:  o = tanh(p)"),
        (WIDE, 2, 1, "output, class 1:  o = softmax(p)"),
        (WIDE, 0, 1, "input pixel 1,2"),
    ],
)
def test_neurons_have_names(show_network: ShowNetwork, text: str, layer: int, unit: int, expected: str) -> None:
    view = show_network(text, epochs=0)
    point_at(view, neuron(view, layer, unit).rect.center())
    assert diagram(view).magnifier.words == expected


def test_the_magnifier_stays_in_the_view(show_network: ShowNetwork) -> None:
    for size in ((200, 150), (300, 250), (1400, 900)):
        view = show_network("", *size)
        for layer, neurons in enumerate(diagram(view).drawing.neurons):
            for unit, _ in enumerate(neurons):
                view.look(diagram(view).at_neuron((layer, unit)))
                box = diagram(view).magnifier.box
                assert box.top() >= -1
                assert box.bottom() <= size[1] + 1
                assert box.left() >= -1


@pytest.mark.parametrize("place", [(0, 1, 0), (0, 3, 1), (1, 0, 2), (2, 0, 1), (0, 2, None), (2, 0, None)])
def test_a_hovered_parameter_is_named_with_its_value(
    show_network: ShowNetwork, place: tuple[int, int, int | None]
) -> None:
    view = show_network()
    hovered = emitted(view.hovered)
    point_at(view, point_of(view, *place))
    layer, unit, source = place
    assert view._snapshot
    matrix = view._snapshot.biases[layer] if source is None else view._snapshot.weights[layer][:, source]
    origin = ("x₁", "x₂")[source or 0] if layer == 0 else f"neuron {(source or 0) + 1}"
    name = f"layer {layer + 1}: bias of neuron {unit + 1}"
    if source is not None:
        name = f"layer {layer + 1}: weight from {origin} to neuron {unit + 1}"
    assert diagram(view).label.words == f"{name} = {matrix[unit]:.4f}".replace("-", "−")
    assert diagram(view).label.ground.isVisible()
    assert not hovered
    point_away(view)
    assert not diagram(view).label.ground.isVisible()


def test_a_hovered_weight_follows_the_run(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_network()
    point_at(view, point_of(view, 0, 1, 0))
    view.show_snapshot(later := snapshot_of("", 9, Lens(shown=view.capacity)))
    assert diagram(view).label.words.endswith(f"= {later.weights[0][1, 0]:.4f}".replace("-", "−"))


def test_a_weight_of_zero_can_be_pointed_at(show_network: ShowNetwork) -> None:
    view = show_network('[network]\ninitializer = "zeros"\n', epochs=0)
    assert diagram(view).drawing.edges.strokes == []
    point_at(view, point_of(view, 0, 1, 0))
    assert diagram(view).label.words == "layer 1: weight from x₁ to neuron 2 = 0.0000"


def test_buttons_ask_for_other_layers(show_network: ShowNetwork) -> None:
    view = show_network("[network]\nhidden = [3, 1]\n")
    asked = emitted(view.hidden_changed)
    press(view, "−", 0)
    press(view, "−", 1)
    for index in range(5):
        press(view, "+", index)
    assert asked == [(2, 1), (3,), (4, 1), (3, 2), (3, 3, 1), (3, 1, 1), (3, 1, 1)]


def test_the_last_layer_can_be_removed_and_one_inserted_again(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network("[network]\nhidden = [1]\n")
    asked = emitted(view.hidden_changed)
    press(view, "−", 0)
    view.show_snapshot(snapshot_of("[network]\nhidden = []\n"))
    assert len(diagram(view).drawing.neurons) == 2
    press(view, "+", 0)
    assert asked == [(), (4,)]


def test_two_quick_clicks_are_two(show_network: ShowNetwork) -> None:
    view = show_network()
    asked = emitted(view.hidden_changed)
    button = diagram(view)._captions.buttons[0].rect.center()
    for _ in range(3):
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(button))
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(button))
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(button))
    assert len(asked) == 4


def test_only_the_left_button_does_something(show_network: ShowNetwork) -> None:
    view = show_network()
    asked = emitted(view.hidden_changed)
    click(view, diagram(view)._captions.buttons[0].rect.center(), Qt.MouseButton.RightButton)
    click(view, point_of(view, 0, 1, 0), Qt.MouseButton.RightButton)
    assert not asked
    assert not view.card.isVisible()


def test_layers_and_units_have_a_limit(show_network: ShowNetwork) -> None:
    view = show_network(DEEP, 3800, 600, epochs=0)
    asked = emitted(view.hidden_changed)
    tips = [button.tip for button in diagram(view)._captions.buttons]
    assert "Insert a layer here" not in tips
    press(view, "+", 31)
    assert asked == [(*[4] * 31, 5)]
    wide = show_network("[data]\nsamples = 10\n[network]\nhidden = [4096]\n", epochs=0)
    assert "Add a neuron" not in [button.tip for button in diagram(wide)._captions.buttons]


def test_the_capacity_is_told_with_the_size_and_the_text(show_network: ShowNetwork) -> None:
    view = show_network()
    told = emitted(view.capacity_changed)
    view.resize(700, 300)
    view.resize(700, 900)
    use_font(view, 40)
    assert len(told) == 3
    assert told[0] < told[1] > told[2] == view.capacity


def test_a_network_of_another_shape_is_drawn_anew(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_network()
    before = view.diagram
    view.show_snapshot(snapshot_of("", 1, Lens(shown=view.capacity)))
    assert view.diagram is before
    view.show_snapshot(snapshot_of("[network]\nhidden = [5]\n"))
    assert [len(layer) for layer in diagram(view).drawing.neurons] == [2, 5, 1]
    view.show_snapshot(snapshot_of('[network]\nhidden = [5]\nactivation = "relu"\n'))
    assert "ReLU" in words(view)


def test_a_snapshot_without_a_scene_leaves_what_is_shown(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    before = view.diagram
    view.show_snapshot(replace(snapshot_of("[network]\nhidden = [5]\n"), scene=None))
    view.set_theme(theme("dark"))
    assert view.diagram is not before
    assert [len(layer) for layer in diagram(view).drawing.neurons] == [2, 4, 2, 1]


def test_before_any_snapshot_nothing_happens(show: Show) -> None:
    view = NetworkView()
    show(view, 400, 300)
    view.set_theme(theme("dark"))
    view.open_card(0, 0, 0)
    QTest.mouseMove(view.viewport(), QPoint(100, 100))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert picture(view).pixelColor(50, 50).name() == theme("dark").background


def test_a_hovered_neuron_that_goes_is_looked_at_no_more(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    hovered = emitted(view.hovered)
    point_at(view, neuron(view, 1, 3).rect.center())
    view.show_snapshot(snapshot_of("[network]\nhidden = [2]\n"))
    assert hovered == [(1, 3), None]
    assert not diagram(view).magnifier.visible


def test_a_hovered_neuron_that_stays_is_still_looked_at(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    hovered = emitted(view.hovered)
    point_at(view, neuron(view, 1, 1).rect.center())
    view.show_snapshot(snapshot_of("[network]\nhidden = [2]\n"))
    view.set_theme(theme("dark"))
    assert hovered == [(1, 1)]
    assert diagram(view).magnifier.visible


@pytest.mark.parametrize("gone", [(2, 0, 1), (0, 3, 0), (1, 1, None)])
def test_a_hovered_parameter_that_goes_is_named_no_more(
    show_network: ShowNetwork, snapshot_of: SnapshotOf, gone: tuple[int, int, int | None]
) -> None:
    view = show_network()
    point_at(view, point_of(view, *gone))
    assert diagram(view).label.ground.isVisible()
    view.show_snapshot(snapshot_of("[network]\nhidden = [2]\n"))
    assert not diagram(view).label.ground.isVisible()


def test_all_is_painted_in_the_theme(show_network: ShowNetwork) -> None:
    view = show_network()
    view.set_theme(theme("dark"))
    assert picture(view).pixelColor(2, 100).name() == theme("dark").background
    colors = {item.brush().color().name() for item in texts(view.scene())}
    assert colors == {theme("dark").text, theme("dark").muted}


def test_all_words_follow_the_font(show_network: ShowNetwork) -> None:
    view = show_network("", 1400, 900)
    use_font(view, 30)
    assert {item.font().pixelSize() for item in texts(view.scene())} == {30}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[network]\nhidden = []\n", [2, 1]),
        ('[data]\nname = "sine"\n[network]\nhidden = [3]\noutput = "identity"\n', [1, 3, 1]),
        (WIDE, [12, 12, 10]),
        (DEEP, [2, *[4] * 32, 1]),
    ],
)
def test_networks_of_any_shape(show_network: ShowNetwork, text: str, shown: list[int]) -> None:
    view = show_network(text, epochs=1)
    assert view.capacity == 12
    assert [len(layer) for layer in diagram(view).drawing.neurons] == shown
    picture(view)
    view.look(diagram(view).at_neuron((len(shown) - 1, 0)))
    assert diagram(view).magnifier.visible


def test_what_is_folded_away_is_counted(show_network: ShowNetwork) -> None:
    said = words(show_network(WIDE, epochs=0))
    assert said.count("+ 52 more") == 2
    assert "64 inputs" in said
    big = show_network(WIDE.replace("64]", "512]"), 1400, 900, epochs=0)
    assert f"+ {512 - big.capacity:,} more" in words(big)
    shown = [len(layer) for layer in diagram(big).drawing.neurons]
    edges = shown[0] * shown[1] + shown[1] * shown[2]
    assert edges > 500
    assert f"the 500 strongest of {edges:,} weights" in words(big)


def test_names_of_inputs_that_do_not_fit_are_left_out(show_network: ShowNetwork) -> None:
    view = show_network(WIDE, 900, 700, epochs=0)
    assert "pixel 1,1" in words(view)
    use_font(view, 40)
    assert "64 inputs" in words(view)
    assert not any("pixel" in word for word in words(view))


@pytest.mark.parametrize("text", ["", WIDE, DEEP, "[network]\nhidden = [8, 8, 8, 8, 8, 8, 8, 8]\n"])
@pytest.mark.parametrize("size", [(200, 150), (300, 250), (500, 350), (700, 500), (1400, 900)])
@pytest.mark.parametrize("pixel_size", [13, 30])
def test_words_never_overlap_and_stay_in_the_view(
    show_network: ShowNetwork, text: str, size: tuple[int, int], pixel_size: int
) -> None:
    view = show_network(text, *size, epochs=0)
    use_font(view, pixel_size)
    header = 1.5 * view.fontMetrics().height()
    boxes = [item.sceneBoundingRect() for item in texts(view.scene())]
    # names beside neurons stand as near as the neurons do
    boxes = [box.adjusted(1, 3, -1, -3) for box in boxes if box.bottom() < header or box.top() > size[1] - header]
    for box in boxes:
        assert box.left() >= 0
        assert box.right() <= size[0]
    assert not overlapping(boxes)


def test_making_it_anew_leaves_nothing_behind(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_network()
    point_at(view, neuron(view, 1, 1).rect.center())
    shapes = [snapshot_of(f"[network]\nhidden = [{n}]\n") for n in (3, 4)]

    def rebuild(times: int) -> int:
        for index in range(times):
            view.show_snapshot(shapes[index % 2])
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(Shiboken.getAllValidWrappers())

    before = rebuild(20)
    assert rebuild(200) <= before + 20
    assert view.findChildren(QGraphicsScene) == [view.scene()]


def test_tab_leads_to_it_and_arrows_through_it(show_network: ShowNetwork, qtbot: QtBot) -> None:
    view = show_network()
    hovered = emitted(view.hovered)
    tab_to(view, qtbot)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
    assert hovered == [(0, 0), (1, 0), (1, 1), (1, 2), (1, 1)]
    said = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
        said.append(diagram(view).label.words.partition(" = ")[0])
    first, second = "layer 1: weight from x₁ to neuron 2", "layer 1: weight from x₂ to neuron 2"
    assert said == ["layer 1: bias of neuron 2", first, second, second, first]


def test_enter_opens_the_card_and_gives_the_keyboard_back(show_network: ShowNetwork, qtbot: QtBot) -> None:
    view = show_network()
    said = emitted(view.parameter_set)
    tab_to(view, qtbot)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.card.name == "layer 1: bias of neuron 1"
    field = QApplication.focusWidget()
    assert field
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert said == [(0, 0, None, 0.5)]
    assert view.hasFocus()


def test_elsewhere_the_keys_are_the_windows(show_network: ShowNetwork, qtbot: QtBot) -> None:
    view = show_network()
    pressed: list[str] = []
    hovered = emitted(view.hovered)
    shortcut = QShortcut(Qt.Key.Key_Right, view.window())
    shortcut.activated.connect(lambda: pressed.append("Right"))
    view.window().activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    click(view, QPointF(5, 250))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert (hovered, len(pressed)) == ([], 1)
    tab_to(view, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert (hovered, len(pressed)) == ([(0, 0)], 1)


@pytest.mark.parametrize("name", ["light"])
def test_it_looks_as_it_did(
    show_network: ShowNetwork, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = show_network("", 420, 300, epochs=120)
    view.set_theme(theme(name))
    assert_matches_image(view, f"network_xor_{name}")


@pytest.fixture
def show_folded(show_network: ShowNetwork, snapshot_of: SnapshotOf) -> ShowNetwork:
    """A diagram of a wide network that gets the units it asks for, as in the window."""

    def make(text: str = WIDE, width: int = 700, height: int = 500) -> NetworkView:
        view = show_network(text, width, height, epochs=1)

        def compute(firsts: tuple[int, ...]) -> None:
            view.show_snapshot(snapshot_of(text, 1, Lens(shown=view.capacity, firsts=firsts)))

        view.scrolled.connect(compute)
        return view

    return make


def turn(view: NetworkView, layer: int, notches: float) -> None:
    place = QPointF(*diagram(view).drawing.layout.centers[layer][1])
    wheel(view.viewport(), place, notches)


def drawn(view: NetworkView) -> tuple[range, ...]:
    return diagram(view).drawing.layout.shown


def test_the_wheel_brings_the_other_neurons_of_a_layer(show_folded: ShowNetwork) -> None:
    view = show_folded()
    turn(view, 1, -2)
    assert drawn(view) == (range(12), range(6, 18), range(10))
    assert "7–18 of 64" in words(view)
    turn(view, 0, -100)
    assert drawn(view) == (range(52, 64), range(6, 18), range(10))
    assert "pixel 8,8" in words(view)
    turn(view, 1, 100)
    assert drawn(view)[1] == range(12)
    turn(view, 2, -1)
    assert drawn(view)[2] == range(10)


def test_a_slow_wheel_counts_too(show_folded: ShowNetwork) -> None:
    view = show_folded()
    for _ in range(4):
        turn(view, 1, -0.1)
    assert drawn(view)[1] == range(1, 13)


def test_a_click_on_what_is_folded_goes_on_and_at_the_end_back(show_folded: ShowNetwork) -> None:
    view, seen = show_folded(), []
    for _ in range(6):
        button = next(b for b in diagram(view)._captions.buttons if "64" in b.sign or "more" in b.sign)
        click(view, button.rect.center())
        seen.append(drawn(view)[0].start)
    assert seen == [12, 24, 36, 48, 52, 0]
    assert "the next ones" in button.tip


def test_neurons_brought_in_are_those_of_the_network(show_folded: ShowNetwork) -> None:
    view = show_folded()
    turn(view, 1, -2)
    assert view._snapshot
    assert view._snapshot.scene
    point_at(view, neuron(view, 1, 3).rect.center())
    assert diagram(view).magnifier.words == "layer 1, neuron 10:  o = tanh(p)"
    place = (1, 4, 9)
    point_at(view, point_of(view, *place))
    value = view._snapshot.weights[1][4, 9]
    assert diagram(view).label.words == f"layer 2: weight from neuron 10 to neuron 5 = {value:.4f}".replace(
        "-", "−"
    )
    bias = neuron(view, 1, 3).bias
    assert bias
    point_at(view, bias.rect().center())
    assert diagram(view).label.words.startswith("layer 1: bias of neuron 10 = ")
    shown = theme("light").signed_table[bias_bytes(view._snapshot.biases[0][9:10])[0]]
    assert bias.brush().color() == QColor.fromRgb(int(shown))


def test_the_arrows_walk_through_all_neurons_of_a_layer(show_folded: ShowNetwork, qtbot: QtBot) -> None:
    view = show_folded()
    tab_to(view, qtbot)
    for key in [Qt.Key.Key_Right] * 2 + [Qt.Key.Key_Down] * 20:
        QTest.keyClick(view, key)
    assert view.hover.neuron == (1, 20)
    assert drawn(view)[1] == range(9, 21)
    assert diagram(view).magnifier.words.startswith("layer 1, neuron 21:")
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.hover.neuron == (0, 11)
    for key in [Qt.Key.Key_Right] + [Qt.Key.Key_Up] * 11:
        QTest.keyClick(view, key)
    assert view.hover.neuron == (1, 0)
    assert drawn(view)[1] == range(12)


def test_another_network_is_shown_from_its_first_neuron(show_folded: ShowNetwork, snapshot_of: SnapshotOf) -> None:
    view = show_folded()
    turn(view, 1, -2)
    asked = emitted(view.scrolled)
    view.show_snapshot(snapshot_of(WIDE.replace("[64]", "[32]"), 0, Lens(shown=view.capacity)))
    assert asked == [()]


@pytest.mark.parametrize("width", [430, 590])
def test_neurons_can_be_added_to_each_of_six_layers(show_network: ShowNetwork, width: int) -> None:
    view = show_network("[network]\nhidden = [4, 4, 4, 4, 4, 4]\n", width)
    rects = sorted(
        [b.rect for b in diagram(view)._captions.buttons if b.tip.endswith("a neuron")], key=QRectF.left
    )
    assert len(rects) == 12
    assert all(left.right() < right.left() for left, right in pairwise(rects))
    asked = emitted(view.hidden_changed)
    click(view, rects[-1].center())
    assert asked == [(4, 4, 4, 4, 4, 5)]


def test_a_second_quick_click_presses_no_button_that_moved_under_it(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    fewer = "[network]\nhidden = [1, 1, 1, 1, 1, 1]\n"
    view = show_network(fewer, 590)
    adds = [button.rect for button in diagram(view)._captions.buttons if button.tip == "Add a neuron"]
    view.show_snapshot(snapshot_of(fewer.replace("[1", "[1, 1")))
    removes = [button.rect for button in diagram(view)._captions.buttons if button.tip == "Remove this layer"]
    place = next(p for rect in removes for p in (rect.center(),) if any(add.contains(p) for add in adds))
    asked = emitted(view.hidden_changed)
    view.hidden_changed.connect(lambda _: view.show_snapshot(snapshot_of(fewer)))
    double_click(view.viewport(), view.mapFromScene(place))
    assert asked == [(1,) * 6]
    click(view, place)
    assert sorted(asked[1]) == [1, 1, 1, 1, 1, 2]


def test_the_probes_activations_are_numbers_on_the_neurons(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view = show_network()
    assert diagram(view).readings == []
    snapshot, probe = snapshot_of("", 9, Lens(shown=view.capacity)), Probe(1.0, -2.5)
    assert snapshot.scene
    probed = probe.prepare(snapshot.problem)(snapshot)
    view.show_snapshot(replace(snapshot, scene=replace(snapshot.scene, aspects={probe: probed})))
    expected = [tick(value, 3) for values in probed.activations for value in values.tolist()]
    assert diagram(view).readings == expected
    assert expected[:2] == ["1", "−2.5"]
    for label, box in zip(diagram(view)._readings.labels, chain(*diagram(view).drawing.neurons), strict=True):
        assert box.rect.adjusted(-2, -2, 2, 2).contains(label.ground.sceneBoundingRect())
    view.show_snapshot(snapshot)
    assert diagram(view).readings == []


def test_numbers_are_those_of_the_neurons_that_are_drawn(
    show_network: ShowNetwork, snapshot_of: SnapshotOf
) -> None:
    view, probe = show_network(WIDE), Probe(1.0, -2.5)
    snapshot = snapshot_of(WIDE, 1, Lens(shown=view.capacity, firsts=(8, 20)))
    assert snapshot.scene
    probed = probe.prepare(snapshot.problem)(snapshot)
    view.show_snapshot(replace(snapshot, scene=replace(snapshot.scene, aspects={probe: probed})))
    assert diagram(view).readings[0] == tick(float(probed.activations[0][8]), 3)
    assert diagram(view).readings[view.capacity] == tick(float(probed.activations[1][20]), 3)


@pytest.mark.parametrize(("layers", "width"), [(1, 440), (4, 440), (6, 440), (8, 900)])
def test_a_layer_can_be_inserted_between_close_ones(show_network: ShowNetwork, layers: int, width: int) -> None:
    view = show_network(f"[network]\nhidden = {[8] * layers}\n", width, 410, epochs=0)
    buttons = [b.rect for b in diagram(view)._captions.buttons if b.tip == "Insert a layer here"]
    assert len(buttons) == layers + 1
    texts = [item for item in view.scene().items() if isinstance(item, QGraphicsSimpleTextItem)]
    titles = [item.sceneBoundingRect() for item in texts if item.text() in {"inputs", "tanh", "output · tanh"}]
    assert len(titles) == layers + 2
    assert not any(title.intersects(button) for title in titles for button in buttons)
    asked = emitted(view.hidden_changed)
    click(view, buttons[0].center(), Qt.MouseButton.LeftButton)
    assert asked == [(8,) * (layers + 1)]


@pytest.mark.parametrize("layers", [5, 6, 7, 8])
def test_the_buttons_of_close_layers_stand_apart(show_network: ShowNetwork, layers: int) -> None:
    view = show_network(f"[network]\nhidden = {[8] * layers}\n", 436, 640, epochs=0)  # as at 1024×768
    buttons = diagram(view)._captions.buttons
    signs = sorted((b.rect for b in buttons if b.tip != "Insert a layer here"), key=lambda rect: rect.left())
    apart = [right.left() - left.right() for left, right in pairwise(signs)]
    assert all(gap > 0.0 for gap in apart)
    assert all(gap >= 5.0 for gap in apart[1::2])  # from one layer to the next
    inserts = [b.rect for b in buttons if b.tip == "Insert a layer here"]
    assert len(inserts) == layers + 1
    neurons = [box for boxes in diagram(view).drawing.layout.centers for box in boxes]
    half = diagram(view).drawing.layout.side / 2
    squares = [QRectF(x - half, y - half, 2 * half, 2 * half) for x, y in neurons]
    texts = [item for item in view.scene().items() if isinstance(item, QGraphicsSimpleTextItem)]
    numbers = [item.sceneBoundingRect() for item in texts if item.text() == "8"]
    assert len(numbers) == layers
    taken = [*squares, *numbers]
    assert not [rect for rect in (*signs, *inserts) for other in taken if rect.intersects(other)]


MAPS = (
    '[data]\nname = "digits"\n[network]\nhidden = [{ channels = 30, window = 5, pool = "max_map" }, 7]\n'
    'output = "softmax"\n[training]\nloss = "cross_entropy"\n'
)


def test_a_layer_of_maps_is_drawn_as_maps(show_network: ShowNetwork) -> None:
    view = show_network(MAPS, height=560)
    drawing = diagram(view).drawing
    assert [len(layer) for layer in drawing.neurons] == [1, view.capacity, 7, 10]
    words = {text.text() for text in texts(diagram(view).graphics)}
    assert {"picture 8×8", "30"} < words
    assert any(text.startswith("5×5") for text in words)
    assert not any("pixel" in text for text in words)


def test_only_single_weights_can_be_picked_between_maps(show_network: ShowNetwork) -> None:
    view = show_network(MAPS, height=700)
    drawing = diagram(view).drawing
    line = drawing.edge_line((0, 3, 0))
    assert line
    assert all(drawing.parameter_at(line.pointAt(share)) is None for share in (0.2, 0.3, 0.4))
    point = point_of(view, 1, 2, 3)
    assert drawing.parameter_at(point) == (1, 2, 3)
    assert drawing.parameter_at(point_of(view, 0, 3, None)) == (0, 3, None)


def test_a_map_is_enlarged_and_has_a_name(show_network: ShowNetwork) -> None:
    view = show_network(MAPS)
    view.look(diagram(view).at_neuron((1, 4)))
    assert diagram(view).magnifier.words == "layer 1, map 5:  o = tanh(p), window 5×5, max of the map"
    view.look(diagram(view).at_neuron((0, 0)))
    assert diagram(view).magnifier.words == "picture of 8×8 pixels"


def test_the_last_map_of_a_layer_has_no_minus(show_network: ShowNetwork) -> None:
    view = show_network(MAPS.replace("channels = 30", "channels = 1"))
    tips = [button.tip for button in diagram(view)._captions.buttons]
    assert "Add a map" in tips
    assert "Remove a map" not in tips
    assert "Remove this layer" not in tips
