"""Every view by its name, made when it is first looked at."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from nnviz.drawing.room import Room
from nnviz.drawing.view import View
from nnviz.late import Late
from nnviz.lessons.views import FIGURE, VIEWS
from nnviz.stage.focus import let_keys_through
from nnviz.theme import Theme, theme

if TYPE_CHECKING:  # they are imported when they are made: what nobody looks at does not delay the start
    from nnviz.views.backprop.view import BackpropView
    from nnviz.views.figure.view import FigureView
    from nnviz.views.landscape.view import LandscapeView
    from nnviz.views.loss.view import LossView
    from nnviz.views.network.view import NetworkView
    from nnviz.views.output.view import OutputView

Classes = Mapping[str, Callable[[], object]]
_CLASSES: Classes = Late("nnviz.views", {name: entry.made_by for name, entry in VIEWS.items()})


class Gallery:
    """The views of one window.

    Parameters
    ----------
    classes : mapping of str to callable
        What makes the view of a name.

    Attributes
    ----------
    room : Room or None
        What views that are made from now on are connected to; None where nobody operates them.
    """

    def __init__(self, classes: Classes = _CLASSES) -> None:
        self._classes = classes
        self.room: Room | None = None
        self._views: dict[str, View[Any]] = {}
        self._theme = theme("light")

    def __getitem__(self, name: str) -> View[Any]:
        """The view of a name; it shows moments of the kind that the table says.

        Raises
        ------
        TypeError
            What the table names is no view.
        """
        if name not in self._views:
            view = self._classes[name]()
            if not isinstance(view, View):
                raise TypeError(f"{name}: {type(view).__name__} is no view")
            let_keys_through(view.as_widget)
            view.set_theme(self._theme)
            self._views[name] = view
            if self.room:
                view.connect_to(self.room)
        return self._views[name]

    @property
    def all(self) -> Mapping[str, View[Any]]:
        """The views made so far, by name."""
        return self._views

    @property
    def network(self) -> "NetworkView":
        """The diagram."""
        return cast("NetworkView", self["network"])

    @property
    def output(self) -> "OutputView":
        """The decision regions, or the curve."""
        return cast("OutputView", self["output"])

    @property
    def loss(self) -> "LossView":
        """The curves of loss and accuracy."""
        return cast("LossView", self["loss"])

    @property
    def backprop(self) -> "BackpropView":
        """One example, forward and back."""
        return cast("BackpropView", self["backprop"])

    @property
    def landscape(self) -> "LandscapeView":
        """The loss on a plane through the parameters."""
        return cast("LandscapeView", self["landscape"])

    @property
    def figure(self) -> "FigureView":
        """A lesson's picture."""
        return cast("FigureView", self[FIGURE])

    def set_theme(self, theme: Theme) -> None:
        """Paint all in a theme, those still to be made too."""
        self._theme = theme
        for view in self._views.values():
            view.set_theme(theme)
