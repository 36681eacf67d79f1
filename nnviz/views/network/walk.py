"""Going from neuron to neuron, and from weight to weight, by keys."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent

from nnviz.drawing.network_layout import DiagramLayout
from nnviz.runs.network_parts import ParameterIndex
from nnviz.views.network.diagram import NOTHING, Hover
from nnviz.views.network.diagram_view import DiagramView

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MEANT = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.OtherFocusReason)
_FOR_A_WHILE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Qt gives the keyboard to some widget when a window comes to the front, which nobody meant to walk in."""
_UP_OR_DOWN = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class Walker(QObject):
    """Takes the arrows and Enter while the diagram has the keyboard, if Tab led there."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)
        view.card.left.connect(self._come_back)
        self._walks = self._away = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk on a key; look away when the keyboard goes elsewhere."""
        if isinstance(event, QFocusEvent):
            self._note_focus(event)
        if not isinstance(event, QKeyEvent) or not self._walks or not _is_ours(event):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress:
            self._go(event)
        event.accept()  # the window's shortcuts are not to have it
        return True

    def _note_focus(self, event: QFocusEvent) -> None:
        if event.gotFocus() and event.reason() in _MEANT:
            self._walks = True
        elif event.lostFocus() and event.reason() not in _FOR_A_WHILE:
            self._walks = False
            self._view.look(NOTHING)

    def _go(self, event: QKeyEvent) -> None:
        diagram, hover = self._view.diagram, self._view.hover
        if diagram is None:
            return
        if event.key() in _ENTER:
            self._open_card(hover)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            place = next_parameter(diagram.drawing.layout, hover, event.key())
            self._view.look(diagram.at_parameter(place) if place else hover)
        else:
            self._view.look(diagram.at_neuron(next_neuron(diagram.drawing.layout, hover, event.key())))

    def _open_card(self, hover: Hover) -> None:
        place = hover.parameter or (_bias(hover.neuron) if hover.neuron else None)
        if place:
            self._away = True
            self._view.open_card(*place)

    def _come_back(self) -> None:
        if self._away and self._view.diagram and self._view.card.place:
            self._view.setFocus()
        self._away = False


def next_neuron(layout: DiagramLayout, hover: Hover, key: int) -> tuple[int, int]:
    """The neuron beside the one looked at; the first input to begin with."""
    now = _owner(hover)
    if now is None:
        return 0, 0
    step = _STEPS[Qt.Key(key)]
    layer = min(max(now[0] + step[0], 0), len(layout.centers) - 1)
    return layer, min(max(now[1] + step[1], 0), len(layout.centers[layer]) - 1)


def next_parameter(layout: DiagramLayout, hover: Hover, key: int) -> ParameterIndex | None:
    """The next of a neuron's parameters, up or down: its bias, then its weights; none of an input."""
    now = _owner(hover)
    if now is None or now[0] == 0:
        return None
    sources = (None, *range(len(layout.centers[now[0] - 1])))
    at = sources.index(hover.parameter[2]) if hover.parameter else -1
    source = sources[max(at - 1, 0) if key == Qt.Key.Key_Up else min(at + 1, len(sources) - 1)]
    return now[0] - 1, now[1], source


def _owner(hover: Hover) -> tuple[int, int] | None:
    return (hover.parameter[0] + 1, hover.parameter[1]) if hover.parameter else hover.neuron


def _bias(neuron: tuple[int, int]) -> ParameterIndex | None:
    return (neuron[0] - 1, neuron[1], None) if neuron[0] else None


def _is_ours(event: QKeyEvent) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        return event.key() in _UP_OR_DOWN
    return modifiers == Qt.KeyboardModifier.NoModifier and event.key() in {*_STEPS, *_ENTER}
