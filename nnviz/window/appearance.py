"""Theme and size of text, kept between sessions."""

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.theme import THEMES, Theme, theme

_STEP = 1.15
_SMALLEST, _LARGEST = -3, 8


class Appearance(QObject):
    """How the window looks.

    Signals
    -------
    changed : Theme
    """

    changed = Signal(object)

    def __init__(self, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._size = QApplication.font().pointSizeF()
        name = str(settings.value("theme", THEMES[0]))
        self.name = name if name in THEMES else THEMES[0]
        self.zoom = _zoom(settings.value("zoom", 0))

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return theme(self.name)

    def apply(self) -> None:
        """Paint the program in the theme, with text of the size chosen."""
        QApplication.setPalette(self.theme.palette())
        font = self._window.font()
        font.setPointSizeF(self._size * _STEP**self.zoom)
        self._window.setFont(font)
        self.changed.emit(self.theme)

    def use(self, name: str) -> None:
        """Use another theme."""
        self.name = name
        self._settings.setValue("theme", name)
        self.apply()

    def next(self) -> None:
        """Use the theme after this one."""
        self.use(THEMES[(THEMES.index(self.name) + 1) % len(THEMES)])

    def zoom_to(self, zoom: int) -> None:
        """Use text of another size: so many steps of 15 % above normal."""
        self.zoom = max(_SMALLEST, min(_LARGEST, zoom))
        self._settings.setValue("zoom", self.zoom)
        self.apply()


def _zoom(kept: object) -> int:
    try:
        return max(_SMALLEST, min(_LARGEST, int(str(kept))))
    except ValueError:
        return 0
