"""The pages of help, as they are seen and used."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.version import version
from nnviz.window import dialogs


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    widget = QWidget()
    widget.resize(900, 700)
    qtbot.addWidget(widget)
    yield widget
    widget.close()


def button(page: QDialog, words: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text().replace("&", "") == words)


def test_about_copies_what_a_helper_needs_to_know(parent: QWidget) -> None:
    page = dialogs.show_about(parent)
    copy = button(page, "Copy details")
    copy.click()
    told = QGuiApplication.clipboard().text()
    assert told == dialogs.details()
    assert f"nnviz {version()}" in told
    for word in ("Python", "Qt", "NumPy", QGuiApplication.platformName()):
        assert word in told
    assert copy.text() == "Copied"
    page.reject()


def test_licences_can_be_read(parent: QWidget) -> None:
    page = dialogs.show_about(parent)
    button(page, "Licences").click()
    (text,) = page.findChildren(QPlainTextEdit)
    assert text.isReadOnly()
    assert "Python" in text.toPlainText()
    assert len(text.toPlainText()) > 5000
    page.reject()


def test_a_page_that_is_open_is_opened_in_place_of_itself(parent: QWidget) -> None:
    first, second = dialogs.show_keys(parent), dialogs.show_keys(parent)
    assert not first.isVisible()
    assert second.isVisible()
    second.reject()
