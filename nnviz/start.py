"""What is seen first: Qt's application, and a picture while the rest of the program is imported."""

import builtins
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QApplication, QLabel

from nnviz import needs
from nnviz.errors import DisplayError, InputError
from nnviz.paths import resource

_NAME = "nnviz"
_STYLE = "Fusion"
"""The same on every system, and it takes the theme's colours."""

_SIZE = QSize(360, 200)
_PICTURES, _FEWEST_PIXELS = 8, 4_000_000
"""Bytes for each pixel of all screens, and fewest pixels: so much Qt keeps of pictures of what seldom changes.

A diagram all over a screen takes half of them. With less than it needs, it would be painted anew with every frame.
"""
_ALLOCATION = ((-8, 2), (-3, 1 << 20), (-1, 4 << 20))
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h, and what they are set to.

By itself glibc learns to keep arrays of up to 32 MB that are gone, and keeps an arena for each thread: after some
thousand actions a quarter of the program's memory.
"""
_SWITCHING = 0.0002
"""Seconds after which a thread that waits for the interpreter is given it, in place of Python's 5 ms.

A frame waits several times beside training that is all Python, as of one sample a step: with 0.3 ms some frames
were late beside it, with 0.5 ms most. Beside NumPy, which gives the interpreter away by itself, it matters little.
"""
_NO_FONTS = {"Monospace", "Sans Serif", "Serif"}
"""What fontconfig tells Qt of where there are none."""


def application() -> QApplication:
    """Qt's application, made once."""
    existing = QApplication.instance()
    if not isinstance(existing, QApplication):
        return _named(_made())
    if existing.applicationName() != _NAME:  # somebody else's
        existing.setStyle(_STYLE)
        _named(existing)
    return existing


def _named(app: QApplication) -> QApplication:
    sys.setswitchinterval(_SWITCHING)
    _bound_memory()
    _bound_pictures()
    for changed in (app.screenAdded, app.screenRemoved):
        changed.connect(_bound_pictures)
    app.setApplicationName(_NAME)
    app.setWindowIcon(QIcon(str(resource("icons", "nnviz.svg"))))
    QGuiApplication.setDesktopFileName(_NAME)
    return app


def _bound_memory() -> None:
    """Have the C library give memory back, where it is glibc."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        for name, value in _ALLOCATION:
            mallopt(name, value)


def kept_pictures(pixels: int) -> int:
    """Kilobytes of pictures that Qt may keep for screens of so many pixels in all."""
    return _PICTURES * max(pixels, _FEWEST_PIXELS) // 1024


def _bound_pictures() -> None:
    areas = (
        screen.size().width() * screen.size().height() * screen.devicePixelRatio() ** 2
        for screen in QGuiApplication.screens()
    )
    QPixmapCache.setCacheLimit(kept_pictures(round(sum(areas))))


def _made() -> QApplication:
    """Qt's application; what it lacks is said in one line, before Qt would end the program."""
    if lacking := needs.lacking_for_x():
        raise InputError(f"nnviz: {lacking}")
    if silent := needs.silent_display(_platforms()):
        raise DisplayError(f"nnviz: {silent}")
    _import_as_python_does()
    app = QApplication([*sys.argv[:1], "-style", _STYLE])  # told later, Qt would hand the style to Python, dearly
    if set(QFontDatabase.families()) <= _NO_FONTS:
        print(f"nnviz: {needs.lacking_font()}", file=sys.stderr)  # noqa: T201 - no window could say it
    return app


def _platforms() -> Iterator[str]:
    """Names of the platforms that come with Qt; more may be elsewhere if the environment says so."""
    if not {"QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH"} & os.environ.keys():
        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
        yield from (path.stem.removeprefix("libq") for path in folder.glob("libq*.so"))


def _import_as_python_does() -> None:
    """Take PySide's place at every import from it again.

    It reads the source of each module that is imported, and keeps it, to see whether it asks for names in another
    style. None does, and there are hundreds: a sixth of the time until the window stands, and 13 MB.
    """
    setattr(builtins, "__import__", getattr(builtins, "__orig_import__", builtins.__import__))  # noqa: B010


def show_splash() -> QLabel:
    """Show the program's picture and name, until it is closed.

    A plain widget: QSplashScreen waits a second for its window where none tells that it is seen.
    """
    app = application()
    splash = QLabel()
    splash.setWindowFlags(Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
    splash.setPixmap(_picture(app.windowIcon()))
    splash.adjustSize()
    splash.move(QGuiApplication.primaryScreen().availableGeometry().center() - splash.rect().center())
    splash.show()
    app.processEvents()
    return splash


def _picture(icon: QIcon) -> QPixmap:
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(_SIZE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.drawPixmap(40, 52, icon.pixmap(QSize(96, 96), ratio))
    font = painter.font()
    font.setPixelSize(44)
    painter.setFont(font)
    painter.setPen(QColor("#16181d"))
    painter.drawText(QRect(156, 0, 200, _SIZE.height()), Qt.AlignmentFlag.AlignVCenter, "nnviz")
    painter.end()
    return picture
