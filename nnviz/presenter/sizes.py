"""How large text is written for a room."""

from PySide6.QtGui import QFont

_LINES = 47
"""Heights of text that a window has at most: each is more than 1/50 of the window's height."""


def lecture_font(font: QFont, height: int, zoom: float = 1.0) -> QFont:
    """The font in a size to be read from the last row, in a window so many pixels high."""
    large = QFont(font)
    large.setPixelSize(max(13, round(height / _LINES * max(1.0, zoom) + 0.49)))
    return large
