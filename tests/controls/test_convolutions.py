from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hands import emitted
from nnviz.controls.convolutions import USUAL, with_convolutions
from nnviz.controls.network import NetworkPanel
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, NetworkDesign
from nnviz.experiment.problem import prepare

Show = Callable[[Any], Any]
LEFT = Qt.MouseButton.LeftButton
WINDOW = ConvolutionDesign(channels=24, window=5, padding=2, pool="max_map")


@pytest.fixture
def panel(show: Show) -> NetworkPanel:
    made: NetworkPanel = show(NetworkPanel())
    return made


def test_convolutions_are_offered_where_there_are_pictures(panel: NetworkPanel) -> None:
    assert not panel.maps.isVisible()
    panel.show_problem(prepare(Experiment(data=Data(name="digits"), network=NetworkDesign(output="softmax"))))
    assert panel.maps.isVisible()
    panel.show_problem(prepare(Experiment()))
    assert not panel.maps.isVisible()


def test_one_is_added_before_the_other_layers(panel: NetworkPanel) -> None:
    panel.show_problem(prepare(Experiment(data=Data(name="digits"), network=NetworkDesign(output="softmax"))))
    changes = emitted(panel.changed)
    QTest.mouseClick(panel.maps.more, LEFT)
    assert changes[-1].hidden == (USUAL, 4, 2)


def test_its_fields_change_it(panel: NetworkPanel) -> None:
    panel.show_experiment(Experiment(network=NetworkDesign(hidden=(WINDOW, 16))))
    (field, *_), changes = panel.convolutions.fields, emitted(panel.changed)
    assert [field.side.value(), field.stride.value(), field.padding.value()] == [5, 1, 2]
    field.side.setValue(3)
    field.pool.activated.emit(0)
    panel.neurons.fields[0].setValue(8)
    assert changes[0].hidden[0].window == 3
    assert changes[1].hidden[0].pool == "none"
    assert changes[2].hidden == (ConvolutionDesign(channels=8, window=5, padding=2, pool="max_map"), 16)


def test_a_layer_more_has_as_many_units_as_the_last_has_maps(panel: NetworkPanel) -> None:
    panel.show_experiment(Experiment(network=NetworkDesign(hidden=(WINDOW,))))
    changes = emitted(panel.changed)
    QTest.mouseClick(panel.layers.more, LEFT)
    assert changes[-1].hidden == (WINDOW, 24)


def test_below_a_layer_that_pools_whole_maps_a_new_one_does_not() -> None:
    design = NetworkDesign(hidden=(WINDOW, 7))
    plain = ConvolutionDesign(channels=24, window=5, padding=2)
    assert with_convolutions(design, 2) == (plain, WINDOW, 7)
    assert with_convolutions(design, 0) == (7,)
    assert with_convolutions(NetworkDesign(hidden=(plain,)), 2) == (plain, plain)
