"""A lesson as it is played: every page with the experiment that runs on it."""

from pathlib import Path

from msgspec import Struct

from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Lesson, Page, ViewLayout


class PageScene(Struct, frozen=True, eq=False):
    """A page and what runs on it.

    Parameters
    ----------
    experiment : Kind or None
        What runs while the page is shown; None where nothing does.
    anew : bool
        The page begins its experiment anew, even when it follows on the page before it.
    layout : ViewLayout
        Which views stand where, what the page leaves open filled in.
    figure : Path or None
        The picture to show.
    """

    page: Page
    experiment: Kind | None
    anew: bool
    layout: ViewLayout
    figure: Path | None = None


class Course(Struct, frozen=True, eq=False):
    """A lesson ready to be played.

    Parameters
    ----------
    path : Path or None
        The file that it comes from.
    scenes : tuple of PageScene
        One for each page.
    """

    lesson: Lesson
    path: Path | None
    scenes: tuple[PageScene, ...]

    @property
    def name(self) -> str:
        """What errors call it: its file, or its id."""
        return self.path.name if self.path else self.lesson.id
