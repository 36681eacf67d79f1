"""Who has the keyboard: the window, unless a field is being typed in or Tab has led to a control."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QToolButton,
    QWidget,
)
from shiboken6 import Shiboken

from nnviz.controls.text import TextField

_BY_TAB_ONLY = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QTabBar)
_TYPED_IN = (QLineEdit, QAbstractSpinBox, TextField)
_MOVED_BY_ARROWS = (QAbstractItemView, QAbstractSlider, QComboBox, QTabBar)
_KEY = Qt.Key
_ARROWS = {_KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Home, _KEY.Key_End}
_PRESSES = {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
_ENTER = {_KEY.Key_Return, _KEY.Key_Enter}
_OF_THE_WINDOW = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def let_keys_through(part: QWidget) -> None:
    """Keep clicked controls from taking the keyboard focus, which Tab still gives them.

    A button or slider that took the focus when clicked would also take the arrow keys. Enter in a number field
    gives the focus back to the window.
    """
    for kind in _BY_TAB_ONLY:
        for control in part.findChildren(kind):
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for number in part.findChildren(QAbstractSpinBox):
        number.lineEdit().returnPressed.connect(number.clearFocus)


class Keyboard(QObject):
    """The keyboard of one window.

    The window has it, and with it the keys of the lecture: a click that no field takes gives it back. A field has
    it while it is being typed in; Qt leaves it the keys that type. A control that Tab led to keeps only the arrow
    keys, if it is moved by them, and Return, which presses a button.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._focused: QWidget | None = None
        self.held = HeldKeys(self)
        window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        window.setFocus()
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there is a window
        application.focusChanged.connect(self._follow)

    def finish_typing(self) -> None:
        """Have a field that is being typed in take its text, before anything else happens."""
        field = self._window.focusWidget()
        if isinstance(field, QAbstractSpinBox):
            field.interpretText()
        if isinstance(field, _TYPED_IN):
            if not field.hasFocus():  # another window is active, so Qt says nothing
                field.editingFinished.emit()
            self._window.setFocus()

    def give_back(self) -> bool:
        """Give the window the keyboard, and drop what is being typed; False if the window has it."""
        focused = self._window.focusWidget()
        if focused in {None, self._window}:
            return False
        line = focused.lineEdit() if isinstance(focused, QAbstractSpinBox) else focused
        while isinstance(line, QLineEdit) and line.isUndoAvailable():
            line.undo()
        self._window.setFocus()
        return True

    def eventFilter(self, control: QObject, event: QEvent) -> bool:
        """Leave the arrow keys to the focused control before they become shortcuts; press a button with Return."""
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(control, event)
        if event.type() == QEvent.Type.ShortcutOverride and _is_arrow(event) and _is_moved_by_arrows(control):
            event.accept()
        elif (
            event.type() == QEvent.Type.KeyPress and event.key() in _ENTER and isinstance(control, QAbstractButton)
        ):
            _press(control)
            return True
        return super().eventFilter(control, event)

    def _follow(self) -> None:
        """Look after the control that now has the focus; one that is hidden loses it to the window.

        Qt would give it to the control after the hidden one.
        """
        left, self._focused = self._focused, QApplication.focusWidget()
        focused = self._focused
        if not _is_seen(self._window):
            return
        if self._window.isActiveWindow() and (focused is None or (left and not _is_seen(left))):
            self._window.setFocus()
        elif focused and focused.window() is self._window and isinstance(focused, _BY_TAB_ONLY):
            focused.installEventFilter(self)


class HeldKeys(QObject):
    """Takes presses that are repeats of a held key, where the system does not say that they are.

    X11 reports a repeat as letting go and pressing at the same time, and Qt recognises only most of them. One that
    it takes for a press of its own would turn a page.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._let_go = 0, 0
        self._window: QWindow | None = None
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # noqa: S101 - there is a window
        if application.platformName() == "xcb":
            application.focusWindowChanged.connect(self.watch)

    def watch(self, window: QWindow | None) -> None:
        """Watch the keys of this window in place of the one before."""
        if self._window and Shiboken.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a press at the time at which the same key was let go."""
        if not isinstance(event, QKeyEvent) or event.isAutoRepeat() or not event.timestamp():
            return super().eventFilter(watched, event)
        stroke = event.key(), event.timestamp()
        if event.type() == QEvent.Type.KeyRelease:
            self._let_go = stroke
        is_repeat = event.type() in _PRESSES and stroke == self._let_go
        if is_repeat:
            event.accept()
        return is_repeat


def _press(button: QAbstractButton) -> None:
    if isinstance(button, QToolButton) and button.menu():
        button.showMenu()
    else:
        button.click()


def _is_seen(widget: QWidget) -> bool:
    """Whether a widget, which Qt may have destroyed, is visible."""
    return Shiboken.isValid(widget) and widget.isVisible()


def _is_arrow(event: QKeyEvent) -> bool:
    return event.key() in _ARROWS and not event.modifiers() & _OF_THE_WINDOW


def _is_moved_by_arrows(control: QObject) -> bool:
    is_one_of_several = isinstance(control, QAbstractButton) and control.group() is not None
    return is_one_of_several or isinstance(control, _MOVED_BY_ARROWS)
