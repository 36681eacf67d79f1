"""The window on screens of other sizes; that of the offscreen platform has 800×800 points."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.window.appearance import restore_geometry, save_geometry


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def placed(qtbot: QtBot, settings: QSettings) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    restore_geometry(window, settings)
    window.show()
    return window


def room() -> QRect:
    return QGuiApplication.primaryScreen().availableGeometry()


def test_it_stands_where_it_stood(qtbot: QtBot, settings: QSettings) -> None:
    window = placed(qtbot, settings)
    window.showNormal()
    window.setGeometry(60, 70, 500, 400)
    save_geometry(window, settings)
    settings.sync()
    again = placed(qtbot, QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.size() == QSize(500, 400)
    assert not again.isMaximized()


def test_its_size_is_that_from_before_it_filled_a_screen(qtbot: QtBot, settings: QSettings) -> None:
    window = placed(qtbot, settings)
    window.showNormal()
    window.resize(500, 400)
    save_geometry(window, settings)
    window.showFullScreen()
    save_geometry(window, settings)
    assert placed(qtbot, settings).isFullScreen()
    settings.remove("geometry")  # as if that screen were gone
    again = placed(qtbot, settings)
    assert again.size() == QSize(500, 400)
    assert again.geometry().center() == room().center()


@pytest.mark.parametrize("size", [QSize(1900, 400), QSize(400, 1000), QSize(1900, 1000)])
def test_of_a_larger_screen_it_takes_all_of_this_one(qtbot: QtBot, settings: QSettings, size: QSize) -> None:
    window = placed(qtbot, settings)
    window.showNormal()
    window.resize(size)
    save_geometry(window, settings)
    again = placed(qtbot, settings)
    assert again.isMaximized()
    assert again.size() == room().size()


def test_what_settings_hold_of_anything_else_is_passed_over(qtbot: QtBot, settings: QSettings) -> None:
    for geometry, size in (("here", "large"), (QByteArray(b"here"), -1)):
        settings.setValue("geometry", geometry)
        settings.setValue("size", size)
        window = placed(qtbot, settings)
        assert window.size() == room().size()
