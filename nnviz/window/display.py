"""Every view and panel shown the same moment."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from nnviz.experiment.problem import Problem
from nnviz.experiment.scene import Lens
from nnviz.experiment.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.theme import Theme
from nnviz.window import trouble
from nnviz.window.layout import AnyView, Desk
from nnviz.window.notice import Offer


class Display:
    """Shows snapshots on a desk, and asks the session for what of them is looked at.

    ``ways_back`` are what is offered when a run has diverged.
    """

    def __init__(self, desk: Desk, session: Session, *ways_back: Offer) -> None:
        self._desk, self._session, self._ways_back = desk, session, ways_back
        self._lens = Lens()
        self._problem: Problem | None = None
        self._diverged = self._odd = False

    def show(self, snapshot: Snapshot) -> None:
        """Show a moment."""
        if snapshot.problem is not self._problem:
            self._problem = snapshot.problem
            self._desk.controls.data.show_problem(snapshot.problem)
        for view in self._due():
            view.show_snapshot(snapshot)
        self._desk.controls.playback.show_snapshot(snapshot)
        self._desk.controls.timeline.show_timeline(self._session.timeline, snapshot.step)
        self._warn_of_divergence(snapshot)

    def catch_up(self) -> None:
        """Show the moment that is shown in every view."""
        if self._session.snapshot and not self._session.playing:
            for view in self._desk.views.all:
                view.show_snapshot(self._session.snapshot)

    def show_timeline(self) -> None:
        """Show that moments were cut off or another line is shown; what is added comes with snapshots."""
        timeline = self._session.timeline
        self._desk.views.loss.show_history(timeline)
        if self._session.snapshot:
            self._desk.controls.timeline.show_timeline(timeline, self._session.snapshot.step)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in a theme."""
        for view in self._desk.views.all:
            view.set_theme(theme)
        self._desk.controls.data.set_theme(theme)
        self._desk.notice.set_theme(theme)

    def look_at_neuron(self, place: tuple[int, int] | None) -> None:
        """Look at a neuron enlarged, or at none."""
        self._look(replace(self._lens, focus=place))

    def look_at_units(self, count: int) -> None:
        """Look at so many units of each layer."""
        self._look(replace(self._lens, shown=count))

    def look_into_drawer(self, view: QWidget | None) -> None:
        """Look at the view in the drawer, or at none."""
        self._look(replace(self._lens, responses=view is self._desk.views.activations))

    def _due(self) -> Sequence[AnyView]:
        """The views that take part in a frame: while training goes on, plots with every second one, by turns."""
        views = self._desk.views
        if not self._session.playing:
            return views.all
        self._odd = not self._odd
        return (views.network, views.output, *((views.loss,) if self._odd else views.all[3:]))

    def _look(self, lens: Lens) -> None:
        if lens != self._lens:
            self._lens = lens
            self._session.look(lens)

    def _warn_of_divergence(self, snapshot: Snapshot) -> None:
        diverged, self._diverged = self._diverged, not snapshot.finite
        if self._diverged and not diverged:
            self._desk.notice.say(trouble.divergence(snapshot), *self._ways_back)
