from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.features import FEATURES
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.validation import complaints
from nnviz.stage.focus import Keyboard

Show = Callable[[Any], Any]

_POINTS = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a widget until the test is over."""

    def shown(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        if widget.focusProxy() is None:
            Keyboard(widget)
        with qtbot.waitExposed(widget):
            widget.resize(280, 760)
            widget.show()
        return widget

    return shown


@pytest.fixture
def choose() -> Callable[[QComboBox, Any], None]:
    """Choose a value of a combo box with a key, coming from the value beside it."""

    def pick(combo: QComboBox, value: Any) -> None:
        index = [combo.itemData(place) for place in range(combo.count())].index(value)
        with QSignalBlocker(combo):
            combo.setCurrentIndex(index - 1 if index else 1)
        QTest.keyClick(combo, Qt.Key.Key_Down if index else Qt.Key.Key_Up)

    return pick


@st.composite
def _data(draw: st.DrawFn) -> Data:
    name = draw(st.sampled_from(sorted(CATALOGUE)))
    drawn = name in {"drawn", "curve"}
    points = (_POINTS if name == "drawn" else tuple(row[:2] for row in _POINTS)) if drawn else ()
    return Data(
        name=name,
        file=draw(st.sampled_from(("", "table.csv"))),
        target=draw(st.sampled_from(("", "weight"))),
        task=draw(st.sampled_from(("auto", "classification", "regression"))),
        samples=draw(st.integers(2, 100_000)),
        noise=draw(st.floats(0.0, 1.0)),
        train_fraction=draw(st.floats(0.001, 1.0)),
        standardize=draw(st.booleans()),
        features=tuple(draw(st.lists(st.sampled_from(sorted(FEATURES)), unique=True))),
        classes=draw(st.integers(2, 10)),
        bits=draw(st.integers(2, 16)),
        points=points,
        axes=draw(st.sampled_from(((), ("a", "b")))),
        seed=draw(st.integers(0, 2**63 - 1)),
    )


@st.composite
def _network(draw: st.DrawFn) -> NetworkDesign:
    hidden = tuple(draw(st.lists(st.integers(1, 4096), max_size=32)))
    one = st.sampled_from(list(ACTIVATIONS))
    each = st.lists(one, min_size=len(hidden), max_size=len(hidden)).map(tuple)
    return NetworkDesign(
        hidden=hidden,
        activation=draw(st.one_of(one, each)),
        output=draw(st.sampled_from(list(OUTPUTS))),
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
    )


@st.composite
def _training(draw: st.DrawFn) -> Training:
    return Training(
        loss=draw(st.sampled_from(list(LOSSES))),
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        learning_rate=draw(st.floats(1e-9, 1000.0)),
        momentum=draw(st.floats(0.0, 1.0, exclude_max=True)),
        batch_size=draw(st.integers(1, 100_000)),
        shuffle=draw(st.booleans()),
        l1=draw(st.floats(0.0, 1000.0)),
        l2=draw(st.floats(0.0, 1000.0)),
        seed=draw(st.integers(0, 2**63 - 1)),
        precision=draw(st.sampled_from(("double", "single"))),
    )


@st.composite
def _experiment(draw: st.DrawFn) -> Experiment:
    network, training = draw(_network()), draw(_training())
    if network.output not in LOSSES[training.loss].outputs:
        network = NetworkDesign(hidden=network.hidden, activation=network.activation, output="tanh")
    experiment = Experiment(data=draw(_data()), network=network, training=training)
    assert not list(complaints(experiment))
    return experiment


@pytest.fixture(scope="session")
def experiments() -> st.SearchStrategy[Experiment]:
    """Any experiment that makes sense."""
    return _experiment()
