from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hands import emitted
from nnviz.controls.number import NumberField, NumberScale, decades, percent, written
from nnviz.experiment.experiment import Data, Training

Show = Callable[[Any], Any]

RATE = NumberScale(Training, "learning_rate", decades(-5, 1))


@pytest.fixture
def rate(show: Show) -> NumberField:
    field: NumberField = show(NumberField(RATE))
    field.show_value(0.03)
    return field


def write(field: NumberField, text: str) -> None:
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, text)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), ("5e-1", 0.5), ("0,5", 0.5), (" 0.5 ", 0.5), (".5", 0.5), ("1e-9", 1e-9), ("1000", 1000.0)],
)
def test_numbers_are_read_as_people_write_them(rate: NumberField, text: str, value: float) -> None:
    changes = emitted(rate.changed)
    write(rate, text)
    assert changes == [value]


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "nan", "inf", "1001", "1e999", "0.03.1", "1 %%", "%"])
def test_what_is_no_allowed_number_gives_way_to_the_one_before(rate: NumberField, text: str) -> None:
    changes = emitted(rate.changed)
    write(rate, text)
    assert changes == []
    assert rate.edit.text() == "0.03"


def test_writing_the_same_number_changes_nothing(rate: NumberField) -> None:
    changes = emitted(rate.changed)
    write(rate, "3e-2")
    assert changes == []
    assert rate.edit.text() == "0.03"


def test_whole_numbers_may_have_thousands_separators(show: Show) -> None:
    field = show(NumberField(NumberScale(Data, "samples", (10, 100))))
    field.show_value(10)
    changes = emitted(field.changed)
    write(field, "1,000")
    write(field, "2.5")
    assert changes == [1000]


def test_shares_are_written_in_per_cent(show: Show) -> None:
    field = show(NumberField(NumberScale(Data, "train_fraction", (0.1, 0.5, 1.0), percent)))
    field.show_value(0.5)
    assert field.edit.text() == "50 %"
    changes = emitted(field.changed)
    write(field, "35 %")
    write(field, "0.7")
    assert changes == [0.35, 0.7]


def test_a_slider_tells_every_stop_on_its_way(rate: NumberField) -> None:
    assert rate.slider
    changes = emitted(rate.changed)
    QTest.keyClick(rate.slider, Qt.Key.Key_Up)
    QTest.keyClick(rate.slider, Qt.Key.Key_Up)
    QTest.keyClick(rate.slider, Qt.Key.Key_End)
    assert changes == [0.05, 0.07, 10.0]
    assert rate.edit.text() == "10"


def test_a_slider_is_dragged(rate: NumberField) -> None:
    assert rate.slider
    changes = emitted(rate.changed)
    begin = rate.slider.point(rate.slider.value()).toPoint()
    QTest.mousePress(rate.slider, Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(rate.slider, begin + QPoint(20, 0))
    QTest.mouseMove(rate.slider, begin + QPoint(40, 0))
    QTest.mouseRelease(rate.slider, Qt.MouseButton.LeftButton, pos=begin + QPoint(40, 0))
    assert len(changes) >= 2
    assert changes == sorted(changes)


def test_a_number_between_the_stops_stays_exact(rate: NumberField) -> None:
    changes = emitted(rate.changed)
    rate.show_value(0.0123456789)
    assert rate.edit.text() == "0.0123456789"
    assert changes == []


def test_what_is_being_typed_is_not_written_over(rate: NumberField) -> None:
    rate.edit.setFocus()
    rate.edit.selectAll()
    QTest.keyClicks(rate.edit, "0.0")
    rate.show_value(0.03)
    assert rate.edit.text() == "0.0"


def test_return_gives_the_keys_back(rate: NumberField) -> None:
    write(rate, "0.5")
    assert not rate.edit.hasFocus()


def test_the_wheel_changes_nothing(rate: NumberField) -> None:
    assert rate.slider
    changes = emitted(rate.changed)
    none, modes = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    place, turn = QPointF(20, 5), QPoint(0, 120)
    event = QWheelEvent(place, place, QPoint(), turn, Qt.MouseButton.NoButton, none, modes, False)
    QApplication.sendEvent(rate.slider, event)
    assert changes == []
    assert not event.isAccepted()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read_as_the_same_number(value: float) -> None:
    assert float(written(value)) == value


@given(st.integers(0, 2**63 - 1))
def test_seeds_are_written_and_read_exactly(seed: int) -> None:
    assert NumberScale(Training, "seed").read(written(seed)) == seed


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    value = RATE.read(text)
    assert value is None or 0 < value <= 1000


def test_rates_have_round_stops() -> None:
    stops = RATE.stops
    assert stops[0] == 1e-5
    assert stops[-1] == 10.0
    assert 0.03 in stops
    assert list(stops) == sorted(stops)


def test_what_is_not_taken_is_said_until_a_number_is(show: Show) -> None:
    field = show(NumberField(NumberScale(Data, "samples", (10, 500))))
    field.setAccessibleName("Samples")
    field.show_value(500)
    refused, corrected = emitted(field.refused), emitted(field.corrected)
    write(field, "0")
    assert field.edit.text() == "500"
    assert refused == ["Samples: 0 is not allowed; allowed: whole numbers from 2 to 100,000"]
    write(field, "500")
    assert corrected == []
    write(field, "20")
    assert corrected == refused
    write(field, "")
    assert len(refused) == 1
