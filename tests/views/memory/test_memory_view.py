import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hands import emitted, hover
from nnviz.kinds.memory.rule import MemoryMoment, shown_course
from nnviz.kinds.memory.schema import Memory
from nnviz.numerals import short
from nnviz.theme import THEMES, theme
from nnviz.views.memory.view import MemoryView, answer_of, begun_anew, factor_of, relative_gradient
from runs import moment_of
from seeing import overlapping, points, texts
from zooming import calls_while_painted

Show = Callable[..., QWidget]
GATED = Memory(cell="lstm", units=4, length=12, seed=3)
LATCH = Memory(built="latch", length=300)


def shown(
    show: Show, experiment: Memory = GATED, size: tuple[int, int] = (900, 620), steps: int = 20
) -> MemoryView:
    view = MemoryView()
    view.set_theme(theme("light"))
    show(view, *size)
    view.show_snapshot(moment_of(experiment, steps))
    return view


def test_before_a_moment_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = MemoryView()
    show(view)
    seen = emitted(view.changed)
    view.set_theme(theme("dark"))
    for button in (view.read, view.new, view.first, *view.tasks.values(), view.gates):
        button.click()
    view.length.slider.setValue(2)
    assert (view.caption.text(), seen) == ("", [])


def test_an_input_is_turned_by_a_click(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    place = view.unrolled.rows["x"].cell_rect(0, 4).center()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert seen == [GATED.turned(4)]
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton)
    assert len(seen) == 1
    view.show_snapshot(moment_of(seen[0], 20))
    signs = "".join(word.text() for word in view.unrolled.rows["x"].words)
    assert signs == seen[0].shown.replace("-", "−")


def test_the_sequence_is_read_sign_by_sign(show: Show) -> None:
    view = shown(show)
    view.read.click()
    view.read.click()
    assert view.verdict.text().startswith("after 2 of 12 signs it says ")
    view.show_snapshot(moment_of(GATED, 30))
    assert view.verdict.text().startswith("after 2 of 12")
    for _ in range(10):
        view.read.click()
    assert view.verdict.text().startswith("what came first?")
    view.read.click()
    view.show_snapshot(moment_of(replace(GATED, length=6)))
    assert view.verdict.text().startswith("what came first?")


def test_a_sequence_is_typed_and_played_by_the_keyboard(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.sequence.setFocus()
    view.sequence.selectAll()
    QTest.keyClicks(view.sequence, "+ - 0 1")
    QTest.keyClick(view.sequence, Qt.Key.Key_Return)
    assert seen == [replace(GATED, sequence="+--+")]
    view.show_snapshot(moment_of(seen[0], 20))
    assert view.verdict.text().startswith("after 1 of 4 signs it says ")
    assert [word.text() for word in view.unrolled.rows["x"].words] == ["+", "−", "−", "+"]
    told = [view.verdict.text()]
    for _ in range(3):
        QTest.keyClick(view.sequence, Qt.Key.Key_Return)
        told.append(view.verdict.text())
    assert len(seen) == 1
    assert told[1].startswith("after 2 of 4")
    assert told[3].startswith("what came first? it says ")


def test_values_are_typed_and_their_marks_moved(show: Show) -> None:
    adding = replace(GATED, task="adding", length=5)
    view = shown(show, adding)
    seen = emitted(view.changed)
    assert not view.first.isVisible()
    view.sequence.setText("0.3* 0.5 0.2*")
    view.sequence.returnPressed.emit()
    assert seen == [replace(adding, sequence="0.3* 0.5 0.2*")]
    view.show_snapshot(moment_of(seen[0], 20))
    assert view.verdict.text().startswith("after 1 of 3 values it says ")
    view.read.click()
    view.read.click()
    assert view.verdict.text().startswith("the marked values make 0.50; it says ")
    place = view.unrolled.rows["m"].cell_rect(0, 1).center()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert seen[1].sequence == "0.3 0.5* 0.2*"


def test_what_cannot_be_read_is_said_in_a_line_and_changes_nothing(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.window().activateWindow()
    view.sequence.setFocus()
    qtbot.waitUntil(view.sequence.hasFocus)
    view.sequence.setText("+ - 7")
    QTest.keyClick(view.sequence, Qt.Key.Key_Return)
    assert view.note.text() == "sequence: sign 3 is '7'; allowed: + and -, or 1 and 0"
    assert view.note.brush().color().name() == theme("light").warning
    view.sequence.setText("+" * 101)
    QTest.keyClick(view.sequence, Qt.Key.Key_Return)
    assert view.note.text() == "sequence: length 101; allowed: 2 to 100 signs"
    view.sequence.clearFocus()
    assert view.note.text().startswith("unrolled in time")
    assert (view.sequence.text(), seen) == (GATED.shown, [])


def test_during_a_run_the_curves_come_after_the_states(show: Show) -> None:
    view, later = shown(show), moment_of(GATED, 40)
    view.show_snapshot(replace_experiment(later, view))
    before = view.caption.text()
    last = replace_experiment(moment_of(GATED, 60), view)
    view.follow(last)
    assert view.caption.text() == before
    answer = answer_of(GATED, shown_course(GATED, last.state))[0]
    assert view.verdict.text() == answer
    view.show_rest(last)
    assert view.caption.text().endswith("after 60 steps")
    whole = shown(show, steps=60)
    assert whole.caption.text() == view.caption.text()
    assert whole.factor.text() == view.factor.text()
    drawn = [len(points(each.right.lines[0].path())) for each in (view, whole)]
    assert drawn[0] < drawn[1]
    view.show_rest(last)  # of the two curves one with each
    assert len(points(view.right.lines[0].path())) == drawn[1]
    turned = moment_of(GATED.turned(0), 60)
    view.follow(turned)
    assert view.sequence.text() == turned.experiment.shown


def replace_experiment(moment: MemoryMoment, view: MemoryView) -> MemoryMoment:
    """The moment, of the very experiment that the view shows: as moments of one run are."""
    assert view._snapshot
    return dataclasses.replace(moment, experiment=view._snapshot.experiment)


def test_buttons_and_sliders_begin_anew(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.new.click()
    view.first.click()
    assert seen.pop() == GATED.turned(0)
    view.tasks["parity"].click()
    view.gates.click()
    view.length.slider.setValue(4)
    view.bias.slider.setValue(2)
    assert seen[0].sequence != GATED.shown
    assert (seen[1].task, seen[2].cell, seen[3].length, seen[4].forget_bias) == ("parity", "recurrent", 20, 1.0)


def test_what_begins_anew_is_not_trained_and_a_length_that_does_not_fit_is_cut() -> None:
    other = begun_anew(Memory(length=3, sequence="+-+", trained=40), "length", 5)
    assert (len(other.shown), other.trained) == (5, 0)
    assert begun_anew(LATCH, "length", 50).built == "latch"
    gated = begun_anew(LATCH, "cell", "lstm")
    assert (gated.built, gated.length) == ("", 100)


def test_gates_are_shown_only_of_an_lstm(show: Show) -> None:
    view = shown(show)
    assert view.bias.isVisible()
    assert view.unrolled.names["f"].isVisible()
    view.show_snapshot(moment_of(Memory()))
    assert not view.bias.isVisible()
    assert not view.unrolled.names["f"].isVisible()


def test_the_gradient_is_a_share_of_the_last(show: Show) -> None:
    state = moment_of(Memory(length=30)).state
    steps, shares = relative_gradient(state)
    assert (steps[0], steps[-1], shares[-1]) == (1.0, 30.0, 1.0)
    assert shares[0] == pytest.approx(state.factor**29)
    latch = moment_of(LATCH).state
    assert len(relative_gradient(latch)[0]) < 300
    assert factor_of(latch)[0].startswith("× 0.04")
    assert view_axis(shown(show, Memory(length=30), steps=0)) < -6.0


def view_axis(view: MemoryView) -> float:
    return view.gradient.plane.y.low


def test_a_question_hides_how_small_the_gradient_gets(show: Show) -> None:
    view = shown(show, Memory(length=30), steps=0)
    view.keep_secret(True)
    assert view_axis(view) == -3.0
    assert "400 fresh" not in view.describe()
    view.keep_secret(False)
    assert view_axis(view) < -6.0
    assert "400 fresh" in view.describe()


def test_it_says_what_it_answers() -> None:
    state = moment_of(LATCH).state
    for first, said in (("+", "+"), ("-", "−")):
        experiment = Memory(built="latch", length=3, sequence=first + "-+")
        assert answer_of(experiment, shown_course(experiment, state))[1] == f"it says {said}: right"
    parity = Memory(task="parity", length=4)
    words = answer_of(parity, shown_course(parity, moment_of(parity).state))
    assert words[1].endswith("of 4 right")


@pytest.mark.parametrize("size", [(1100, 700), (640, 560), (460, 520)])
@pytest.mark.parametrize("experiment", [GATED, LATCH], ids=["lstm", "latch"])
def test_no_words_run_into_each_other(show: Show, size: tuple[int, int], experiment: Memory) -> None:
    view = shown(show, experiment, size)
    boxes = [item.sceneBoundingRect() for item in texts(view.canvas.scene()) if item.text().strip()]
    assert overlapping(boxes) == []


def test_painting_calls_no_python(show: Show) -> None:
    assert calls_while_painted(shown(show).canvas) == []


def test_states_are_cells(show: Show) -> None:
    view = shown(show)
    course = shown_course(GATED, moment_of(GATED, 20).state)
    assert course.gates.shape == (12, 16, 1)
    assert np.abs(course.hidden).max() < 1.0
    assert view.unrolled.rows["h"].rect.height() > 20.0


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[..., None], name: str) -> None:
    view = shown(show)
    view.set_theme(theme(name))
    assert_matches_image(view, f"memory_{name}")


def test_a_unit_under_the_pointer_is_enlarged_over_all_steps(show: Show) -> None:
    view = shown(show)
    course = shown_course(GATED, moment_of(GATED, 20).state)
    cells, magnifier = view.unrolled.rows, view.enlarged.magnifier
    hover(view.canvas.viewport(), cells["h"].cell_rect(2, 5).center().toPoint())
    assert magnifier.words == f"state h, unit 3, step 6: {short(float(course.hidden[5, 2, 0]))}"
    assert view.canvas.area.contains(magnifier.box)
    assert not magnifier.box.intersects(cells["h"].cell_rect(2, 5))
    seen = []
    for secret in (True, False):
        view.keep_secret(secret)
        seen.append(magnifier.visible)
    hover(view.canvas.viewport(), cells["x"].cell_rect(0, 5).center().toPoint())
    assert [*seen, magnifier.visible] == [False, True, False]


def test_by_tab_the_arrows_lead_through_the_unrolled_network(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    with qtbot.waitActive(view.window()):
        view.window().activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    places = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, *[Qt.Key.Key_Down] * 4, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
        places.append(view.enlarged.cell)
    assert places[:3] == [("f", 0, 0), ("f", 0, 1), ("f", 1, 1)]
    assert places[-3:] == [("i", 0, 1), ("i", 0, 0), ("i", 0, 0)]
    assert view.enlarged.magnifier.words.startswith("input gate i, unit 1, step 1: ")
    view.clearFocus()
    assert not view.enlarged.magnifier.visible
