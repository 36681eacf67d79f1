"""Who gets a key: text fields while one types, and the window's shortcuts otherwise."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)

_BY_TAB_ONLY = (QAbstractButton, QAbstractSlider, QComboBox, QTabBar)
_OF_THE_WINDOW = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier)


class _Typing(QObject):
    """Keeps every key that one may type, and those of a clicker, from doing something else meanwhile."""

    def eventFilter(self, _field: QObject, event: QEvent) -> bool:
        """Take a key for the field before it becomes a shortcut; function keys stay the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            modified = any(event.modifiers() & modifier for modifier in _OF_THE_WINDOW)
            if not modified and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35:
                event.accept()
        return False


def let_keys_through(part: QWidget) -> None:
    """Keep clicked controls from taking the keyboard, and shortcuts from what is typed.

    A button or slider that took the focus by a click would take Space and the arrows with it, and the next
    Space of the clicker would press the button again. They are reached by Tab all the same. Enter in a number
    gives the keyboard back to the window.
    """
    typing = _Typing(part)
    for kind in _BY_TAB_ONLY:
        for control in part.findChildren(kind):
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for number in part.findChildren(QAbstractSpinBox):
        number.lineEdit().returnPressed.connect(number.clearFocus)
    for line in part.findChildren(QLineEdit):
        line.installEventFilter(typing)
