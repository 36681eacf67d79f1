"""A field for a number, written as everywhere on the screen: with a true minus and a decimal point."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox


class NumberField(QDoubleSpinBox):
    """A spin box with four decimals; a hyphen and a decimal comma may be typed as well.

    Parameters
    ----------
    limit : float
        Largest absolute value.
    """

    def __init__(self, limit: float) -> None:
        super().__init__(decimals=4, minimum=-limit, maximum=limit, singleStep=0.1)
        self.setLocale(QLocale.c())
        self.setKeyboardTracking(False)

    def textFromValue(self, value: float) -> str:
        return super().textFromValue(value).replace("-", "−")

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(_typed(text))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Allow what Qt allows, and leave it as it was typed."""
        state = super().validate(_typed(text), position)[0]
        return state, text, position


def _typed(text: str) -> str:
    return text.replace("−", "-").replace(",", ".")
