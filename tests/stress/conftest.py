"""What every stress test may use."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from nnviz.start import application


@pytest.fixture
def dialogs_end() -> Iterator[None]:
    """Nobody answers a dialog, and nobody chooses from a menu that opened: both go after a while."""

    def end() -> None:
        if popup := QApplication.activePopupWidget():
            popup.close()
        elif isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.reject()

    former, timer = application().palette(), QTimer(interval=50)
    timer.timeout.connect(end)
    timer.start()
    yield
    timer.stop()
    QApplication.setPalette(former)
