"""Views on the screen."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

Show = Callable[..., QWidget]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a view at a size: ``show(view, 400, 300)``. Its host spares it what a window manager does."""

    hosts = []  # qtbot does not keep them

    def show_view(view: QWidget, width: int = 900, height: int = 240) -> QWidget:
        host = QWidget()
        qtbot.addWidget(host)
        hosts.append(host)
        host.resize(width, height)
        view.setParent(host)
        view.setGeometry(0, 0, width, height)
        host.show()
        return view

    return show_view
