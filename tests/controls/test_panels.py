from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from hands import emitted
from nnviz.controls.data import DataPanel
from nnviz.controls.network import NetworkPanel
from nnviz.controls.panel import Form
from nnviz.controls.playback import PlaybackBar
from nnviz.controls.timeline import TimelineBar
from nnviz.controls.training import TrainingPanel
from nnviz.experiment.experiment import Experiment

often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def shown_silently(
    panel: Any, qtbot: QtBot, choice: st.DataObject, experiments: st.SearchStrategy[Experiment]
) -> tuple[Experiment, list[Any]]:
    """Show a panel some experiments; the last of them, and what the panel changes from then on."""
    qtbot.addWidget(panel)
    changes = emitted(panel.changed)
    for experiment in choice.draw(st.lists(experiments, min_size=1, max_size=4)):
        panel.show_experiment(experiment)
    assert changes == []
    return experiment, changes


@often
@given(choice=st.data())
def test_the_data_panel_is_silent_when_shown_and_then_changes_one_thing(
    choice: st.DataObject, experiments: st.SearchStrategy[Experiment], qtbot: QtBot
) -> None:
    panel = DataPanel()
    experiment, changes = shown_silently(panel, qtbot, choice, experiments)
    panel._fields["standardize"].click()
    assert changes == [structs.replace(experiment.data, standardize=not experiment.data.standardize)]
    panel.new_sample.click()
    assert changes[1] == structs.replace(experiment.data, seed=(experiment.data.seed + 1) % 2**63)


@often
@given(choice=st.data())
def test_the_network_panel_is_silent_when_shown_and_then_changes_one_thing(
    choice: st.DataObject, experiments: st.SearchStrategy[Experiment], qtbot: QtBot
) -> None:
    panel = NetworkPanel()
    experiment, changes = shown_silently(panel, qtbot, choice, experiments)
    QTest.keyClick(panel.output, Qt.Key.Key_Home)
    QTest.keyClick(panel.output, Qt.Key.Key_End)
    assert changes[-1] == structs.replace(experiment.network, output="softmax")


@often
@given(choice=st.data())
def test_the_training_panel_is_silent_when_shown_and_then_changes_one_thing(
    choice: st.DataObject, experiments: st.SearchStrategy[Experiment], qtbot: QtBot
) -> None:
    panel = TrainingPanel()
    experiment, changes = shown_silently(panel, qtbot, choice, experiments)
    panel._fields["shuffle"].click()
    assert changes == [structs.replace(experiment.training, shuffle=not experiment.training.shuffle)]


@pytest.fixture(params=[DataPanel, NetworkPanel, TrainingPanel, PlaybackBar, TimelineBar])
def panel(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    widget: QWidget = request.param()
    qtbot.addWidget(widget)
    return widget


def test_every_control_has_a_name_and_says_what_it_does(panel: QWidget) -> None:
    controls = [part for part in panel.findChildren(QWidget) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
    controls = [part for part in controls if part.window() is panel.window()]
    own = [part for part in controls if not isinstance(part.parent(), QAbstractSpinBox)]
    assert own
    assert [part for part in own if not part.accessibleName()] == []
    assert [part for part in own if not _tip(part)] == []


def _tip(part: QWidget | None) -> str:
    return (part.toolTip() or _tip(part.parentWidget())) if part else ""


def test_mnemonics_are_told_apart(qtbot: QtBot) -> None:
    panels = [DataPanel(), NetworkPanel(), TrainingPanel()]
    letters = [letter for panel in panels for letter in _mnemonics(panel)]
    for panel in panels:
        qtbot.addWidget(panel)
    assert len(letters) > 10
    assert len(set(letters)) == len(letters)
    assert not set(letters) & set("frvlh")  # the menus'


def _mnemonics(panel: QWidget) -> list[str]:
    texts = [str(part.property("text") or "") for part in panel.findChildren(QWidget) if part.property("text")]
    return [text[text.index("&") + 1].lower() for text in texts if "&" in text]


@pytest.mark.parametrize("size", [9.0, 14.4])
def test_a_narrow_column_needs_no_horizontal_scroll_bar(panel: QWidget, size: float) -> None:
    limit = 1000 if isinstance(panel, PlaybackBar | TimelineBar) else 240
    font = QFont("DejaVu Sans")
    font.setPointSizeF(size)
    panel.setFont(font)
    panel.resize(limit, 700)
    panel.show()
    QApplication.processEvents()
    assert panel.minimumSizeHint().width() <= limit


def test_labels_reach_their_fields(panel: QWidget) -> None:
    labels = [label for label in panel.findChildren(QLabel) if "&" in label.text()]
    assert all(label.buddy() is not None for label in labels)


def test_where_labels_stand_follows_from_the_width_alone(qtbot: QtBot) -> None:
    above = Form()
    below = Form(above)
    for form, label in ((above, "A label of many words"), (below, "Short")):
        qtbot.addWidget(form)
        form.add(label, QLineEdit(), "")
    below.show()
    wraps = []
    for width in range(100, 500):
        below.resize(width, 60)
        narrowest, wrap = below.minimumSizeHint().width(), below._rows.rowWrapPolicy()
        below._arrange()
        assert (below.minimumSizeHint().width(), below._rows.rowWrapPolicy()) == (narrowest, wrap)
        wraps.append(wrap)
    assert wraps[0] != wraps[-1]
    assert sum(one != other for one, other in pairwise(wraps)) == 1
