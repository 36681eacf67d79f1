from collections.abc import Callable

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsSimpleTextItem, QWidget
from pytestqt.qtbot import QtBot

from hands import drag, emitted, hover, pixel
from nnviz.kinds.circuit.schema import Circuit, Unit, with_input
from nnviz.theme import THEMES, theme
from nnviz.views.circuit.view import CircuitView
from nnviz.views.circuit.wires import Wire
from runs import moment_of
from seeing import overlapping, use_font

Show = Callable[..., QWidget]

XOR = Circuit(given="xor")
ONE, OTHER = "x1∧¬x2", "x2∧¬x1"
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def shown(
    show: Show, experiment: Circuit = XOR, steps: int = 0, width: int = 900, height: int = 500
) -> CircuitView:
    view = CircuitView()
    view.set_theme(theme("light"))
    show(view, width, height)
    view.show_snapshot(moment_of(experiment, steps))
    return view


def node(view: CircuitView, name: str) -> QPoint:
    return pixel(view.drawing.nodes[name].center)


def between(view: CircuitView, source: str, target: str, share: float = 0.3) -> QPoint:
    start, end = view.drawing.nodes[source].center, view.drawing.nodes[target].center
    return pixel(start + (end - start) * share)


def click(view: CircuitView, at: QPoint, mouse_button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(view.canvas.viewport(), mouse_button, pos=at)


def wheel(view: CircuitView, at: QPoint, angle: int) -> None:
    viewport = view.canvas.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def unit(circuit: Circuit, name: str) -> Unit:
    return next(unit for unit in circuit.units if unit.name == name)


def table(view: CircuitView) -> list[list[str]]:
    return [[cell.text() for cell in cells] for cells in view.table.cells]


def test_before_a_moment_it_takes_themes_and_the_mouse_does_nothing(show: Show) -> None:
    view = CircuitView()
    view.set_theme(theme("dark"))
    show(view)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), QPoint(20, 80), QPoint(90, 90))
    click(view, QPoint(40, 80), RIGHT)
    wheel(view, QPoint(40, 80), 120)
    view.unit_button.click()
    view.input_button.click()
    assert seen == []


def test_signals_run_from_left_to_right(show: Show) -> None:
    view = shown(show)
    x = {name: at.center.x() for name, at in view.drawing.nodes.items()}
    assert x["x1"] == x["x2"] < x[ONE] == x[OTHER] < x["xor"] < view.table.rect.left()


def test_units_say_their_threshold_and_what_they_have_computed(show: Show) -> None:
    view = shown(show, steps=5)
    nodes = view.drawing.nodes
    assert [nodes[name].inside.text() for name in ("x1", "x2", ONE, "xor")] == ["0", "1", "θ = 1", "θ = 1"]
    assert [nodes[name].above.text() for name in ("x1", ONE, OTHER, "xor")] == [
        "x1",
        f"{ONE} = 0",
        f"{OTHER} = 1",
        "xor",
    ]


@pytest.mark.parametrize(
    ("circuit", "steps", "words"),
    [
        (Circuit(given="and"), 4, "1 + 1 = 2 ≥ 2 → 1"),
        (Circuit(given="and"), 2, "0 + 1 = 1 < 2 → 0"),
        (Circuit(given="not"), 1, "0 ≥ 0 → 1"),
        (Circuit(given="not"), 2, "0 ≥ 0, x1 inhibits → 0"),
        (XOR, 10, "1 ≥ 1, x2 inhibits → 0"),
    ],
)
def test_the_unit_computed_now_says_its_sum(show: Show, circuit: Circuit, steps: int, words: str) -> None:
    view = shown(show, circuit, steps)
    assert view.drawing.sum.text() == words
    ringed = [name for name, at in view.drawing.nodes.items() if not at.ring.path().isEmpty()]
    assert ringed == [moment_of(circuit, steps).state.wiring.names[moment_of(circuit, steps).state.last]]


def test_what_is_on_is_filled_in_the_positive_colour(show: Show) -> None:
    view = shown(show, steps=5)
    filled = [
        n for n, at in view.drawing.nodes.items() if at.circle.brush().color().name() == theme("light").positive
    ]
    assert filled == ["x2", OTHER]


def test_the_table_fills_row_by_row_and_the_row_under_way_is_bold(show: Show) -> None:
    view = shown(show, steps=7)
    assert [head.text() for head in view.table.heads] == ["x1", "x2", "xor"]
    assert table(view) == [["0", "0", "0"], ["0", "1", "1"], ["1", "0", ""], ["1", "1", ""]]
    assert [cells[0].font().bold() for cells in view.table.cells] == [False, False, True, False]


def test_wrong_outputs_are_marked(show: Show) -> None:
    view = shown(show, Circuit(given="and", wanted=(0, 1, 1, 1)), 4)
    assert [cells[2].text() for cells in view.table.cells] == ["0 ✓", "0 ✗", "0 ✗", "1 ✓"]
    colors = [cells[2].brush().color().name() for cells in view.table.cells]
    assert colors == [theme("light").text, *[theme("light").warning] * 2, theme("light").text]
    assert [cells[3].text() for cells in view.table.cells] == ["0", "1", "1", "1"]


def test_the_unit_button_adds_one_apart_from_the_others(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.unit_button.click()
    view.show_snapshot(moment_of(seen[0]))
    new = view.drawing.nodes["u1"]
    away = [(at.center - new.center).manhattanLength() for name, at in view.drawing.nodes.items() if name != "u1"]
    assert min(away) > 2 * new.radius


def test_an_edit_moves_none_of_the_others(show: Show) -> None:
    view = shown(show)
    before = {name: at.center for name, at in view.drawing.nodes.items()}
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "x1"), node(view, "xor"))
    view.show_snapshot(moment_of(seen[0]))
    for name, center in before.items():
        assert (view.drawing.nodes[name].center - center).manhattanLength() < 2.0


def test_a_drag_from_one_to_another_is_an_excitatory_wire(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "x1"), QPoint(300, 200), node(view, "xor"))
    assert unit(seen[0], "xor").excitatory == (ONE, OTHER, "x1")
    assert seen[0].given == ""


def test_a_drag_onto_an_input_or_from_it_aside_is_nothing(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, ONE), node(view, "x2"))
    drag(view.canvas.viewport(), node(view, "x1"), between(view, "x1", ONE))
    drag(view.canvas.viewport(), node(view, "x1"), node(view, ONE))
    assert [circuit.drawn.units[0].sources for circuit in seen] == [("x1", "x2")] * len(seen)
    assert all(circuit.continues(XOR) for circuit in seen)


def test_a_click_on_a_wire_makes_it_inhibitory_and_another_removes_it(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    click(view, between(view, ONE, "xor"))
    assert (unit(seen[0], "xor").excitatory, unit(seen[0], "xor").inhibitory) == ((OTHER,), (ONE,))
    view.show_snapshot(moment_of(seen[0]))
    click(view, between(view, ONE, "xor"))
    assert (unit(seen[1], "xor").excitatory, unit(seen[1], "xor").inhibitory) == ((OTHER,), ())


def test_the_wire_under_the_mouse_is_found_and_beside_it_none(show: Show) -> None:
    view = shown(show)
    at = QPointF(between(view, "x1", OTHER))
    assert view.drawing.wire_at(at) == Wire("x1", OTHER, inhibitory=True)
    assert view.drawing.wire_at(QPointF(node(view, "x1"))) is None
    assert view.drawing.wire_at(QPointF(3.0, 3.0)) is None


def test_a_circle_is_refused_in_words(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "xor"), node(view, ONE))
    assert seen == []
    assert "it listens to itself" in view.hint.text().replace("\n", " ")
    view.show_snapshot(moment_of(with_input(XOR)))
    assert "listens" not in view.hint.text()


def test_the_wheel_changes_a_threshold_and_touchpads_add_up(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    wheel(view, node(view, "xor"), 120)
    wheel(view, node(view, "xor"), -120)
    for _ in range(3):
        wheel(view, node(view, "xor"), 40)
    wheel(view, node(view, "x1"), 120)
    wheel(view, QPoint(3, 3), 120)
    assert [unit(circuit, "xor").threshold for circuit in seen] == [2, 0, 2]


def test_keys_change_and_remove_the_unit_that_was_clicked(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    click(view, node(view, "xor"))
    assert view.chosen == "xor"
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    QTest.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert [unit(circuit, "xor").threshold for circuit in seen[:2]] == [2, 0]
    assert [u.name for u in seen[2].units] == [ONE, OTHER]
    assert len(seen) == 3


def test_a_drag_aside_moves_a_unit_and_the_run_goes_on(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    aside = node(view, "xor") + QPoint(-40, 120)
    drag(view.canvas.viewport(), node(view, "xor"), aside)
    assert seen[0].continues(XOR)
    view.show_snapshot(moment_of(seen[0], 5))
    assert (node(view, "xor") - aside).manhattanLength() <= 3


def test_a_unit_stays_in_the_picture(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "xor"), QPoint(20, 490))
    x, y = unit(seen[0], "xor").place
    assert (x < 0.05, y) == (True, 1.0)


def test_a_right_click_removes_a_node_with_its_wires(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    click(view, node(view, ONE), RIGHT)
    click(view, node(view, "x1"), RIGHT)
    click(view, QPoint(3, 3), RIGHT)
    assert unit(seen[0], "xor").sources == (OTHER,)
    assert seen[1].inputs == ("x2",)
    assert len(seen) == 2


def test_inputs_are_added_up_to_four(show: Show) -> None:
    view = shown(show, with_input(XOR))
    seen = emitted(view.changed)
    view.input_button.click()
    view.show_snapshot(moment_of(seen[0]))
    assert (len(view.table.cells), len(seen[0].inputs)) == (16, 4)


def test_a_drag_over_a_circuit_that_is_gone_is_given_up(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    at = node(view, "xor")
    QTest.mousePress(view.canvas.viewport(), LEFT, pos=node(view, "x1"))
    hover(view.canvas.viewport(), at)
    view.show_snapshot(moment_of(Circuit(given="and")))
    with qtbot.assertNotEmitted(view.changed):
        QTest.mouseRelease(view.canvas.viewport(), LEFT, pos=at)


def test_places_of_a_file_are_kept(show: Show) -> None:
    moved = structs.replace(
        Circuit(),
        units=(Unit(name="a", threshold=1, place=(0.25, 1.0)), Unit(name="b", threshold=1, place=(1.0, 0.0))),
    )
    view = shown(show, moved)
    a, b = view.drawing.nodes["a"].center, view.drawing.nodes["b"].center
    assert a.x() < b.x()
    assert a.y() > b.y()


def test_another_circuit_leaves_nothing_behind(show: Show) -> None:
    view = shown(show)
    items = len(view.canvas.scene().items())
    view.show_snapshot(moment_of(with_input(Circuit(given="and"))))
    assert set(view.drawing.nodes) == {"x1", "x2", "x3", "and"}
    view.show_snapshot(moment_of(XOR))
    assert len(view.canvas.scene().items()) == items


FOUR = Circuit(
    inputs=("a", "b", "c", "d"),
    units=(
        Unit(name="any two", threshold=2, excitatory=("a", "b", "c", "d")),
        Unit(name="none", threshold=0, inhibitory=("a", "b", "c", "d")),
    ),
    wanted=(1, 0) * 8,
)


@pytest.mark.parametrize(
    ("circuit", "width", "height", "pixels"),
    [
        (Circuit(), 480, 360, 8),
        (XOR, 480, 360, 8),
        (XOR, 480, 360, 13),
        (XOR, 1400, 900, 20),
        (XOR, 900, 600, 13),
        (FOUR, 900, 600, 13),
        (FOUR, 1024, 768, 17),
        (Circuit(given="not"), 480, 360, 13),
    ],
)
def test_words_stay_inside_apart_and_as_large_as_the_widgets(
    show: Show, circuit: Circuit, width: int, height: int, pixels: int
) -> None:
    view = CircuitView()
    use_font(view, pixels)
    show(view, width, height)
    for steps in range(len(moment_of(circuit).state.wiring.rows) * 3):
        view.show_snapshot(moment_of(circuit, steps))
        items = [item for item in view.canvas.scene().items() if isinstance(item, QGraphicsSimpleTextItem)]
        texts = [item for item in items if item.text()]
        boxes = [item.sceneBoundingRect().adjusted(1, 2, -1, -2) for item in texts]
        assert all(QRectF(view.rect()).contains(box) for box in boxes)
        assert not overlapping(boxes)
        assert all(item.font().pixelSize() >= pixels for item in texts)


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = shown(show, Circuit(given="xor", wanted=(0, 1, 0, 0)), 11, 640, 400)
    view.set_theme(theme(name))
    assert_matches_image(view, f"circuit_{name}")


def shades(view: CircuitView) -> list[list[bool]]:
    """Whether each cell of the enlarged truth table is filled."""
    image = view.enlarged.magnifier.picture.toImage()
    filled = QColor(theme("light").positive).rgb()
    return [
        [image.pixel(int(x * image.width()), int(y * image.height())) == filled for x in (0.5, 0.95)]
        for y in (0.48, 0.95)
    ]


def test_a_unit_under_the_pointer_is_enlarged_with_its_truth_table(show: Show) -> None:
    view = shown(show)
    for name, ones, words in (
        ("xor", [[False, True], [True, False]], f"xor = 1 if {ONE} + {OTHER} ≥ 1"),
        (ONE, [[False, False], [True, False]], f"{ONE} = 1 if x1 ≥ 1\nunless x2 is 1"),
        ("x2", [[False, True], [False, True]], "input x2"),
    ):
        hover(view.canvas.viewport(), node(view, name))
        assert view.enlarged.magnifier.visible
        assert view.enlarged.magnifier.words == words
        assert view.canvas.area.contains(view.enlarged.magnifier.box)
        assert shades(view) == ones
    hover(view.canvas.viewport(), QPoint(300, 3))
    assert not view.enlarged.magnifier.visible


def test_while_a_question_waits_only_rows_that_are_done_are_enlarged(show: Show) -> None:
    view = shown(show, steps=6)
    view.keep_secret(True)
    hover(view.canvas.viewport(), node(view, "xor"))
    assert shades(view) == [[False, True], [False, False]]


def test_an_enlarged_unit_follows_its_threshold_and_is_not_in_the_way_of_a_wire(show: Show) -> None:
    view = shown(show)
    hover(view.canvas.viewport(), node(view, "xor"))
    seen = emitted(view.changed)
    wheel(view, node(view, "xor"), 120)
    view.show_snapshot(moment_of(seen[-1]))
    assert view.enlarged.magnifier.words.endswith("≥ 2")
    assert shades(view) == [[False, False], [False, False]]
    QTest.mousePress(view.canvas.viewport(), LEFT, pos=node(view, "x1"))
    assert not view.enlarged.magnifier.visible
    view.show_snapshot(moment_of(seen[-1], 2))
    assert not view.enlarged.magnifier.visible
    QTest.mouseRelease(view.canvas.viewport(), LEFT, pos=node(view, "x1"))


def test_by_tab_the_arrows_lead_from_node_to_node(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    with qtbot.waitActive(view.window()):
        view.window().activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    words = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
        words.append(view.enlarged.magnifier.words.split(" = ")[0])
    assert words == ["input x1", ONE, OTHER, "xor", "xor"]
    assert view.chosen == "xor"
    view.clearFocus()
    assert not view.enlarged.magnifier.visible
