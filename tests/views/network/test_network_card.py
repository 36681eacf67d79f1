from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.runs.snapshot import Snapshot
from nnviz.views.network.view import NetworkView

SnapshotOf = Callable[..., Snapshot]
Place = tuple[int, int, int | None]


class Host(QWidget):
    """A window with a diagram, and a number field that would like the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []
        self.view, self.other = NetworkView(), QDoubleSpinBox()
        column = QVBoxLayout(self)
        column.addWidget(self.view, 1)
        column.addWidget(self.other)
        self.resize(700, 540)
        self.set: list[tuple[object, ...]] = []
        self.view.parameter_set.connect(lambda *values: self.set.append(values))

    def keyPressEvent(self, event: object) -> None:
        self.keys.append(event.key())  # type: ignore[attr-defined]

    @property
    def field(self) -> QDoubleSpinBox:
        return self.view.card.findChild(QDoubleSpinBox)  # type: ignore[return-value]


@pytest.fixture
def host(qtbot: QtBot, snapshot_of: SnapshotOf) -> Host:
    host = Host()
    qtbot.addWidget(host)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    host.view.show_snapshot(snapshot_of())
    return host


def with_weight(snapshot: Snapshot, place: Place, value: float) -> Snapshot:
    parameters = snapshot.position.parameters.copy()
    changed = replace(snapshot, position=replace(snapshot.position, parameters=parameters))
    layer, unit, source = place
    matrix = changed.parameters.layers[layer]
    matrix.flags.writeable = True
    matrix[unit, -1 if source is None else source] = value
    return changed


def click(host: Host, place: Place) -> None:
    diagram = host.view.diagram
    assert diagram
    if place[2] is None:
        bias = diagram.drawing.neurons[place[0] + 1][place[1]].bias
        assert bias
        at = bias.rect().center()
    else:
        line = diagram.drawing.edge_line(place)
        assert line
        at = next(
            p for p in map(line.pointAt, np.linspace(0.05, 0.95, 91)) if diagram.drawing.parameter_at(p) == place
        )
    QTest.mouseClick(host.view.viewport(), Qt.MouseButton.LeftButton, pos=host.view.mapFromScene(at))


def enter(host: Host, text: str) -> None:
    QTest.keyClicks(host.field, text)
    QTest.keyClick(host.field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((0, 1, 0), "layer 1: weight from x₁ to neuron 2"),
        ((1, 1, 2), "layer 2: weight from neuron 3 to neuron 2"),
        ((0, 3, None), "layer 1: bias of neuron 4"),
        ((2, 0, None), "layer 3: bias of neuron 1"),
    ],
)
def test_a_click_opens_it_with_the_value_and_enter_sets_another_once(host: Host, place: Place, name: str) -> None:
    click(host, place)
    card, snapshot = host.view.card, host.view._snapshot
    assert snapshot
    assert card.isVisible()
    assert card.name == name
    layer, unit, source = place
    expected = snapshot.biases[layer][unit] if source is None else snapshot.weights[layer][unit, source]
    assert card.value == pytest.approx(expected, abs=5e-5)
    assert host.field.hasFocus()
    enter(host, "-1.25")
    assert host.set == [(*place, -1.25)]
    host.other.setFocus()
    assert len(host.set) == 1


def test_the_number_that_is_shown_can_be_entered(host: Host) -> None:
    assert host.view._snapshot
    host.view.show_snapshot(with_weight(host.view._snapshot, (0, 1, 0), 0.00002))
    click(host, (0, 1, 0))
    assert host.field.text() == "0.0000"
    enter(host, "0")
    assert host.set == [(0, 1, 0, 0.0)]


def test_enter_without_a_number_sets_nothing(host: Host) -> None:
    click(host, (0, 1, 0))
    QTest.keyClick(host.field, Qt.Key.Key_Return)
    assert not host.set


def test_arrows_set_it_by_steps(host: Host) -> None:
    click(host, (2, 0, None))
    QTest.keyClick(host.field, Qt.Key.Key_Up)
    QTest.keyClick(host.field, Qt.Key.Key_Up)
    QTest.keyClick(host.field, Qt.Key.Key_Down)
    assert [value for *_, value in host.set] == pytest.approx([0.1, 0.2, 0.1])


def test_escape_closes_it_and_sets_nothing(host: Host) -> None:
    click(host, (0, 1, 0))
    QTest.keyClicks(host.field, "3")
    QTest.keyClick(host.field, Qt.Key.Key_Escape)
    assert not host.view.card.isVisible()
    assert not host.set
    assert not host.keys


def test_closed_it_leaves_the_keyboard_to_the_window(host: Host) -> None:
    click(host, (0, 1, 0))
    QTest.keyClick(host.field, Qt.Key.Key_Escape)
    assert host.focusWidget() is None or not host.focusWidget().hasFocus()


def test_the_window_does_not_see_its_keys(host: Host) -> None:
    click(host, (0, 1, 0))
    enter(host, "0.5")
    QTest.keyClick(host.view.card, Qt.Key.Key_R)
    assert not host.keys


def test_the_cross_and_a_click_beside_it_close_it(host: Host) -> None:
    click(host, (0, 1, 0))
    cross = host.view.card.findChild(QToolButton)
    assert cross
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert not host.view.card.isVisible()
    click(host, (0, 1, 0))
    QTest.mouseClick(host.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 200))
    assert not host.view.card.isVisible()
    assert not host.set


def test_its_value_follows_the_run_until_a_number_is_typed(host: Host) -> None:
    snapshot = host.view._snapshot
    assert snapshot
    click(host, (0, 1, 0))
    host.view.show_snapshot(with_weight(snapshot, (0, 1, 0), 0.75))
    assert host.view.card.value == 0.75
    QTest.keyClicks(host.field, "2")
    host.view.show_snapshot(with_weight(snapshot, (0, 1, 0), 0.25))
    assert host.field.text() == "2"
    QTest.keyClick(host.field, Qt.Key.Key_Return)
    assert host.set == [(0, 1, 0, 2.0)]
    host.view.show_snapshot(with_weight(snapshot, (0, 1, 0), 0.5))
    assert host.view.card.value == 0.5


@pytest.mark.parametrize("value", [4321.5, -98765.0])
def test_a_weight_beyond_the_limit_is_shown_as_it_is(host: Host, value: float) -> None:
    assert host.view._snapshot
    host.view.show_snapshot(with_weight(host.view._snapshot, (0, 1, 0), value))
    click(host, (0, 1, 0))
    assert host.view.card.value == value
    assert not host.set


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_weight_that_is_no_number_can_be_set(host: Host, value: float) -> None:
    assert host.view._snapshot
    host.view.show_snapshot(with_weight(host.view._snapshot, (2, 0, None), value))
    click(host, (2, 0, None))
    host.field.selectAll()
    enter(host, "0.5")
    assert host.set == [(2, 0, None, 0.5)]


def test_it_can_be_opened_from_outside(host: Host) -> None:
    host.view.open_card(1, 0, 3)
    assert host.view.card.name == "layer 2: weight from neuron 4 to neuron 1"
    assert host.view.card.geometry().center().x() == pytest.approx(host.view.width() / 2, abs=150)


@pytest.mark.parametrize("place", [(3, 0, 0), (0, 4, 0), (0, 0, 2), (1, 2, None)])
def test_it_is_not_opened_for_what_is_not_there(host: Host, place: Place) -> None:
    host.view.open_card(*place)
    assert not host.view.card.isVisible()


def test_what_is_folded_away_can_be_set_from_outside(host: Host, snapshot_of: SnapshotOf) -> None:
    host.view.show_snapshot(snapshot_of("[network]\nhidden = [40]\n"))
    host.view.open_card(0, 39, 1)
    enter(host, "1")
    assert host.set == [(0, 39, 1, 1.0)]


def test_it_is_closed_when_the_network_changes(host: Host, snapshot_of: SnapshotOf) -> None:
    click(host, (1, 1, 2))
    host.view.show_snapshot(snapshot_of("[network]\nhidden = [2]\n"))
    assert not host.view.card.isVisible()
    click(host, (0, 1, 0))
    host.view.show_snapshot(snapshot_of('[data]\nfeatures = ["x1^2", "x2"]\n[network]\nhidden = [2]\n'))
    assert not host.view.card.isVisible()
    assert not host.set


def test_it_stays_open_while_the_same_network_goes_on(host: Host, snapshot_of: SnapshotOf) -> None:
    click(host, (1, 1, 2))
    host.view.show_snapshot(snapshot_of("", 3))
    host.view.show_snapshot(snapshot_of('[network]\nactivation = "relu"\n'))
    assert host.view.card.isVisible()


def test_it_stays_inside_the_view(host: Host) -> None:
    click(host, (2, 0, None))
    host.resize(330, 300)
    view = host.view.viewport().rect()
    assert view.contains(host.view.card.geometry())
