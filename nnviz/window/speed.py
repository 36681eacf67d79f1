"""How fast the run goes: as chosen in the window, which is remembered for the day, or as a lesson's page says."""

from PySide6.QtCore import QDate, QObject, QSettings, Qt

from nnviz.controls.playback import USUAL_PACE, PlaybackBar
from nnviz.lessons.lesson import PageRun
from nnviz.runtime.session import Session

_KEY = "pace"


class Speed(QObject):
    """The speed of the run, in steps a second; None for as fast as it goes.

    A page that names a speed has it, and what is chosen by hand there holds for that page alone.
    """

    def __init__(self, bar: PlaybackBar, session: Session, settings: QSettings) -> None:
        super().__init__(session)
        self._bar, self._session, self._settings = bar, session, settings
        self._chosen: float | None = None
        self._is_of_page = False
        bar.pace_changed.connect(self._take)

    def begin_day(self) -> None:
        """Begin at the speed that was chosen earlier this day, or at one at which learning is seen."""
        self._chosen = _kept(str(self._settings.value(_KEY, "")))
        self.end_page()

    def follow_page(self, run: PageRun) -> None:
        """Go at a page's speed; one without takes its steps or epochs as fast as it goes, or plays as chosen."""
        self._is_of_page = bool(run.pace or run.steps or run.epochs)
        self._use(run.pace or None if self._is_of_page else self._chosen)

    def end_page(self) -> None:
        """Go at the chosen speed again."""
        self._is_of_page = False
        self._use(self._chosen)

    def _take(self, pace: float | None) -> None:
        """Go at a speed chosen by hand, and remember it unless the page has its own."""
        self._session.pace(pace)
        if not self._is_of_page:
            self._chosen = pace
            self._settings.setValue(_KEY, f"{_today()} {pace or 0}")

    def _use(self, pace: float | None) -> None:
        self._bar.show_pace(pace)
        self._session.pace(pace)


def _kept(text: str) -> float | None:
    """The speed in ``2026-11-30 200``, if that is today; 0 stands for as fast as it goes."""
    day, _, pace = text.partition(" ")
    try:
        return (float(pace) or None) if day == _today() else USUAL_PACE
    except ValueError:
        return USUAL_PACE


def _today() -> str:
    return QDate.currentDate().toString(Qt.DateFormat.ISODate)
