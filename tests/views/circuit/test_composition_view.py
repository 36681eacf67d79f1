from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from hands import drag, emitted, hover, pixel, wheel
from nnviz.kinds.composition.schema import Composition, placed, unit_of, with_wire
from nnviz.theme import THEMES, theme
from nnviz.views.circuit.composition import CompositionView
from runs import moment_of
from seeing import overlapping, texts, use_font

Show = Callable[..., QWidget]
DECK = Composition()


def shown(
    show: Show,
    experiment: Composition = DECK,
    steps: int = 10,
    *,
    layers: bool = False,
    size: tuple[int, int] = (900, 560),
) -> CompositionView:
    view = CompositionView()
    view.set_theme(theme("light"))
    view.layer_button.setChecked(layers)
    show(view, *size)
    view.show_snapshot(moment_of(experiment, steps))
    return view


def node(view: CompositionView, name: str) -> QPoint:
    return pixel(view.graph.nodes[name].center)


def middle(view: CompositionView, source: str, target: str) -> QPointF:
    first, last = view.graph.nodes[source].center, view.graph.nodes[target].center
    return first + (last - first) * 0.7


def click(view: CompositionView, place: QPoint) -> None:
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)


def inside(view: CompositionView) -> dict[str, str]:
    return {name: drawn.inside.text() for name, drawn in view.graph.nodes.items()}


def below(view: CompositionView) -> dict[str, str]:
    return {name: drawn.below.text() for name, drawn in view.graph.nodes.items() if drawn.below.text()}


def test_before_a_moment_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = CompositionView()
    show(view)
    seen = emitted(view.changed)
    view.set_theme(theme("dark"))
    view.unit_button.click()
    view.formula.setText("f1(x1)")
    view.formula.editingFinished.emit()
    assert seen == []


def test_values_stand_in_the_nodes_once_they_are_computed(show: Show) -> None:
    view = shown(show, steps=4)
    assert inside(view) == {"x1": "2", "x2": "1", "x3": "−1", "f1": "4", "f2": "3", "f3": "2", "f4": "1", "f5": ""}
    assert below(view) == {}
    assert view.graph.nodes["f5"].circle.pen().style() == Qt.PenStyle.DashLine


def test_a_value_used_twice_collects_both_gradients(show: Show) -> None:
    view = shown(show, steps=6)
    assert below(view)["f2"] == "∂ −0.5"
    view.show_snapshot(moment_of(DECK, 7))
    assert below(view)["f2"] == "∂ −1"
    backs = [tag.text for _, _, tag in view.graph.tags if tag.is_visible]
    assert backs.count("∂ −0.5") == 2


def test_the_formula_is_written_and_typed(show: Show) -> None:
    view = shown(show)
    assert view.formula.text() == "f5(f4(f1(x1), f2(x2)), f2(x2), f3(x3))"
    seen = emitted(view.changed)
    view.formula.setText("f4(f1(x1), f2(x2))")
    QTest.keyClick(view.formula, Qt.Key.Key_Return)
    assert [unit.name for unit in seen[-1].units] == ["f1", "f2", "f4"]
    assert seen[-1].values == (2.0, 1.0)
    view.formula.setText("f4(f1(x1)")
    QTest.keyClick(view.formula, Qt.Key.Key_Return)
    assert view.hint.text().startswith("formula: f4( is not closed")
    assert len({graph.inputs for graph in seen}) == 1


def test_wires_are_drawn_and_clicked_away(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "x1"), node(view, "f5"))
    assert unit_of(seen[-1], "f5").sources == ("f4", "f2", "f3", "x1")
    click(view, pixel(middle(view, "f2", "f5")))
    assert unit_of(seen[-1], "f5").sources == ("f4", "f3")


def test_a_wire_in_a_circle_is_refused(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    drag(view.canvas.viewport(), node(view, "f5"), node(view, "f2"))
    assert seen == []
    assert "function of itself" in view.hint.text()


def test_the_wheel_changes_inputs_biases_and_weights(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    wheel(view.canvas.viewport(), view.graph.nodes["x1"].center, notches=2)
    assert seen[-1].values == (3.0, 1.0, -1.0)
    wheel(view.canvas.viewport(), view.graph.nodes["f1"].center, notches=-1)
    assert unit_of(seen[-1], "f1").bias == -2.5
    wheel(view.canvas.viewport(), middle(view, "f2", "f5"), notches=1)
    assert unit_of(seen[-1], "f5").weights == (2.0, -1.5, 2.0)
    assert all(graph.continues(DECK) for graph in seen)


def test_a_neuron_that_was_clicked_gets_another_function(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    assert not view.function_button.isEnabled()
    click(view, node(view, "f4"))
    assert view.function_button.isEnabled()
    next(action for action in view.function_button.menu().actions() if action.text() == "tanh").trigger()
    assert unit_of(seen[-1], "f4").function == "tanh"
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert unit_of(seen[-1], "f4").bias == 0.5
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert "f4" not in {unit.name for unit in seen[-1].units}
    click(view, node(view, "x1"))
    assert not view.function_button.isEnabled()


def test_its_layered_form_has_copies(show: Show) -> None:
    view = shown(show, layers=True)
    copies = [drawn.drawn.title for drawn in view.layers.nodes.values() if drawn.drawn.is_copy]
    assert copies == ["f₂", "f₃"]
    assert (
        view.verdict.text() == "in layers: 7 neurons, 2 of them copies · graph − layers on 1,000 random inputs: 0"
    )
    view.keep_secret(True)
    assert not any(item.opacity() for item in view.layers._items())
    view.keep_secret(False)
    view.layer_button.setChecked(False)
    assert view.layers.nodes == {}


@pytest.mark.parametrize("layers", [False, True])
@pytest.mark.parametrize("size", [(900, 560), (640, 520)])
def test_no_words_of_the_graph_run_into_each_other(show: Show, size: tuple[int, int], layers: bool) -> None:
    view = shown(show, size=size, layers=layers)
    boxes = [item.sceneBoundingRect() for item in texts(view.canvas.scene()) if item.isVisible() and item.text()]
    inner = [box.adjusted(2.0, 3.0, -2.0, -3.0) for box in boxes]
    assert overlapping(inner) == []


def test_what_is_not_connected_has_a_place(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.unit_button.click()
    view.show_snapshot(moment_of(seen[-1], 0))
    assert view.graph.nodes["f6"].center.x() > 0
    assert seen[-1] == placed(seen[-1], view.graph.places)
    view.show_snapshot(moment_of(with_wire(seen[-1], "f1", "f6"), 12))
    assert inside(view)["f6"] == "0.999"


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[..., None], name: str) -> None:
    view = shown(show, layers=True)
    view.set_theme(theme(name))
    assert_matches_image(view, f"composition_{name}")


def enlarged(view: CompositionView, name: str) -> str:
    """What is said of a node under the pointer."""
    hover(view.canvas.viewport(), node(view, name))
    assert view.enlarged.magnifier.visible
    assert view.canvas.area.contains(view.enlarged.magnifier.box)
    return view.enlarged.magnifier.words


def test_a_node_under_the_pointer_is_enlarged_with_its_function_value_and_gradient(show: Show) -> None:
    view = shown(show)
    total = "f₅ = σ(p)\np = 2 f₄ − 2 f₂ + 2 f₃"
    assert enlarged(view, "f5") == f"{total} = 0\nvalue 0.5, slope 0.25\ngradient ∂y/∂f₅ = 1"
    assert enlarged(view, "f1") == "f₁ = ReLU(p)\np = 3 x₁ − 2 = 4\nvalue 4, slope 1\ngradient ∂y/∂f₁ = 0.5"
    assert enlarged(view, "f3").splitlines()[1] == "p = −x₃ + 1 = 2"
    assert enlarged(view, "f4").splitlines()[1] == "p = f₁ − f₂ = 1"
    assert enlarged(view, "x2") == "input x₂\ngradient ∂y/∂x₂ = −2"
    view.show_snapshot(moment_of(DECK, 1))
    assert enlarged(view, "f5") == total


def test_while_a_question_waits_an_enlarged_node_says_its_function_only(show: Show) -> None:
    view = shown(show, layers=True)
    view.keep_secret(True)
    assert enlarged(view, "f1") == "f₁ = ReLU(p)\np = 3 x₁ − 2"
    copy = view.layers.nodes["f2@2"].center
    hover(view.canvas.viewport(), pixel(copy))
    assert not view.enlarged.magnifier.visible
    view.keep_secret(False)
    hover(view.canvas.viewport(), pixel(copy) + QPoint(1, 0))
    assert view.enlarged.magnifier.words.startswith("f₂ = ReLU(p)")


@pytest.mark.parametrize("layers", [False, True])
def test_what_wires_hand_back_covers_no_title(show: Show, layers: bool) -> None:
    view = shown(show, layers=layers, size=(590, 700))
    use_font(view, 12)
    titles = [drawn.title.rect for drawn in view.graph.nodes.values()]
    handed = [back.rect for _, _, back in view.graph.tags]
    assert len(handed) == 8
    assert not any(rect.intersects(title) for rect in handed for title in titles)
