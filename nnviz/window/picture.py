"""Pictures of the window in files."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget

from nnviz.storage import write_atomically


def write_picture(widget: QWidget, path: Path) -> None:
    """Write a widget as it is now to a PNG file, all of it or nothing.

    Raises
    ------
    InputError
        The file cannot be written; what was there is as it was.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    write_atomically(path, bytes(buffer.data().data()))
