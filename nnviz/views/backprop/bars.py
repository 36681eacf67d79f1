"""The buttons of the view: steps in one row; panes, letters and copies in another."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from nnviz.drawing.view import small_button

_STEPS = (
    ("begin", "|‹", "back to the example"),
    ("layer_back", "«", "back by a layer"),
    ("back", "‹", "back by a unit"),
    ("on", "›", "on by a unit"),
    ("layer_on", "»", "on by a layer"),
)


class ElidedLabel(QLabel):
    """A line of words that ends in dots where there is no room for all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_words(self, words: str) -> None:
        """Say this, as much of it as there is room for."""
        if words != self.words:
            self.words = words
            self.setToolTip(words)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width()))


class StepBar(QWidget):
    """Buttons that move the cursor, and in words where it is.

    Attributes
    ----------
    buttons : mapping of str to QToolButton
        ``begin``, ``layer_back``, ``back``, ``on``, ``layer_on``, ``take``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self.words = ElidedLabel()
        row = _row(self)
        for name, sign, tip in _STEPS:
            self.buttons[name] = small_button(sign, tip)
            row.addWidget(self.buttons[name])
        row.addWidget(self.words, 1)
        self.buttons["take"] = small_button("take this step", "let the run take this very step")
        row.addWidget(self.buttons["take"])


class PaneBar(QWidget):
    """Which panes are shown, in which letters; what is copied.

    Signals
    -------
    chosen : str
        Name of a pane whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, str], copies: Mapping[str, Callable[[], None]]) -> None:
        super().__init__()
        self.panes = {name: small_button(title, checkable=True) for name, title in titles.items()}
        self.letters = small_button("δ | ∂", "Jacobians in place of deltas", checkable=True)
        self.typing = small_button("x = …", "type the example", checkable=True)
        self.copy = small_button("copy", "copy this step")
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.copy)
        for name, do in copies.items():
            menu.addAction(name, do)
        self.copy.setMenu(menu)
        self.sample = ElidedLabel()
        row = _row(self)
        row.addWidget(self.sample, 1)
        for button in (*self.panes.values(), self.letters, self.typing, self.copy):
            row.addWidget(button)
        for name, button in self.panes.items():
            button.clicked.connect(lambda _checked, name=name: self.chosen.emit(name))


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(8, 2, 8, 2)
    row.setSpacing(4)
    row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return row
