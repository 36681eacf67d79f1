"""Moving pictures of a run: a view, or all, at moments of the timeline, as GIF, WebP or numbered PNGs."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.data.messages import shown
from nnviz.drawing.saving import framed
from nnviz.errors import InputError
from nnviz.lessons.opening import Opened
from nnviz.pictures import enlarge, let_settle, trained
from nnviz.progress import progress
from nnviz.runs.moment import Moment
from nnviz.storage import write_atomically
from nnviz.theme import theme
from nnviz.window.window import MainWindow

STAGE = "stage"
"""The name of all views together."""
_A_FRAME, _THE_LAST = 100, 2000
"""Milliseconds for which a frame is seen, and the last one, before the first comes again."""
_MOST_PIXELS = 300_000_000
"""Pixels of all frames of one file, which takes three bytes of memory for each."""
_STRIP, _LETTERS = 0.07, 0.5
"""Height of the strip with the caption as a part of the frame's, and of its letters as a part of the strip's."""


@dataclass(frozen=True)
class Film:
    """What is to be seen.

    Parameters
    ----------
    view : str
        Name of a view, or `STAGE` for all.
    frames : int
        Frames at most; there are fewer where fewer moments are.
    size : (int, int)
        Width and height of a frame in pixels.
    caption : str
        A line below the view, beside the epoch.
    """

    view: str
    frames: int
    size: tuple[int, int]
    caption: str
    theme: str


def write_film(first: Opened, out: Path, epochs: int, film: Film) -> int:
    """Write a film of a run's timeline, or of so many more epochs, all of it or nothing; return its frames.

    Parameters
    ----------
    out : Path
        Its ending says what is written: `.gif`, `.webp`, or without one a new folder of PNGs.

    Raises
    ------
    InputError
        The view is not there, the run has no moments to show, or the file cannot be written.
    """
    with trained(first, 0, film.size, film.theme, "") as window:
        window.desk.left.hide()
        window.desk.controls.playback.hide()
        if film.view != STAGE:
            enlarge(window, film.view)
        moments = _training(window, epochs, film.frames) if epochs else _timeline(window, film.frames)
        pictures = _frames(window, film, moments)
        if out.suffix.lower() in _WRITERS:
            content, count = _WRITERS[out.suffix.lower()](pictures)
            write_atomically(out, content)
        else:
            count = _write_folder(out, pictures)
    return count


def require_sense(out: Path, film: Film) -> None:
    """Refuse a name that is none of a film's, and a film too large for its file, before anything is drawn."""
    pixels = film.frames * film.size[0] * film.size[1]
    if out.suffix and pixels > _MOST_PIXELS:
        most = _MOST_PIXELS // (film.size[0] * film.size[1])
        raise InputError(
            f"{out}: {film.frames} frames of this size are too much for one file; allowed: up to {most}"
        )
    if out.suffix and out.suffix.lower() not in _WRITERS:
        allowed = f"a name ending in {', '.join(_WRITERS)}, or without an ending for a folder of PNGs"
        raise InputError(f"{out}: cannot be written; allowed: {allowed}")
    if not out.suffix and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(f"{shown(str(out))}: is there already; allowed: a new folder, or one that is empty")


def _timeline(window: MainWindow, frames: int) -> Iterator[tuple[int, int]]:
    """Go to as many moments of the timeline, evenly over its steps; give the number of each and of all."""
    moments = window.session.timeline.line.moments
    ends = moments[0].step, moments[-1].step
    steps = sorted({_at(moments, step) for step in np.linspace(*ends, frames).round().astype(int).tolist()})
    for number, step in enumerate(steps, start=1):
        window.session.seek(step)
        yield number, len(steps)


def _at(moments: list[Moment], step: int) -> int:
    """The step of the moment that is nearest to a step."""
    return min((moment.step for moment in moments), key=lambda its: abs(its - step))


def _training(window: MainWindow, epochs: int, frames: int) -> Iterator[tuple[int, int]]:
    """Train, and stop as many times as there are frames; give the number of each and of all."""
    session = window.session
    stops = sorted({*np.linspace(0, epochs, min(frames, epochs + 1)).round().astype(int).tolist()})
    done = 0
    for number, stop in enumerate(stops, start=1):
        if stop > done:
            session.advance(epochs=stop - done)
        done = stop
        yield number, len(stops)
        if not session.snapshot.finite or session.snapshot.settled:
            return


def _frames(window: MainWindow, film: Film, moments: Iterable[tuple[int, int]]) -> Iterator[QImage]:
    """A frame of each moment, as soon as all that is seen of it is there."""
    stage = window.desk.stage
    view: QWidget = stage if film.view == STAGE else stage.views[film.view].as_widget
    with progress(1.0, "film") as show:
        for number, count in moments:
            let_settle(window)
            for _ in range(2):  # a number that is shown now is laid out after that
                QApplication.processEvents()
            yield _frame(view, window.session.snapshot, film)
            show(number / count, f"frame {number} of {count}")


def _frame(view: QWidget, moment: Moment, film: Film) -> QImage:
    """A picture of a moment with the caption at the left below it and the epoch at the right."""
    size = QSize(*film.size)
    strip = round(_STRIP * size.height())
    image = framed(view, size, strip)
    painter = QPainter(image)
    font = QFont(QApplication.font())
    font.setPixelSize(max(9, round(_LETTERS * strip)))
    painter.setFont(font)
    painter.setPen(QColor(theme(film.theme).text))
    epoch, middle = f"epoch {moment.epoch:,}", Qt.AlignmentFlag.AlignVCenter
    place = QRect(strip // 2, size.height() - strip, size.width() - strip, strip)
    painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, epoch)
    room = place.width() - painter.fontMetrics().horizontalAdvance(epoch) - strip
    caption = painter.fontMetrics().elidedText(film.caption, Qt.TextElideMode.ElideRight, room)
    painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, caption)
    painter.end()
    return image


def _pillow(image: QImage) -> Image.Image:
    size, rows = (image.width(), image.height()), bytes(image.constBits())
    return Image.frombytes("RGB", size, rows, "raw", "BGRX", image.bytesPerLine())


def _of_256_colours(image: QImage) -> Image.Image:
    return _pillow(image).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _animated(
    kind: str, convert: Callable[[QImage], Image.Image], **options: Any
) -> Callable[[Iterator[QImage]], tuple[bytes, int]]:
    """What makes a file of frames, one after the other, and counts them."""

    def write(frames: Iterator[QImage]) -> tuple[bytes, int]:
        pictures = [convert(frame) for frame in frames]
        times = [_A_FRAME] * (len(pictures) - 1) + [_THE_LAST]
        content = io.BytesIO()
        pictures[0].save(
            content, kind, save_all=True, append_images=pictures[1:], duration=times, loop=0, **options
        )
        return content.getvalue(), len(pictures)

    return write


_WRITERS: dict[str, Callable[[Iterator[QImage]], tuple[bytes, int]]] = {
    ".gif": _animated("GIF", _of_256_colours, optimize=False),
    ".webp": _animated("WEBP", _pillow, quality=85, method=4),
}


def _write_folder(folder: Path, frames: Iterator[QImage]) -> int:
    """Write a PNG for each frame, once all are drawn."""
    contents = [_png(frame) for frame in frames]
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(contents, start=1):
        write_atomically(folder / f"frame-{number:04d}.png", content)
    return len(contents)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
