"""A lesson as it is played: every page with the experiment that runs on it."""

from dataclasses import dataclass
from pathlib import Path

from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Lesson, Page, Stand


@dataclass(frozen=True, eq=False)
class Scene:
    """A page and what runs on it.

    Parameters
    ----------
    page : Page
    experiment : Kind or None
        What runs while the page is shown; None where nothing does.
    anew : bool
        The page begins its experiment anew, even when it follows on the page before it.
    stand : Stand
        Which views stand where, what the page leaves open filled in.
    figure : Path or None
        The picture to show.
    """

    page: Page
    experiment: Kind | None
    anew: bool
    stand: Stand
    figure: Path | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A lesson ready to be played.

    Parameters
    ----------
    lesson : Lesson
    path : Path or None
        The file that it comes from.
    scenes : tuple of Scene
        One for each page.
    """

    lesson: Lesson
    path: Path | None
    scenes: tuple[Scene, ...]
