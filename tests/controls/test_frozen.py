"""Freezing the first layers, behind "More settings"."""

from msgspec import structs
from pytestqt.qtbot import QtBot

from nnviz.controls.network import NetworkPanel
from nnviz.experiment.experiment import Experiment, NetworkDesign


def panel_of(qtbot: QtBot, design: NetworkDesign) -> NetworkPanel:
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.show_experiment(structs.replace(Experiment(), network=design))
    return panel


def offered(panel: NetworkPanel) -> list[str]:
    return [panel.frozen.itemText(k) for k in range(panel.frozen.count())]


def test_as_many_first_layers_as_there_are_hidden_ones_can_be_frozen(qtbot: QtBot) -> None:
    assert offered(panel_of(qtbot, NetworkDesign(hidden=(4, 3, 2)))) == [
        "none",
        "layer 1",
        "layers 1 to 2",
        "layers 1 to 3",
    ]
    assert offered(panel_of(qtbot, NetworkDesign(hidden=()))) == ["none"]


def test_a_choice_is_emitted(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, NetworkDesign(hidden=(4, 3)))
    with qtbot.waitSignal(panel.changed) as changed:
        panel.frozen.activated.emit(2)
    assert changed.args[0].frozen == (1, 2)


def test_what_is_frozen_is_shown(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, NetworkDesign(hidden=(4, 3), frozen=(1,)))
    assert panel.frozen.currentText() == "layer 1"
    panel.show_experiment(structs.replace(Experiment(), network=NetworkDesign(hidden=(4, 3), frozen=(3,))))
    assert panel.frozen.currentIndex() == -1
    assert panel.frozen.placeholderText() == "layers 3"
