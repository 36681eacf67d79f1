"""The keys that lead through the nodes of a diagram, while the diagram has the keyboard by Tab."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Where each arrow leads: across and down."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MEANT = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.OtherFocusReason)
_FOR_A_WHILE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Reasons for which Qt gives a widget the focus without the user's intention."""
_UP_OR_DOWN = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class NodeKeys(QObject):
    """Takes a view's arrows, and Enter, from the window while the view has the focus by Tab.

    A subclass says what they do there.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._leads = False
        view.installEventFilter(self)

    def go(self, event: QKeyEvent) -> None:
        """Do what a key says."""
        raise NotImplementedError

    def leave(self) -> None:
        """The focus is elsewhere."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move on a key; leave when the focus is lost."""
        if isinstance(event, QFocusEvent):
            self._note_focus(event)
        if not isinstance(event, QKeyEvent) or not self._leads or not _is_ours(event):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress:
            self.go(event)
        event.accept()  # so that the window's shortcuts do not get it
        return True

    def _note_focus(self, event: QFocusEvent) -> None:
        if event.gotFocus() and event.reason() in _MEANT:
            self._leads = True
        elif event.lostFocus() and event.reason() not in _FOR_A_WHILE:
            self._leads = False
            self.leave()


def _is_ours(event: QKeyEvent) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        return event.key() in _UP_OR_DOWN
    return modifiers == Qt.KeyboardModifier.NoModifier and event.key() in {*STEPS, *ENTER}
