"""Sends each snapshot to the visible views and to the panels, in every window."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from nnviz.analysis.probe import Drawing, Probe
from nnviz.controls.readouts import Readouts
from nnviz.data.dataset import Extent
from nnviz.experiment.kind import NETWORK, name_of
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
    """Updates the parts of the window that need not follow every frame: one part a frame, in turn.

    So no frame takes long. A frame that is expensive by itself updates none of them, unless the one before was so
    too. Frames without a new moment count as well, so every part soon shows the last moment.

    Parameters
    ----------
    parts : callables
        In the order in which they are updated; a part that should follow more closely is listed more than once.
    """

    def __init__(self, *parts: ShowMoment) -> None:
        self._parts = parts
        self._behind: dict[ShowMoment, Moment] = {}
        self._turn = 0
        self._waits = False

    def show(self, moment: Moment, *, at_once: bool, is_expensive: bool = False) -> None:
        """Show a moment in all parts at once, or in the next part now and in the others with later frames."""
        self._behind = dict.fromkeys(self._parts, moment)
        self._waits = is_expensive and not self._waits
        for _ in range(len(self._parts) if at_once else int(not self._waits)):
            self.next_frame()

    def next_frame(self) -> None:
        """Update the part whose turn it is, if it does not show the last moment yet."""
        part = self._parts[self._turn]
        self._turn = (self._turn + 1) % len(self._parts)
        moment = self._behind.pop(part, None)
        if moment:
            part(moment)


class Display:
    """Sends each moment to the visible views and the panels, and tells the session what to compute for them.

    Parameters
    ----------
    desk : Desk
    session : Session
    remedies : tuples of str and callable
        What the notice offers when a run has diverged.

    Attributes
    ----------
    stages : Stages
        The stages on which the views are arranged.
    """

    def __init__(self, desk: Desk, session: Session, *remedies: Offer) -> None:
        self._desk, self._session, self._remedies = desk, session, remedies
        self.stages = Stages(desk.stage)
        self._readouts = [desk.controls.playback.readouts]
        self._lens = Lens()
        self._probe: Probe | None = None
        self._drawing: Drawing | None = None
        self._problem: Problem | None = None
        self._divergence = ""
        drawer = partial(self._show_views, _in_drawer)
        self._scheduler = FrameScheduler(drawer, self._show_rest, drawer, self._show_numbers)

    def show(self, moment: Moment) -> None:
        """Show a moment: everywhere at once, or during a run in the main views now and elsewhere in turn."""
        if (kind := name_of(moment.experiment)) != self.stages.kind:
            self.look_at_extent(None)
            self.stages.set_kind(kind)
        problem = moment.problem if isinstance(moment, Snapshot) else self._problem
        anew = problem is not self._problem
        if problem and anew:
            self.stages.mark_sample(None)
            self._problem = problem
            if self.stages.set_convolved(bool(problem.network.convolutions)):
                self._look_at_views()
            self._desk.controls.data.show_problem(problem)
            self._desk.controls.network.show_problem(problem)
        at_once = anew or not self._session.playing
        self._show_views(_followers, moment, whole=at_once)
        scene = moment.scene if isinstance(moment, Snapshot) else None
        is_expensive = bool(scene and not scene.is_partial)
        self._scheduler.show(moment, at_once=at_once, is_expensive=is_expensive)
        self._warn_of_divergence(moment)

    def next_frame(self) -> None:
        """Use a frame without a new moment to update what lags behind."""
        self._scheduler.next_frame()

    def catch_up(self) -> None:
        """Show the current moment everywhere, if the run is paused."""
        if self._session.snapshot and not self._session.playing:
            self._show_views(_followers, self._session.snapshot)
            self._scheduler.show(self._session.snapshot, at_once=True)

    def show_timeline(self) -> None:
        """Show that the timeline was cut or another branch chosen; new moments come with their snapshots."""
        for stage in self.stages.all:
            for view in self.stages.views_on(stage, stage.shown):
                view.show_history(self._session.timeline)
        if self._session.snapshot:
            self._desk.controls.timeline.show_timeline(self._session.timeline, self._session.snapshot.step)

    def show_views(self, stage: Stage) -> None:
        """Show the current moment in views that have just become visible, and have computed what they need."""
        self.stages.cover()
        if NETWORK in stage.shown:
            stage.views.network.set_enlarging("output" not in stage.shown)
        for view in self.stages.views_on(stage, stage.shown):
            view.show_history(self._session.timeline)
            if self._session.snapshot:
                view.show_snapshot(self._session.snapshot)
                view.mark_sample(self.stages.sample)
        self._look_at_views()

    def add(self, stage: Stage, readouts: Readouts) -> None:
        """Show the same views and numbers in another window."""
        self.stages.add(stage)
        self._readouts.append(readouts)
        readouts.keep_secret(self.stages.keeps_secret)
        if self._session.snapshot:
            readouts.show_snapshot(self._session.snapshot)

    def remove(self, stage: Stage, readouts: Readouts) -> None:
        """Leave another window's views and numbers as they are."""
        self.stages.all.remove(stage)
        self._readouts.remove(readouts)

    def keep_secret(self, secret: bool) -> None:
        """Show no verdict in a view and no figure in the bar while a question waits; then show them again."""
        self.stages.keep_secret(secret)
        for readouts in self._readouts:
            readouts.keep_secret(secret)

    def look_at_neuron(self, place: tuple[int, int] | None) -> None:
        """Have a neuron's map computed at a larger size, or none."""
        self._look(replace(self._lens, focus=place))

    def look_at_extent(self, extent: Extent | None) -> None:
        """Zoom to a part of the plane, or to all of it, on every stage."""
        self.stages.zoom(extent)
        self._look(replace(self._lens, extent=extent))

    def look_at_units(self, count: int) -> None:
        """Have this many units of each layer computed."""
        self._look(replace(self._lens, shown=count))

    def scroll_units(self, firsts: tuple[int, ...]) -> None:
        """Have the units of each layer computed from these on."""
        self._look(replace(self._lens, firsts=firsts))

    def probe(self, point: tuple[float, float] | None) -> None:
        """Have what every neuron computes for a point of the plane shown, or for none."""
        self._probe = Probe(*point) if point else None
        self._look_at_views()

    def draw_picture(self, drawing: Drawing | None) -> None:
        """Have what every neuron computes for a picture shown, or for none."""
        self._drawing = drawing
        self._look_at_views()

    def _look_at_views(self) -> None:
        """Have computed what the visible views need."""
        shown = [(stage, stage.shown) for stage in self.stages.all]
        views = [view for stage, names in shown for view in self.stages.views_on(stage, names)]
        wants = {want for _, names in shown for name in names for want in VIEWS[name].wants}
        aspects = frozenset(aspect for view in views for aspect in view.aspects)
        if self.stages.kind == NETWORK:
            aspects |= {put for put in (self._probe, self._drawing) if put}
        self._look(
            replace(self._lens, responses="responses" in wants, gradients="gradients" in wants, aspects=aspects)
        )

    def _show_views(
        self, names_on: Callable[[Stage], Sequence[str]], moment: Moment, *, whole: bool = True
    ) -> None:
        """Show a moment in some views of each stage, or what of it changes fastest."""
        for stage in self.stages.all:
            for view in self.stages.views_on(stage, names_on(stage)):
                (view.show_snapshot if whole else view.follow)(moment)

    def _show_rest(self, moment: Moment) -> None:
        """Show the loss, and what the views that follow every frame leave out."""
        self._show_views(_loss_beside, moment)
        for stage in self.stages.all:
            for view in self.stages.views_on(stage, _followers(stage)):
                view.show_rest(moment)

    def _show_numbers(self, moment: Moment) -> None:
        for readouts in self._readouts:
            readouts.show_snapshot(moment)
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
            self._divergence = divergence(moment, self._session.timeline.line.last_edited())
            self._desk.notice.say(self._divergence, *self._remedies)


def _followers(stage: Stage) -> Sequence[str]:
    """Views that are updated with every frame."""
    return [*stage.placed[:1], *(name for name in stage.placed[1:] if name != _LOSS)]


def _loss_beside(stage: Stage) -> Sequence[str]:
    """The loss, if it is beside the large view."""
    return [_LOSS] if _LOSS in stage.placed[1:] else []


def _in_drawer(stage: Stage) -> Sequence[str]:
    """The view open in the drawer, if any."""
    return stage.in_drawer
