from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hands import emitted
from nnviz.drawing.cells import Cells, full_colour
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.weights.view import HINT, MatrixView, shared
from seeing import use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

DIGITS = '[data]\nname = "digits"\n[network]\nhidden = [64]\noutput = "softmax"\n'


def shown(show: Show, snapshot: Snapshot, width: int = 900, height: int = 240) -> MatrixView:
    view = MatrixView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def middle(cells: Cells, shape: tuple[int, int], row: int, column: int) -> QPoint:
    rect, (rows, columns) = cells.rect, shape
    x = rect.left() + (column + 0.5) * rect.width() / columns
    return QPoint(round(x), round(rect.top() + (row + 0.5) * rect.height() / rows))


def with_parameters(snapshot: Snapshot, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Snapshot:
    return replace(snapshot, position=replace(snapshot.position, parameters=values))


def test_before_a_snapshot_it_takes_themes_and_shows_nothing(show: Show, qtbot: QtBot) -> None:
    view = MatrixView()
    view.set_theme(theme("dark"))
    show(view)
    QTest.mouseMove(view.canvas.viewport(), QPoint(50, 50))
    with qtbot.assertNotEmitted(view.picked):
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert view.matrices == []


def test_numbers_are_the_weights_and_the_biases(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=5)
    view = shown(show, snapshot)
    for matrix, weights, biases in zip(view.matrices, snapshot.weights, snapshot.biases, strict=True):
        for cells, values in ((matrix.weights, weights), (matrix.biases, biases)):
            assert [word.text() for word in cells.words] == [
                f"{value:.2f}".replace("-", "−") for value in values.ravel().tolist()
            ]


def test_matrices_are_named_and_biases_set_apart(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    assert [title.text() for matrix in view.matrices for title in matrix.titles] == [
        "W¹",
        "b¹",
        "W²",
        "b²",
        "W³",
        "b³",
    ]
    for matrix in view.matrices:
        assert matrix.biases.rect.left() > matrix.weights.rect.right() + 4.0


@pytest.mark.parametrize("name", THEMES)
def test_positive_is_blue_negative_orange_and_zero_the_ground(
    show: Show, snapshot_of: SnapshotOf, name: str
) -> None:
    snapshot = snapshot_of("[network]\nhidden = []\n")
    view = shown(show, with_parameters(snapshot, np.array([2.0, -2.0, 0.0])))
    view.set_theme(theme(name))
    image = view.matrices[0].weights.picture.pixmap().toImage()
    bias = view.matrices[0].biases.picture.pixmap().toImage()
    seen = [QColor(image.pixel(0, 0)).name(), QColor(image.pixel(1, 0)).name(), QColor(bias.pixel(0, 0)).name()]
    assert seen == [theme(name).positive, theme(name).negative, theme(name).zero]
    assert view.scale.text() == "full colour at ±2"


def test_all_layers_have_one_scale(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of("[network]\nhidden = [1]\n")
    view = shown(show, with_parameters(snapshot, np.array([1.0, 0.0, 0.0, 4.0, 0.0])))
    colors = [QColor(m.weights.picture.pixmap().toImage().pixel(0, 0)) for m in view.matrices]
    assert colors[1].name() == theme("light").positive
    assert colors[0].lightness() > colors[1].lightness()
    assert view.scale.text() == "full colour at ±4"


@pytest.mark.parametrize(
    ("values", "full"),
    [([0.3, -1.7], 2.0), ([0.3], 0.5), ([-4.0], 4.0), ([0.0], 1.0), ([np.nan, 3.0, np.inf], 4.0), ([np.nan], 1.0)],
)
def test_full_colour_is_a_power_of_two_above_every_number(values: list[float], full: float) -> None:
    assert full_colour(np.array(values)) == full


@pytest.mark.parametrize(
    ("wanted", "room", "widths"),
    [
        ([100.0, 50.0], 200.0, [100.0, 50.0]),
        ([100.0, 50.0], 100.0, [50.0, 50.0]),
        ([500.0, 20.0, 500.0], 220.0, [100.0, 20.0, 100.0]),
        ([], 100.0, []),
    ],
)
def test_room_is_shared_by_need(wanted: list[float], room: float, widths: list[float]) -> None:
    assert shared(wanted, room) == widths


def test_what_the_mouse_is_over_is_said(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(epochs=3)
    view = shown(show, snapshot)
    assert view.pointed.text() == HINT
    QTest.mouseMove(view.canvas.viewport(), middle(view.matrices[1].weights, (2, 4), 0, 2))
    value = f"{snapshot.weights[1][0, 2]:.4f}".replace("-", "−")
    assert view.pointed.text() == f"layer 2: weight from neuron 3 to neuron 1 = {value}"
    QTest.mouseMove(view.canvas.viewport(), middle(view.matrices[0].weights, (4, 2), 3, 1))
    label, value = snapshot.problem.input_labels[1], f"{snapshot.weights[0][3, 1]:.4f}".replace("-", "−")
    assert view.pointed.text() == f"layer 1: weight from {label} to neuron 4 = {value}"
    QTest.mouseMove(view.canvas.viewport(), middle(view.matrices[2].biases, (1, 1), 0, 0))
    value = f"{snapshot.biases[2][0]:.4f}".replace("-", "−")
    assert view.pointed.text() == f"layer 3: bias of neuron 1 = {value}"


def test_what_is_said_changes_with_the_snapshot_and_ends_beside_the_cells(
    show: Show, snapshot_of: SnapshotOf
) -> None:
    view = shown(show, snapshot_of())
    QTest.mouseMove(view.canvas.viewport(), middle(view.matrices[0].weights, (4, 2), 0, 0))
    later = snapshot_of(epochs=5)
    view.show_snapshot(later)
    assert view.pointed.text().endswith(f"{later.weights[0][0, 0]:.4f}".replace("-", "−"))
    QTest.mouseMove(view.canvas.viewport(), QPoint(880, 150))
    assert view.pointed.text() == HINT


@pytest.mark.parametrize(
    ("part", "shape", "cell", "picked"),
    [
        ("weights", (2, 4), (1, 3), [1, 1, 3]),
        ("biases", (2, 1), (1, 0), [1, 1, None]),
    ],
)
def test_a_click_picks_a_parameter(
    show: Show,
    snapshot_of: SnapshotOf,
    qtbot: QtBot,
    part: str,
    shape: tuple[int, int],
    cell: tuple[int, int],
    picked: list[int | None],
) -> None:
    view = shown(show, snapshot_of())
    at = middle(getattr(view.matrices[1], part), shape, *cell)
    with qtbot.waitSignal(view.picked) as signal:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == picked


def test_a_click_beside_the_cells_or_with_another_button_picks_nothing(
    show: Show, snapshot_of: SnapshotOf, qtbot: QtBot
) -> None:
    view = shown(show, snapshot_of())
    with qtbot.assertNotEmitted(view.picked):
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(880, 150))
        at = middle(view.matrices[0].weights, (4, 2), 0, 0)
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.RightButton, pos=at)


def test_wide_layers_are_pictures_without_numbers(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(DIGITS)
    view = shown(show, snapshot)
    first = view.matrices[0].weights
    assert first.words == []
    assert (first.picture.pixmap().width(), first.picture.pixmap().height()) == (64, 64)
    assert first.rect.width() > 200
    assert view.matrices[-1].biases.rect.right() <= view.width()
    QTest.mouseMove(view.canvas.viewport(), middle(first, (64, 64), 10, 20))
    assert "to neuron 11 =" in view.pointed.text()


@pytest.mark.parametrize("width", [500, 735])
@pytest.mark.parametrize("hidden", [[8, 8], [12, 12], [8] * 6])
def test_in_a_narrow_view_numbers_stay_and_are_scrolled(
    show: Show, snapshot_of: SnapshotOf, width: int, hidden: list[int]
) -> None:
    view = shown(show, snapshot_of(f"[network]\nhidden = {hidden}\n"), width, 290)
    for matrix in view.matrices:
        assert len(matrix.weights.words) == matrix.units * matrix.sources
    bar = view.canvas.horizontalScrollBar()
    bar.setValue(bar.maximum())
    last = view.canvas.mapFromScene(view.matrices[-1].biases.rect.topRight()).x()
    assert width - 20 <= last <= width


def test_in_a_low_view_numbers_make_way(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("[network]\nhidden = [12, 12]\n"), 500, 120)
    assert view.matrices[1].weights.words == []


def test_another_network_makes_other_matrices(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    items = len(view.canvas.scene().items())
    view.show_snapshot(snapshot_of("[network]\nhidden = [3]\n"))
    assert len(view.matrices) == 2
    view.show_snapshot(snapshot_of())
    assert len(view.canvas.scene().items()) == items


def test_a_diverged_run_has_dashes_for_numbers(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of("[network]\nhidden = []\n")
    view = shown(show, with_parameters(snapshot, np.array([np.nan, np.inf, 1.0])))
    assert [word.text() for word in view.matrices[0].weights.words] == ["—", "—"]
    assert view.scale.text() == "full colour at ±1"


def test_texts_follow_the_widgets_font(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of())
    use_font(view, 20)
    assert view.matrices[0].weights.words[0].font().pixelSize() == view.scale.font().pixelSize() == 20


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, snapshot_of(epochs=10))
    view.set_theme(theme(name))
    assert_matches_image(view, f"matrices_{name}")


def test_a_card_opens_on_a_cell_follows_the_run_and_closes_with_another_network(
    show: Show, snapshot_of: SnapshotOf
) -> None:
    view = shown(show, snapshot_of(epochs=1))
    at = middle(view.matrices[1].weights, (2, 4), 1, 3)
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.card.isVisible()
    assert view.card.name == "layer 2: weight from neuron 4 to neuron 2"
    assert view.canvas.viewport().rect().contains(view.card.geometry())
    view.show_snapshot(later := snapshot_of(epochs=5))
    assert view.card.value == pytest.approx(later.weights[1][1, 3], abs=1e-4)
    said = emitted(view.parameter_set)
    field = view.card._value
    QTest.keyClicks(field, "-2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert said == [(1, 1, 3, -2.0)]
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(880, 150))
    assert not view.card.isVisible()
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.card.isVisible()
    view.show_snapshot(snapshot_of("[network]\nhidden = [3]\n"))
    assert not view.card.isVisible()
