"""From one picture to another, by hand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from nnviz.theme import Theme

_STEPS = 200


class MorphSlider(QWidget):
    """A slider between two words.

    Signals
    -------
    moved
        ``share`` is another.
    """

    moved = Signal()

    def __init__(self, start: str, end: str) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setValue(_STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.setAccessibleName(f"from {start} to {end}")
        self.slider.setMinimumHeight(20)  # the handle's
        self.slider.valueChanged.connect(self.moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.addWidget(QLabel(start))
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(end))

    @property
    def share(self) -> float:
        """How far on the way it stands, from 0 to 1."""
        return self.slider.value() / _STEPS

    def set_share(self, share: float) -> None:
        """Put it so far on the way."""
        self.slider.setValue(round(share * _STEPS))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self.slider.setStyleSheet(
            f"QSlider::groove:horizontal {{ height: 4px; background: {theme.border}; }}"
            f"QSlider::sub-page:horizontal {{ background: {theme.accent}; }}"
            f"QSlider::handle:horizontal {{ background: {theme.accent}; width: 18px; margin: -7px 0;"
            " border-radius: 9px; }"
        )
