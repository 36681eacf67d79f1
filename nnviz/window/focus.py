"""Who gets a key: text fields while one types, and the window's shortcuts otherwise."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QTabBar, QWidget

_BY_TAB_ONLY = (QAbstractButton, QAbstractSlider, QComboBox, QTabBar)


def let_keys_through(window: QWidget) -> None:
    """Keep clicked controls from taking the keyboard.

    A button or slider that took the focus by a click would take Space and the arrows with it, and the next
    Space of the clicker would press the button again. They are reached by Tab all the same. Enter in a number
    gives the keyboard back to the window.
    """
    for child in window.findChildren(QWidget):
        if isinstance(child, _BY_TAB_ONLY) and child.focusPolicy() != Qt.FocusPolicy.NoFocus:
            child.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if isinstance(child, QAbstractSpinBox):
            child.lineEdit().returnPressed.connect(child.clearFocus)
