"""Theme, text size, and the window's size and position: kept between sessions."""

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.presenter.style import lecture_font
from nnviz.theme import THEMES, Theme, theme

_USUAL = QSize(1280, 800)
PROJECTOR = "high_contrast"
_STEP = 1.15
_SMALLEST, _LARGEST = -3, 8


def save_geometry(window: QWidget, settings: QSettings) -> None:
    """Save the window's position, and its size when it does not fill the screen."""
    settings.setValue("geometry", window.saveGeometry())
    if not _fills_screen(window):
        settings.setValue("size", window.size())


def restore_geometry(window: QWidget, settings: QSettings) -> None:
    """Restore the window's position and size; maximise it on a screen too small for it, such as a projector.

    Qt alone would shrink it to two thirds of such a screen, and at the first start let it extend past the edge.
    """
    geometry, size = settings.value("geometry"), settings.value("size")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    wanted = QRect(QPoint(), size if isinstance(size, QSize) else _USUAL)
    room = window.screen().availableGeometry()
    if wanted.width() >= room.width() or wanted.height() >= room.height():
        window.setGeometry(room)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
    elif not (_fills_screen(window) or window.size() == wanted.size()):
        wanted.moveCenter(room.center())
        window.setGeometry(wanted)


def _fills_screen(window: QWidget) -> bool:
    return window.isMaximized() or window.isFullScreen()


class Appearance(QObject):
    """The window's theme and text size.

    Signals
    -------
    changed : Theme
    """

    changed = Signal(object)

    def __init__(self, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._size = QApplication.font().pointSizeF()
        name, usual = str(settings.value("theme", "")), theme_for(QApplication.styleHints().colorScheme())
        self.name = name if name in THEMES else usual
        self.zoom = _zoom(settings.value("zoom", 0))
        self._presenting = False
        self._before_projector: tuple[str, int] | None = None

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return theme(self.name)

    def apply(self) -> None:
        """Apply the theme and the text size."""
        QApplication.setPalette(self.theme.palette())
        self.fit()
        self.changed.emit(self.theme)

    def fit(self) -> None:
        """Set the text size: while presenting it follows the window's height."""
        font = self._window.font()
        if self._presenting:
            font = lecture_font(font, self._window.height(), _STEP**self.zoom)
        else:
            font.setPointSizeF(self._size * _STEP**self.zoom)
        if font != self._window.font():
            self._window.setFont(font)

    def present(self, *, presenting: bool) -> None:
        """Use text large enough for a room, or the normal size."""
        self._presenting = presenting
        self.fit()

    def toggle_projector(self) -> None:
        """Switch to high contrast and larger text, for a projector in a bright room, or back."""
        if self._before_projector:
            (name, self.zoom), self._before_projector = self._before_projector, None
        else:
            self._before_projector, name = (self.name, self.zoom), PROJECTOR
            self.zoom = min(_LARGEST, self.zoom + 1)
        self.use(name)

    def use(self, name: str) -> None:
        """Use another theme."""
        self.name = name
        self._settings.setValue("theme", name)
        self.apply()

    def next(self) -> None:
        """Use the theme after this one."""
        self.use(THEMES[(THEMES.index(self.name) + 1) % len(THEMES)])

    def zoom_to(self, zoom: int) -> None:
        """Set the text size, in steps of 15 % above normal."""
        self.zoom = max(_SMALLEST, min(_LARGEST, zoom))
        self._settings.setValue("zoom", self.zoom)
        self.fit()


def theme_for(scheme: Qt.ColorScheme) -> str:
    """The theme to begin with before one has been chosen: the system's, or light where it says nothing."""
    return "dark" if scheme == Qt.ColorScheme.Dark else THEMES[0]


def _zoom(kept: object) -> int:
    try:
        return max(_SMALLEST, min(_LARGEST, int(str(kept))))
    except ValueError:
        return 0
