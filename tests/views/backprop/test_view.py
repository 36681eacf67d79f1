"""The view of an example under the mouse, and what it asks of the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz.analysis.example.state import Phase, Stop, TraceOf, order, way_through
from nnviz.numerals import figure
from nnviz.runs.network_parts import NOTHING_LIT, Lit
from nnviz.theme import THEMES, theme
from nnviz.views.backprop.view import BackpropView
from seeing import use_font

MakeBench = Callable[..., Any]
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(pane: Any, point: QPointF, *, twice: bool = False) -> None:
    press = QTest.mouseDClick if twice else QTest.mouseClick
    press(pane.canvas.viewport(), LEFT, NO_KEYS, point.toPoint())


def cell(pane: Any, title: str, row: int, column: int) -> QPointF:
    laid = next(laid for laid in pane.laid if laid.block.title == title)
    point: QPointF = laid.cell(row, column).center()
    return point


def written(pane: Any) -> Any:
    """Texts of a pane."""
    return (pane.words if hasattr(pane, "graph") else pane).writing.texts


def at(b: Any, phase: Phase, layer: int = -1, unit: int = -1) -> None:
    b.view.walk.at = order(b.run.problem.network)[Stop(phase, layer, unit)]
    b.view.walk.changed.emit()


def test_going_back_shows_what_was_shown_going_on(bench: MakeBench) -> None:
    b = bench(panes=("matrix", "graph"))
    stops = len(way_through(b.run.problem.network))
    seen = []
    for _ in range(stops):
        seen.append(b.words())
        b.view.walk.go(1)
    assert b.words() == seen[-1]
    assert len({tuple(words) for words in seen}) == stops
    back = []
    for _ in range(stops):
        back.append(b.words())
        b.view.walk.go(-1)
    assert back == seen[::-1]
    assert b.words() == seen[0]


def test_a_layer_at_a_time_it_stops_where_layers_are_done(bench: MakeBench) -> None:
    b = bench()
    stops = []
    for _ in range(12):
        stops.append(b.view.walk.look.stop)
        b.view.walk.go_layer(1)
    done = [
        Stop(Phase.INPUT),
        Stop(Phase.ACTIVATION, 0, 3),
        Stop(Phase.ACTIVATION, 1, 2),
        Stop(Phase.ACTIVATION, 2, 0),
        Stop(Phase.LOSS),
        Stop(Phase.GRADIENT, 2, 0),
        Stop(Phase.GRADIENT, 1, 2),
        Stop(Phase.GRADIENT, 0, 3),
        Stop(Phase.UPDATE, 2),
    ]
    assert stops[:9] == done
    b.view.walk.go_layer(-1)
    assert b.view.walk.look.stop == done[-2]
    at(b, Phase.SUM, 1, 1)
    b.view.walk.go_layer(-1)
    assert b.view.walk.look.stop == done[1]


def test_buttons_step_and_say_where_the_cursor_is(bench: MakeBench) -> None:
    b = bench()
    buttons, words = b.view.steps.buttons, b.view.steps.words
    assert words.wordings[0] == "the example"
    assert not buttons["back"].isEnabled()
    for name, said in (
        ("on", "forward · layer 1, neuron 1: weighted sum"),
        ("on", "forward · layer 1, neuron 1: activation"),
        ("back", "forward · layer 1, neuron 1: weighted sum"),
        ("layer_on", "forward · layer 1, neuron 4: activation"),
        ("layer_back", "the example"),
        ("layer_on", "forward · layer 1, neuron 4: activation"),
        ("begin", "the example"),
    ):
        QTest.mouseClick(buttons[name], LEFT)
        assert words.wordings[0] == said


def test_a_click_on_a_weight_lights_its_path(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(panes=("matrix", "graph"))
    at(b, Phase.SUM, 0, 2)
    with qtbot.waitSignal(b.view.path_lit) as signal:
        click(b.view.panes.matrix, cell(b.view.panes.matrix, "W^{1}", 2, 1))
    assert b.view.walk.chosen == (0, 2, 1)
    assert b.view.walk.look.stop == Stop(Phase.GRADIENT, 0, 2)
    middle = b.view.walk.look.chain.units[1]
    lit: Lit = signal.args[0]
    assert lit.neurons == ((0, 1), (1, 2), (2, middle), (3, 0))
    assert lit.parameters == ((0, 2, 1), (1, middle, 2), (2, 0, middle))
    graph = b.view.panes.graph.graph
    assert all(op.out.lit for op in graph.operations[:-1])
    assert [p.leaves[1].lit for p in graph.products] == [p.leaves[1].place == (0, 2, 1) for p in graph.products]


def test_a_click_beside_all_weights_lights_the_cursor_again(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(panes=("graph",))
    b.view.show_parameter(0, 1, 1)
    with qtbot.waitSignal(b.view.path_lit) as signal:
        click(b.view.panes.graph, QPointF(500.0, 3.0))
    assert b.view.walk.chosen is None
    assert signal.args[0] == Lit(((1, 1),), ((0, 1, 0), (0, 1, 1)))


def test_a_weight_can_be_clicked_in_the_graph(bench: MakeBench) -> None:
    b = bench(panes=("graph",))
    at(b, Phase.SUM, 0, 3)
    text = next(text for text in b.view.panes.graph.words.writing.texts if text.text().startswith("b¹₄"))
    click(b.view.panes.graph, text.sceneBoundingRect().center())
    assert b.view.walk.chosen == (0, 3, None)


def test_a_weight_that_is_not_there_is_not_chosen(bench: MakeBench) -> None:
    b = bench()
    b.view.show_parameter(0, 40, 0)
    assert b.view.walk.chosen is None


def test_a_weight_is_typed_into_its_cell(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(panes=("matrix", "formula"))
    b.view.parameter_set.connect(b.run.set_parameter)
    b.view.parameter_set.connect(lambda *_: b.feed())
    pane = b.view.panes.matrix
    point = cell(pane, "W^{1}", 1, 0)
    click(pane, point, twice=True)
    card = b.view.panes.card
    assert card.isVisible()
    assert card.name == "w¹₂₁"
    assert card.value == pytest.approx(b.run.snapshot().parameter(0, 1, 0), abs=1e-4)
    card._value.lineEdit().selectAll()
    QTest.keyClicks(card._value.lineEdit(), "0.5")
    with qtbot.waitSignal(b.view.parameter_set) as signal:
        QTest.keyClick(card._value.lineEdit(), Qt.Key.Key_Return)
    assert signal.args == [0, 1, 0, 0.5]
    assert "0.5000" in b.words()


def test_the_nearest_sample_is_picked(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench()
    points = b.run.problem.train.points
    x, y = points[17] + 1e-6
    with qtbot.waitSignal(b.view.aspects_changed):
        b.view.show_point(x, y)
    assert b.view.aspects == (TraceOf(17),)
    np.testing.assert_array_equal(b.view.walk.look.traced.inputs, b.run.problem.train.inputs[17])
    assert b.view.bar.sample.wordings[0] == "training sample 18"


def test_an_example_is_typed(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(panes=("formula",))
    QTest.mouseClick(b.view.bar.typing, LEFT)
    fields = b.view.fields.fields
    assert [field.text() for field in fields] == [
        f"{x:.6g}".replace("-", "−") for x in (*b.traced.inputs, *b.traced.target)
    ]
    fields[0].selectAll()
    QTest.keyClicks(fields[0], "0,25")
    with qtbot.waitSignal(b.view.aspects_changed):
        QTest.keyClick(fields[0], Qt.Key.Key_Return)
    traced = b.view.walk.look.traced
    assert traced.inputs.tolist() == [0.25, b.run.problem.train.inputs[30][1]]
    assert b.view.bar.sample.wordings[0] == "typed example"
    assert figure(0.25) in " ".join(b.words())
    b.view.show_point(0.0, 0.0)
    assert b.view.walk.look.example.sample is not None


@pytest.mark.parametrize("text", ["x", "", "nan", "1e99", "1.5.5"])
def test_what_is_no_number_goes_back_to_what_it_was(bench: MakeBench, text: str) -> None:
    b = bench()
    QTest.mouseClick(b.view.bar.typing, LEFT)
    field = b.view.fields.fields[1]
    before = field.text()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == before
    assert b.view.aspects == (TraceOf(),)


def test_of_many_inputs_a_sample_is_picked(bench: MakeBench) -> None:
    b = bench('[data]\nname = "digits"\n[network]\nhidden = [8]\noutput = "softmax"\n', steps=1)
    QTest.mouseClick(b.view.bar.typing, LEFT)
    assert b.view.fields.fields == []


def test_the_name_of_a_column_is_shown_as_it_is_written(bench: MakeBench, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("<b>a</b>,<img src=x>,kind\n" + "1.5,2.5,p\n2.5,1.5,q\n" * 5, encoding="utf-8")
    b = bench(f"data.file = '{table}'\n[training]\nbatch_size = 1\nshuffle = false\n", panes=("formula",), steps=1)
    QTest.mouseClick(b.view.bar.typing, LEFT)
    for field, name in zip(b.view.fields.fields, ("<b>a</b>", "<img src=x>"), strict=False):
        shown = QTextDocument()
        shown.setHtml(field.toolTip())
        assert (shown.toPlainText(), field.accessibleName()) == (name, name)
    labels = b.view.fields.findChildren(QLabel)
    assert labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_two_panes_at_most_are_shown_and_one_at_least(bench: MakeBench) -> None:
    b = bench()
    shown = b.view.panes
    QTest.mouseClick(b.view.bar.panes["matrix"], LEFT)
    assert shown.shown == ["graph", "matrix"]
    assert [name for name, pane in shown.all.items() if pane.isVisible()] == ["matrix", "graph"]
    QTest.mouseClick(b.view.bar.panes["graph"], LEFT)
    QTest.mouseClick(b.view.bar.panes["matrix"], LEFT)
    assert shown.shown == ["matrix"]
    assert [button.isChecked() for button in b.view.bar.panes.values()] == [True, False, False, False]


def test_the_gradient_is_checked_while_its_pane_is_shown(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench()
    with qtbot.waitSignal(b.view.aspects_changed):
        QTest.mouseClick(b.view.bar.panes["check"], LEFT)
    assert b.view.aspects == (TraceOf(check=True),)
    table = b.view.panes.check.table
    QTest.mouseClick(table.viewport(), LEFT, NO_KEYS, table.visualRect(table.model().index(2, 1)).center())
    assert b.view.walk.chosen == (0, 0, None)
    QTest.mouseClick(b.view.bar.panes["check"], LEFT)
    assert b.view.aspects == (TraceOf(),)


def test_a_large_network_says_that_it_is_not_checked(bench: MakeBench) -> None:
    b = bench("[network]\nhidden = [40, 40]\n", panes=("check",))
    b.view.walk.check(wanted=True)
    assert "up to 500" in b.view.panes.check.verdict.text()
    assert b.view.panes.check.model.rowCount() == 0


def test_after_the_update_the_run_can_take_this_very_step(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench()
    take = b.view.steps.buttons["take"]
    assert not take.isVisible()
    for _ in range(9):
        b.view.walk.go_layer(1)
    assert take.isVisible()
    updated = b.view.walk.look.traced.updated.flat
    b.view.advance_requested.connect(lambda: b.run.advance(1))
    b.view.advance_requested.connect(b.feed)
    with qtbot.waitSignal(b.view.advance_requested):
        QTest.mouseClick(take, LEFT)
    np.testing.assert_allclose(b.run.snapshot().position.parameters, updated, rtol=1e-14, atol=1e-15)
    assert b.view.walk.at == 0
    assert b.view.bar.sample.wordings[0] == "training sample 32, next in the run"


def test_a_run_of_batches_takes_no_such_step(bench: MakeBench) -> None:
    b = bench("[network]\nhidden = [3]\n")
    for _ in range(9):
        b.view.walk.go_layer(1)
    assert b.view.walk.look.stop.phase is Phase.UPDATE
    assert not b.view.steps.buttons["take"].isVisible()


def test_another_network_begins_anew(bench: MakeBench) -> None:
    b, other = bench(), bench("[network]\nhidden = [2]\n")
    b.view.show_parameter(0, 3, 0)
    b.view.show_point(0.0, 0.0)
    b.run = other.run
    b.feed()
    assert (b.view.walk.at, b.view.walk.chosen, b.view.aspects) == (0, None, (TraceOf(),))


def test_what_is_not_there_yet_is_said(qtbot: QtBot, bench: MakeBench) -> None:
    b = bench()
    view = BackpropView()
    qtbot.addWidget(view)
    view.show()
    assert view.panes.empty.isVisible()
    view.show_snapshot(b.run.snapshot())
    view.walk.go(1)
    view.walk.go_layer(1)
    assert view.panes.empty.isVisible()


def test_a_diverged_run_is_shown_with_dashes(bench: MakeBench) -> None:
    b = bench(panes=("matrix", "graph"))
    for place in ((0, 0, 0), (1, 1, 1)):
        b.run.set_parameter(*place, float("nan"))
    b.feed()
    for _ in way_through(b.run.problem.network):
        b.view.walk.go(1)
    assert "—" in b.words()


def test_nothing_is_lit_in_the_diagram_once_the_view_is_gone(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench()
    with qtbot.waitSignal(b.view.path_lit) as signal:
        b.view.hide()
    assert signal.args[0] == NOTHING_LIT


def test_a_step_is_copied_as_text_as_latex_and_as_a_picture(bench: MakeBench) -> None:
    b = bench()
    b.view.walk.go(1)
    text, latex, picture = b.view.bar.copy.menu().actions()
    board, result = QGuiApplication.clipboard(), figure(float(b.traced.pre_activations[0][0]))
    text.trigger()
    assert board.text().startswith("forward · layer 1, neuron 1: weighted sum\np¹₁ = w¹₁₁")
    assert board.text().endswith(f"= {result}")
    latex.trigger()
    assert r"p^{1}_{1} &= w^{1}_{11}\,x_{1} + " in board.text()
    picture.trigger()
    assert board.image().width() == b.view.panes.width()


def test_texts_follow_the_widgets_font(bench: MakeBench) -> None:
    b = bench(panes=("matrix", "graph"))
    use_font(b.view, 22)
    QApplication.processEvents()
    b.view.walk.go(1)
    panes = b.view.panes
    cells = [word for cells in panes.matrix.cells for word in cells.words]
    texts = [*panes.matrix.writing.texts, *panes.graph.words.writing.texts, *cells]
    assert min(text.font().pixelSize() for text in texts if text.isVisible()) >= 22
    assert b.view.steps.buttons["on"].font().pixelSize() == 22


@pytest.mark.parametrize("size", [(480, 360), (700, 220), (1400, 300), (1400, 900)])
@pytest.mark.parametrize("pane", ["matrix", "graph", "formula"])
def test_nothing_is_clipped_above_below_or_at_the_left(bench: MakeBench, size: tuple[int, int], pane: str) -> None:
    b = bench(
        "[network]\nhidden = [8, 8, 8]\n", size=size, panes=(pane, "formula" if pane != "formula" else "matrix")
    )
    for _ in range(14):
        b.view.walk.go_layer(1)
        shown = b.view.panes.all[pane]
        area = shown.canvas.sceneRect().adjusted(0, 0, 1, 1)
        texts = shown.texts if pane == "formula" else written(shown)
        for text in texts:
            if text.isVisible() and not text.boundingRect().isEmpty():
                assert area.contains(text.sceneBoundingRect()), text


@pytest.mark.parametrize("name", THEMES)
def test_the_graph_and_the_formula_look_as_they_did(
    bench: MakeBench, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    b = bench(size=(900, 480))
    b.view.set_theme(theme(name))
    b.view.show_parameter(1, 2, 0)
    assert_matches_image(b.view, f"backprop_{name}")


def test_matrix_and_check_look_as_they_did(
    bench: MakeBench, assert_matches_image: Callable[[QWidget, str], None]
) -> None:
    b = bench(size=(900, 560), panes=("matrix", "check"))
    b.view.set_theme(theme("light"))
    b.view.walk.check(wanted=True)
    b.view.walk.write(jacobian=True)
    at(b, Phase.DELTA, 1, 1)
    assert_matches_image(b.view, "backprop_matrix")
