"""What stands where: controls at the left, the network in the middle, what comes out at the right."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGraphicsView, QScrollArea, QSplitter, QVBoxLayout, QWidget

from nnviz.controls.data import DataPanel
from nnviz.controls.network import NetworkPanel
from nnviz.controls.playback import PlaybackBar
from nnviz.controls.timeline import TimelineBar
from nnviz.controls.training import TrainingPanel
from nnviz.views.activations import ActivationView
from nnviz.views.confusion import ConfusionView
from nnviz.views.loss import LossView
from nnviz.views.matrices import MatrixView
from nnviz.views.network.view import NetworkView
from nnviz.views.output import OutputView
from nnviz.window.drawer import Drawer
from nnviz.window.notice import Notice

_DRAWER_SHARE = 0.38

AnyView = NetworkView | OutputView | LossView | ActivationView | MatrixView | ConfusionView


@dataclass(frozen=True, eq=False)
class Controls:
    """Every panel."""

    data: DataPanel
    network: NetworkPanel
    training: TrainingPanel
    playback: PlaybackBar
    timeline: TimelineBar


@dataclass(frozen=True, eq=False)
class Views:
    """Every view."""

    network: NetworkView
    output: OutputView
    loss: LossView
    activations: ActivationView
    matrices: MatrixView
    confusion: ConfusionView

    @property
    def all(self) -> tuple[AnyView, ...]:
        """All of them, the diagram first."""
        return (self.network, self.output, self.loss, self.activations, self.matrices, self.confusion)


class Desk(QWidget):
    """The window's content, laid out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls = Controls(DataPanel(), NetworkPanel(), TrainingPanel(), PlaybackBar(), TimelineBar())
        self.views = Views(
            NetworkView(), OutputView(), LossView(), ActivationView(), MatrixView(), ConfusionView()
        )
        self.notice, self.drawer = Notice(), Drawer()
        self.panels = self._panels()
        for title, view in (
            ("Activation plots", self.views.activations),
            ("Weights", self.views.matrices),
            ("Confusion", self.views.confusion),
        ):
            self.drawer.add(view, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in (
            (self.controls.playback, 0),
            (self.notice, 0),
            (self._middle(), 1),
            (self.controls.timeline, 0),
        ):
            column.addWidget(widget, stretch)

    def _panels(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(12)
        for panel in (self.controls.data, self.controls.network, self.controls.training):
            column.addWidget(panel)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _middle(self) -> QSplitter:
        outputs = _splitter(Qt.Orientation.Vertical, (self.views.output, 60), (self.views.loss, 40))
        above = _splitter(Qt.Orientation.Horizontal, (self.views.network, 60), (outputs, 40))
        self._work = _splitter(Qt.Orientation.Vertical, (above, 62), (self.drawer, 38))
        self.drawer.opened.connect(self._make_room)
        middle = _splitter(Qt.Orientation.Horizontal, (self.panels, 20), (self._work, 80))
        middle.setStretchFactor(0, 0)  # a wider window is for the views
        return middle

    def _make_room(self, view: QWidget | None) -> None:
        """Give the drawer its share of the height while it is open, and none while it is closed."""
        height = sum(self._work.sizes())
        share = round(_DRAWER_SHARE * height) if view else 0
        self._work.setSizes([height - share, share])


def _splitter(orientation: Qt.Orientation, *parts: tuple[QWidget, int]) -> QSplitter:
    """Parts side by side or one above the other, each with its share of the room, whatever their own wish."""
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    for place, (widget, share) in enumerate(parts):
        if isinstance(widget, QGraphicsView):
            widget.setMinimumSize(120, 120)
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, share)
    splitter.setSizes([16 * share for _, share in parts])
    return splitter
