"""A lesson: pages of words, a question, an experiment, which views stand where; and the lesson as it is played."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from nnviz.experiment.change import Tables
from nnviz.experiment.kind import Kind
from nnviz.lessons.views import ViewName

FORMAT = 1
"""The newest format of lesson files that this version reads, and the one it writes."""
MOST_PAGES = 60
ShortText = Annotated[str, Meta(min_length=1, max_length=160)]
LongText = Annotated[str, Meta(max_length=4000)]
Id = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z",
        description="small letters, digits and hyphens in quotation marks, up to 64",
    ),
]


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the room is to predict before the run goes on.

    Either ``choices`` are offered, ``answer`` (counted from 1, 0 for none) being the right one, or a guess is
    drawn: a line in the ``plane`` or a ``curve`` of the loss. ``reveal`` is said once a guess is given or skipped.
    """

    ask: ShortText
    choices: Annotated[tuple[ShortText, ...], Meta(max_length=6)] = ()
    answer: Annotated[int, Meta(ge=0, le=6)] = 0
    draw: Literal["", "plane", "curve"] = ""
    reveal: LongText = ""


class ViewLayout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which views stand where: one large, others beside it, one in the drawer below. Empty: as usual."""

    main: ViewName | Literal[""] = ""
    side: Annotated[tuple[ViewName, ...], Meta(max_length=3)] = ()
    drawer: ViewName | Literal[""] = ""


class Going(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the run goes when the page is shown, or when its question is answered.

    It stays as it is unless ``play`` is set, or so many ``steps`` or ``epochs`` are to be taken. ``pace`` is in
    steps a second, 0 for as fast as it goes.
    """

    play: bool = False
    steps: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    epochs: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    pace: Annotated[float, Meta(ge=0.0, le=10_000.0)] = 0.0


class PageGoal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a page counts as done: all that is given has come true. Nothing given: once it is shown."""

    step: Annotated[int, Meta(ge=0)] = 0
    epoch: Annotated[int, Meta(ge=0)] = 0
    accuracy: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    loss: Annotated[float, Meta(ge=0.0)] = 0.0
    settled: bool = False


class Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page.

    ``words`` and ``notes`` are Markdown with formulas between dollar signs. ``experiment`` begins one anew,
    ``change`` changes the one that runs, once a question is answered; with neither it goes on. ``light`` names
    what is lit: views, ``lines`` of the hidden units over the regions, units of the diagram as ``unit 1.2``
    (layer, unit; inputs are layer 0), or where on its way an example stands (``stop loss``, ``stop delta 2.1``:
    input, sum, activation, loss, delta, gradient, update). ``figure`` is a picture (SVG) in the lesson's folder.
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
    figure: Annotated[str, Meta(max_length=200)] = ""
    question: Question | None = None
    run: Going = Going()
    done: PageGoal = PageGoal()


class Lesson(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lesson; ``part`` and ``order`` say where in the library it stands."""

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
    """A page and what runs on it.

    Parameters
    ----------
    experiment : Kind or None
        What runs while the page is shown; None where nothing does.
    anew : bool
        The page begins its experiment anew, even when it follows on the page before it.
    layout : ViewLayout
        Which views stand where, what the page leaves open filled in.
    figure : str
        The drawing to show (SVG), as `read_drawing` found it fit; empty where there is none.
    """

    page: Page
    experiment: Kind | None
    anew: bool
    layout: ViewLayout
    figure: str = ""


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
