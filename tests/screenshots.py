"""Write pictures of the real window and of every view, in every theme, to build/screenshots: to be looked at."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.append(str(Path(__file__).resolve().parent / "shared"))

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from hands import sheet_of
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.lesson import Course
from nnviz.lessons.library import Library
from nnviz.lessons.opening import Opened
from nnviz.offscreen_window import let_live, temporary_window
from nnviz.paths import resource
from nnviz.pictures import lecture_on, let_settle, picture_of, picture_of_page, play_page, save_window
from nnviz.theme import THEMES
from nnviz.window.window import MainWindow

_SMALL, _SMALL_FROM = QSize(288, 180), (1200, 640)
"""Pixels of a lesson's picture in the library, and of the window that it is taken from."""
IN_THE_LIBRARY = {
    "neuron": 5,
    "spikes": 2,
    "composition": 3,
    "boltzmann": 8,
    "memory": 3,
    "convolution": 2,
    "mcculloch-pitts": 5,
    "hebb": 5,
    "perceptron": 5,
    "xor-solved": 3,
    "three-datasets": 4,
    "activations": 3,
    "half-planes": 3,
    "function-approximation": 2,
    "features": 2,
    "deep-vs-shallow": 5,
    "parity": 1,
    "np-complete": 2,
    "gradient-descent": 5,
    "feature-learning": 1,
}
"""Pages that the library shows of lessons; of others the first."""

ROOT = Path(__file__).resolve().parents[1]
_GUIDE = (1440, 900)
_WIDE = 960
"""Pixels that README's pictures are wide."""

LECTURE_THEMES = ("light", "high_contrast")
SIZES = ((1024, 768), (1920, 1080))

CASES: dict[str, tuple[str, int, str]] = {
    # name: experiment, epochs, drawer
    "start": ("", 0, ""),
    "xor": ("", 120, ""),
    "spiral-deep": (
        """
        data = { name = "spiral", noise = 0.05 }
        network = { hidden = [8, 8, 8, 8, 8, 8] }
        training = { learning_rate = 0.1 }
        """,
        300,
        "activations",
    ),
    "blobs": (
        """
        data = { name = "blobs", classes = 6, noise = 0.2 }
        network = { hidden = [6], output = "softmax" }
        training = { loss = "cross_entropy" }
        """,
        40,
        "confusion",
    ),
    "digits": (
        """
        data = { name = "digits" }
        network = { hidden = [64, 32], activation = "relu", output = "softmax" }
        training = { loss = "cross_entropy", learning_rate = 0.1 }
        """,
        20,
        "confusion",
    ),
    "iris": (
        """
        data = { name = "iris", standardize = true }
        network = { hidden = [5], output = "softmax" }
        training = { loss = "cross_entropy" }
        """,
        60,
        "weights",
    ),
    "sine": (
        """
        data = { name = "sine", noise = 0.2 }
        network = { hidden = [6], output = "identity" }
        training = { learning_rate = 0.1 }
        """,
        200,
        "weights",
    ),
    "surface": (
        """
        data = { name = "multi_gaussian", features = ["x1", "x2", "x1*x2"] }
        network = { hidden = [8], output = "identity" }
        training = { learning_rate = 0.1 }
        """,
        100,
        "activations",
    ),
    "no-hidden-layer": ("network = { hidden = [] }", 20, "activations"),
    "diverged": (
        """
        network = { output = "identity", activation = "relu" }
        training = { learning_rate = 100.0 }
        """,
        5,
        "",
    ),
}


def pictures_of_pages(course: Course, folder: Path, size: tuple[int, int], theme: str) -> Iterator[Path]:
    """Write a picture of every page of a lesson, before its question is answered and after; give their paths."""
    with lecture_on(course, 0, size, theme) as window:
        for index in range(len(course.scenes)):
            window.lecture.player.go(index)
            name = f"{course.lesson.id}-{index + 1}-{theme}-{size[0]}x{size[1]}"
            if window.lecture.player.waits_for_guess:
                let_live(window, lambda: window.session.idle)
                let_settle(window)
                yield _saved(window, folder / f"{name}-asked.png")
            play_page(window)
            yield _saved(window, folder / f"{name}.png")


def _saved(window: MainWindow, out: Path) -> Path:
    save_window(window, out)
    return out


def small_picture(course: Course, index: int, out: Path) -> None:
    """Write a small picture of what a page of a lesson shows at its largest, for the library."""
    with lecture_on(course, index, _SMALL_FROM, "light") as window:
        play_page(window)
        QApplication.processEvents()
        stage = window.desk.stage
        view = stage.views[stage.shown[0]].as_widget
        small = (
            view.grab()
            .toImage()
            .scaled(
                _SMALL, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            )
        )
        x, y = (small.width() - _SMALL.width()) // 2, (small.height() - _SMALL.height()) // 2
        small.copy(x, y, _SMALL.width(), _SMALL.height()).save(str(out))


def experiment_of(text: str, name: str) -> Experiment:
    """An experiment in inline tables, indented for reading."""
    experiment: Experiment = parse_experiment("\n".join(line.strip() for line in text.splitlines()), name)
    return experiment


def pictures() -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Every case, theme and size."""
    return ((case, theme, size) for case in CASES for theme in THEMES for size in SIZES)


def lessons(folder: Path, chosen: list[str]) -> Iterator[Path]:
    """Draw every page of every lesson, before and after its question, in two themes and sizes."""
    for course in Library((resource("lessons"),)).courses:
        if not chosen or course.lesson.id in chosen:
            for theme in LECTURE_THEMES:
                for size in SIZES:
                    yield from pictures_of_pages(course, folder, size, theme)


def library() -> Iterator[Path]:
    """Draw the small pictures that the library shows of the lessons, into the resources."""
    folder = resource("lessons", "pictures")
    folder.mkdir(exist_ok=True)
    for course in Library((resource("lessons"),)).courses:
        out = folder / f"{course.lesson.id}.png"
        small_picture(course, IN_THE_LIBRARY.get(course.lesson.id, 1) - 1, out)
        yield out


def guide() -> Iterator[Path]:
    """Draw the pictures of README and site."""
    folder = ROOT / "docs" / "screenshots"
    text = """
        data = { name = "spiral" }
        network = { hidden = [8, 8] }
        training = { learning_rate = 0.1 }
        """
    picture_of(
        Opened(experiment=experiment_of(text, "guide")), folder / "window.png", 400, _GUIDE, "light", "activations"
    )
    zoo = next(course for course in Library((resource("lessons"),)).courses if course.lesson.id == "zoo")
    picture_of_page(zoo, 1, folder / "lesson.png", _GUIDE, "light")
    draw_sheet(folder / "table.png")
    for name in ("window", "lesson"):
        reduce(folder / f"{name}.png")
    yield from (folder / f"{name}.png" for name in ("window", "lesson", "table"))


def reduce(picture: Path) -> None:
    """Make a picture smaller: it comes with every installer."""
    small = QImage(str(picture)).scaledToWidth(_WIDE, Qt.TransformationMode.SmoothTransformation)
    small.convertToFormat(QImage.Format.Format_RGB888).save(str(picture), "PNG", 0)  # type: ignore[call-overload]


def draw_sheet(out: Path) -> None:
    """Draw the sheet of a table as a spreadsheet writes it: numbers of rows, decimal commas, a missing value."""
    columns, *rows = resource("data", "iris.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{number},{row}" for number, row in enumerate(rows, start=1)]
    rows[3] = rows[3].replace("3.1", "NA")
    with tempfile.TemporaryDirectory() as folder, temporary_window() as window:
        file = Path(folder) / "flowers.csv"
        text = "\n".join([f"id,{columns}", *rows]).replace(",", ";").replace(".", ",")
        file.write_text(f"{text}\n", encoding="utf-8")
        window.files.open(file)
        sheet = sheet_of(window)
        sheet.resize(1100, 520)
        sheet.grab().save(str(out))
        sheet.reject()


def main(chosen: list[str]) -> int:
    """Write the pictures of the cases and lessons chosen, of all if none is.

    ``library``: those that the library shows; ``guide``: those of README and site.
    """
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    if chosen in (["library"], ["guide"]):
        print(*{"library": library, "guide": guide}[chosen[0]](), sep="\n")  # noqa: T201
        return 0
    for case, theme, size in pictures():
        if chosen and case not in chosen:
            continue
        text, epochs, drawer = CASES[case]
        out = folder / f"{case}-{theme}-{size[0]}x{size[1]}.png"
        picture_of(Opened(experiment=experiment_of(text, case)), out, epochs, size, theme, drawer)
        print(out)  # noqa: T201 - a script talks
    for out in lessons(folder, chosen):
        print(out)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
