"""Sliders beside a view's canvas: one for a setting, with its name and its value; and how every slider looks."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from nnviz.theme import Theme


def plain_slider(steps: int, name: str) -> QSlider:
    """A horizontal slider from 0 to ``steps``, which only Tab gives the keyboard focus."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, steps)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    slider.setAccessibleName(name)
    slider.setMinimumHeight(20)  # the handle's
    return slider


def style_slider(slider: QSlider, theme: Theme) -> None:
    """Show a slider in the theme's colours."""
    slider.setStyleSheet(
        f"QSlider::groove:horizontal {{ height: 4px; background: {theme.border}; }}"
        f"QSlider::sub-page:horizontal {{ background: {theme.accent}; }}"
        f"QSlider::handle:horizontal {{ background: {theme.accent}; width: 18px; margin: -7px 0;"
        " border-radius: 9px; }"
    )


class SettingSlider(QWidget):
    """A setting's name, a slider from 0 to its highest value, and the value with its unit.

    Parameters
    ----------
    step : float
        Distance between two values of the slider.
    text : callable
        Formats a value.

    Signals
    -------
    moved : float
        The slider was moved by hand.
    """

    moved = Signal(float)

    def __init__(self, name: str, highest: float, step: float, text: Callable[[float], str]) -> None:
        super().__init__()
        self._step, self._text = step, text
        self.setAutoFillBackground(True)
        self.slider = plain_slider(round(highest / step), name)
        self.name, self.value = QLabel(name), QLabel()
        self.slider.valueChanged.connect(self._move)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.addWidget(self.name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)

    def show_value(self, value: float) -> None:
        """Show a value; a slider that is held stays where it is."""
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(value / self._step))
            self._say(value)

    def set_theme(self, theme: Theme) -> None:
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)
        style_slider(self.slider, theme)

    def _move(self, place: int) -> None:
        value = round(place * self._step, 6)
        self._say(value)
        self.moved.emit(value)

    def _say(self, value: float) -> None:
        """Write the value, in a label as wide as the widest, so that the slider keeps its length."""
        widest = self.fontMetrics().horizontalAdvance(self._text(self._step * self.slider.maximum()) + "0")
        self.value.setMinimumWidth(widest)
        self.value.setText(self._text(value))
