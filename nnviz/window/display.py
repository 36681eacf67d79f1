"""Every view and panel shown the same moment, in every window."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtGui import QCursor

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Canvas
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import NETWORK
from nnviz.experiment.problem import Problem
from nnviz.experiment.schemas import name_of
from nnviz.lessons.lesson import ViewLayout
from nnviz.lessons.view_layout import LINES, place_of_unit, stop_of, usual
from nnviz.lessons.views import DRAWER, FIGURE, VIEWS, ViewEntry, suits
from nnviz.runs.aspect import Aspect
from nnviz.runs.moment import Moment
from nnviz.runs.network_parts import Lit
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.stage.stage import Stage
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named
from nnviz.window.frame_scheduler import FrameScheduler
from nnviz.window.layout import Desk
from nnviz.window.notice import Offer, divergence

_LOSS = "loss"


class Display:
    """Shows moments on a desk and on other stages, and asks the session for what of them is looked at.

    ``ways_back`` are what is offered when a run has diverged.
    """

    def __init__(self, desk: Desk, session: Session, *ways_back: Offer) -> None:
        self._desk, self._session, self._ways_back = desk, session, ways_back
        self._stages = [desk.stage]
        self._lens = Lens()
        self._problem: Problem | None = None
        self._kind = NETWORK
        self._layout = usual(NETWORK)
        self._bare = self._diverged = False
        drawer, loss = partial(self._show_views, _in_drawer), partial(self._show_views, _loss_beside)
        self._scheduler = FrameScheduler(drawer, loss, drawer, self._show_numbers, None)
        self.theme = theme_named("light")

    def add_stage(self, stage: Stage) -> None:
        """Show what is shown on another stage too."""
        self._stages.append(stage)
        stage.views.set_theme(self.theme)
        self._arrange_on(stage)
        self.show_views(stage)

    def remove_stage(self, stage: Stage) -> None:
        """Show nothing more on a stage."""
        self._stages.remove(stage)

    @property
    def layout(self) -> ViewLayout:
        """Where the views stand on the desk."""
        return replace(self._layout, drawer=self._desk.stage.drawer.name)

    def arrange(self, layout: ViewLayout | None = None) -> None:
        """Put the views into these places, and no others in the drawer; into their usual ones if None."""
        self._layout, self._bare = layout or usual(self._kind), layout is not None
        for stage in self._stages:
            self._arrange_on(stage)

    def show(self, moment: Moment) -> None:
        """Show a moment: everywhere, or while the run goes on in what moves, and by turns in all else."""
        self._suit(name_of(moment.experiment))
        problem = moment.problem if isinstance(moment, Snapshot) else self._problem
        anew = problem is not self._problem
        if problem and anew:
            self._problem = problem
            self._desk.controls.data.show_problem(problem)
        self._show_views(_followers, moment)
        self._scheduler.show(moment, at_once=anew or not self._session.playing)
        self._warn_of_divergence(moment)

    def go_on(self) -> None:
        """Let a frame go by that brings no other moment."""
        self._scheduler.go_on()

    def show_experiment(self, experiment: Any) -> None:
        """Show an experiment's settings in the panels of its kind."""
        controls = self._desk.controls
        networks = isinstance(experiment, Experiment)
        self._desk.show_controls_of(networks=networks)
        for panel in controls.of_networks if networks else (controls.settings,):
            panel.show_experiment(experiment)

    def catch_up(self) -> None:
        """Show the moment that is shown everywhere, if it stays."""
        if self._session.snapshot and not self._session.playing:
            self._show_views(_followers, self._session.snapshot)
            self._scheduler.show(self._session.snapshot, at_once=True)

    def show_timeline(self) -> None:
        """Show that moments were cut off or another line is shown; what is added comes with snapshots."""
        timeline = self._session.timeline
        for stage in self._stages:
            self._show_history(stage)
        if self._session.snapshot:
            self._desk.controls.timeline.show_timeline(timeline, self._session.snapshot.step)

    def show_views(self, stage: Stage) -> None:
        """Show the present moment in views that can newly be seen, and look at what they need."""
        self._show_history(stage)
        if self._session.snapshot:
            for view in self._views_of(stage):
                view.show_snapshot(self._session.snapshot)
        wants = {want for stage in self._stages for name in stage.shown for want in VIEWS[name].wants}
        responses, gradients = "responses" in wants, "gradients" in wants
        self._look(replace(self._lens, responses=responses, gradients=gradients, aspects=self._aspects()))

    def set_theme(self, theme: Theme) -> None:
        """Show everything in a theme."""
        self.theme = theme
        for stage in self._stages:
            stage.views.set_theme(theme)
        self._desk.set_theme(theme)

    def light(self, names: Sequence[str], figure: Path | None, *, asked: bool = False) -> None:
        """Light views and units of the diagram, and show a lesson's picture.

        ``asked``: a question waits, so that an example stands just before the stop that is named.
        """
        places = [place for name in names if (place := place_of_unit(name))]
        stops = [_from_nought(stop) for name in names if (stop := stop_of(name))]
        for stage in self._stages:
            stage.light(names)
            if NETWORK in stage.shown:
                stage.views.network.light(Lit(tuple((layer, unit - 1) for layer, unit in places)))
            if "output" in stage.shown:
                stage.views.output.set_lines(LINES in names)
            if stops and "backprop" in stage.shown:
                stage.views["backprop"].show_stop(*stops[0], before=asked)
            if FIGURE in stage.shown:
                stage.views[FIGURE].show_figure(figure)

    def enlarge(self, name: str) -> None:
        """Give a view all the room on every stage; none if the name is empty."""
        for stage in self._stages:
            stage.enlarge(name)

    def toggle_enlarged(self) -> None:
        """Give the view under the pointer all the room, or let it go back to its place."""
        stage = self._desk.stage
        self.enlarge("" if stage.enlarged else stage.view_at(stage.mapFromGlobal(QCursor.pos())))

    def put_back(self) -> bool:
        """Let the view that has all the room go back to its place; False if none has."""
        was = bool(self._desk.stage.enlarged)
        self.enlarge("")
        return was

    def open_menu(self) -> None:
        """Open the menu of the view under the pointer."""
        self._desk.stage.open_menu()

    def show_all(self) -> None:
        """Show the whole in every plot that can be seen."""
        for stage in self._stages:
            for name in stage.shown:
                for canvas in stage.views[name].findChildren(Canvas):
                    canvas.show_all()

    def look_at_neuron(self, place: tuple[int, int] | None) -> None:
        """Look at a neuron enlarged, or at none."""
        self._look(replace(self._lens, focus=place))

    def look_at_extent(self, extent: Extent | None) -> None:
        """Look at a part of the plane, or at all of it, on every stage."""
        for stage in self._stages:
            for name in {"output", "race"} & set(stage.shown):
                stage.views[name].zoom(extent)
        self._look(replace(self._lens, extent=extent))

    def look_at_units(self, count: int) -> None:
        """Look at so many units of each layer."""
        self._look(replace(self._lens, shown=count))

    def _arrange_on(self, stage: Stage) -> None:
        drawer: Sequence[ViewEntry] = [entry for entry in DRAWER if entry.shows == self._kind]
        if self._bare:  # a page shows what it names
            drawer = [entry for entry in drawer if entry.name == self._layout.drawer]
        stage.arrange(self._layout, drawer)

    def _suit(self, kind: str) -> None:
        """Have views that suit a kind of experiment."""
        if kind != self._kind:
            self.look_at_extent(None)
            self._kind = kind
            fits = any(suits(name, kind) for name in (self._layout.main, *self._layout.side))
            self.arrange(self._layout if fits and self._bare else None)

    def _aspects(self) -> frozenset[Aspect]:
        """What the views that can be seen want to have computed."""
        views = [view for stage in self._stages for view in self._views_of(stage)]
        return frozenset(aspect for view in views for aspect in getattr(view, "aspects", ()))

    def _show_views(self, names_on: Callable[[Stage], Sequence[str]], moment: Moment) -> None:
        """Show a moment in some views of each stage."""
        for stage in self._stages:
            for name in names_on(stage):
                if suits(name, self._kind):
                    stage.views[name].show_snapshot(moment)

    def _show_numbers(self, moment: Moment) -> None:
        self._desk.controls.playback.show_snapshot(moment)
        self._desk.controls.timeline.show_timeline(self._session.timeline, moment.step)

    def _views_of(self, stage: Stage) -> Iterator[Any]:
        return (stage.views[name] for name in stage.shown if suits(name, self._kind))

    def _show_history(self, stage: Stage) -> None:
        for view in self._views_of(stage):
            if show := getattr(view, "show_history", None):
                show(self._session.timeline)

    def _look(self, lens: Lens) -> None:
        if lens != self._lens:
            self._lens = lens
            self._session.look(lens)

    def _warn_of_divergence(self, moment: Moment) -> None:
        diverged, self._diverged = self._diverged, not moment.finite
        if self._diverged and not diverged and isinstance(moment, Snapshot):
            self._desk.notice.say(divergence(moment), *self._ways_back)


def _followers(stage: Stage) -> Sequence[str]:
    """Views that follow a run with every frame."""
    return [*stage.placed[:1], *(name for name in stage.placed[1:] if name != _LOSS)]


def _loss_beside(stage: Stage) -> Sequence[str]:
    """The loss, if it stands beside the large view."""
    return [_LOSS] if _LOSS in stage.placed[1:] else []


def _in_drawer(stage: Stage) -> Sequence[str]:
    """What the drawer holds, if anything."""
    return stage.in_drawer


def _from_nought(stop: tuple[str, tuple[int, int] | None]) -> tuple[str, tuple[int, int] | None]:
    """A stop with layer and unit counted from 0."""
    phase, place = stop
    return phase, (place[0] - 1, place[1] - 1) if place else None
