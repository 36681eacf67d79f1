"""Whether nnviz works here: the real window plays pages of a lesson, and a network learns in it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType

from PySide6.QtGui import QGuiApplication, QImageReader

from nnviz.experiment.experiment import Experiment
from nnviz.offscreen_window import let_live, temporary_window, wait
from nnviz.runs.snapshot import Snapshot
from nnviz.version import version
from nnviz.window.window import MainWindow

_PATIENCE = 60.0
"""Seconds in which it must have learned."""
_LEARNED = 0.95
_PAGES = 3
"""Pages of a lesson that are turned."""

_PICTURES = {"jpeg", "png", "svg"}
"""Kinds of pictures that lessons may have; what reads them is left out of a build too easily."""


def self_test() -> tuple[bool, str]:
    """Open the real window, play the first pages of a lesson, train, and see whether both went well."""
    began = monotonic()
    with temporary_window() as window, _errors_counted() as errors:
        pages = _play_lesson(window)
        window.begin(Experiment())
        window.session.play()
        begun = monotonic()
        last = wait(window, lambda s: _accuracy(s) >= _LEARNED or monotonic() - begun > _PATIENCE)
    accuracy = _accuracy(last)
    words = (
        f"nnviz {version()} on {QGuiApplication.platformName()}: {pages} of {_PAGES} pages of a lesson played; "
        f"{100 * accuracy:.1f} % of the test points right after {last.epoch:,} epochs and "
        f"{monotonic() - began:.1f} s"
    )
    if lacking := sorted(
        _PICTURES - {bytes(kind.data()).decode() for kind in QImageReader.supportedImageFormats()}
    ):
        words += f"; no reader of pictures for {', '.join(lacking)}"
    passed = accuracy >= _LEARNED and pages == _PAGES and not errors and not lacking
    return passed, f"{words}: {'passed' if passed else 'FAILED'}"


@contextmanager
def _errors_counted() -> Iterator[list[BaseException]]:
    """Keep the errors that Qt would only print, such as those of a page that cannot be drawn."""
    errors: list[BaseException] = []
    former = sys.excepthook

    def count(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append(error)
        former(kind, error, trace)

    sys.excepthook = count
    try:
        yield errors
    finally:
        sys.excepthook = former


def _play_lesson(window: MainWindow) -> int:
    """Play the first pages of the first lesson that nnviz ships, and return how many reached their goals."""
    lecture = window.lecture
    lecture.open(window.lessons.library.courses[0])
    player = lecture.player
    for page in range(_PAGES):
        player.go(page)
        player.reveal()
        let_live(window, lambda: player.index in player.done)
    played = len(player.done)
    lecture.close()
    return played


def _accuracy(snapshot: Snapshot) -> float:
    score = snapshot.metrics.test
    return score.accuracy or 0.0 if score else 0.0
