"""*File > Handout*: a lesson on paper."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.lessons.lesson import Course
from nnviz.window.notice import Notice
from nnviz.window.own_process import OwnProcess


class Handouts:
    """Asks for a file, and has a lesson's handout written.

    Parameters
    ----------
    parent : QWidget
        Parent of the dialogs.
    notice : Notice
        Says what cannot be done.
    process : OwnProcess
        Writes it.
    """

    def __init__(self, parent: QWidget, notice: Notice, process: OwnProcess) -> None:
        self._parent, self._notice, self._process = parent, notice, process

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
        words = ["handout", str(lesson), str(path), *(["--notes"] if notes else [])]
        self._process.write("Handout", path, words)
