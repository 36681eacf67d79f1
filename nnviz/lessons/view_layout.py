"""The views that suit an experiment, and their usual arrangement."""

import re
from collections.abc import Iterator, Mapping

from msgspec import structs

from nnviz.data.messages import shown
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import NETWORK, Kind, name_of
from nnviz.lessons.lesson import Page, ViewLayout
from nnviz.lessons.views import FIGURE, VIEWS, suits

LINES = "lines"
"""The name in ``light`` that draws each hidden unit's line over the regions."""

_SIDE_OF_NETWORKS = ("output", "loss")
_FOR_DRAWING = {"plane": "output", "curve": "loss"}
"""The view on which a guess is drawn."""

_PHASES = "input|sum|activation|loss|delta|gradient|update"
_STOP = re.compile(rf"stop ({_PHASES})(?: (\d{{1,3}})\.(\d{{1,4}}))?")
_UNIT = re.compile(r"unit ([0-9]{1,3})\.([0-9]{1,4})")


def usual(kind: str) -> ViewLayout:
    """The usual arrangement for a kind of experiment; a kind's own view has the kind's name."""
    return ViewLayout(main=kind, side=_SIDE_OF_NETWORKS if kind == NETWORK else ())


def layout_of(page: Page, experiment: Kind | None) -> ViewLayout:
    """The arrangement of a page's views, completed where the page leaves it open.

    Without a large view, the page shows its figure, the network, or its kind's own view. The usual views beside
    the network are shown only if the page names no view at all.
    """
    given = page.views
    if given.main:
        return given
    placed = {*given.side, given.drawer}
    if experiment is None or (page.figure and FIGURE not in placed):
        return structs.replace(given, main=FIGURE)
    layout = usual(name_of(experiment))
    side = given.side or tuple(name for name in layout.side if name != given.drawer)
    return structs.replace(given, main=layout.main, side=side)


def layout_asked(page: Page, experiment: Kind | None) -> ViewLayout:
    """The arrangement while a page's question waits: the question's own, or the page's."""
    asked = page.question.views if page.question else ViewLayout()
    return layout_of(page if asked == ViewLayout() else structs.replace(page, views=asked), experiment)


def complaints(page: Page, experiment: Kind | None, layout: ViewLayout, asked: ViewLayout) -> Iterator[str]:
    """Errors in a page's views, a line each, beginning with the key; ``asked``: those while a question waits."""
    if experiment is None and not page.figure:
        yield "experiment: missing, and so is figure; allowed: one of them, or both"
        return
    yield from _of_views(page, experiment, layout)
    if page.figure and FIGURE not in _names(layout):
        yield "figure: it is shown nowhere; allowed: a figure where views.main or views.side has figure"
    if asked != layout:
        yield from (f"question.{what}" for what in _of_views(page, experiment, asked))
    shown_views = _names(layout)
    yield from _of_switches(page.on, {*shown_views, *_names(asked)})
    for number, name in enumerate(page.light, start=1):
        yield from (f"light, item {number}: {what}" for what in _of_light(name, experiment, shown_views))
    if page.question and page.question.draw:
        on = _FOR_DRAWING[page.question.draw]
        if page.question.views != ViewLayout():
            yield "question.views: a guess is drawn on the page's own; allowed: question.views beside choices"
        if on not in (layout.main, *layout.side):
            drawn = page.question.draw
            yield f"question.draw: a {drawn} is drawn on {on}; allowed: views.main or views.side with {on}"


def suited(layout: ViewLayout, experiment: Kind) -> ViewLayout:
    """The arrangement without views that cannot show an experiment; the usual one if the large view cannot."""
    kind = name_of(experiment)
    if not suits(layout.main, kind):
        return ViewLayout()
    return ViewLayout(
        main=layout.main,
        side=tuple(name for name in layout.side if suits(name, kind)),
        drawer=layout.drawer if suits(layout.drawer, kind) and VIEWS[layout.drawer].tab else "",
    )


def place_of_unit(light: str) -> tuple[int, int] | None:
    """Layer (inputs are 0) and unit (from 1) in a ``light`` entry; None if it is no unit."""
    match = _UNIT.fullmatch(light)
    return (int(match[1]), int(match[2])) if match else None


def stop_of(light: str) -> tuple[str, tuple[int, int] | None] | None:
    """The stop in a ``light`` entry: phase, and (layer, unit from 1) or None; None if it is no stop."""
    match = _STOP.fullmatch(light)
    if match is None:
        return None
    return match[1], (int(match[2]), int(match[3])) if match[2] else None


def _of_views(page: Page, experiment: Kind | None, layout: ViewLayout) -> Iterator[str]:
    kind = name_of(experiment) if experiment else ""
    allowed = [name for name in VIEWS if suits(name, kind)] + ([FIGURE] if page.figure else [])
    placed: set[str] = set()
    for key, name in _places(layout):
        if name == FIGURE and not page.figure:
            yield f"{key}: there is no figure; allowed: {', '.join(allowed)}; or give the page a figure"
        elif name not in allowed:
            yield f"{key}: {name} shows nothing of {kind or 'a figure'}; allowed: {', '.join(allowed)}"
        elif name in placed:
            yield f"{key}: {name} stands there twice; allowed: every view once"
        elif key == "views.drawer" and name not in (in_drawer := [v for v in allowed if VIEWS[v].tab]):
            yield f"{key}: {name} is not for the drawer; allowed: {', '.join(in_drawer) or 'none here'}"
        placed.add(name)


def _of_light(name: str, experiment: Kind | None, views: tuple[str, ...]) -> Iterator[str]:
    place = place_of_unit(name)
    hidden = experiment.network.counts if isinstance(experiment, Experiment) else None
    is_unit = place is not None and hidden is not None and _is_unit(hidden, *place)
    is_stop = stop_of(name) is not None and "backprop" in views
    if is_unit or is_stop or name in views or (name == LINES and "output" in views):
        return
    lines = [LINES] if "output" in views else []
    stops = [f"stop {_PHASES.replace('|', ', stop ')}"] if "backprop" in views else []
    units = [] if hidden is None else [f"unit L.U (layer 0 to {len(hidden) + 1}, unit from 1)"]
    yield f"{shown(repr(name))} cannot be lit; allowed: {', '.join((*views, *lines, *stops, *units))}"


def _of_switches(on: Mapping[str, tuple[str, ...]], views: set[str]) -> Iterator[str]:
    """Errors in what a page switches on: in views that are not there, or what they do not have."""
    able = {name: entry.switches for name, entry in VIEWS.items() if name in views and entry.switches}
    for view, names in on.items():
        if view not in able:
            yield f"on: {shown(repr(view))} is no view with switches here; allowed: {', '.join(able) or 'none'}"
            return
        for number, name in enumerate(names, start=1):
            if name not in able[view]:
                allowed = ", ".join(able[view])
                yield f"on.{view}, item {number}: {shown(repr(name))} is none of its switches; allowed: {allowed}"


def _is_unit(hidden: tuple[int, ...], layer: int, unit: int) -> bool:
    """Whether a network may have a unit; the numbers of inputs and outputs depend on the data."""
    if 1 <= layer <= len(hidden):
        return 1 <= unit <= hidden[layer - 1]
    return layer in {0, len(hidden) + 1} and unit >= 1


def _places(layout: ViewLayout) -> Iterator[tuple[str, str]]:
    """Keys and views that are set."""
    sides = [(f"views.side, item {number}", name) for number, name in enumerate(layout.side, start=1)]
    for key, name in (("views.main", layout.main), *sides, ("views.drawer", layout.drawer)):
        if name:
            yield key, name


def _names(layout: ViewLayout) -> tuple[str, ...]:
    return tuple(name for _, name in _places(layout))
