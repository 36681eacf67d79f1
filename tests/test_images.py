"""Whether a comparison of pictures sees what it should."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

AssertMatches = Callable[[QWidget, str], None]


class Drawing(QWidget):
    """A line across a square, and a word."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(300, 200)
        self.square, self.line, self.word_at = "#0072b2", True, 20.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        painter.fillRect(200, 100, 40, 40, QColor(self.square))
        painter.setPen(QPen(QColor("black"), 2.0))
        if self.line:
            painter.drawLine(20, 160, 150, 40)
        painter.drawText(20, int(self.word_at), "epoch")
        painter.end()


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def drawing(qtbot: QtBot, assert_matches_image: AssertMatches, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    widget = Drawing()
    qtbot.addWidget(widget)
    widget.show()
    with monkeypatch.context() as patch:
        patch.setenv("NNVIZ_UPDATE_IMAGES", "1")
        assert_matches_image(widget, "drawing")
    monkeypatch.delenv("NNVIZ_UPDATE_IMAGES", raising=False)
    return widget


def test_the_same_picture_matches(drawing: Drawing, assert_matches_image: AssertMatches) -> None:
    assert_matches_image(drawing, "drawing")


@pytest.mark.parametrize("color", ["#d55e00", "#2288c8", "#ffffff"])
def test_a_wrong_colour_is_seen(drawing: Drawing, assert_matches_image: AssertMatches, color: str) -> None:
    drawing.square = color
    drawing.update()
    with pytest.raises(AssertionError, match="is not as in"):
        assert_matches_image(drawing, "drawing")


def test_a_missing_line_is_seen(drawing: Drawing, assert_matches_image: AssertMatches) -> None:
    drawing.line = False
    drawing.update()
    with pytest.raises(AssertionError, match="is not as in"):
        assert_matches_image(drawing, "drawing")


def test_a_line_too_many_is_seen_as_well(
    drawing: Drawing, assert_matches_image: AssertMatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing.line = False
    drawing.update()
    with monkeypatch.context() as patch:
        patch.setenv("NNVIZ_UPDATE_IMAGES", "1")
        assert_matches_image(drawing, "drawing")
    drawing.line = True
    drawing.update()
    with pytest.raises(AssertionError, match="is not as in"):
        assert_matches_image(drawing, "drawing")


def test_another_size_is_seen(drawing: Drawing, assert_matches_image: AssertMatches) -> None:
    drawing.resize(301, 200)
    with pytest.raises(AssertionError):
        assert_matches_image(drawing, "drawing")


def test_a_picture_that_was_never_taken_is_missed(drawing: Drawing, assert_matches_image: AssertMatches) -> None:
    with pytest.raises(AssertionError, match="NNVIZ_UPDATE_IMAGES"):
        assert_matches_image(drawing, "never")
