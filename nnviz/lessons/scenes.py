"""The experiment on every page of a lesson, and whether it can run."""

from collections.abc import Iterator
from pathlib import Path

from nnviz.data.messages import within
from nnviz.errors import InputError
from nnviz.experiment.change import changed
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import experiment_of, files_of, tables_of
from nnviz.experiment.kind import Kind, name_of
from nnviz.lessons import view_layout
from nnviz.lessons.bitmaps import BITMAPS, read_bitmap
from nnviz.lessons.drawings import read_drawing
from nnviz.lessons.lesson import Course, Figure, Lesson, Page, PageScene
from nnviz.lessons.local_files import figure_in, key_of, located
from nnviz.runs.begin import begin
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run
from nnviz.runs.snapshot import Snapshot
from nnviz.storage import exists

_MEASURED = {
    "accuracy": frozenset({"accuracy", "train_accuracy", "test_accuracy"}),
    "loss": frozenset({"loss", "train_loss"}),
}
"""Goals that not every run can have, and the measures of which one is needed."""


def course_of(lesson: Lesson, folder: Path) -> Course:
    """The lesson ready to play, with its files in a folder.

    Raises
    ------
    InputError
        One line with page and key, and what is allowed.
    """
    scenes: list[PageScene] = []
    before: Kind | None = None
    for number, page in enumerate(lesson.pages, start=1):
        with within(f"page {number}, "):
            now = _effective(page, before)
            scenes.append(_scene(page, now, before, folder))
        before = now
    return Course(lesson, None, tuple(scenes))


def _effective(page: Page, before: Kind | None) -> Kind | None:
    """The experiment on a page, given the one before; file names as written."""
    if page.experiment:
        with within("experiment."):
            experiment: Kind = experiment_of(page.experiment)
        return experiment
    if not page.change:
        return before
    if before is None:
        raise InputError("change: nothing runs on the pages before; allowed: an experiment")
    return changed(before, page.change, "change")


def _scene(page: Page, now: Kind | None, before: Kind | None, folder: Path) -> PageScene:
    """The page with its experiment, and with its files located."""
    layout, asked = view_layout.layout_of(page, now), view_layout.layout_asked(page, now)
    for complaint in view_layout.complaints(page, now, layout, asked):
        raise InputError(complaint)
    for complaint in _of_going(page, now):
        raise InputError(complaint)
    goes_on = now is None or (not page.experiment and before is not None and now.continues(before))
    figure = _figure(page, folder)
    return PageScene(page, _located(page, now, folder), not goes_on, layout, asked, figure)


def _of_going(page: Page, experiment: Kind | None) -> Iterator[str]:
    """Settings of a page that do not suit its experiment."""
    if experiment is None:
        for key in ("run", "done"):
            if getattr(page, key) != type(getattr(page, key))():
                yield f"{key}: nothing runs on this page; allowed: an experiment, here or on a page before"
    elif page.done.settled and not _settles(experiment):
        yield "done.settled: nothing here settles by itself; allowed: step, epoch, accuracy, loss"


def _settles(experiment: Kind) -> bool:
    """Whether there may be an end to what runs."""
    if isinstance(experiment, Experiment):
        return experiment.training.stops
    return name_of(experiment) != "race"


def _figure(page: Page, folder: Path) -> Figure:
    if not page.figure:
        return ""
    with within("figure: "):
        path = figure_in(folder, page.figure)
        return read_bitmap(path) if path.suffix.lower() in BITMAPS else read_drawing(path)


def _located(page: Page, experiment: Kind | None, folder: Path) -> Kind | None:
    if experiment is None:
        return None
    with within(f"{_table(page)}."):
        return located(experiment, folder, page.change or page.experiment)


def _table(page: Page) -> str:
    return "change" if page.change else "experiment"


def check_runs(course: Course) -> None:
    """Begin the experiment of every page, without a window.

    Raises
    ------
    InputError
        One line on the first page whose experiment cannot begin, or whose ``light`` or goal is impossible.
    """
    run: Run | None = None
    shown: Kind | None = None
    for number, scene in enumerate(course.scenes, start=1):
        with within(f"{course.name}: page {number}, "):
            if scene.experiment != shown:
                run = _begun_on(scene, run)
            if run:
                _require_sense(scene.page, run.snapshot())
        shown = scene.experiment


def _begun_on(scene: PageScene, before: Run | None) -> Run | None:
    experiment, table = scene.experiment, _table(scene.page)
    if experiment is None:
        return None
    for name in files_of(experiment):
        if not exists(Path(name)):
            key = key_of(name, tables_of(experiment))
            raise InputError(f"{table}.{key}: {Path(name).name!r} is not there; allowed: a file beside the lesson")
    try:
        return begin(experiment, before)
    except InputError as error:
        names_key = str(error).startswith(
            tuple(f"{key}{end}" for key in experiment.__struct_fields__ for end in ".:,")
        )
        raise InputError(f"{table}.{error}" if names_key else f"{table}: {error}") from error


def _require_sense(page: Page, moment: Moment) -> None:
    """Refuse what only the data can decide: units that do not exist, goals that are not measured."""
    sizes = moment.problem.network.layer_sizes if isinstance(moment, Snapshot) else ()
    for number, name in enumerate(page.light, start=1):
        place = view_layout.place_of_unit(name)
        if place and not place[1] <= sizes[place[0]]:
            raise InputError(f"light, item {number}: {name!r} is not there; allowed: layers of {sizes} units")
    allowed = _goals(moment)
    for goal in _MEASURED:
        if getattr(page.done, goal) and goal not in allowed:
            raise InputError(f"done.{goal}: what runs here has no {goal}; allowed: {', '.join(allowed)}")


def _goals(moment: Moment) -> list[str]:
    """Goals that a moment can reach; a network has a loss even if it is NaN at first."""
    measured = moment.measures.keys() | ({"loss"} if isinstance(moment, Snapshot) else set())
    kept = [goal for goal, names in _MEASURED.items() if names & measured]
    return ["step", "epoch", *kept, *(["settled"] if _settles(moment.experiment) else [])]
