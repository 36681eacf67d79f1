from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.drawing.cover import Cover, cover


def test_a_view_is_covered_whatever_its_size_and_uncovered(qtbot: QtBot) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    cover(view, "")
    assert view.findChild(Cover) is None
    view.resize(200, 100)
    view.show()
    cover(view, "no such layer")
    sheet = view.findChild(Cover)
    assert sheet is not None
    assert sheet.text() == "no such layer"
    view.resize(320, 90)
    assert sheet.geometry() == view.rect()
    cover(view, "")
    assert not sheet.isVisible()
