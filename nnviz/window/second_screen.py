"""What the room sees: the audience's window on a second screen, and a blank screen."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage, QScreen
from PySide6.QtWidgets import QWidget

from nnviz.presenter.blank import Blank, BlankScreen
from nnviz.presenter.player import Player
from nnviz.theme import Theme
from nnviz.window.display import Display

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.presenter.audience import AudienceWindow


class SecondScreen(QObject):
    """Opens the audience's window on a second screen, if there is one, and keeps it the same as this window.

    Signals
    -------
    opened_changed : bool
        The window was opened, or closed.
    side_changed : (bool, bool)
        Whether it is frozen, and whether it is dark.
    """

    opened_changed = Signal(bool)
    side_changed = Signal(bool, bool)

    def __init__(self, window: QWidget, display: Display, player: Player) -> None:
        super().__init__(window)
        self._presenter, self._display, self._player = window, display, player
        self.window: AudienceWindow | None = None
        self._kept: AudienceWindow | None = None  # hidden, not destroyed: its plots live as long as the program
        self.frozen = False
        self._share = 1.0
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # noqa: S101 - there is a window
        application.screenRemoved.connect(self._close_on_lost_screen)

    def open(self) -> bool:
        """Open the window if there is a second screen; return whether there is."""
        from nnviz.presenter.audience import AudienceWindow  # noqa: PLC0415 - see nnviz.late

        screen = self._spare_screen()
        if screen and self.window is None:
            if self._kept is None:
                self._kept = AudienceWindow()
                self._kept.gone.connect(self.close)
                self._kept.stage.arranged.connect(partial(self._display.show_views, self._kept.stage))
                self._kept.activated.connect(self._presenter.activateWindow)
                self._kept.addActions(
                    self._presenter.actions()
                )  # its keys work even where the system ignores that
            self.window = self._kept
            self.window.set_theme(self._display.stages.theme)
            self._display.add(self.window.stage, self.window.readouts)
            self.window.show_on(screen)
            self.show()
            self.opened_changed.emit(True)
        return screen is not None

    def close(self) -> None:
        """Hide the audience's window; the lecture goes on in this one."""
        if self.window:
            window, self.window = self.window, None
            if not self.frozen:
                self._display.remove(window.stage, window.readouts)
            self.frozen = False
            window.hide()
            window.blank.uncover()
            self.opened_changed.emit(False)
            self.announce()

    def dispose(self) -> None:
        """Close the window and delete it, at the program's end."""
        self.close()
        if self._kept:
            self._kept.deleteLater()
            self._kept = None

    def show(self) -> None:
        """Show the current page, unless the window is frozen."""
        if self.window and not self.frozen:
            player = self._player
            self.window.show_page(player.course, player.index, player.done, player.question)
            self.window.line.show_share(self._share)

    def show_position(self, share: float) -> None:
        """Show how far along the timeline the moment is that is shown."""
        self._share = share
        if self.window and not self.frozen:
            self.window.line.show_share(share)

    def set_theme(self, theme: Theme) -> None:
        """Show the page in a theme; the views get it through `Stages`."""
        if self.window:
            self.window.set_theme(theme)

    def freeze(self, frozen: bool) -> None:
        """Freeze the audience's window, or let it follow this one again."""
        if self.window and frozen != self.frozen:
            self.frozen = frozen
            follow = self._display.remove if frozen else self._display.add
            follow(self.window.stage, self.window.readouts)
            self.show()
        self.announce()

    def cover(self, color: str) -> None:
        """Make the audience's window ``black`` or ``white``; show it again if empty."""
        if self.window and color:
            self.window.blank.show_color(color)
        elif self.window:
            self.window.blank.uncover()
        self.announce()

    def show_code(self, code: QImage, words: str) -> None:
        """Show a code in place of the audience's window, with words beneath it."""
        if self.window:
            self.window.blank.show_code(code, words)
        self.announce()

    def announce(self) -> None:
        """Emit whether the window is frozen and whether it is dark."""
        self.side_changed.emit(self.frozen, bool(self.color))

    @property
    def color(self) -> str:
        """``black`` or ``white`` while the audience's window is covered; else empty."""
        return self.window.blank.color if self.window else ""

    def _spare_screen(self) -> QScreen | None:
        others = (screen for screen in QGuiApplication.screens() if screen is not self._presenter.screen())
        return next(others, None)

    def _close_on_lost_screen(self, screen: QScreen) -> None:
        if self.window and self.window.screen() in {screen, self._presenter.screen()}:
            self.close()


class RoomBlank:
    """Blanks what the room sees: the second screen, or the only one.

    Attributes
    ----------
    own : BlankScreen
        Covers this window.
    """

    def __init__(self, window: QWidget, second_screen: SecondScreen) -> None:
        self.own, self._sheet, self._second = BlankScreen(window), Blank(window), second_screen
        self.own.woken.connect(lambda: second_screen.cover(""))

    @property
    def color(self) -> str:
        """``black`` or ``white`` while the room sees nothing else; else empty."""
        return self.own.color or self._second.color

    def cover(self, color: str) -> None:
        """Make what the room sees ``black`` or ``white``; show a blank screen again."""
        if self.wake():
            return
        if self._second.window:
            self._second.cover(color)
        else:
            self.own.cover(self._sheet, color)

    def show_code(self, code: QImage, words: str) -> None:
        """Show a code, with words beneath it, on every screen, until it is woken as from a blank one."""
        self.own.cover_with_code(self._sheet, code, f"{words}; Esc goes back")
        self._second.show_code(code, words)

    def wake(self) -> bool:
        """Show a blank screen again; False if none is blank."""
        was = bool(self.color)
        self.own.uncover()
        self._second.cover("")
        return was
