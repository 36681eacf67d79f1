from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from nnviz.drawing.number_field import NumberField

Show = Callable[..., QWidget]


def test_a_number_below_zero_has_a_true_minus(show: Show) -> None:
    field = NumberField(10.0)
    show(field)
    field.setValue(-0.5192)
    assert field.text() == "−0.5192"
    assert field.value() == -0.5192


@pytest.mark.parametrize("typed", ["-1.25", "−1.25", "-1,25"])
def test_a_number_may_be_typed_with_a_hyphen_and_a_comma(show: Show, typed: str) -> None:
    field = NumberField(10.0)
    show(field)
    field.selectAll()
    field.lineEdit().insert(typed)
    field.interpretText()
    assert field.value() == -1.25
    assert field.text() == "−1.2500"


def test_letters_cannot_be_typed(show: Show) -> None:
    field = NumberField(10.0)
    show(field)
    field.selectAll()
    QTest.keyClicks(field, "3ab.5")
    field.interpretText()
    assert field.value() == 3.5
