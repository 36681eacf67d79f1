"""The first rows of tables, read beside the window: a workbook may take seconds to open, and a disk longer."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from nnviz.data.settings import TableSettings
from nnviz.progress import Work
from nnviz.runtime.ending import end

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.data.table import Table

_LONG, _LOOK = 0.2, 100
"""Seconds after which a reading is spoken of; milliseconds between two looks at how far it is."""

Take = Callable[["Table | Exception"], object]


class _Reading(QThread):
    """Reads the first rows of one table, and keeps them or what is wrong."""

    def __init__(self, path: Path, asked: TableSettings, take: Take) -> None:
        super().__init__()
        self._path, self._asked = path, asked
        self.work, self.take = Work(), take
        self.found: Table | Exception | None = None

    def run(self) -> None:
        try:
            from nnviz.data.table import understand  # noqa: PLC0415 - see nnviz.late

            with self.work.under_way():
                self.found = understand(self._path, self._asked, preview=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window is to know
            self.found = error


class FirstRows(QObject):
    """Reads the first rows of one table after another; each is given up as soon as another is wanted.

    Signals
    -------
    working_changed : Work or None
        What takes long enough to be spoken of; None once nothing does.
    """

    working_changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._wanted: _Reading | None = None
        self._readings: list[_Reading] = []
        self._looks = QTimer(self, interval=_LOOK)
        self._looks.timeout.connect(self._look)

    @property
    def idle(self) -> bool:
        """Whether nothing is being read that is still wanted."""
        return self._wanted is None

    def read(self, path: Path, asked: TableSettings, take: Take) -> None:
        """Read the first rows of a table as is asked; ``take`` gets it, or what is wrong, in this thread."""
        self.give_up()
        self._wanted = reading = _Reading(path, asked, take)
        self._readings.append(reading)
        reading.finished.connect(self._hand_over)
        reading.start()
        self._looks.start()

    def give_up(self) -> None:
        """Want nothing any more."""
        if self._wanted:
            self._wanted.work.give_up()
            self._end_wanted()

    def close(self) -> None:
        """End all reading; what cannot end at once is left to itself."""
        self.give_up()
        for reading in self._readings:
            end(reading)
        self._readings.clear()

    def _look(self) -> None:
        if self._wanted and monotonic() - self._wanted.work.began > _LONG:
            self.working_changed.emit(self._wanted.work)

    def _hand_over(self) -> None:
        """Hand over what was read, if it is still wanted, and forget all that have ended."""
        wanted = self._wanted
        self._readings = [reading for reading in self._readings if not reading.isFinished()]
        if wanted and wanted.isFinished():
            self._end_wanted()
            wanted.take(wanted.found or RuntimeError("nothing was read"))

    def _end_wanted(self) -> None:
        self._wanted = None
        self._looks.stop()
        self.working_changed.emit(None)
