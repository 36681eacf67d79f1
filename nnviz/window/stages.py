"""Keeps the stages alike: arranging, lighting or enlarging a view acts on the desk and the audience's window."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractButton

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Canvas
from nnviz.drawing.cover import cover
from nnviz.drawing.view import View
from nnviz.experiment.kind import NETWORK
from nnviz.experiment.problem import Problem
from nnviz.lessons.lesson import Figure, ViewLayout
from nnviz.lessons.view_layout import LINES, place_of_unit, stop_of, usual
from nnviz.lessons.views import DRAWER, FIGURE, VIEWS, ViewEntry, suits
from nnviz.runs.network_parts import Lit
from nnviz.stage.stage import Stage
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named


def save_views(stage: Stage, settings: QSettings) -> None:
    """Keep for the next start: the view open in the drawer, the units' lines, and the scale of the loss."""
    settings.setValue("drawer", stage.drawer.name)
    for key, button in _switches(stage).items():
        settings.setValue(key, button.isChecked())


def restore_views(stage: Stage, settings: QSettings) -> None:
    """Show what was kept at the end of the session before."""
    if (name := settings.value("drawer", "")) in stage.drawer.names:
        stage.drawer.open(str(name))
    for key, button in _switches(stage).items():
        button.setChecked(bool(settings.value(key, button.isChecked(), bool)))


def _switches(stage: Stage) -> dict[str, QAbstractButton]:
    return {"lines": stage.views.output.lines, "log": stage.views.loss.log_button}


_NO_CONVOLUTIONS = (
    "Shown for layers that connect every unit with every unit below.\n"
    "This network has convolutions: see Filters, Weights and Convolution."
)


class Stages:
    """The desk's stage and the audience's.

    Attributes
    ----------
    all : list of Stage
        The stages kept alike, the desk's first.
    kind : str
        The kind of experiment shown.
    sample : int or None
        The training sample that is marked.
    keeps_secret : bool
        No view shows a verdict, as a question waits.
    """

    def __init__(self, desk: Stage) -> None:
        self.desk, self.all = desk, [desk]
        self.theme = theme_named("light")
        self.kind = NETWORK
        self.sample: int | None = None
        self.keeps_secret = False
        self._on: Mapping[str, Collection[str]] = {}
        self._were_on: list[tuple[View[Any], tuple[str, ...]]] = []
        self._layout, self._is_given = usual(NETWORK), False
        self._convolved = False

    def add(self, stage: Stage) -> None:
        """Show the same views on another stage."""
        self.all.append(stage)
        stage.views.set_theme(self.theme)
        stage.views.keep_secret(self.keeps_secret)
        self._arrange_on(stage)
        self._switch_on(stage)

    @property
    def layout(self) -> ViewLayout:
        """The current layout of the desk's views."""
        return replace(self._layout, drawer=self.desk.drawer.name)

    def arrange(self, layout: ViewLayout | None = None) -> None:
        """Arrange the views as the layout says, with no others in the drawer; as usual for the kind if None."""
        self._layout, self._is_given = layout or usual(self.kind), layout is not None
        for stage in self.all:
            self._arrange_on(stage)

    def set_kind(self, kind: str) -> None:
        """Arrange views for a kind of experiment."""
        self.kind = kind
        fits = any(suits(name, kind) or name == FIGURE for name in (self._layout.main, *self._layout.side))
        self.arrange(self._layout if fits and self._is_given else None)

    def views_on(self, stage: Stage, names: Sequence[str]) -> Iterator[View[Any]]:
        """The views with these names on a stage that can show the current kind of run."""
        return (stage.views[name] for name in names if suits(name, self.kind) and not self._is_covered(name))

    def set_convolved(self, convolved: bool) -> bool:
        """Cover views that show no convolutions, if there are some in the network; whether that is new."""
        was, self._convolved = self._convolved, convolved
        self.cover()
        return was != convolved

    def cover(self) -> None:
        """Cover views that cannot show the network, with a line that says why."""
        for stage in self.all:
            for name in stage.shown:
                cover(stage.views[name].as_widget, _NO_CONVOLUTIONS if self._is_covered(name) else "")

    def _is_covered(self, name: str) -> bool:
        return self._convolved and VIEWS[name].dense

    def light(self, names: Sequence[str], figure: Figure, *, asked: bool = False) -> None:
        """Highlight views and units of the diagram, and show a lesson's figure.

        ``asked``: a question waits, so the example in Backprop goes only to just before the named stop.
        """
        places = [place for name in names if (place := place_of_unit(name))]
        stops = [_from_zero(stop) for name in names if (stop := stop_of(name))]
        for stage in self.all:
            stage.light(names)
            if NETWORK in stage.shown:
                stage.views.network.light(Lit(tuple((layer, unit - 1) for layer, unit in places)))
            if "output" in stage.shown:
                stage.views.output.set_lines(LINES in names)
            if stops and "backprop" in stage.shown:
                stage.views.backprop.walk.go_to_stop(*stops[0], before=asked)
            if FIGURE in stage.shown:
                stage.views.figure.show_figure(figure)

    def keep_secret(self, secret: bool) -> None:
        """Show no verdict in any view, or show them again."""
        self.keeps_secret = secret
        for stage in self.all:
            stage.views.keep_secret(secret)

    def switch(self, on: Mapping[str, Collection[str]]) -> None:
        """Switch on in each view only what is named for it; the next call first puts back what was on."""
        for view, was in reversed(self._were_on):
            view.switch(was)
        self._were_on, self._on = [], on
        for stage in self.all:
            self._switch_on(stage)

    def _switch_on(self, stage: Stage) -> None:
        views = [(stage.views[name], names) for name, names in self._on.items() if name in stage.shown]
        self._were_on += [(view, view.switch(names)) for view, names in views]

    def show_sheet(self, sheet: Problem | None) -> None:
        """Show samples that cannot be learned yet in place of the experiment's; None for those again."""
        for stage in self.all:
            if "output" in stage.shown:
                stage.views.output.region.show_sheet(sheet)

    def mark_sample(self, sample: int | None) -> None:
        """Mark a training sample in every visible view, or none."""
        self.sample = sample
        for stage in self.all:
            for view in self.views_on(stage, stage.shown):
                view.mark_sample(sample)

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the plane, or all of it."""
        for stage in self.all:
            for name in stage.shown:
                stage.views[name].zoom(extent)

    def show_all(self) -> None:
        """Reset the zoom of every visible plot."""
        for stage in self.all:
            for name in stage.shown:
                for canvas in stage.views[name].as_widget.findChildren(Canvas):
                    canvas.show_all()

    def enlarge(self, name: str) -> None:
        """Enlarge a view; none if the name is empty."""
        for stage in self.all:
            stage.enlarge(name)

    def toggle_enlarged(self) -> None:
        """Enlarge the view with the keyboard focus or under the pointer, or put the enlarged view back."""
        self.enlarge("" if self.desk.enlarged else self.desk.pointed)

    def toggle_view(self, name: str) -> None:
        """Open a view in the drawer or close it; enlarge one that has its place elsewhere, or put it back."""
        if name == self.desk.enlarged:
            self.enlarge("")
        elif name in self.desk.drawer.names:
            self.enlarge("")
            self.desk.drawer.toggle(name)
        elif name in self.desk.offered:
            self.enlarge(name)

    def step_drawer(self, tabs: int) -> None:
        """Open the view so many tabs on in the drawer, or back if negative."""
        self.enlarge("")
        self.desk.drawer.step(tabs)

    def close_cards(self) -> bool:
        """Close the card on a view of the desk; False if there is none."""
        return any(self.desk.views[name].close_card() for name in self.desk.shown)

    def put_back(self) -> bool:
        """Put the enlarged view back in its place; False if there is none."""
        was = bool(self.desk.enlarged)
        self.enlarge("")
        return was

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for stage in self.all:
            stage.views.set_theme(theme)

    def _arrange_on(self, stage: Stage) -> None:
        drawer: Sequence[ViewEntry] = [entry for entry in DRAWER if entry.shows == self.kind]
        if self._is_given:  # a lesson's page shows only what it names
            drawer = [entry for entry in drawer if entry.name == self._layout.drawer]
        stage.arrange(self._layout, drawer)


def _from_zero(stop: tuple[str, tuple[int, int] | None]) -> tuple[str, tuple[int, int] | None]:
    """A stop with layer and unit counted from 0."""
    phase, place = stop
    return phase, (place[0] - 1, place[1] - 1) if place else None
