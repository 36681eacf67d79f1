"""Links of TensorFlow Playground: opened, copied, and shown as a code that a room can scan."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.runtime.session import Session
from nnviz.window.notice import Notice
from nnviz.window.second_screen import RoomBlank

_UNDER_A_CODE = "This network in TensorFlow Playground"


class Links:
    """Takes a link for an experiment and gives one away; no address is ever asked for anything.

    Parameters
    ----------
    notice : Notice
        Says what a link cannot say.
    room : RoomBlank
        Shows the code.
    open_ : callable
        Opens a link.
    """

    def __init__(self, session: Session, notice: Notice, room: RoomBlank, open_: Callable[[str], object]) -> None:
        self._session, self._notice, self._room, self.open = session, notice, room, open_

    def paste(self) -> bool:
        """Open the link on the clipboard; False if there is none."""
        link = linked(QGuiApplication.clipboard().mimeData())
        if link:
            self.open(link)
        return bool(link)

    def copy(self) -> None:
        """Copy the link that says the experiment, and tell what it cannot say."""
        if told := self._told():
            link, lacking = told
            QGuiApplication.clipboard().setText(link)
            self._notice.say(f"Copied a link. It cannot say: {lacking}.")

    def show_code(self) -> None:
        """Show the link as a QR code to the room."""
        from nnviz.presenter.code import code_image  # noqa: PLC0415 - see nnviz.late

        if told := self._told():
            link, lacking = told
            self._notice.say(f"The code is of a link, which cannot say: {lacking}.")
            self._room.show_code(code_image(link), _UNDER_A_CODE)

    def _told(self) -> tuple[str, str] | None:
        """The link, and what it cannot say; None, and a line on why, if there is none."""
        from nnviz.experiment.playground import link_to  # noqa: PLC0415 - see nnviz.late

        experiment = self._session.experiment
        if not isinstance(experiment, Experiment):
            self._notice.refuse("Playground has only networks that learn by gradient descent.")
            return None
        try:
            link = link_to(experiment)
        except InputError as error:
            self._notice.refuse(str(error))
            return None
        return link.text, "; ".join(link.lacking)


def linked(data: QMimeData | None) -> str:
    """The address of the web that was dropped or copied, if that is all; otherwise empty."""
    if data is None:  # Qt gives none of an empty clipboard, on some systems
        return ""
    urls = data.urls()
    text = urls[0].toString() if len(urls) == 1 and not urls[0].isLocalFile() else data.text().strip()
    is_one = text.lower().startswith(("http://", "https://")) and len(text.split()) == 1
    return text if is_one else ""
