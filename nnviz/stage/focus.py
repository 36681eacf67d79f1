"""Which widget gets a key: a text field while the user types in it, otherwise the window's shortcuts."""

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
    """Keeps typed keys, and those of a clicker, from triggering shortcuts."""

    def eventFilter(self, _field: QObject, event: QEvent) -> bool:
        """Give the field a key before it becomes a shortcut; function keys stay with the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            modified = any(event.modifiers() & modifier for modifier in _OF_THE_WINDOW)
            if not modified and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35:
                event.accept()
        return False


def let_keys_through(part: QWidget) -> None:
    """Keep clicked controls from taking the keyboard focus, and typed keys from triggering shortcuts.

    A button or slider that took the focus when clicked would also take Space and the arrow keys, and the clicker's
    next Space would press the button again. Tab still reaches these controls. Enter in a number field gives the
    focus back to the window.
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
