"""Every view and panel shown the same moment, in every window."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from nnviz.data.dataset import Extent
from nnviz.experiment.kind import name_of
from nnviz.experiment.problem import Problem
from nnviz.lessons.views import VIEWS
from nnviz.runs.moment import Moment
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.stage.stage import Stage
from nnviz.window.layout import Desk
from nnviz.window.notice import Offer, divergence
from nnviz.window.stages import Stages

ShowMoment = Callable[[Moment], object]
_LOSS = "loss"


class FrameScheduler:
    """Shows a run that goes on where nobody reads sixty times a second: in one part of the window after another.

    Every frame is one part's turn, so that no frame is dear. That of a frame that brings nothing new is one too:
    what stands still is soon shown everywhere.

    Parameters
    ----------
    parts : sequence of callables, or None
        In the order of their turns; one that is to follow more closely stands there more than once. None is a turn
        that nobody takes.
    """

    def __init__(self, *parts: ShowMoment | None) -> None:
        self._parts: Sequence[ShowMoment | None] = parts
        self._behind: dict[ShowMoment | None, Moment] = {}
        self._turn = 0

    def show(self, moment: Moment, *, at_once: bool) -> None:
        """Show a moment in all parts, or in the one whose turn it is and in others with the frames to come."""
        self._behind = dict.fromkeys(self._parts, moment)
        for _ in self._parts if at_once else self._parts[:1]:
            self.go_on()

    def go_on(self) -> None:
        """Let a frame go by: if the part whose turn it is lags behind, it follows."""
        part = self._parts[self._turn]
        self._turn = (self._turn + 1) % len(self._parts)
        moment = self._behind.pop(part, None)
        if part and moment:
            part(moment)


class Display:
    """Sends each moment to the visible views and to the panels, and tells the session what they need of it.

    Parameters
    ----------
    desk : Desk
    session : Session
    ways_back : tuples of str and callable
        What is offered when a run has diverged.

    Attributes
    ----------
    stages : Stages
        Where the views stand.
    """

    def __init__(self, desk: Desk, session: Session, *ways_back: Offer) -> None:
        self._desk, self._session, self._ways_back = desk, session, ways_back
        self.stages = Stages(desk.stage)
        self._lens = Lens()
        self._problem: Problem | None = None
        self._divergence = ""
        drawer, loss = partial(self._show_views, _in_drawer), partial(self._show_views, _loss_beside)
        self._scheduler = FrameScheduler(drawer, loss, drawer, self._show_numbers, None)

    def show(self, moment: Moment) -> None:
        """Show a moment: everywhere, or while the run goes on in what moves, and by turns in all else."""
        if (kind := name_of(moment.experiment)) != self.stages.kind:
            self.look_at_extent(None)
            self.stages.suit(kind)
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

    def catch_up(self) -> None:
        """Show the moment that is shown everywhere, if it stays."""
        if self._session.snapshot and not self._session.playing:
            self._show_views(_followers, self._session.snapshot)
            self._scheduler.show(self._session.snapshot, at_once=True)

    def show_timeline(self) -> None:
        """Show that moments were cut off or another line is shown; what is added comes with snapshots."""
        for stage in self.stages.all:
            for view in self.stages.suiting(stage, stage.shown):
                view.show_history(self._session.timeline)
        if self._session.snapshot:
            self._desk.controls.timeline.show_timeline(self._session.timeline, self._session.snapshot.step)

    def show_views(self, stage: Stage) -> None:
        """Show the present moment in views that can newly be seen, and look at what they need."""
        for view in self.stages.suiting(stage, stage.shown):
            view.show_history(self._session.timeline)
            if self._session.snapshot:
                view.show_snapshot(self._session.snapshot)
        self._look_at_views()

    def look_at_neuron(self, place: tuple[int, int] | None) -> None:
        """Look at a neuron enlarged, or at none."""
        self._look(replace(self._lens, focus=place))

    def look_at_extent(self, extent: Extent | None) -> None:
        """Look at a part of the plane, or at all of it, on every stage."""
        self.stages.zoom(extent)
        self._look(replace(self._lens, extent=extent))

    def look_at_units(self, count: int) -> None:
        """Look at so many units of each layer."""
        self._look(replace(self._lens, shown=count))

    def _look_at_views(self) -> None:
        """Look at what the views that can be seen want to have computed."""
        shown = [(stage, stage.shown) for stage in self.stages.all]
        views = [view for stage, names in shown for view in self.stages.suiting(stage, names)]
        wants = {want for _, names in shown for name in names for want in VIEWS[name].wants}
        aspects = frozenset(aspect for view in views for aspect in view.aspects)
        self._look(
            replace(self._lens, responses="responses" in wants, gradients="gradients" in wants, aspects=aspects)
        )

    def _show_views(self, names_on: Callable[[Stage], Sequence[str]], moment: Moment) -> None:
        """Show a moment in some views of each stage."""
        for stage in self.stages.all:
            for view in self.stages.suiting(stage, names_on(stage)):
                view.show_snapshot(moment)

    def _show_numbers(self, moment: Moment) -> None:
        self._desk.controls.playback.show_snapshot(moment)
        self._desk.controls.timeline.show_timeline(self._session.timeline, moment.step)

    def _look(self, lens: Lens) -> None:
        if lens != self._lens:
            self._lens = lens
            self._session.look(lens)

    def _warn_of_divergence(self, moment: Moment) -> None:
        if moment.finite:
            self._desk.notice.take_back(self._divergence)
            self._divergence = ""
        elif not self._divergence and isinstance(moment, Snapshot):
            self._divergence = divergence(moment)
            self._desk.notice.say(self._divergence, *self._ways_back)


def _followers(stage: Stage) -> Sequence[str]:
    """Views that follow a run with every frame."""
    return [*stage.placed[:1], *(name for name in stage.placed[1:] if name != _LOSS)]


def _loss_beside(stage: Stage) -> Sequence[str]:
    """The loss, if it stands beside the large view."""
    return [_LOSS] if _LOSS in stage.placed[1:] else []


def _in_drawer(stage: Stage) -> Sequence[str]:
    """What the drawer holds, if anything."""
    return stage.in_drawer
