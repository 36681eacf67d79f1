from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hands import emitted
from nnviz.controls.network import NetworkPanel
from nnviz.controls.panel import Disclosure
from nnviz.controls.training import TrainingPanel
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.experiment.experiment import Experiment, NetworkDesign, Training
from nnviz.experiment.validation import complaints

Show = Callable[[Any], Any]
Choose = Callable[..., None]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def network(show: Show) -> NetworkPanel:
    panel: NetworkPanel = show(NetworkPanel())
    return panel


@pytest.fixture
def training(show: Show) -> TrainingPanel:
    panel: TrainingPanel = show(TrainingPanel())
    return panel


def show_network(panel: NetworkPanel, design: NetworkDesign) -> None:
    panel.show_experiment(Experiment(network=design))


def show_training(panel: TrainingPanel, training: Training, output: Any = "tanh") -> None:
    panel.show_experiment(Experiment(network=NetworkDesign(output=output), training=training))


def test_a_layer_more_is_like_the_last(network: NetworkPanel) -> None:
    show_network(network, NetworkDesign(hidden=(5, 3), activation=("relu", "elu")))
    changes = emitted(network.changed)
    QTest.mouseClick(network.layers.more, LEFT)
    assert changes == [NetworkDesign(hidden=(5, 3, 3), activation=("relu", "elu", "elu"))]


def test_layers_go_down_to_none_and_come_back(network: NetworkPanel) -> None:
    changes = emitted(network.changed)
    for _ in range(3):
        QTest.mouseClick(network.layers.fewer, LEFT)
        show_network(network, changes[-1])
    assert [design.hidden for design in changes] == [(4,), ()]
    assert not network.neurons.isVisible()
    QTest.mouseClick(network.layers.more, LEFT)
    assert changes[-1].hidden == (4,)


def test_there_are_at_most_32_layers(network: NetworkPanel) -> None:
    show_network(network, NetworkDesign(hidden=(2,) * 32))
    assert not network.layers.more.isEnabled()
    assert len(network.neurons.fields) == 32
    assert all(field.isVisible() for field in network.neurons.fields)


def test_neurons_are_typed(network: NetworkPanel) -> None:
    changes = emitted(network.changed)
    field = network.neurons.fields[1]
    field.selectAll()
    QTest.keyClicks(field, "16")
    assert changes == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert changes == [NetworkDesign(hidden=(4, 16))]


def test_nonsense_cannot_be_pasted(network: NetworkPanel) -> None:
    changes = emitted(network.changed)
    field = network.neurons.fields[0]
    for text in ("abc", "-3", "0", "99999", "1e9"):
        field.selectAll()
        field.lineEdit().insert(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    for design in changes:
        assert not list(complaints(Experiment(network=design)))


def test_one_activation_for_all(network: NetworkPanel, choose: Choose) -> None:
    show_network(network, NetworkDesign(activation=("relu", "elu")))
    assert network.activation.currentIndex() == -1
    assert network.activation.placeholderText() == "different"
    changes = emitted(network.changed)
    choose(network.activation, "sigmoid")
    assert changes == [NetworkDesign(activation="sigmoid")]


def test_an_activation_for_one_layer(network: NetworkPanel, choose: Choose) -> None:
    changes = emitted(network.changed)
    choose(network.activations.fields[1], "relu")
    assert changes == [NetworkDesign(activation=("tanh", "relu"))]
    show_network(network, changes[-1])
    choose(network.activations.fields[0], "relu")
    assert changes[-1] == NetworkDesign(activation="relu")


@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_alpha_is_offered_where_a_function_has_one(network: NetworkPanel, name: Any) -> None:
    assert not network.alpha.isVisible()
    design = NetworkDesign(activation=("tanh", name), alpha=0.25)
    show_network(network, design)
    assert network.alpha.isVisible()
    assert network.alpha.edit.text() == "0.25"
    changes = emitted(network.changed)
    slider = network.alpha.slider
    assert slider is not None
    slider.setValue(0)
    assert changes == [structs.replace(design, alpha=0.0)]
    show_network(network, NetworkDesign(activation="relu"))
    assert not network.alpha.isVisible()


def test_output_and_initializer(network: NetworkPanel, choose: Choose) -> None:
    changes = emitted(network.changed)
    choose(network.output, "softmax")
    choose(network.initializer, "he_normal")
    assert changes == [NetworkDesign(output="softmax"), NetworkDesign(initializer="he_normal")]


def test_a_rate_with_a_comma(training: TrainingPanel) -> None:
    changes = emitted(training.changed)
    edit = training.learning_rate.edit
    edit.selectAll()
    QTest.keyClicks(edit, "0,3")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert changes == [Training(learning_rate=0.3)]


def test_momentum_is_for_those_that_use_it(training: TrainingPanel) -> None:
    for name, optimizer in OPTIMIZERS.items():
        show_training(training, Training(optimizer=name))
        assert training.momentum.isEnabled() == optimizer.uses_momentum


def test_the_loss_must_go_with_the_output(training: TrainingPanel) -> None:
    index = training.loss.findData("cross_entropy")
    for output, is_allowed in (("tanh", True), ("identity", False), ("softmax", True)):
        show_training(training, Training(), output)
        flags = training.loss.model().index(index, 0).flags()
        assert bool(flags & Qt.ItemFlag.ItemIsEnabled) == is_allowed


def test_every_choice_of_training(training: TrainingPanel, choose: Choose) -> None:
    changes = emitted(training.changed)
    choose(training.optimizer, "adam")
    choose(training.loss, "cross_entropy")
    choose(training._fields["precision"], "single")
    assert changes == [
        Training(optimizer="adam"),
        Training(loss="cross_entropy"),
        Training(precision="single"),
    ]


def test_batches_are_whole_numbers(training: TrainingPanel) -> None:
    changes = emitted(training.changed)
    slider = training.batch_size.slider
    assert slider
    QTest.keyClick(slider, Qt.Key.Key_Up)
    assert changes == [Training(batch_size=20)]
    assert isinstance(changes[0].batch_size, int)


def test_what_is_not_shown_stays(training: TrainingPanel) -> None:
    given = Training(start="moment.npz", learning_rate=0.0123, l2=0.00037)
    show_training(training, given)
    changes = emitted(training.changed)
    training._fields["shuffle"].click()
    assert changes == [structs.replace(given, shuffle=False)]


def test_tab_goes_through_the_panel_from_top_to_bottom(network: NetworkPanel) -> None:
    network.show_experiment(Experiment(network=NetworkDesign(hidden=(4, 3, 2))))
    network.findChild(Disclosure).open(True)  # type: ignore[union-attr]
    QApplication.processEvents()
    reached: list[QWidget] = [network.layers.fewer]
    while (following := reached[-1].nextInFocusChain()) and following is not reached[0]:
        reached.append(following)
    stops = [
        w for w in reached if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and not w.focusProxy()
    ]
    places = [(w.mapTo(network, QPoint(0, w.height() // 2)).y(), w.mapTo(network, QPoint()).x()) for w in stops]
    assert len(places) >= 12
    assert all(below[0] >= above[0] - 6 for above, below in pairwise(places))
