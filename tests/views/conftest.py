"""Views on the screen."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.run import NetworkRun

Show = Callable[..., QWidget]
Paints = Callable[[QWidget, Callable[[], object]], bool]


class _Paintings(QObject):
    """Counts how often what it watches is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def paints() -> Paints:
    """Whether a widget is painted when something is done: ``paints(widget, do)``."""

    def check(widget: QWidget, do: Callable[[], object]) -> bool:
        QApplication.processEvents()
        paintings = _Paintings()
        widget.installEventFilter(paintings)
        do()
        QApplication.processEvents()
        widget.removeEventFilter(paintings)
        return paintings.count > 0

    return check


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


@pytest.fixture(scope="session")
def make_run() -> Callable[..., NetworkRun]:
    """A run of an experiment with keys of any table: ``make_run(name="circle", hidden=(3,))``."""

    def make(**values: Any) -> NetworkRun:
        tables = []
        for table in (Data, NetworkDesign, Training):
            mine = {key: values.pop(key) for key in values.keys() & set(table.__struct_fields__)}
            tables.append(table(**mine))
        assert not values
        return NetworkRun(structs.replace(Experiment(), data=tables[0], network=tables[1], training=tables[2]))

    return make
