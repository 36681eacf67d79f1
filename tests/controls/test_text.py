from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.controls.text import TextField


def test_a_long_text_comes_to_rest_at_every_width(qtbot: QtBot) -> None:
    field = TextField("words", lines=3)
    qtbot.addWidget(field)
    field.show_text("A neuron adds what its inputs bring, each by its weight, and fires. " * 14)
    field.show()
    for width in (*range(900, 60, -7), *range(60, 0, -1)):  # the narrowest are all bar
        field.resize(width, field.height())
        QApplication.processEvents()
        assert field.minimumHeight() == field.maximumHeight()
    heights = []
    for width in (300, 900):
        field.resize(width, field.height())
        QApplication.processEvents()
        heights.append(field.minimumHeight())
    assert heights[0] > heights[1]
