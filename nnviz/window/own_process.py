"""Files that take a while: another process of nnviz writes them, without a screen, while this window goes on."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QProgressDialog, QWidget

from nnviz.progress import TOLD
from nnviz.window.notice import Notice

_CONSOLE = "nnviz-console.exe"
"""On Windows the program that has a terminal."""
_PARTS = 1000


class OwnProcess:
    """Has files written, one at a time.

    Parameters
    ----------
    parent : QWidget
        Parent of the bar that shows how far it is.
    notice : Notice
        Says what has become of it.
    """

    def __init__(self, parent: QWidget, notice: Notice) -> None:
        self._parent, self._notice = parent, notice
        self.process: QProcess | None = None
        self.bar: QProgressDialog | None = None

    def write(self, title: str, path: Path, words: list[str], ended: Callable[[], object] = lambda: None) -> None:
        """Write a file by a command of nnviz; ``ended`` is called when that is over, however it went."""
        if self.process:
            self._notice.refuse(f"Another file is being written: {title.lower()} has to wait.")
            ended()
            return
        self.process = process = QProcess(self._parent)
        process.setProcessEnvironment(_environment())
        self.bar = bar = QProgressDialog(f"Writing {path.name} …", "Cancel", 0, 0, self._parent)
        bar.setWindowTitle(title)
        bar.setMinimumDuration(200)
        bar.canceled.connect(process.kill)
        process.readyReadStandardOutput.connect(partial(_show_share, process, bar))
        process.finished.connect(lambda code, _status: self._end(title, path, code, ended))
        program, *before = _command()
        process.start(program, [*before, *words])
        bar.setValue(0)

    def _end(self, title: str, path: Path, code: int, ended: Callable[[], object]) -> None:
        process, bar = self.process, self.bar
        if process is None or bar is None:
            return
        self.process = self.bar = None
        cancelled = bar.wasCanceled()
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        for one in (bar, process):
            one.deleteLater()
        ended()
        if code == 0 and not cancelled:
            self._notice.say(f"{title}: {path}", ("Open it", partial(_show, path)))
        elif not cancelled:
            self._notice.refuse(said.splitlines()[-1] if said else f"{path}: could not be written.")


def _show_share(process: QProcess, bar: QProgressDialog) -> None:
    """Show how far it is, as the last line says, if it says so."""
    done, _, whole = bytes(process.readAllStandardOutput().data()).decode(errors="replace").strip().rpartition("/")
    done = done.splitlines()[-1] if done else ""
    if whole and done.replace(".", "", 1).isdecimal():
        bar.setMaximum(_PARTS)
        bar.setValue(min(_PARTS - 1, round(_PARTS * float(done) / float(whole))))


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _command() -> list[str]:
    """The program as it is called without a window."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "nnviz"]
    console = Path(sys.executable).with_name(_CONSOLE)
    return [str(console) if console.exists() else sys.executable]


def _environment() -> QProcessEnvironment:
    """As here, but without a screen, and with this package; it is to tell how far it is."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("QT_QPA_PLATFORM", "offscreen")
    environment.insert(TOLD, "1")
    if not getattr(sys, "frozen", False):
        environment.insert("PYTHONPATH", str(Path(__file__).parents[2]))
    return environment
