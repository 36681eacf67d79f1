"""Every view by its name, made when it is first looked at."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGraphicsView

from nnviz.late import Late
from nnviz.lessons.views import VIEWS
from nnviz.theme import Theme, theme

if TYPE_CHECKING:  # they are imported when they are made: what nobody looks at does not delay the start
    from nnviz.views.activations.view import ActivationView
    from nnviz.views.confusion.view import ConfusionView
    from nnviz.views.loss.view import LossView
    from nnviz.views.network.view import NetworkView
    from nnviz.views.output.view import OutputView
    from nnviz.views.weights.view import MatrixView

_CLASSES: Late[Callable[[], Any]] = Late("nnviz.views", {name: entry.made_by for name, entry in VIEWS.items()})


class Gallery(QObject):
    """The views of one window.

    Signals
    -------
    made : str, QWidget
        A view's name and the view, which is new.
    """

    made = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views: dict[str, Any] = {}
        self._theme = theme("light")

    def __getitem__(self, name: str) -> Any:
        """The view of a name: a widget with ``show_snapshot`` and ``set_theme``."""
        if name not in self._views:
            self._views[name] = view = _CLASSES[name]()
            if isinstance(view, QGraphicsView):
                view.setMinimumSize(120, 120)
            view.set_theme(self._theme)
            self.made.emit(name, view)
        return self._views[name]

    @property
    def all(self) -> Mapping[str, Any]:
        """The views made so far, by name."""
        return self._views

    @property
    def network(self) -> "NetworkView":
        """The diagram."""
        view: NetworkView = self["network"]
        return view

    @property
    def output(self) -> "OutputView":
        """The decision regions, or the curve."""
        view: OutputView = self["output"]
        return view

    @property
    def loss(self) -> "LossView":
        """The curves of loss and accuracy."""
        view: LossView = self["loss"]
        return view

    @property
    def activations(self) -> "ActivationView":
        """The activation functions, and where on them the units are."""
        view: ActivationView = self["activations"]
        return view

    @property
    def matrices(self) -> "MatrixView":
        """The weights as matrices."""
        view: MatrixView = self["weights"]
        return view

    @property
    def confusion(self) -> "ConfusionView":
        """Who is taken for whom."""
        view: ConfusionView = self["confusion"]
        return view

    def set_theme(self, theme: Theme) -> None:
        """Paint all in a theme, those still to be made too."""
        self._theme = theme
        for view in self._views.values():
            view.set_theme(theme)
