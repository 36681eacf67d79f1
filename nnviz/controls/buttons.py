"""Buttons whose icons follow font and palette."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPalette

from nnviz.controls.fields import Button
from nnviz.controls.icons import icon


class IconButton(Button):
    """A button with a painted icon.

    Parameters
    ----------
    picture : str
        One of `nnviz.controls.icons.ICONS`.
    name, tip : str
    scale : float
        Size of the icon, in heights of the font.
    """

    def __init__(self, picture: str, name: str, tip: str, scale: float = 1.2) -> None:
        super().__init__("", name, tip)
        self._picture, self._scale = picture, scale
        self._paint()

    def show_picture(self, picture: str) -> None:
        """Have another icon."""
        if picture != self._picture:
            self._picture = picture
            self._paint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow font and palette."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.PaletteChange}:
            self._paint()

    def _paint(self) -> None:
        side = round(self._scale * self.fontMetrics().height())
        self.setIconSize(QSize(side, side))
        palette, role = self.palette(), QPalette.ColorRole.ButtonText
        self.setIcon(icon(self._picture, palette.color(role), palette.color(QPalette.ColorGroup.Disabled, role)))
