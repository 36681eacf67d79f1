"""The schema of a lesson (pages with words, question, experiment, layout), and a lesson ready to play."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from nnviz.experiment.change import Tables
from nnviz.experiment.kind import Kind
from nnviz.lessons.bitmaps import Bitmap
from nnviz.lessons.views import ViewName
from nnviz.storage import LESSON, LESSON_TEXT

FORMAT = 1
"""The newest format of lesson files that this version reads, and the one it writes."""
MOST_PAGES = 60
Figure = str | Bitmap
"""A page's figure: the text of an SVG, empty for none, or a picture of pixels."""
ShortText = Annotated[str, Meta(min_length=1, max_length=160)]
LongText = Annotated[str, Meta(max_length=4000)]
Id = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z",
        description="small letters, digits and hyphens in quotation marks, up to 64",
    ),
]


class ViewLayout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arrangement of the views: one large, others beside it, one in the drawer. Empty: the usual one."""

    main: ViewName | Literal[""] = ""
    side: Annotated[tuple[ViewName, ...], Meta(max_length=3)] = ()
    drawer: ViewName | Literal[""] = ""


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the audience should predict before the run continues.

    The guess is either one of ``choices``, of which ``answer`` is correct (counted from 1; 0 for none), or a
    drawing: a line in the ``plane`` or a ``curve`` of the loss. ``reveal`` is shown after the guess. ``views`` are
    the views until then, where those of the page would show the answer.
    """

    ask: ShortText
    choices: Annotated[tuple[ShortText, ...], Meta(max_length=6)] = ()
    answer: Annotated[int, Meta(ge=0)] = 0
    draw: Literal["", "plane", "curve"] = ""
    reveal: LongText = ""
    views: ViewLayout = ViewLayout()


class PageRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the run does when the page is shown, or when its question is answered.

    It plays if ``play`` is set, or takes a number of ``steps`` or ``epochs``; otherwise it stays as it is.
    ``pace`` is in steps a second; if 0, it takes steps and epochs as fast as possible, and plays at the speed
    chosen in the window.
    """

    play: bool = False
    steps: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    epochs: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    pace: Annotated[float, Meta(ge=0.0, le=10_000.0)] = 0.0


class PageGoal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions for a page to be done. Without conditions it is done once it is shown."""

    step: Annotated[int, Meta(ge=0)] = 0
    epoch: Annotated[int, Meta(ge=0)] = 0
    accuracy: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    loss: Annotated[float, Meta(ge=0.0)] = 0.0
    settled: bool = False


class Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page.

    ``words`` and ``notes`` are Markdown with formulas between dollar signs. ``experiment`` begins a new run,
    ``change`` changes the current one once a question is answered; with neither the run continues. ``light`` names
    what to highlight: views, ``lines`` of the hidden units over the regions, units of the diagram as ``unit 1.2``
    (layer, unit; inputs are layer 0), or a stop of the example in Backprop (``stop loss``, ``stop delta 2.1``:
    input, sum, activation, loss, delta, gradient, update). ``on`` names for a view what is switched on in it while
    the page is shown, such as the panes of Backprop. ``figure`` is a picture in its folder: SVG, PNG or JPEG.
    """

    title: ShortText
    words: LongText = ""
    notes: LongText = ""
    look: Annotated[str, Meta(max_length=400)] = ""
    next: Annotated[str, Meta(max_length=400)] = ""
    experiment: Tables = {}
    change: Tables = {}
    views: ViewLayout = ViewLayout()
    light: Annotated[tuple[ShortText, ...], Meta(max_length=8)] = ()
    on: dict[str, tuple[ShortText, ...]] = {}
    figure: Annotated[str, Meta(max_length=200)] = ""
    question: Question | None = None
    run: PageRun = PageRun()
    done: PageGoal = PageGoal()


class Lesson(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lesson; ``part`` and ``order`` give its place in the library."""

    format: Annotated[int, Meta(ge=1)] = FORMAT
    id: Id
    title: ShortText
    summary: Annotated[str, Meta(max_length=300)] = ""
    part: Annotated[int, Meta(ge=1, le=99)] = 99
    order: Annotated[int, Meta(ge=0, le=999)] = 0
    source: Annotated[tuple[ShortText, ...], Meta(max_length=12)] = ()
    references: Annotated[tuple[ShortText, ...], Meta(max_length=12)] = ()
    pages: Annotated[tuple[Page, ...], Meta(min_length=1, max_length=MOST_PAGES)]


class PageScene(Struct, frozen=True, eq=False):
    """A page and the experiment that runs on it.

    Parameters
    ----------
    experiment : Kind or None
        What runs while the page is shown; None if nothing does.
    anew : bool
        The page begins a new run, even when it follows the page before it.
    layout, asked : ViewLayout
        The arrangement of the views, complete; and the one while the page's question waits.
    figure : str or Bitmap
        The drawing to show (SVG), as `read_drawing` accepted it, or a picture of pixels; empty if there is none.
    """

    page: Page
    experiment: Kind | None
    anew: bool
    layout: ViewLayout
    asked: ViewLayout
    figure: Figure = ""

    @property
    def shows_run(self) -> bool:
        """Whether a view of what runs is on the page, not a figure alone."""
        return self.experiment is not None and (self.layout.main != "figure" or bool(self.layout.side))


class Course(Struct, frozen=True, eq=False):
    """A lesson ready to play.

    Parameters
    ----------
    path : Path or None
        Its file.
    scenes : tuple of PageScene
        One for each page.
    """

    lesson: Lesson
    path: Path | None
    scenes: tuple[PageScene, ...]

    @property
    def folder(self) -> Path | None:
        """Where its files are: beside it, or in it if it is one file."""
        return self.path and (self.path if self.path.suffix.lower() == LESSON else self.path.parent)

    @property
    def text_path(self) -> Path | None:
        """The path of its text, which leads into it if it is one file."""
        return self.path / LESSON_TEXT if self.path and self.folder == self.path else self.path

    @property
    def name(self) -> str:
        """Its name in error messages: its file, or its id."""
        return self.path.name if self.path else self.lesson.id
