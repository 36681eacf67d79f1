"""Random hands at the real window: keys, mouse, wheel, sizes, commands, files and lessons, in any order.

Whatever they do, no exception, no warning of Qt's and no endless wait may come of it. Beside the other tests a few
dozen events; `make stress` makes 100,000 and tells how long they took and how much memory is held.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from nnviz.bench.timing import resident
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.start import application
from nnviz.window.window import MainWindow
from stress import not_endless, seeds

EVENTS = 60
"""Of one window: with two thousand of them under stress."""
_SHORT, _SHARE = 1, 2000 / 24_000

_BUTTONS = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
_MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_KEYS = (
    *(Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1) if code != Qt.Key.Key_Q),
    *(Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)),
    *(Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Home, Qt.Key.Key_Menu),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    *(Qt.Key.Key_Period, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Backspace, Qt.Key.Key_BracketLeft),
    *(Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8, Qt.Key.Key_F9),
)
_SIZES = ((1024, 768), (1280, 800), (1920, 1080), (3840, 2160), (320, 240), (60, 60))
_EXPERIMENTS = (
    "",
    'data = { name = "blobs", classes = 4 }\nnetwork = { output = "softmax", hidden = [6] }',
    'data = { name = "digits" }\nnetwork = { output = "softmax", hidden = [16] }',
    'data = { name = "digits" }\nnetwork = { output = "softmax", hidden = [{ channels = 4, pool = "max_map" }] }',
    'data = { name = "sine" }\nnetwork = { output = "identity", hidden = [8] }',
    'data = { name = "parity" }\nnetwork = { hidden = [] }',
    "training = { learning_rate = 1000.0 }\nnetwork = { output = 'identity' }",
    'kind = "perceptron"',
    'kind = "hopfield"',
    'kind = "hebb"',
    'kind = "surface"',
    'kind = "spikes"',
    'kind = "composition"',
    'kind = "boltzmann"',
    'kind = "memory"',
    'kind = "three_units"',
)
_NOT_CHOSEN = {"", "Quit"}
_FILES = {
    "table.csv": "a,b,y\n" + "".join(f"{k / 7:.3f},{k % 5},{'no' if k % 3 else 'yes'}\n" for k in range(60)),
    "odd.csv": "a,b,y\n1,2\n",
    "spiral.toml": '[data]\nname = "spiral"\n',
    "odd.toml": "= nonsense",
    "picture.png": "no picture",
}


class Hands:
    """Somebody who does one thing after another at a window, as a seed says."""

    def __init__(self, window: MainWindow, folder: Path, seed: int) -> None:
        self.window, self._folder, self._random = window, folder, Random(seed)
        self._acts: list[Callable[[], None]] = [
            *[self._press_key] * 8,
            *[self._use_mouse] * 8,
            *[self._turn_wheel] * 4,
            *[self._command] * 4,
            self._resize,
            self._begin,
            self._drop,
            self._open_page,
        ]

    def act(self) -> None:
        """Do one thing, and let what comes of it happen."""
        if not self.window.isVisible():
            self.window.show()
        self._random.choice(self._acts)()
        QCoreApplication.processEvents()

    def _widget(self) -> QWidget:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        shown = [child for child in top.findChildren(QWidget) if child.isVisible()]
        return self._random.choice(shown or [top])

    def _point(self, widget: QWidget) -> QPointF:
        return QPointF(
            self._random.randrange(-2, widget.width() + 2), self._random.randrange(-2, widget.height() + 2)
        )

    def _press_key(self) -> None:
        focus = QApplication.focusWidget() if self._random.random() < 0.6 else None
        target = focus or self._widget()
        key, modifiers = self._random.choice(_KEYS), self._random.choice(_MODIFIERS)
        text = chr(key).lower() if key < 128 and modifiers == Qt.KeyboardModifier.NoModifier else ""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if isValid(target):
                QCoreApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))

    def _use_mouse(self) -> None:
        widget, button, modifiers = self._widget(), self._random.choice(_BUTTONS), self._random.choice(_MODIFIERS)
        kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * self._random.randrange(4)]
        if self._random.random() < 0.1:
            kinds.insert(0, QEvent.Type.MouseButtonDblClick)
        for kind in (*kinds, QEvent.Type.MouseButtonRelease):
            if not isValid(widget):
                return
            place = self._point(widget)
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
            pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
            there = widget.mapToGlobal(place)
            self._send(widget, QMouseEvent(kind, place, there, pressed, held, modifiers))

    def _turn_wheel(self) -> None:
        widget = self._widget()
        place, turned = self._point(widget), QPoint(0, self._random.choice((-240, -120, 120, 240)))
        there, phase = widget.mapToGlobal(place), Qt.ScrollPhase.NoScrollPhase
        buttons, modifiers = Qt.MouseButton.NoButton, self._random.choice(_MODIFIERS)
        self._send(widget, QWheelEvent(place, there, QPoint(), turned, buttons, modifiers, phase, False))

    def _send(self, widget: QWidget, event: QEvent) -> None:
        """Send an event as the system does: later, as any handler may destroy the widget."""
        QCoreApplication.postEvent(widget, event)
        QCoreApplication.processEvents()

    def _command(self) -> None:
        self._random.choice([*chosen_from(self.window.menuBar().actions())]).trigger()

    def _resize(self) -> None:
        self.window.showNormal()
        self.window.resize(*self._random.choice(_SIZES))

    def _begin(self) -> None:
        self.window.edits.change(parse_experiment(self._random.choice(_EXPERIMENTS), "random"))

    def _drop(self) -> None:
        path = self._folder / self._random.choice(tuple(_FILES))
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        copy, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(9, 9), copy, mime, button, keys)
        QCoreApplication.sendEvent(self.window, enter)
        if enter.isAccepted():
            QCoreApplication.sendEvent(self.window, QDropEvent(QPointF(9, 9), copy, mime, button, keys))

    def _open_page(self) -> None:
        course = self._random.choice(Library([bundled_folder()]).courses)
        self.window.lecture.open(course, self._random.randrange(len(course.scenes)))


def chosen_from(actions: Iterable[QAction]) -> Iterator[QAction]:
    """What menus and the menus in them offer, but to quit."""
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield from chosen_from(menu.actions())
        elif action.isEnabled() and action.text() not in _NOT_CHOSEN:
            yield action


@pytest.mark.usefixtures("dialogs_end")
@pytest.mark.qt_log_ignore("link #", "QSvgHandler: ", "qt.svg")  # drawn nevertheless
def test_whatever_hands_do_nothing_breaks(qtbot: QtBot, tmp_path: Path) -> None:
    for name, text in _FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    times: list[float] = []
    for seed in seeds(_SHORT, _SHARE):
        with not_endless(f"window, seed {seed}"):
            times += drive(qtbot, tmp_path, seed)
    p50, p99, most = (1000.0 * value for value in (*np.quantile(times, (0.5, 0.99)), max(times)))
    print(f"{len(times):,} events: p50 {p50:.1f} ms, p99 {p99:.0f}, longest {most:.0f}; {resident()} MB")  # noqa: T201


def drive(qtbot: QtBot, folder: Path, seed: int) -> list[float]:
    """What one seed's hands do at a window of their own; how long each event took, in seconds."""
    application()
    settings = QSettings(str(folder / f"settings-{seed}.ini"), QSettings.Format.IniFormat)
    window = MainWindow(settings, folder)
    window.files.asks = False
    window.turns.spread = True
    window.resize(1280, 800)
    window.show()
    with qtbot.waitSignal(window.session.snapshot_changed):
        window.begin(parse_experiment("", "random"))
    hands, times = Hands(window, folder, seed), []
    try:
        for _ in range(EVENTS):
            began = perf_counter()
            hands.act()
            times.append(perf_counter() - began)
    finally:
        window.close_unasked()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return times
