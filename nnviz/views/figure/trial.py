"""How long a figure takes to be drawn: tried in a thread, before the window draws it."""

from threading import Event, Thread
from time import perf_counter

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from nnviz.lessons.lesson import Figure

_LARGEST = QSize(1920, 1080)
"""Pixels of the picture that is drawn."""
LONGEST = 0.1
"""Seconds that a drawing may take, as it holds up the whole window: the figures that nnviz ships take a tenth."""

_running: "set[Trial]" = set()
"""Keeps what runs from being destroyed in its thread."""


class Trial(QObject):
    """Draws an SVG once, or decodes a picture of pixels.

    There is no way to break it off: what does not come to an end is left to itself.

    Qt's reader of pictures gives up Python's lock while it draws; its renderer of SVGs, which draws lines and not
    pixels, does not.

    Attributes
    ----------
    image : QImage
        What was drawn; null before, and if it cannot be drawn.
    seconds : float
        How long it took; infinite before.

    Signals
    -------
    done
        It was drawn.
    """

    done = Signal()

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.image, self.seconds = QImage(), float("inf")
        self._content = figure.encode() if isinstance(figure, str) else figure.content
        self._kind = "svg" if isinstance(figure, str) else figure.kind
        self._ended = Event()
        _running.add(self)
        self.done.connect(lambda: _running.discard(self))
        Thread(target=self._draw, daemon=True).start()

    def is_drawn_within(self, patience: float) -> bool:
        """Wait for some seconds at most, and say whether it was drawn."""
        return self._ended.wait(patience)

    @property
    def is_light(self) -> bool:
        """Whether it was drawn so soon that the window may do so itself."""
        return self.seconds <= LONGEST

    def _draw(self) -> None:
        buffer = QBuffer()
        buffer.setData(QByteArray(self._content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer, QByteArray(self._kind.encode()))
        reader.setAutoTransform(True)  # a camera says how it was held
        fitting = reader.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio)
        if self._kind == "svg" or fitting.width() < reader.size().width():
            reader.setScaledSize(fitting)
        began = perf_counter()
        self.image = reader.read()
        self.seconds = perf_counter() - began
        self._ended.set()
        self.done.emit()
