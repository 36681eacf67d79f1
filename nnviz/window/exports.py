"""What leaves the window: code, weights, tables and pictures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.drawing.saving import numbers_of, save_numbers, save_picture
from nnviz.drawing.turns import finish_layouts
from nnviz.errors import InputError
from nnviz.experiment.kind import name_of
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.storage import write_atomically
from nnviz.window.background import in_background
from nnviz.window.documents import Documents
from nnviz.window.notice import Notice

_CODE = (("script", ".py"), ("notebook", ".ipynb"))
_NUMBERS = (("ONNX", ".onnx"), ("Weights for NumPy", ".npz"), ("Weights as safetensors", ".safetensors"))
_PICTURE = ".png"
_OTHER_PICTURES = {".svg", ".pdf", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"}
_PICTURES = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"


def write_picture(widget: QWidget, path: Path) -> None:
    """Write a picture of a widget to a PNG file, all of it or nothing.

    Raises
    ------
    InputError
        The file cannot be written; an existing file is unchanged.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    finish_layouts(widget)
    widget.grab().save(buffer, "PNG")
    write_atomically(path, bytes(buffer.data().data()))


class Exports:
    """Carries out the exports of the File menu, and those of the views' menus.

    Parameters
    ----------
    parent : QWidget
        The window: parent of the dialogs and subject of the pictures.
    notice : Notice
        Shows the error messages.
    """

    def __init__(self, parent: QWidget, session: Session, documents: Documents, notice: Notice) -> None:
        self._parent, self._session, self._documents, self._notice = parent, session, documents, notice

    def ask(self) -> None:
        """Ask for a file and what it is for, and write the network as it is shown to it."""
        from nnviz.export.scripts import FRAMEWORKS  # noqa: PLC0415 - see nnviz.late
        from nnviz.export.tables import TABLES  # noqa: PLC0415 - as above

        kinds = {
            f"{f.name}, {what} (*{end})": (end, name) for name, f in FRAMEWORKS.items() for what, end in _CODE
        }
        kinds |= {f"{what} (*{end})": (end, "") for what, end in _NUMBERS}
        kinds |= {f"{table.words}, as a table (*.csv)": (".csv", name) for name, table in TABLES.items()}
        path, folder = self._documents.path, Path(self._documents.folder)
        proposed = path.with_suffix("") if path else folder / "network"
        name, chosen = QFileDialog.getSaveFileName(self._parent, "Export", str(proposed), ";;".join(kinds))
        if name:
            suffix, what = kinds.get(chosen, (".py", ""))
            path = Path(name) if Path(name).suffix.lower() == suffix else Path(f"{name}{suffix}")
            self.write(path, what)

    def write(self, path: Path, what: str = "") -> None:
        """Write the network as it is shown to a file: a script for the library of a name, or the table of one."""
        from nnviz.export.scripts import FRAMEWORKS  # noqa: PLC0415 - see nnviz.late
        from nnviz.export.tables import TABLES  # noqa: PLC0415 - as above
        from nnviz.export.writing import export, export_table  # noqa: PLC0415 - as above

        moment = self._session.snapshot
        if not isinstance(moment, Snapshot):
            self._notice.refuse(
                f"Only the kind network is exported: this is of kind {name_of(self._session.experiment)}."
            )
        elif what in TABLES:
            past = self._session.timeline
            write = partial(export_table, name=what, moment=moment, past=past.thinned(past.limit))
            self._try_to(lambda path: in_background(partial(write, path)), path)
        else:
            self._try_to(partial(export, moment=moment, framework=what or next(iter(FRAMEWORKS))), path)

    def ask_for_picture(self) -> None:
        """Ask for a file and write a picture of the window to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._parent, "Export a picture", self._documents.folder, "PNG (*.png)"
        )
        if name:
            self.write_picture_of_window(Path(name))

    def write_picture_of_window(self, path: Path) -> None:
        """Write a picture of the window to a PNG file; the ending is added unless it is that of another kind."""
        if path.suffix.lower() in _OTHER_PICTURES:
            self._notice.refuse(f"{path.name}: cannot be written; allowed: a name ending in {_PICTURE}")
            return
        named = path if path.suffix.lower() == _PICTURE else path.with_name(path.name + _PICTURE)
        self._try_to(partial(write_picture, self._parent), named)

    def picture(self, view: QWidget) -> None:
        """Ask for a file and write a picture of a view to it."""
        name, kind = QFileDialog.getSaveFileName(self._parent, "Save a picture", self._documents.folder, _PICTURES)
        if name:
            path = Path(name)
            named = path if path.suffix else path.with_suffix(f".{kind[:3].lower()}")
            self._try_to(partial(save_picture, view), named)

    def numbers(self, view: QWidget) -> None:
        """Ask for a file and write the numbers in a view's plots to it, as a table."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save numbers", self._documents.folder, "CSV (*.csv)")
        if name:
            self._try_to(partial(save_numbers, numbers_of(view)), Path(name).with_suffix(".csv"))

    def _try_to(self, save: Callable[[Path], None], path: Path) -> None:
        try:
            save(path)
        except InputError as error:
            self._notice.refuse(str(error))
        else:
            self._notice.forget_refusal()
