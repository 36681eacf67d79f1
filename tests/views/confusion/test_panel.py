"""What of the confusion matrix is shown when a pair of classes is clicked."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.analysis.confused import Confused
from nnviz.numerals import short
from nnviz.runs.run import NetworkRun
from nnviz.views.confusion.view import ConfusionView
from runs import run_of
from seeing import feed

Show = Callable[..., QWidget]

DIGITS = (
    '[data]\nname = "digits"\n[network]\nhidden = [10]\noutput = "softmax"\n'
    '[training]\nloss = "cross_entropy"\nlearning_rate = 0.1\n'
)


def shown(show: Show, run: NetworkRun, width: int = 800, height: int = 400) -> ConfusionView:
    view = ConfusionView()
    show(view, width, height)
    feed(view, run)
    return view


def click(view: ConfusionView, row: int, column: int) -> None:
    middle = view.cells.cell_rect(row, column).center().toPoint()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def worst_pair(run: NetworkRun) -> tuple[int, int]:
    assert run.metrics.test
    assert run.metrics.test.confusion is not None
    wrong = run.metrics.test.confusion.copy()
    wrong[range(len(wrong)), range(len(wrong))] = 0
    row, column = divmod(int(wrong.argmax()), len(wrong))
    return row, column


def test_a_click_on_a_pair_shows_its_samples_and_what_the_network_answers(show: Show, qtbot: QtBot) -> None:
    run = run_of(DIGITS, 3)
    view, (actual, predicted) = shown(show, run), worst_pair(run)
    with qtbot.waitSignal(view.aspects_changed):
        click(view, actual, predicted)
    assert tuple(view.aspects) == (Confused(actual, predicted),)
    feed(view, run)
    found = Confused(actual, predicted).prepare(run.problem)(run.snapshot())
    assert found
    assert view.panel.title.text() == f"{actual} taken for {predicted}: {found.count}"
    assert view.panel.note.text() == f"the output for {predicted} : for {actual}"
    answers = [f"{short(o[predicted])} : {short(o[actual])}" for o in found.outputs.tolist()]
    assert [text.text() for text in view.panel.strip.words] == answers
    assert len(view.panel.strip.pictures) == len(found.indices) == found.count
    assert int(view.cells.words[10 * actual + predicted].text()) == found.count


def test_a_second_click_puts_them_away(show: Show) -> None:
    run = run_of(DIGITS, 3)
    view = shown(show, run)
    whole = view.cells.rect.width()
    click(view, 3, 3)
    feed(view, run)
    assert view.panel.title.text().startswith("3 taken for what it is: ")
    assert len(view.panel.strip.pictures) == 12
    assert view.cells.rect.width() < whole
    click(view, 3, 3)
    feed(view, run)
    assert tuple(view.aspects) == ()
    assert view.panel.title.text() == ""
    assert view.panel.strip.pictures == []
    assert view.cells.rect.width() == whole


def test_training_samples_are_shown_if_they_are_counted(show: Show, qtbot: QtBot) -> None:
    run = run_of(DIGITS, 3)
    view = shown(show, run)
    click(view, 1, 1)
    with qtbot.waitSignal(view.aspects_changed):
        QTest.mouseClick(view.train_button, Qt.MouseButton.LeftButton)
    assert tuple(view.aspects) == (Confused(1, 1, training=True),)
    feed(view, run)
    assert run.metrics.train.confusion is not None
    assert view.panel.title.text().startswith(f"1 taken for what it is: {run.metrics.train.confusion[1, 1]}")


def test_a_pair_that_nobody_confuses_is_empty(show: Show) -> None:
    run = run_of(DIGITS, 40)
    view = shown(show, run)
    assert run.metrics.test
    assert run.metrics.test.confusion is not None
    assert run.metrics.test.confusion[0, 1] == 0
    click(view, 0, 1)
    feed(view, run)
    assert (view.panel.title.text(), view.panel.note.text()) == ("0 taken for 1: 0", "none")


def test_other_data_are_listed_in_words(show: Show) -> None:
    run = run_of("[network]\nhidden = [2]\n", 5)
    view, (actual, predicted) = shown(show, run), worst_pair(run)
    click(view, actual, predicted)
    feed(view, run)
    found = Confused(actual, predicted).prepare(run.problem)(run.snapshot())
    assert found
    assert view.panel.note.text() == "the output, −1 for 0, 1 for 1"
    first = found.samples.inputs[found.indices[0]]
    expected = (
        f"{short(float(found.outputs[0, 0]))}   x₁ = {short(float(first[0]))}, x₂ = {short(float(first[1]))}"
    )
    assert view.panel.strip.words[0].text() == expected


def test_other_classes_are_begun_with_no_pair(show: Show) -> None:
    run = run_of(DIGITS)
    view = shown(show, run)
    click(view, 4, 4)
    feed(view, run_of('[data]\nname = "iris"\n[network]\noutput = "softmax"\n'))
    assert tuple(view.aspects) == ()
    assert view.panel.title.text() == ""


@pytest.mark.parametrize(("width", "height"), [(480, 360), (500, 600), (1000, 240)])
def test_samples_stand_beside_the_matrix_or_below(show: Show, width: int, height: int) -> None:
    run = run_of(DIGITS, 3)
    view = shown(show, run, width, height)
    click(view, 8, 8)
    feed(view, run)
    for picture in view.panel.strip.pictures:
        assert not picture.sceneBoundingRect().intersects(view.cells.rect)
        assert view.canvas.area.contains(picture.sceneBoundingRect())
    assert view.panel.strip.pictures


def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    run = run_of(DIGITS, 3)
    view = shown(show, run)
    click(view, *worst_pair(run))
    feed(view, run)
    assert_matches_image(view, "confusion_pair_light")
