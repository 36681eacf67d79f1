"""*File > Export an animation*: the run on the screen as a moving picture."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from nnviz.errors import InputError
from nnviz.experiment.files import save_experiment
from nnviz.experiment.kind import name_of
from nnviz.lessons.views import VIEWS
from nnviz.runs.document import Work
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.storage import DOCUMENT
from nnviz.window.documents import Documents
from nnviz.window.notice import Notice
from nnviz.window.own_process import OwnProcess

_ALL = "stage"
_SIZES = {"Slide, 16:9": "1280x720", "Slide, 4:3": "1024x768", "Full HD": "1920x1080", "Small": "640x360"}
_KINDS = {"GIF (*.gif)": ".gif", "WebP, smaller (*.webp)": ".webp", "Folder of numbered PNGs (*)": ""}


class Wish(Struct, frozen=True):
    """What film is wanted."""

    view: str
    frames: int
    size: str
    caption: str


class AnimationDialog(QDialog):
    """Asks what a film shows; ``make`` is called with it."""

    def __init__(self, parent: QWidget, kind: str, moments: int, make: Callable[[Wish], object]) -> None:
        super().__init__(parent)
        self._make = make
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Animation")
        self.view, self.size_, self.frames, self.caption = QComboBox(), QComboBox(), QSpinBox(), QLineEdit()
        self.view.addItem("All views", _ALL)
        for entry in VIEWS.values():
            if entry.shows == kind:
                self.view.addItem(entry.title, entry.name)
        for title, size in _SIZES.items():
            self.size_.addItem(f"{title}: {size.replace('x', ' × ')}", size)
        self.frames.setRange(2, max(2, min(300, moments)))
        self.frames.setValue(40)
        self.caption.setMaxLength(200)
        self.caption.setPlaceholderText("A line below, beside the epoch")
        self.caption.setMinimumWidth(self.caption.fontMetrics().averageCharWidth() * 40)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("&Make it…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("&View", self.view)
        form.addRow("&Frames", self.frames)
        form.addRow("&Size", self.size_)
        form.addRow("&Caption", self.caption)
        form.addRow(self.buttons)
        form.setSizeConstraint(form.SizeConstraint.SetFixedSize)

    def _accept(self) -> None:
        self.accept()
        view, size = str(self.view.currentData()), str(self.size_.currentData())
        self._make(Wish(view, self.frames.value(), size, self.caption.text().strip()))


class Animations:
    """Has the run on the screen written as a film: a network's timeline, anything else from its beginning.

    Parameters
    ----------
    parent : QWidget
        Parent of the dialogs.
    theme : callable
        Name of the theme in use.
    process : OwnProcess
        Draws it, from a copy of the run.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        documents: Documents,
        notice: Notice,
        process: OwnProcess,
        theme: Callable[[], str],
    ) -> None:
        self._parent, self._session, self._documents = parent, session, documents
        self._notice, self._process, self._theme = notice, process, theme

    def ask(self) -> None:
        """Ask what the film shows."""
        moment, kept = self._session.snapshot, len(self._session.timeline.line.moments)
        frames = kept if isinstance(moment, Snapshot) else moment.epoch + 1 if moment else 0
        if frames < 2:
            self._notice.refuse("There is nothing to animate yet: train first.")
        else:
            AnimationDialog(self._parent, name_of(self._session.experiment), frames, self._ask_where).open()

    def _ask_where(self, wish: Wish) -> None:
        proposed = str(Path(self._documents.folder).with_suffix("")) if self._documents.folder else ""
        name, kind = QFileDialog.getSaveFileName(self._parent, "Animation", proposed, ";;".join(_KINDS))
        if name:
            path, suffix = Path(name), _KINDS.get(kind, ".gif")
            known = path.suffix.lower() in filter(None, _KINDS.values())
            self.write(path if known or not suffix else path.with_name(path.name + suffix), wish)

    def write(self, path: Path, wish: Wish) -> None:
        """Write a film; the process reads a copy of the run as it is now."""
        folder = TemporaryDirectory(prefix="nnviz-")
        try:
            copy, more = self._copied(Path(folder.name))
        except InputError as error:
            folder.cleanup()
            self._notice.refuse(str(error))
            return
        words = ["animate", str(copy), str(path), "--view", wish.view, "--frames", str(wish.frames)]
        words += ["--size", wish.size, f"--caption={wish.caption}", "--theme", self._theme(), *more]
        self._process.write("Animation", path, words, partial(folder.cleanup))

    def _copied(self, folder: Path) -> tuple[Path, list[str]]:
        """A copy of the run with its timeline, and what to say besides: of what is no network, to run it again."""
        session, moment = self._session, self._session.snapshot
        if isinstance(moment, Snapshot):
            copy = folder / f"run{DOCUMENT}"
            Work.of(session.experiment, moment, session.timeline).save(copy)
            return copy, []
        copy = folder / "run.toml"
        save_experiment(session.experiment, copy)
        return copy, ["--epochs", str(moment.epoch)]
