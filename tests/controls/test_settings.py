"""Settings of what learns by a rule, whose fields come and go with its kind."""

from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hands import emitted
from nnviz.controls.training import SettingsPanel
from nnviz.kinds.hebb import Hebb
from nnviz.kinds.perceptron import Perceptron


@pytest.fixture
def panel(show: Any) -> SettingsPanel:
    panel: SettingsPanel = show(SettingsPanel())
    panel.show_experiment(Hebb())
    QApplication.processEvents()
    return panel


def test_a_setting_is_changed(panel: SettingsPanel) -> None:
    changes = emitted(panel.changed)
    panel.fields["repeat"].click()
    assert changes == [Hebb(repeat=not Hebb().repeat)]


def test_what_is_half_typed_goes_with_its_kind(panel: SettingsPanel) -> None:
    panel.activateWindow()
    changes, rate = emitted(panel.changed), panel.fields["learning_rate"].edit
    rate.setFocus()
    rate.selectAll()
    QTest.keyClicks(rate, "0.7")
    panel.show_experiment(Perceptron())
    QApplication.processEvents()
    assert changes == []
    assert set(panel.fields) == {"learning_rate", "order", "mistakes_only", "bias", "seed"}


def test_fields_of_another_kind_can_be_reached_no_more(panel: SettingsPanel) -> None:
    repeat = panel.fields["repeat"]
    assert repeat.isVisible()
    panel.show_experiment(Perceptron())
    assert not repeat.isVisible()
