"""*File > Handout*: has another process play the lesson and write it to a PDF, while this window goes on."""

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from nnviz.lessons.lesson import Course
from nnviz.window.notice import Notice

_CONSOLE = "nnviz-console.exe"
"""On Windows the program that has a terminal."""


class Handouts:
    """Writes handouts of lessons, one at a time.

    Parameters
    ----------
    parent : QWidget
        Parent of the dialogs.
    notice : Notice
        Says what has become of it.
    """

    def __init__(self, parent: QWidget, notice: Notice) -> None:
        self._parent, self._notice = parent, notice
        self.process: QProcess | None = None

    def ask(self, course: Course | None) -> None:
        """Ask for a file and whether notes are wanted, and write a lesson's handout to it."""
        if course is None or course.path is None:
            self._notice.refuse("No lesson is open: a handout is of a lesson.")
            return
        proposed = course.path.parent / f"{course.lesson.id}.pdf"
        name, _ = QFileDialog.getSaveFileName(self._parent, "Handout", str(proposed), "PDF (*.pdf)")
        if name:
            path = Path(name)
            path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
            question = "With the presenter's notes?"
            button = QMessageBox.StandardButton
            notes = QMessageBox.question(self._parent, "Handout", question, button.Yes | button.No, button.No)
            self.write(course.path, path, notes=notes == button.Yes)

    def write(self, lesson: Path, path: Path, *, notes: bool) -> None:
        """Write the handout of the lesson in a file."""
        if self.process:
            self._notice.refuse("A handout is being written already.")
            return
        self.process = process = QProcess(self._parent)
        process.setProcessEnvironment(_environment())
        bar = QProgressDialog(f"Writing {path.name} …", "Cancel", 0, 0, self._parent)
        bar.setWindowTitle("Handout")
        bar.setMinimumDuration(200)
        bar.canceled.connect(process.kill)
        process.finished.connect(lambda code, _status: self._end(process, bar, path, code))
        program, *words = _command()
        process.start(program, [*words, "handout", str(lesson), str(path), *(["--notes"] if notes else [])])
        bar.setValue(0)

    def _end(self, process: QProcess, bar: QProgressDialog, path: Path, code: int) -> None:
        self.process, cancelled = None, bar.wasCanceled()
        said = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        for one in (bar, process):
            one.deleteLater()
        if code == 0 and not cancelled:
            self._notice.say(f"Handout: {path}", ("Open it", partial(_show, path)))
        elif not cancelled:
            self._notice.refuse(said.splitlines()[-1] if said else f"{path}: could not be written.")


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _command() -> list[str]:
    """The program as it is called without a window."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "nnviz"]
    console = Path(sys.executable).with_name(_CONSOLE)
    return [str(console) if console.exists() else sys.executable]


def _environment() -> QProcessEnvironment:
    """As here, but without a screen, and with this package."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("QT_QPA_PLATFORM", "offscreen")
    if not getattr(sys, "frozen", False):
        environment.insert("PYTHONPATH", str(Path(__file__).parents[2]))
    return environment
