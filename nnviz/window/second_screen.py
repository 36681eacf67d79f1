"""The audience's side of a lecture: their window on the second screen, which can stand still or go dark."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from nnviz.presenter.player import Player
from nnviz.theme import Theme
from nnviz.window.display import Display

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.presenter.audience import AudienceWindow


class SecondScreen(QObject):
    """Opens the audience's window where there is a second screen, and shows it what is shown here.

    Signals
    -------
    opened_changed : bool
        The window is there, or not any more.
    side_changed : (bool, bool)
        Whether it stands still, and whether it is dark.
    """

    opened_changed = Signal(bool)
    side_changed = Signal(bool, bool)

    def __init__(self, window: QWidget, display: Display, player: Player) -> None:
        super().__init__(window)
        self._presenter, self._display, self._player = window, display, player
        self.window: AudienceWindow | None = None
        self._kept: AudienceWindow | None = None  # put away, not destroyed: its plots live as long as the program
        self.frozen = False
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # noqa: S101 - there is a window
        application.screenRemoved.connect(self._lose)

    def open(self) -> bool:
        """Open the window if there is a screen for it, and say whether there is."""
        from nnviz.presenter.audience import AudienceWindow  # noqa: PLC0415 - see nnviz.late

        screen = self._spare_screen()
        if screen and self.window is None:
            if self._kept is None:
                self._kept = AudienceWindow()
                self._kept.gone.connect(self.close)
                self._kept.activated.connect(self._presenter.activateWindow)
            self.window = self._kept
            self.window.set_theme(self._display.stages.theme)
            self._display.add_stage(self.window.stage)
            self.window.show_on(screen)
            self.show()
            self.opened_changed.emit(True)
        return screen is not None

    def close(self) -> None:
        """Put the window away; what is shown here goes on."""
        if self.window:
            window, self.window = self.window, None
            if not self.frozen:
                self._display.stages.all.remove(window.stage)
            self.frozen = False
            window.hide()
            window.blank.wake()
            self.opened_changed.emit(False)
            self.tell()

    def end(self) -> None:
        """Put the window away for good, with the program."""
        self.close()
        if self._kept:
            self._kept.deleteLater()
            self._kept = None

    def show(self) -> None:
        """Show the page that is shown here, unless it is to stand still."""
        if self.window and not self.frozen:
            player = self._player
            self.window.show_page(player.course, player.index, player.done, player.question)

    def set_theme(self, theme: Theme) -> None:
        """Show the page in a theme; the views get it with those shown here."""
        if self.window:
            self.window.set_theme(theme)

    def freeze(self, frozen: bool) -> None:
        """Let it stand still, or go on with what is shown here."""
        if self.window and frozen != self.frozen:
            self.frozen = frozen
            change = self._display.stages.all.remove if frozen else self._display.add_stage
            change(self.window.stage)
            self.show()
        self.tell()

    def darken(self, dark: bool) -> None:
        """Make it black, or not."""
        if self.window and dark:
            self.window.blank.show_color("black")
        elif self.window:
            self.window.blank.wake()
        self.tell()

    def tell(self) -> None:
        """Say how it is: whether it stands still, and whether it is dark."""
        self.side_changed.emit(self.frozen, bool(self.window and self.window.blank.color))

    def _spare_screen(self) -> QScreen | None:
        others = (screen for screen in QGuiApplication.screens() if screen is not self._presenter.screen())
        return next(others, None)

    def _lose(self, screen: QScreen) -> None:
        """Go on with one screen: everything is on that one too."""
        if self.window and self.window.screen() in {screen, self._presenter.screen()}:
            self.close()
