"""The help pages."""

import platform
import sys
from html import escape

import numpy as np
import PySide6
from PySide6.QtCore import Qt, QTimer, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.version import version
from nnviz.window.keys_page import keys_page

_COPIED = 1500
"""Milliseconds for which the button says "Copied"."""


def show_keys(parent: QWidget) -> QDialog:
    """Open a page with every key; it may stay open while the window is used."""
    return _page(parent, "Keys", _words(keys_page()))


def show_about(parent: QWidget) -> QDialog:
    """Open a page that says what nnviz is, with details of this machine to copy into a bug report."""
    lines = "<br>".join(escape(line) for line in details().splitlines())
    words = (
        f"<h2>nnviz {version()}</h2><p>A network that learns in front of you. It never goes online.</p>"
        f"<p>MIT licence. Qt is used under the LGPL, version 3.</p><p>{lines}</p>"
    )
    copy = QPushButton("&Copy details")
    licences = QPushButton("&Licences")
    page = _page(parent, "About nnviz", _words(words), copy, licences)
    copy.clicked.connect(lambda: _copy_details(copy))
    licences.clicked.connect(lambda: show_licences(page))
    return page


def show_licences(parent: QWidget) -> QDialog:
    """Open a page with the licences of nnviz and of the packages that it contains."""
    from nnviz.licences import listed, told  # noqa: PLC0415 - much to read, and seldom read

    text = QPlainTextEdit(f"{listed()}\n\n{told()}")
    text.setReadOnly(True)
    text.setMinimumSize(640, 480)
    return _page(parent, "Licences", text)


def details() -> str:
    """Versions, system and screens: what a bug report should state."""
    screens = (
        f"{screen.size().width()} × {screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    return "\n".join(
        (
            f"nnviz {version()}, {'installed' if getattr(sys, 'frozen', False) else 'from Python packages'}",
            f"Python {platform.python_version()}, Qt {qVersion()}, PySide6 {PySide6.__version__}",
            f"NumPy {np.__version__}",
            f"{platform.platform()}, {platform.machine()}",
            f"shown by {QGuiApplication.platformName()} on {', '.join(screens)}",
        )
    )


def _copy_details(button: QPushButton) -> None:
    QGuiApplication.clipboard().setText(details())
    button.setText("Copied")
    QTimer.singleShot(_COPIED, button, lambda: button.setText("&Copy details"))


def _words(html: str) -> QLabel:
    label = QLabel(html)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMargin(12)
    return label


def _page(parent: QWidget, title: str, content: QWidget, *extra: QPushButton) -> QDialog:
    """Open a page, in place of one of the same title that is open."""
    for earlier in parent.findChildren(QDialog):
        if earlier.windowTitle() == title:
            earlier.close()
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    for button in extra:
        buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(area)
    column.addWidget(buttons)
    wanted = content.sizeHint().expandedTo(content.minimumSize())
    dialog.resize(wanted.width() + 60, min(wanted.height() + 90, round(0.9 * parent.window().height())))
    dialog.show()
    return dialog
