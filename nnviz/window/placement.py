"""Where the window stands on the screen, and stands again the next time."""

from PySide6.QtCore import QByteArray, QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QWidget

_USUAL = QSize(1280, 800)


def keep_place(window: QWidget, settings: QSettings) -> None:
    """Remember where the window stands, and how large it is when it does not fill the screen."""
    settings.setValue("geometry", window.saveGeometry())
    if not _fills_screen(window):
        settings.setValue("size", window.size())


def take_place(window: QWidget, settings: QSettings) -> None:
    """Have the window stand where it stood; on a screen that it is too large for, a projector's say, all over it.

    Qt by itself would leave it two thirds of such a screen, and at a first start let it reach beyond.
    """
    geometry, size = settings.value("geometry"), settings.value("size")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    wanted = QRect(QPoint(), size if isinstance(size, QSize) else _USUAL)
    room = window.screen().availableGeometry()
    if wanted.width() >= room.width() or wanted.height() >= room.height():
        window.setGeometry(room)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
    elif not (_fills_screen(window) or window.size() == wanted.size()):
        wanted.moveCenter(room.center())
        window.setGeometry(wanted)


def _fills_screen(window: QWidget) -> bool:
    return window.isMaximized() or window.isFullScreen()
