"""Pages of help."""

import platform

import numpy as np
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.version import version
from nnviz.window.keys import keys_page


def show_keys(parent: QWidget) -> QDialog:
    """A page with every key; it stays open beside the window."""
    return _page(parent, "Keys", keys_page())


def show_about(parent: QWidget) -> QDialog:
    """What nnviz is, and on what it runs."""
    words = (
        f"<h2>nnviz {version()}</h2><p>A network that learns in front of you.</p>"
        "<p>MIT licence. Qt is used under the LGPL, version 3.</p>"
        f"<p>Python {platform.python_version()}, PySide6 {PySide6.__version__}, NumPy {np.__version__}, "
        f"{platform.platform()}</p>"
    )
    return _page(parent, "About nnviz", words)


def _page(parent: QWidget, title: str, html: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    label = QLabel(html)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMargin(12)
    area = QScrollArea()
    area.setWidget(label)
    area.setWidgetResizable(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(area)
    column.addWidget(buttons)
    wanted = label.sizeHint()
    dialog.resize(wanted.width() + 60, min(wanted.height() + 90, round(0.9 * parent.height())))
    dialog.show()
    return dialog
